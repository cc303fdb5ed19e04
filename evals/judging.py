"""Metrics that need a judge: are claims supported by what they cite, and does an answer state the facts?

A judge may fail to judge: it declines, says something else than was asked, or cannot be reached. Such a judgement is
UNJUDGED; it is counted beside every mean and left out of it, and a lower bound counts it as 0.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import fmean
from typing import Literal, Protocol

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from evals.cases import Case
from evals.records import Found, Record
from evals.validation import Letters
from prompts.catalogue import Prompt, as_material, load
from qa_service.chat import Chat, Message
from qa_service.entailment import Entailment
from qa_service.errors import BackendError
from qa_service.texts import header_line

_PARTLY = 0.5


class Verdict(Enum):
    """How far something is supported."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"
    UNJUDGED = "unjudged"


class Judge(Protocol):
    """Says whether a claim follows from quotations read together; safe to call from several threads."""

    def supports(self, claim: str, quotations: Sequence[str]) -> Verdict: ...


class FactJudge(Protocol):
    """Says whether an answer states a fact; safe to call from several threads."""

    def states(self, answer: str, fact: str) -> Verdict: ...


@dataclass(frozen=True, slots=True)
class Tally:
    """Judgements put together: their mean, without those that are missing; None if all are missing."""

    mean: float | None
    low: float
    """The mean if everything unjudged were 0."""
    judged: int
    unjudged: int

    @classmethod
    def of(cls, values: Sequence[float | None]) -> "Tally":
        """Of single judgements, None where there is none; an answer with nothing to judge counts 0."""
        known = [value for value in values if value is not None]
        mean = fmean(known) if known else None if values else 0.0
        low = sum(known) / len(values) if values else 0.0
        return cls(mean, low, len(known), len(values) - len(known))


def mean_of_answers(tallies: Sequence[Tally]) -> Tally:
    """The mean over answers, each counting the same however much was judged in it; counts are of single judgements.

    Raises: ValueError if there is no answer.
    """
    if not tallies:
        raise ValueError("a mean needs at least one answer")
    means = [one.mean for one in tallies if one.mean is not None]
    return Tally(
        mean=fmean(means) if means else None,
        low=fmean(one.low for one in tallies),
        judged=sum(one.judged for one in tallies),
        unjudged=sum(one.unjudged for one in tallies),
    )


@dataclass(frozen=True, slots=True)
class Support:
    """How well the claims of an answer are supported by what they cite."""

    recall: Tally
    """Over claims: supported by all its quotations together."""
    precision: Tally
    """Over citations: helps to support its claim."""


def support(record: Record, judge: Judge, letters: Letters) -> Support:
    """Citation recall and precision of an answer.

    A claim is recalled if all its quotations together support it fully; one without a citation, or with a number that
    no citation has, is not. A citation is precise if its claim is recalled, unless it does not support the claim alone
    while the others do without it. Each quotation is read behind the header of its letter.

    Source: Gao, Yen, Yu and Chen, "Enabling large language models to generate text with citations" (ALCE), EMNLP 2023,
    and its eval.py; which leaves out answers without a sentence, where here they count 0, and looks at no more than
    three citations of each.
    """
    recall: list[float | None] = []
    precision: list[float | None] = []
    for said in record.claims:
        cited = [record.citations[number - 1] for number in said.citations if 1 <= number <= len(record.citations)]
        if not cited or len(cited) < len(said.citations):
            recall.append(0.0)
            continue
        quotations = [_with_header(found, letters) for found in cited]
        recalled = _fully(judge.supports(said.text, quotations))
        recall.append(recalled)
        precision += [_precise(said.text, quotations, at, judge, recalled) for at in range(len(quotations))]
    return Support(Tally.of(recall), Tally.of(precision))


def _precise(claim: str, quotations: Sequence[str], at: int, judge: Judge, recalled: float | None) -> float | None:
    if recalled != 1 or len(quotations) == 1:
        return recalled
    alone = _fully(judge.supports(claim, [quotations[at]]))
    if alone == 1:
        return 1.0
    others = _fully(judge.supports(claim, [*quotations[:at], *quotations[at + 1 :]]))
    if others == 0:
        return 1.0
    return 0.0 if alone == 0 and others == 1 else None


def _fully(verdict: Verdict) -> float | None:
    return None if verdict is Verdict.UNJUDGED else float(verdict is Verdict.FULL)


def _with_header(found: Found, letters: Letters) -> str:
    letter = letters.get((found.volume, found.document))
    where = f"Document {found.document}: {header_line(letter) if letter else found.volume}"
    return f"{where if found.note is None else f'Editors’ note {found.note} to {where}'}\n{found.words}"


