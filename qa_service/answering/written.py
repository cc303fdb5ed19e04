"""Answers that a model writes: drafted, proved claim by claim, mended once, and never shown unproved."""

from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace

import structlog

from qa_service.answering.checking import check_claim, find_quote
from qa_service.answering.claim_stream import Answerable
from qa_service.answering.confidence import ANSWER_FROM, DECLINE_BELOW
from qa_service.answering.drafting import Drafted, Drafter, Drafts
from qa_service.answering.events import Event, Proved, Stage
from qa_service.answering.evidence import Evidence
from qa_service.answering.question_reading import QuestionReader
from qa_service.answering.support import Checks, fault_of
from qa_service.budget import STANDARD, Allowance, Budget, Price
from qa_service.chat import Chat, ChatReply
from qa_service.dialogue import Claim, DraftClaim, Outcome, Question, Rejection, Writing
from qa_service.entailment import Entailment
from qa_service.errors import BrokenOffError, FormError, ModelError, SpentError

_MOSTLY_LOST = 0.5
"""Where no more than this share of the claims is left, an answer is called a part of one."""
_MOST_HINTS = 3


class Writer:
    """A chat model with all that it needs to write answers.

    Args:
        characters: how much evidence it is given to read.
    """

    def __init__(
        self,
        chat: Chat,
        *,
        allowance: Allowance = STANDARD,
        prices: Mapping[str, Price] = {},
        characters: int = 24_000,
        entailment: Entailment | None = None,
    ) -> None:
        self.name = chat.name
        self.drafter, self.reader = Drafter(chat), QuestionReader(chat)
        self.characters, self.entailment = characters, entailment
        self._allowance, self._prices = allowance, prices

    def budget(self) -> Budget:
        """What one question may take, from now on."""
        return Budget(self._allowance, self._prices)

    @property
    def prompts(self) -> dict[str, str]:
        """Versions of all prompts by name."""
        return {one.name: one.version for one in (*self.drafter.prompts, self.reader.prompt)}


@dataclass(frozen=True, slots=True)
class Written:
    """What a model's draft has come to."""

    claims: tuple[Claim, ...]
    rejected: tuple[Rejection, ...]
    """Every draft that did not pass, also those that were mended."""
    dropped: int
    """Claims that are gone for good."""
    answerable: Answerable | None
    """What the model takes the passages for; None if it broke off before it said so."""
    reply: ChatReply | None
    """None if it broke off."""

    @property
    def outcome(self) -> Outcome:
        """Never `answered` with less than the model itself takes for an answer, or with most of it dropped."""
        if not self.claims:
            return "not_found"
        kept = len(self.claims) / (len(self.claims) + self.dropped)
        return "answered" if self.answerable == "fully" and self.reply and kept > _MOSTLY_LOST else "partly"

    def confidence(self, of_the_signs: float) -> float:
        """What the signs say, kept in the band of the outcome: the model has read the passages, the signs have not."""
        bands = {"answered": (ANSWER_FROM, 1.0), "partly": (DECLINE_BELOW, ANSWER_FROM - 0.01)}
        low, high = bands.get(self.outcome, (0.0, DECLINE_BELOW - 0.01))
        return min(max(of_the_signs, low), high)

    def writing(self, writer: Writer, budget: Budget) -> Writing:
        return Writing(
            model=self.reply.asked if self.reply else writer.name,
            model_version=self.reply.model if self.reply else None,
            prompts=writer.prompts,
            usage=budget.usage,
            incomplete=self.reply is None,
        )


def write(
    question: Question, evidence: Evidence, writer: Writer, checks: Checks, budget: Budget, *, limit: int
) -> Generator[Event, None, Written]:
    """Have an answer written; each claim is given as soon as it is proved.

    Raises: BackendError if the model fails before anything is proved; StoppedError.
    """
    yield Stage("writing")
    proving = _Proving(evidence, checks, limit)
    drafted = yield from _first_draft(question, evidence, writer, budget, proving)
    if drafted is None or not proving.failed:
        return proving.written(drafted, dropped=len(proving.failed))
    yield Stage("checking")
    failed, before = list(proving.failed), len(proving.claims)
    proving.failed.clear()
    try:
        again = writer.drafter.mend(drafted, [_hinted(one, evidence) for one in failed], budget)
        yield from proving.take(again)
    except ModelError as error:
        structlog.get_logger().warning("claims_not_mended", error=str(error))
    mended, still = len(proving.claims) - before, len(proving.failed)
    proving.failed[:0] = failed
    return proving.written(drafted, dropped=max(len(failed) - mended, still))


def _first_draft(
    question: Question, evidence: Evidence, writer: Writer, budget: Budget, proving: "_Proving"
) -> Generator[Event, None, Drafted | None]:
    """The draft, asked for once more if it ends badly before anything is proved; None if it breaks off after that."""
    for last in (False, True):
        try:
            return (yield from proving.take(writer.drafter.draft(question, evidence, proving.limit, budget)))
        except (BrokenOffError, FormError, SpentError):
            if proving.claims:
                return None
            if last:
                raise
            proving.failed.clear()
    raise AssertionError("the last try returns or raises")


class _Proving:
    """Lets drafts through the gate and the second check, and keeps what became of each."""

    def __init__(self, evidence: Evidence, checks: Checks, limit: int) -> None:
        self.limit = limit
        self.claims: list[Claim] = []
        self.failed: list[Rejection] = []
        self._checks = checks
        self._passages, self._letters = evidence.passages, evidence.letters

    def take(self, drafts: Drafts) -> Generator[Event, None, Drafted]:
        """Check drafts as they are written. More than were asked for, and what is said twice, is passed over."""
        with closing(drafts):
            while True:
                try:
                    draft = next(drafts)
                except StopIteration as end:
                    drafted: Drafted = end.value
                    return drafted
                proved = self._proved(draft) if isinstance(draft, DraftClaim) else draft
                if isinstance(proved, Rejection):
                    self.failed.append(proved)
                elif len(self.claims) < self.limit and all(one.text != proved.text for one in self.claims):
                    self.claims.append(proved)
                    yield Proved(proved, written=True)

    def written(self, drafted: Drafted | None, *, dropped: int) -> Written:
        return Written(
            claims=tuple(self.claims),
            rejected=tuple(self.failed),
            dropped=dropped,
            answerable=drafted.answerable if drafted else None,
            reply=drafted.reply if drafted else None,
        )

    def _proved(self, draft: DraftClaim) -> Claim | Rejection:
        claim = check_claim(draft, self._passages, self._letters)
        if isinstance(claim, Rejection):
            return claim
        fault = fault_of(claim, self._checks)
        return Rejection(draft, fault) if fault else claim


def _hinted(failed: Rejection, evidence: Evidence) -> Rejection:
    """A rejection that also says in which other pieces its quotations stand."""
    hints = [
        f"{quote.quote!r} stands in the passage {one.key!r}"
        for quote in failed.draft.quotes
        for one in evidence.exhibits
        if one.key != quote.key and find_quote(quote.quote, one.passage.text)
    ]
    return replace(failed, reason="; ".join([failed.reason, *hints[:_MOST_HINTS]]))
