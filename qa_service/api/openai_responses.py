"""Answers as OpenAI's clients expect them: a text that shows its sources, and annotations that lead to them."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

from pydantic import BaseModel

from qa_service.api.responses import AnswerOut

_SOURCES = "\n\nSources:\n\n"


class UrlCitation(BaseModel):
    """The mark is `content[start_index:end_index]`, in code points."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(BaseModel):
    type: Literal["url_citation"]
    url_citation: UrlCitation


class MessageOut(BaseModel):
    """What is said: `content` is the answer's text with its [1] marks, and below it the list of sources."""

    role: Literal["assistant"]
    content: str
    refusal: None
    annotations: list[Annotation]


class ChoiceOut(BaseModel):
    index: int
    message: MessageOut
    logprobs: None
    finish_reason: Literal["stop"]


class ChatUsageOut(BaseModel):
    """What the language model behind the answer has read and written; 0 where none took part."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatOut(BaseModel):
    """A chat completion; `letters` is the answer as `/v1/ask` gives it."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChoiceOut]
    usage: ChatUsageOut
    letters: AnswerOut


class ModelLine(BaseModel):
    """A name that can be asked."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "letters"


class ModelsList(BaseModel):
    object: Literal["list"] = "list"
    data: list[ModelLine]


@dataclass(frozen=True, slots=True)
class Completion:
    """One completion: what all its parts have in common, and the answer in the forms it may take."""

    model: str
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """ChatOut as JSON."""
        message = {
            "role": "assistant",
            "content": answer["text"] + sources_of(answer),
            "refusal": None,
            "annotations": list(annotations_of(answer)),
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return self._named("chat.completion", [choice]) | {"usage": usage_of(answer), "letters": dict(answer)}

    def chunk(self, delta: Mapping[str, Any], *, finish: Literal["stop"] | None = None) -> dict[str, Any]:
        """A part of a stream, which adds to the message what the delta says."""
        choice = {"index": 0, "delta": dict(delta), "logprobs": None, "finish_reason": finish}
        return self._named("chat.completion.chunk", [choice])

    def last_chunk(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """What can only be said when all the text is there."""
        annotations = {"annotations": list(annotations_of(answer))}
        return self.chunk(annotations, finish="stop") | {"letters": dict(answer)}

    def usage_chunk(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        return self._named("chat.completion.chunk", []) | {"usage": usage_of(answer)}

    def _named(self, kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model, "choices": choices}


def sources_of(answer: Mapping[str, Any]) -> str:
    """What stands below the text: each citation with its number and, where there is one, its address. A paragraph each,
    so that clients which show Markdown do not run them together.
    """
    lines = [f"[{one['number']}] {one['formatted']}{f' {url}' if (url := one['url']) else ''}"
             for one in answer["citations"]]  # fmt: skip
    return _SOURCES + "\n\n".join(lines) if lines else ""


def without_sources(content: str) -> str:
    """An earlier answer as it was before `sources_of` was put below it."""
    text, found, _ = content.replace("\r\n", "\n").rpartition(f"{_SOURCES}[1] ")
    return text if found else content


def annotations_of(answer: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """An annotation for every mark in the text whose citation has an address."""
    citations = {one["number"]: one for one in answer["citations"]}
    for number, start, end in marks_of(answer["text"], answer["claims"]):
        if url := citations[number]["url"]:
            place = {"start_index": start, "end_index": end, "title": citations[number]["title"], "url": url}
            yield {"type": "url_citation", "url_citation": place}


def marks_of(text: str, claims: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, int, int]]:
    """The marks in an answer's text, in order, each as (number, start, end).

    They are found behind the claims they belong to: what looks like a mark inside a quotation is none.
    """
    at = 0
    for claim in claims:
        marks = "".join(f"[{number}]" for number in claim["citations"])
        found = _end_of(claim["text"], f" {marks}", text, at)
        if found is None:
            continue
        at = found + 1
        for number in claim["citations"]:
            start, at = at, at + len(f"[{number}]")
            yield number, start, at


def _end_of(claim: str, marks: str, text: str, after: int) -> int | None:
    """Where a claim ends that stands with its marks in a text after some place: whole, or, where it shares the words
    before the quotation with the claim before it, behind an ellipsis.
    """
    end = text.find(marks, after)
    while end >= 0:
        shared = text[after:end].removeprefix(" … ")
        if text.endswith(claim, after, end) or (shared and len(shared) < end - after and claim.endswith(shared)):
            return end
        end = text.find(marks, end + 1)
    return None


def usage_of(answer: Mapping[str, Any]) -> dict[str, int]:
    used = answer["usage"] or {"tokens_in": 0, "tokens_out": 0}
    read, written = used["tokens_in"], used["tokens_out"]
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
