"""From what was asked to the answer, told step by step: the one order of all stages, with a model and without.

Whatever a model does, an answer comes: where it fails before anything is proved, the sentences of the letters answer.
"""

import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

import structlog

from qa_service.answering.answerer import (
    DEFAULT_CLAIMS,
    HITS,
    answer,
    answer_from,
    answer_from_catalogue,
    sureness_of,
)
from qa_service.answering.confidence import ANSWER_FROM
from qa_service.answering.events import Event, Found, Proved, Stage, Understood
from qa_service.answering.evidence import Evidence, gather
from qa_service.answering.followup import is_unclear, understand
from qa_service.answering.searching import search
from qa_service.answering.support import Checks
from qa_service.answering.written import Writer, Written, write
from qa_service.budget import Budget
from qa_service.dialogue import Answer, Filters, Question, Turn, Writing
from qa_service.embedding import Embedder
from qa_service.errors import ModelError, PromptTooLongError
from qa_service.library.builds import Build
from qa_service.reranking import Reranker
from qa_service.retrieval.retriever import Retrieved

T = TypeVar("T")
Answering = Generator[Event, None, Answer]
"""What happens while an answer is made, and in the end the answer."""

MODEL_FAILED = "the language model did not answer; these are sentences of the letters"
NOTHING_PROVED = "nothing that the language model wrote could be proved; these are sentences of the letters"


@dataclass(frozen=True, slots=True)
class Means:
    """What answers are made with.

    `at_work` is entered while the processor is needed, and left while a model is waited for.
    """

    embedder: Embedder
    reranker: Reranker | None = None
    writer: Writer | None = None
    at_work: Callable[[], AbstractContextManager[None]] = nullcontext


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that was said of how to answer it; `turns` are the conversation's, oldest first."""

    question: str
    turns: tuple[Turn, ...] = ()
    filters: Filters = Filters()
    max_claims: int = DEFAULT_CLAIMS


def respond(asked: Asked, build: Build, means: Means, budget: Budget | None = None) -> Answering:
    """Answer a question; with a budget, by the writer of the means.

    Raises: BackendError if a store fails, BusyError, StoppedError.
    """
    started = time.perf_counter()
    if budget and means.writer:
        answered = yield from _Written(asked, build, means, means.writer, budget).answer()
    else:
        answered = yield from _extracted(asked, build, means)
    total = round((time.perf_counter() - started) * 1000, 1)
    return replace(answered, timings_ms=answered.timings_ms | {"total": total})


def finish(telling: Generator[Event, None, T]) -> T:
    """What is told in the end, alone."""
    while True:
        try:
            next(telling)
        except StopIteration as end:
            last: T = end.value
            return last


def _extracted(asked: Asked, build: Build, means: Means) -> Answering:
    yield Stage("understanding")
    with means.at_work():
        question = understand(asked.question, asked.turns, asked.filters, build, means.embedder)
    yield Understood(question)
    yield Stage("searching")
    with means.at_work():
        found = answer(question, build, means.embedder, max_claims=asked.max_claims, reranker=means.reranker)
    return (yield from _told(found))


def _told(answered: Answer) -> Answering:
    yield Found(answered.hits, answered.reading)
    for claim in answered.claims:
        yield Proved(claim)
    return answered


