"""Asking, in one place for the API and the command line: open library, embedder, conversations."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from qa_service.answering.answerer import DEFAULT_CLAIMS, answer
from qa_service.answering.followup import understand
from qa_service.api.requests import AskIn, SearchIn
from qa_service.api.responses import AnswerOut, PassageOut, ReadingOut, SearchOut
from qa_service.conversations import Conversations, new_id
from qa_service.dialogue import Question, Turn
from qa_service.embedding import Embedder
from qa_service.errors import BusyError, InputError
from qa_service.library.live import LiveLibrary
from qa_service.reranking import Reranker
from qa_service.retrieval.retriever import retrieve

AT_ONCE = 2
WAITING = 32
"""Questions answered at once, and those that may wait; one more is told to come back."""


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
    """Everything needed to answer."""

    library: LiveLibrary
    embedder: Embedder
    conversations: Conversations
    gate: Gate = field(default_factory=Gate)
    reranker: Reranker | None = None

    def ask(self, asked: AskIn, owner: str) -> dict[str, Any]:
        """Answer a question and keep both in its conversation; returns AnswerOut as JSON.

        Raises: as `answer`.
        """
        as_json = self.answer(asked, owner)
        self.conversations.append(owner, as_json["conversation_id"], as_json, as_json["build"])
        return as_json

    def answer(self, asked: AskIn, owner: str) -> dict[str, Any]:
        """Answer a question, and keep nothing.

        Raises: InputError, UnknownError (no such conversation), BusyError, BackendError.
        """
        if asked.answerer == "llm":
            raise InputError('no language model is configured; ask with answerer "extractive"')
        turns, conversation = self._turns(asked, owner)
        with self.gate.enter(), self.library.build() as build:
            question = understand(asked.question, turns, asked.filters.filters(), build, self.embedder)
            most = asked.max_claims or DEFAULT_CLAIMS
            found = answer(question, build, self.embedder, max_claims=most, reranker=self.reranker)
            out = AnswerOut.of(
                found,
                build.catalogue,
                id=new_id("answer"),
                conversation=conversation,
                model=self.embedder.name,
                reranker=self.reranker.name if self.reranker else None,
                degraded=bool(build.degraded),
                include_passages=asked.include_passages,
            )
        return out.json_object()

    def search(self, asked: SearchIn) -> SearchOut:
        """The passages an answer would be drawn from, best first."""
        with self.gate.enter(), self.library.build() as build:
            question = Question(asked.question, asked.question, asked.filters.filters())
            retrieved = retrieve(question, build, self.embedder, limit=asked.limit, reranker=self.reranker)
            volumes = {volume.id: volume for volume in build.catalogue.volumes()}
            return SearchOut(
                question=asked.question,
                reading=ReadingOut.of(question, retrieved.reading),
                passages=[PassageOut.of(hit, volumes[hit.letter.ref.volume]) for hit in retrieved.hits],
                build=build.id,
            )

    def _turns(self, asked: AskIn, owner: str) -> tuple[tuple[Turn, ...], str]:
        given = tuple(turn.turn() for turn in asked.history)
        if asked.conversation_id is None:
            return given, new_id("conversation")
        if given:
            raise InputError("expected either conversation_id or history, got both")
        return self.conversations.get(owner, asked.conversation_id).turns, asked.conversation_id