@dataclass(frozen=True, slots=True)
class Nuggets:
    """How many of a case's facts an answer states; of vital facts, None if the case has none.

    `strict_…` counts those stated whole, the others also half of those stated in part.
    """

    strict_vital: Tally | None
    strict_all: Tally
    vital: Tally | None
    all: Tally


def nuggets(case: Case, record: Record, judge: FactJudge) -> Nuggets | None:
    """Which facts of the case the answer states, its quotations included; None if the case has no facts.

    An answer that claims nothing states nothing, and the judge is not asked.

    Source: Pradeep and others, "The great nugget recall" (AutoNuggetizer), 2025, and its metrics.py; which gives 0 for
    vital facts to a case that has none.
    """
    if not case.facts:
        return None
    words = "\n".join([record.text, *(one.words for one in record.citations)])
    verdicts = [judge.states(words, fact.text) if record.answered else Verdict.NONE for fact in case.facts]
    vital = [verdict for verdict, fact in zip(verdicts, case.facts, strict=True) if fact.vital]
    return Nuggets(
        strict_vital=Tally.of([_fully(one) for one in vital]) if vital else None,
        strict_all=Tally.of([_fully(one) for one in verdicts]),
        vital=Tally.of([_credit(one) for one in vital]) if vital else None,
        all=Tally.of([_credit(one) for one in verdicts]),
    )


def _credit(verdict: Verdict) -> float | None:
    return _PARTLY if verdict is Verdict.PARTIAL else _fully(verdict)


class ChatJudge:
    """Asks a chat model, each thing once in a run; what it says must be one JSON object of the form asked for."""

    def __init__(self, chat: Chat) -> None:
        self.name = chat.name
        self._chat = chat
        self._support, self._nugget = load("judge_support"), load("judge_nugget")
        self._known = _Known()

    @property
    def versions(self) -> dict[str, str]:
        """Of the model and the prompts: verdicts of others must not be compared with these."""
        return {"model": self.name} | {one.name: one.version for one in (self._support, self._nugget)}

    def supports(self, claim: str, quotations: Sequence[str]) -> Verdict:
        return self._verdict(self._support, claim=as_material(claim), quotations=as_material(list(quotations)))

    def states(self, answer: str, fact: str) -> Verdict:
        return self._verdict(self._nugget, answer=as_material(answer), fact=as_material(fact))

    def _verdict(self, prompt: Prompt, **slots: str) -> Verdict:
        text = prompt.fill(**slots)
        return self._known.get(text, lambda: self._asked(text))

    def _asked(self, text: str) -> Verdict | None:
        try:
            said = self._chat([Message("user", text)]).text
        except BackendError as error:
            structlog.get_logger().warning("judge_failed", error=str(error))
            return None
        try:
            return Verdict(_Ruling.model_validate_json(said).support)
        except ValidationError:
            structlog.get_logger().warning("judge_said_something_else", said=said[:200])
            return Verdict.UNJUDGED


class _Ruling(BaseModel):
    """What a chat model must say."""

    model_config = ConfigDict(extra="forbid")

    support: Literal["full", "partial", "none"]
    reason: str = ""


class NliJudge:
    """Asks a model of natural language inference: do the quotations, as premise, entail the claim? Knows no "partly".

    A pair that is longer than the model reads is UNJUDGED.
    """

    def __init__(self, entailment: Entailment) -> None:
        self.versions = {"model": entailment.name}
        self._entailment = entailment
        self._known = _Known()

    def supports(self, claim: str, quotations: Sequence[str]) -> Verdict:
        premise = "\n".join(quotations)
        return self._known.get(json.dumps([premise, claim]), lambda: self._judged(premise, claim))

    def _judged(self, premise: str, claim: str) -> Verdict:
        entailed = self._entailment.entails(premise, claim)
        return Verdict.UNJUDGED if entailed is None else Verdict.FULL if entailed else Verdict.NONE


class _Known:
    """One judge's verdicts of this run, by the whole text judged, prompt included; failures are asked about again."""

    def __init__(self) -> None:
        self._verdicts: dict[str, Verdict] = {}

    def get(self, text: str, ask: Callable[[], Verdict | None]) -> Verdict:
        """The verdict known, or else the one that `ask` gives; None from it is a failure that may pass."""
        known = self._verdicts.get(text) or ask()
        if known is None:
            return Verdict.UNJUDGED
        self._verdicts[text] = known
        return known
