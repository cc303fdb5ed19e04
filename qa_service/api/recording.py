"""Answers kept with how they came about, and asked again."""

from typing import Any

from pydantic import BaseModel

from qa_service.api.requests import AskIn
from qa_service.conversations import Kept
from qa_service.dialogue import Turn
from qa_service.records import AskedWith, turns_of


def asked_with(asked: AskIn) -> AskedWith:
    """What a record keeps of a request."""
    history = tuple(turn.turn() for turn in asked.history)
    return AskedWith(asked.filters.filters(), asked.max_claims, asked.answerer, history)


def asked_again(kept: Kept) -> tuple[AskIn, tuple[Turn, ...]]:
    """The request that a stored answer answered, and the turns before it; without a record, with no filters."""
    given = kept.record["asked_with"] if kept.record else {"history": []}
    options = {name: given[name] for name in ("filters", "max_claims", "answerer") if name in given}
    return AskIn.model_validate({"question": kept.answer["question"], **options}), (
        kept.before or turns_of(given["history"])
    )


class ChangeOut(BaseModel):
    before: Any
    after: Any


class ListChangesOut(BaseModel):
    """What is in one list and not in the other; `reordered` where they hold the same in another order."""

    gone: list[str]
    new: list[str]
    reordered: bool

    @classmethod
    def of(cls, before: list[str], after: list[str]) -> "ListChangesOut":
        gone, new = [one for one in before if one not in after], [one for one in after if one not in before]
        return cls(gone=gone, new=new, reordered=not gone and not new and before != after)

    def __bool__(self) -> bool:
        return bool(self.gone or self.new or self.reordered)


class ReplayOut(BaseModel):
    """A stored answer beside the one that the same question gets now.

    `same` if outcome, text, claims and citations are; passages, versions and timings may differ all the same. `changes`
    and `versions` hold only what differs. `recorded` is false for answers of before records were kept: their filters
    are not known, and what their record would tell is not compared.
    """

    answer: str
    question: str
    same: bool
    recorded: bool
    changes: dict[str, ChangeOut]
    claims: ListChangesOut
    citations: ListChangesOut
    passages: ListChangesOut
    versions: dict[str, ChangeOut]
    timings_ms: ChangeOut
    now: dict[str, Any]

    @classmethod
    def of(cls, kept: Kept, now: dict[str, Any], record: dict[str, Any]) -> "ReplayOut":
        """Compare a stored answer with a new one and its record, all as JSON."""
        then = kept.answer
        passages = _passages(kept.record), _passages(record)
        told = ("outcome", "text", "answerer")
        claims = ListChangesOut.of([one["text"] for one in then["claims"]], [one["text"] for one in now["claims"]])
        citations = ListChangesOut.of(_citations(then), _citations(now))
        return cls(
            answer=then["id"],
            question=then["question"],
            same=not (claims or citations) and all(then.get(name) == now.get(name) for name in told),
            recorded=kept.record is not None,
            changes=_changed(then, now, (*told, "standalone_question", "confidence")),
            claims=claims,
            citations=citations,
            passages=ListChangesOut.of(*passages) if kept.record else ListChangesOut.of([], []),
            versions=_changed(_versions(then, kept.record), _versions(now, record)),
            timings_ms=ChangeOut(before=then.get("timings_ms", {}), after=now["timings_ms"]),
            now=now,
        )


def _changed(before: dict[str, Any], after: dict[str, Any], names: tuple[str, ...] = ()) -> dict[str, ChangeOut]:
    """What differs under names that both have; all names, if none are given."""
    both = [name for name in names or before if name in before and name in after]
    return {name: ChangeOut(before=before[name], after=after[name]) for name in both if before[name] != after[name]}


def _citations(answer: dict[str, Any]) -> list[str]:
    return [f"{one['formatted']}: “{one['quote']}” ({one['start']}–{one['end']})" for one in answer["citations"]]


def _passages(record: dict[str, Any] | None) -> list[str]:
    return [one["key"] for one in record["passages"]] if record else []


def _versions(answer: dict[str, Any], record: dict[str, Any] | None) -> dict[str, Any]:
    models = {f"model: {part}": name for part, name in answer["models"].items()}
    versions = models | {f"prompt: {name}": version for name, version in answer.get("prompts", {}).items()}
    return versions | ({"program": record["program"], **record["library"]} if record else {"build": answer["build"]})
