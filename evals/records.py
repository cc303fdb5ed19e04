"""What a service answered, as it is kept in a file of records, and reduced to what is scored.

A kept answer is a JSON object a line: the case, the variant of it that was asked, the seconds it took, and the answer
as `POST /v1/ask` gave it, or the error that came instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ANY_NOTE = "*"
"""For systems that cannot tell a page's notes from its text: counts as whichever is asked for."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage or a citation: where it stands, and its words.

    `start` and `end` are offsets into the letter's text or, of a note, into the note's.
    """

    volume: str
    document: str
    pages: tuple[str, ...]
    note: str | None
    words: str
    score: float = 0.0
    start: int = 0
    end: int = 0
    letter: str = ""
    note_id: str | None = None
    url: str | None = None

    @property
    def place(self) -> tuple[str, str, tuple[str, ...], str | None]:
        return self.volume, self.document, self.pages, self.note


@dataclass(frozen=True, slots=True)
class Said:
    """A claim: its text, and the numbers of its citations, from 1."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """An answer to one case; `passages` best first; `error` says why there is none."""

    case: str
    outcome: str
    text: str
    claims: tuple[Said, ...] = ()
    passages: tuple[Found, ...] = ()
    citations: tuple[Found, ...] = ()
    standalone: str = ""
    confidence: float | None = None
    """How sure the service says it is, 0 to 1; None if it does not say."""
    dropped: int = 0
    seconds: float = 0.0
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    error: str = ""
    by_model: bool = False
    """Whether a chat model took part, which may say something else the next time."""

    @property
    def answered(self) -> bool:
        """Whether anything was claimed."""
        return self.outcome in ("answered", "partly")

    @property
    def content(self) -> tuple[object, ...]:
        """All that must be the same when the same question is asked again."""
        return self.outcome, self.text, self.citations, tuple(one.place for one in self.passages)

    @classmethod
    def of(cls, case: str, answer: Mapping[str, Any], seconds: float = 0.0) -> "Record":
        """From an answer as `POST /v1/ask` gives it, with its passages."""
        return cls(
            case=case,
            outcome=answer["outcome"],
            text=answer["text"],
            claims=tuple(Said(one["text"], tuple(one["citations"])) for one in answer["claims"]),
            passages=tuple(_found(one, one["text"], one["score"]) for one in answer.get("passages") or ()),
            citations=tuple(_found(one, one["quote"]) for one in answer["citations"]),
            standalone=answer["standalone_question"],
            confidence=answer.get("confidence"),
            dropped=answer.get("dropped_claims", 0),
            seconds=seconds,
            timings_ms=answer.get("timings_ms") or {},
            by_model=bool((answer.get("usage") or {}).get("calls")),
        )

    @classmethod
    def failed(cls, case: str, error: str, seconds: float = 0.0) -> "Record":
        """For a question that got no answer: it counts as wrong."""
        return cls(case=case, outcome="error", text="", seconds=seconds, error=error)


def _found(given: Mapping[str, Any], words: str, score: float = 0.0) -> Found:
    return Found(
        volume=given["volume"],
        document=given["document"],
        pages=tuple(given["pages"]),
        note=given["note"],
        words=words,
        score=score,
        start=given.get("start", 0),
        end=given.get("end", 0),
        letter=given.get("letter", ""),
        note_id=given.get("note_id"),
        url=given.get("url"),
    )
