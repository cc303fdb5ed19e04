"""How an answer came about, kept beside it: enough to ask the same again and to say what is different."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from qa_service import __version__
from qa_service.dialogue import Answer, Filters, Hit, Turn
from qa_service.library.manifest import Manifest

FORMAT = 1
"""Goes up when records are kept differently."""


@dataclass(frozen=True, slots=True)
class LibraryVersion:
    """The build that answered; `content_digest` names its letters, `manifest_digest` this very build."""

    build: str
    content_digest: str
    manifest_digest: str

    @classmethod
    def of(cls, manifest: Manifest) -> "LibraryVersion":
        return cls(manifest.build, manifest.content_digest, manifest.digest)


@dataclass(frozen=True, slots=True)
class PassageFound:
    """A passage that was found, best first; `used` if a citation of the answer stands in it."""

    key: str
    score: float
    found_by: tuple[str, ...]
    used: bool


@dataclass(frozen=True, slots=True)
class ClaimRejected:
    """A claim that was drafted and did not pass the checks."""

    text: str
    quotes: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class AskedWith:
    """What came with a question: the filters and options that the caller gave, and turns that only the caller keeps."""

    filters: Filters
    max_claims: int | None
    answerer: str | None
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """The circumstances of one answer; `models` and `prompts` are names or versions by their part."""

    library: LibraryVersion
    models: dict[str, str | None]
    prompts: dict[str, str]
    standalone_question: str
    asked_with: AskedWith
    passages: tuple[PassageFound, ...]
    rejected: tuple[ClaimRejected, ...]
    timings_ms: dict[str, float]
    program: str = __version__
    format: int = FORMAT

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def record_of(answer: Answer, out: dict[str, Any], manifest: Manifest, asked_with: AskedWith) -> Record:
    """The record of an answer.

    Args:
        out: the same answer as the API gives it, which names models and prompts.
    """
    return Record(
        library=LibraryVersion.of(manifest),
        models=dict(out["models"]),
        prompts=dict(out.get("prompts", {})),
        standalone_question=answer.question.standalone,
        asked_with=asked_with,
        passages=_passages(answer),
        rejected=tuple(
            ClaimRejected(one.draft.text, tuple(quote.quote for quote in one.draft.quotes), one.reason)
            for one in answer.rejected
        ),
        timings_ms=dict(answer.timings_ms),
    )


def _passages(answer: Answer) -> tuple[PassageFound, ...]:
    return tuple(
        PassageFound(hit.passage.key, round(hit.score, 6), hit.found_by, _used(hit, answer)) for hit in answer.hits
    )


def _used(hit: Hit, answer: Answer) -> bool:
    passage = hit.passage
    return any(
        citation.letter.ref == passage.ref
        and (citation.note.id if citation.note else None) == passage.note
        and citation.span.overlaps(passage.span)
        for citation in answer.citations
    )


def turns_of(history: Sequence[dict[str, Any]]) -> tuple[Turn, ...]:
    """The turns that a record's JSON holds."""
    return tuple(Turn(one["question"], one["answer"]) for one in history)
