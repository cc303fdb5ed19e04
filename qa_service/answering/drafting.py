"""Claims drafted by a model: nothing it says is trusted, and nothing of it is shown before code has checked it."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from prompts.catalogue import Prompt, as_material, load
from qa_service.answering.claim_stream import ANSWER, Answerable, ClaimStream
from qa_service.answering.evidence import Evidence
from qa_service.answering.model_text import sendable
from qa_service.budget import Budget
from qa_service.chat import Chat, ChatReply, Message
from qa_service.dialogue import DraftClaim, Question, Rejection

Drafts = Generator[DraftClaim | Rejection, None, "Drafted"]
"""Claims as they are written, those of another form as rejections; and in the end the whole."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A reply that has ended: whether the model takes the question to be answered, and what it was asked and said."""

    answerable: Answerable | None
    reply: ChatReply
    messages: tuple[Message, ...]


class Drafter:
    """Asks a chat model for claims, and for those that did not pass once more."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._draft, self._mend = load("draft_claims"), load("mend_claims")

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        return (self._draft, self._mend)

    def draft(self, question: Question, evidence: Evidence, limit: int, budget: Budget) -> Drafts:
        """Draft an answer; the evidence stands last, behind what is the same for every question.

        Raises: as `Chat.stream`; FormError for a reply that is no answer.
        """
        asked = self._draft.fill(
            question=as_material(question.clear), limit=str(limit), evidence=as_material(evidence.material())
        )
        messages = (Message("system", self._draft.instructions), Message("user", asked))
        return self._written(messages, budget)

    def mend(self, drafted: Drafted, failed: Sequence[Rejection], budget: Budget) -> Drafts:
        """The claims that did not pass, once more, told why.

        Raises: as `draft`.
        """
        faults = [
            {
                "claim": one.draft.text,
                "quotes": [{"passage": quote.key, "quote": quote.quote} for quote in one.draft.quotes],
                "fault": one.reason,
            }
            for one in failed
        ]
        said = Message("assistant", sendable(drafted.reply.text))
        told = Message("user", sendable(self._mend.fill(faults=as_material(faults))))
        messages = (*drafted.messages, said, told)
        return self._written(messages, budget)

    def _written(self, messages: tuple[Message, ...], budget: Budget) -> Drafts:
        stream = ClaimStream()
        pieces = self._chat.stream(messages, ANSWER, budget)
        try:
            while True:
                try:
                    piece = next(pieces)
                except StopIteration as end:
                    reply: ChatReply = end.value
                    break
                yield from stream.feed(piece)
        finally:
            pieces.close()
        stream.end()
        return Drafted(stream.answerable, reply, messages)