@dataclass(frozen=True, slots=True)
class _Written:
    """One question on its way to an answer that a model writes."""

    asked: Asked
    build: Build
    means: Means
    writer: Writer
    budget: Budget

    def answer(self) -> Answering:
        yield Stage("understanding")
        question = self._understood()
        yield Understood(question)
        yield Stage("searching")
        with self.means.at_work():
            retrieved = search(question, self.build, self.means.embedder, limit=HITS, reranker=self.means.reranker)
            told = self._told_without_reading(question, retrieved)
        if told:
            return (yield from _told(told))
        yield Found(retrieved.hits, str(retrieved.reading))
        try:
            evidence, written = yield from self._written(question, retrieved)
        except ModelError as error:
            structlog.get_logger().warning("writer_failed", error=str(error))
            return (yield from self._instead(question, retrieved, MODEL_FAILED))
        if not written.claims and written.answerable != "no":
            return (yield from self._instead(question, retrieved, NOTHING_PROVED, written))
        return self._assembled(question, retrieved, evidence, written)

    def _understood(self) -> Question:
        asked = self.asked
        with self.means.at_work():
            question = understand(asked.question, asked.turns, asked.filters, self.build, self.means.embedder)
        if not self.writer.reader.wants(question, asked.turns):
            return question
        return self.writer.reader.prepared(question, asked.turns, self.budget)

    def _told_without_reading(self, question: Question, retrieved: Retrieved) -> Answer | None:
        """What needs no model: what the catalogue knows, a question that says nothing, letters that hold nothing."""
        limit = self.asked.max_claims
        told = answer_from_catalogue(question, retrieved, self.build, max_claims=limit)
        if told is None and (not retrieved.hits or is_unclear(question, retrieved.reading)):
            told = answer_from(question, retrieved, self.build, max_claims=limit)
        return told and replace(told, writing=Writing(prompts=self.writer.prompts, usage=self.budget.usage))

    def _written(self, question: Question, retrieved: Retrieved) -> Generator[Event, None, tuple[Evidence, Written]]:
        """What the model writes; with half of the evidence, if it cannot read all of it."""
        limit = self.asked.max_claims
        try:
            evidence, checks = self._evidence(question, retrieved, self.writer.characters)
            return evidence, (yield from write(question, evidence, self.writer, checks, self.budget, limit=limit))
        except PromptTooLongError:
            evidence, checks = self._evidence(question, retrieved, self.writer.characters // 2)
            return evidence, (yield from write(question, evidence, self.writer, checks, self.budget, limit=limit))

    def _evidence(self, question: Question, retrieved: Retrieved, characters: int) -> tuple[Evidence, Checks]:
        catalogue = self.build.catalogue
        allowed = frozenset(catalogue.refs(question.filters)) if question.filters else None
        with self.means.at_work():
            evidence = gather(retrieved.hits, self.build, retrieved.vectors, characters=characters, allowed=allowed)
        return evidence, checks_of(self.build, self.means.embedder, self.writer)

    def _instead(
        self, question: Question, retrieved: Retrieved, reason: str, written: Written | None = None
    ) -> Answering:
        """The answer that the sentences of the letters give, marked as such. What a model has tried to answer and could
        not prove is no more than a part of an answer.
        """
        with self.means.at_work():
            found = answer_from(question, retrieved, self.build, max_claims=self.asked.max_claims)
        writing = Writing(prompts=self.writer.prompts, usage=self.budget.usage, fallback=reason)
        found = replace(found, writing=writing)
        if written:
            sure = min(found.confidence, ANSWER_FROM - 0.01)
            outcome = "partly" if found.outcome == "answered" else found.outcome
            found = replace(found, outcome=outcome, confidence=sure, dropped=written.dropped, rejected=written.rejected)
        for claim in found.claims:
            yield Proved(claim)
        return found

    def _assembled(self, question: Question, retrieved: Retrieved, evidence: Evidence, written: Written) -> Answer:
        sure = sureness_of(question, retrieved, self.build)
        searched = self.build.catalogue.extent(question.filters)
        return Answer(
            question=question,
            outcome=written.outcome,
            claims=written.claims,
            hits=(*retrieved.hits, *evidence.added),
            searched=replace(searched, unmatched=sure.unmatched),
            reading=str(retrieved.reading),
            confidence=written.confidence(sure.value),
            dropped=written.dropped,
            rejected=written.rejected,
            build=self.build.id,
            answerer="llm",
            writing=written.writing(self.writer, self.budget),
        )


def checks_of(build: Build, embedder: Embedder, writer: Writer) -> Checks:
    """The second check over the letters of a build."""

    def nearness(one: str, other: str) -> float:
        first, second = embedder.embed([one, other])
        return float(first @ second)

    @lru_cache
    def listed(volume: str) -> tuple[tuple[str, str], ...]:
        persons = build.catalogue.apparatus(volume).persons
        return tuple((one.listed.split(",")[0], f"{one.name}, {one.description}") for one in persons)

    return Checks(
        is_name=lambda word: word in build.outline.names,
        is_word=lambda word: build.lexical.passages_with(word) > 0,
        nearness=nearness,
        persons=lambda volume, text: [entry for surname, entry in listed(volume) if surname and surname in text],
        entailment=writer.entailment,
    )
