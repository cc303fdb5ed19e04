"""What can be told while an answer is made."""

from dataclasses import dataclass
from typing import Literal

from qa_service.dialogue import Claim, Hit, Question

StageName = Literal["understanding", "searching", "writing", "checking"]


@dataclass(frozen=True, slots=True)
class Stage:
    """What is being done now."""

    name: StageName


@dataclass(frozen=True, slots=True)
class Understood:
    """The question, as it can be understood alone."""

    question: Question


@dataclass(frozen=True, slots=True)
class Found:
    """The passages that the answer is drawn from, best first, and how the question was read."""

    hits: tuple[Hit, ...]
    reading: str


@dataclass(frozen=True, slots=True)
class Proved:
    """A claim that has passed every check; it stands in the answer, after those before it.

    Of a claim that a model has `written` the sentence is the answer's text as well.
    """

    claim: Claim
    written: bool = False


Event = Stage | Understood | Found | Proved
