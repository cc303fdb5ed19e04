"""What a service answered, reduced to what is scored: places with their ranks, citations, claims, times."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Found:
    """A passage or a citation: where it stands, and its words."""

    volume: str
    document: str
    pages: tuple[str, ...]
    note: str | None
    words: str
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Record:
    """An answer to one case; `passages` best first."""

    case: str
    outcome: str
    text: str
    claims: int
    passages: tuple[Found, ...] = ()
    citations: tuple[Found, ...] = ()
    standalone: str = ""
    build: str = ""
    timings_ms: Mapping[str, float] | None = None

    @property
    def answered(self) -> bool:
        """Whether anything was claimed."""
        return self.outcome in ("answered", "partly")

    @classmethod
    def of(cls, case: str, answer: Mapping[str, Any]) -> "Record":
        """From an answer as `POST /v1/ask` gives it, with its passages."""
        return cls(
            case=case,
            outcome=answer["outcome"],
            text=answer["text"],
            claims=len(answer["claims"]),
            passages=tuple(_found(one, one["text"], one["score"]) for one in answer.get("passages") or ()),
            citations=tuple(_found(one, one["quote"]) for one in answer["citations"]),
            standalone=answer["standalone_question"],
            build=answer.get("build", ""),
            timings_ms=answer["timings_ms"],
        )


def _found(given: Mapping[str, Any], words: str, score: float = 0.0) -> Found:
    return Found(given["volume"], given["document"], tuple(given["pages"]), given["note"], words, score)
