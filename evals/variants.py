"""The ways in which one case is asked: as it is, again, otherwise spelt, with another history."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from evals.cases import Case, HistoryTurn
from qa_service.retrieval.query import STOP_WORDS

Variant = Literal["asked", "again", "without history", "whole", "typos", "lower case", "telegram", "after other talk"]
VARIANTS: tuple[Variant, ...] = get_args(Variant)
ROBUSTNESS: tuple[Variant, ...] = ("typos", "lower case", "telegram")
HISTORIES: tuple[Variant, ...] = ("asked", "again", "without history", "whole")

_TYPOS_A_WORD = 1 / 6
_LONG_WORD = 5


@dataclass(frozen=True, slots=True)
class Asking:
    """One question to put, with its history."""

    case: str
    variant: Variant
    question: str
    history: tuple[HistoryTurn, ...] = ()


def askings(cases: Sequence[Case], *, quick: bool = False) -> list[Asking]:
    """Everything to ask: each case in the variants that concern it; `quick` leaves out those that spell it otherwise or
    put other talk before it.
    """
    wanted = [(case, variant) for case in cases for variant in (HISTORIES if quick else VARIANTS)]
    made = (_asking(case, variant, cases) for case, variant in wanted)
    return [asking for asking in made if asking is not None]


def _asking(case: Case, variant: Variant, cases: Sequence[Case]) -> Asking | None:
    question, history = case.question, case.history
    if variant in ("without history", "whole"):
        if case.type != "followup" or (variant == "whole" and case.standalone is None):
            return None
        question, history = (question if variant == "without history" else str(case.standalone)), ()
    elif variant == "after other talk":
        if case.history:
            return None
        history = tuple(_other_talk(case, cases))
        if not history:
            return None
    elif variant == "typos":
        question = with_typos(question, seed=case.id)
    elif variant == "lower case":
        question = question.lower()
    elif variant == "telegram":
        question = as_telegram(question)
    return Asking(case.id, variant, question, history)


def _other_talk(case: Case, cases: Sequence[Case]) -> Iterator[HistoryTurn]:
    """A turn about another letter, the same one in every run."""
    places = {(place.volume, place.document) for place in case.gold}
    others = [
        other
        for other in cases
        if other.type == "single" and other.answer and not places & {(p.volume, p.document) for p in other.gold}
    ]
    if others:
        other = random.Random(case.id).choice(others)
        yield HistoryTurn(question=other.question, answer=other.answer)


def with_typos(question: str, *, seed: str) -> str:
    """A question with one slip of the fingers in about every sixth word of five letters or more, at least one: two
    letters changed about, one left out, or one doubled. The first letter stays, as it mostly does in typing.
    """
    chance = random.Random(seed)
    words = re.split(r"(\W+)", question)
    long = [number for number, word in enumerate(words) if len(word) >= _LONG_WORD and word.isalpha()]
    for number in chance.sample(long, max(1, round(len(long) * _TYPOS_A_WORD))) if long else ():
        words[number] = _slip(words[number], chance)
    return "".join(words)


def as_telegram(question: str) -> str:
    """Only the words that say what is asked for, in their order: "who drafted reply berlin"."""
    words = re.findall(r"[^\W_]+(?:[’'.-][^\W_]+)*", question)
    kept = [word for word in words if word.lower() not in STOP_WORDS or word.lower() in _ASKING_WORDS]
    return " ".join(kept) or question


_ASKING_WORDS = frozenset({"who", "whom", "when", "where", "why", "how", "which", "not", "no"})


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    kind = chance.choice(("swap", "drop", "double"))
    if kind == "swap":
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == "drop":
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at] + word[at:]
