"""Asking, in one place for the API and the command line: open library, embedder, conversations."""

import hashlib
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import structlog

from qa_service.answering.answerer import DEFAULT_CLAIMS, sureness_of
from qa_service.answering.events import Event
from qa_service.answering.responding import Asked, Means, finish, respond
from qa_service.answering.written import Writer
from qa_service.api.recording import ReplayOut, asked_again, asked_with
from qa_service.api.requests import AskIn, SearchIn
from qa_service.api.responses import AnswerOut, ModelsOut
from qa_service.api.search_responses import ReadingOut, SearchOut, found_out
from qa_service.budget import Budget
from qa_service.conversations import Conversations, new_id
from qa_service.dialogue import Question, Turn
from qa_service.embedding import Embedder
from qa_service.errors import BusyError, InputError
from qa_service.library.live import LiveLibrary
from qa_service.metrics import Metrics
from qa_service.records import Record, record_of
from qa_service.reranking import Reranker
from qa_service.retrieval.query import content_words
from qa_service.retrieval.retriever import retrieve

AT_ONCE = 2
WAITING = 32
"""Questions answered at once, and those that may wait; one more is told to come back."""
WRITING_AT_ONCE = 16
"""Questions for which a language model is waited for at once."""


class Gate:
    """Lets a bounded number of questions in at a time."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._places = threading.BoundedSemaphore(at_once + waiting)
        self._working = threading.Semaphore(at_once)

    @contextmanager
    def enter(self) -> Iterator[None]:
        """Raises BusyError at once if too many wait already."""
        if not self._places.acquire(blocking=False):
            raise BusyError("too many questions are waiting; try again in a few seconds")
        try:
            with self._working:
                yield
        finally:
            self._places.release()


@dataclass(frozen=True, slots=True)
class Service:
    """Everything needed to answer. `gate` bounds the work of this machine, `writing` the questions that wait for a
    language model, which takes long and costs the machine little.
    """

    library: LiveLibrary
    embedder: Embedder
    conversations: Conversations
    gate: Gate = field(default_factory=Gate)
    reranker: Reranker | None = None
    writer: Writer | None = None
    writing: Gate = field(default_factory=lambda: Gate(at_once=WRITING_AT_ONCE))
    metrics: Metrics = field(default_factory=Metrics)
    log_questions: bool = False

    def ask(self, asked: AskIn, owner: str) -> dict[str, Any]:
        """Answer a question and keep both in its conversation; returns AnswerOut as JSON.

        Raises: as `begin` and `Asking.kept`.
        """
        return finish(self.begin(asked, owner).kept())

    def answer(self, asked: AskIn, owner: str) -> dict[str, Any]:
        """Answer a question, and keep nothing. Raises: as `begin` and `Asking.answered`."""
        return finish(self.begin(asked, owner).answered())

    def begin(self, asked: AskIn, owner: str) -> "Asking":
        """All that can be refused about a question, before any work.

        Raises: InputError, UnknownError (no such conversation), ConflictError (it has other turns than expected).
        """
        return self._asking(asked, owner, *self._turns(asked, owner))

    def replay(self, owner: str, answer: str) -> ReplayOut:
        """Ask again what a stored answer answered, after the same turns, and compare; nothing is kept.

        Raises: as `begin` and `Asking.answered`.
        """
        kept = self.conversations.answer(owner, answer)
        asked, turns = asked_again(kept)
        now, record = finish(self._asking(asked, owner, turns, kept.conversation).recorded())
        return ReplayOut.of(kept, now, record.as_json())

    def _asking(self, asked: AskIn, owner: str, turns: tuple[Turn, ...], conversation: str) -> "Asking":
        if asked.answerer == "llm" and self.writer is None:
            raise InputError('no language model is configured; ask with answerer "extractive"')
        budget = self.writer.budget() if self.writer and asked.answerer != "extractive" else None
        return Asking(self, asked, owner, turns, conversation, budget)

    def search(self, asked: SearchIn) -> SearchOut:
        """The passages an answer would be drawn from, best first."""
        with self.gate.enter(), self.library.build() as build:
            question = Question(asked.question, asked.question, asked.filters.filters())
            retrieved = retrieve(question, build, self.embedder, limit=asked.limit, reranker=self.reranker)
            volumes = {volume.id: volume for volume in build.catalogue.volumes()}
            words = content_words(retrieved.wordings[0])
            return SearchOut(
                question=asked.question,
                reading=ReadingOut.of(question, retrieved.reading),
                passages=found_out(retrieved.hits, words, volumes),
                unmatched=list(sureness_of(question, retrieved, build).unmatched),
                build=build.id,
            )

    def _turns(self, asked: AskIn, owner: str) -> tuple[tuple[Turn, ...], str]:
        given = tuple(turn.turn() for turn in asked.history)
        if asked.conversation_id is None:
            if asked.expected_turns:
                raise InputError(f"expected_turns: a new conversation has none, got {asked.expected_turns}")
            return given, new_id("conversation")
        if given:
            raise InputError("expected either conversation_id or history, got both")
        if asked.expected_turns is not None:
            self.conversations.expect(owner, asked.conversation_id, asked.expected_turns)
        return self.conversations.get(owner, asked.conversation_id).turns, asked.conversation_id


@dataclass(frozen=True, slots=True)
class Asking:
    """One question under way; `budget` stops it from another thread, where a model writes the answer."""

    service: Service
    asked: AskIn
    owner: str
    turns: tuple[Turn, ...]
    conversation: str
    budget: Budget | None

    def kept(self) -> "Told":
        """Answer, and keep question and answer in their conversation.

        Raises: as `recorded`; UnknownError or ConflictError if the conversation has been deleted or grown meanwhile.
        """
        as_json, record = yield from self.recorded()
        self.service.conversations.append(
            self.owner,
            self.conversation,
            as_json,
            as_json["build"],
            record=record.as_json(),
            continues=self.asked.conversation_id is not None,
            expected_turns=self.asked.expected_turns,
        )
        return as_json

    def answered(self) -> "Told":
        """What happens while the question is answered; in the end AnswerOut as JSON. Raises: as `recorded`."""
        as_json, _ = yield from self.recorded()
        return as_json

    def recorded(self) -> Generator[Event, None, tuple[dict[str, Any], Record]]:
        """The same, with the record of how the answer came about.

        Raises: BusyError, BackendError, StoppedError.
        """
        service = self.service
        structlog.get_logger().info("asked", **_told_of(self.asked.question, whole=service.log_questions))
        waiting = service.writing.enter() if self.budget else nullcontext()
        with waiting, service.library.build() as build:
            means = Means(service.embedder, service.reranker, service.writer, service.gate.enter)
            found = yield from respond(self._question(), build, means, self.budget)
            out = AnswerOut.of(
                found,
                build.catalogue,
                id=new_id("answer"),
                conversation=self.conversation,
                models=self._models(),
                degraded=bool(build.degraded),
                include_passages=self.asked.include_passages,
            )
            as_json = out.json_object()
            service.metrics.count_answer(as_json)
            return as_json, record_of(found, as_json, build.manifest, asked_with(self.asked))

    def _question(self) -> Asked:
        asked = self.asked
        return Asked(asked.question, self.turns, asked.filters.filters(), asked.max_claims or DEFAULT_CLAIMS)

    def _models(self) -> ModelsOut:
        reranker, writer = self.service.reranker, self.service.writer
        return ModelsOut(
            embedding=self.service.embedder.name,
            reranker=reranker.name if reranker else None,
            entailment=writer.entailment.name if self.budget and writer and writer.entailment else None,
        )


def _told_of(question: str, *, whole: bool) -> dict[str, Any]:
    """What the log may hold of a question: a digest tells the same question again, and nothing of what it asks."""
    if whole:
        return {"question": question}
    return {"characters": len(question), "digest": hashlib.sha256(question.encode()).hexdigest()[:12]}


Told = Generator[Event, None, dict[str, Any]]
