"""The order of the stages, from a question to a checked answer."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from qa_service.answering import extractive
from qa_service.answering.catalogue_answers import catalogue_answer
from qa_service.answering.checking import check_claims
from qa_service.answering.confidence import (
    ANSWER_FROM,
    DECLINE_BELOW,
    OF_THE_CATALOGUE,
    Signs,
    any_letter_of,
    confidence,
)
from qa_service.answering.followup import is_unclear
from qa_service.answering.names_lacked import names_lacked, telling_names
from qa_service.dialogue import Answer, DraftClaim, Outcome, Question
from qa_service.embedding import Embedder
from qa_service.library.builds import Build
from qa_service.reranking import Reranker
from qa_service.retrieval.query import content_words
from qa_service.retrieval.retriever import Retrieved, retrieve

HITS = 20
DEFAULT_CLAIMS = 5


def answer(
    question: Question,
    build: Build,
    embedder: Embedder,
    *,
    max_claims: int = DEFAULT_CLAIMS,
    reranker: Reranker | None = None,
) -> Answer:
    """Find, choose, check: an answer whose every claim carries a quotation that stands in its letter."""
    timings: dict[str, float] = {}
    with _timed(timings, "retrieve"):
        retrieved = retrieve(question, build, embedder, limit=HITS, reranker=reranker)
    with _timed(timings, "catalogue"):
        told = answer_from_catalogue(question, retrieved, build, max_claims=max_claims)
    found = told or answer_from(question, retrieved, build, max_claims=max_claims)
    return replace(found, timings_ms=timings | found.timings_ms)


def answer_from_catalogue(
    question: Question, retrieved: Retrieved, build: Build, *, max_claims: int = DEFAULT_CLAIMS
) -> Answer | None:
    """The answer that the catalogue holds; None if it is no question for it."""
    told = catalogue_answer(question, retrieved.reading, retrieved.hits, build, limit=max_claims)
    if told is None:
        return None
    retrieved = replace(retrieved, hits=told.hits[:HITS])
    return _checked(question, retrieved, build, told.drafts, Sureness(OF_THE_CATALOGUE))


def answer_from(question: Question, retrieved: Retrieved, build: Build, *, max_claims: int = DEFAULT_CLAIMS) -> Answer:
    """Choose and check: the answer that the sentences of given hits, best first, hold."""
    timings: dict[str, float] = {}
    with _timed(timings, "choose"):
        count, passages = build.lexical.passages_with, build.manifest.counts.passages
        weights = {one: extractive.question_weights(one, count, passages)[0] for one in retrieved.wordings}
        candidates = extractive.candidates_of(retrieved, build, weights)
        drafts = extractive.draft_claims(extractive.choose(candidates, retrieved.hits, limit=max_claims))
        sure = sureness_of(question, retrieved, build)
    found = _checked(question, retrieved, build, drafts, sure)
    return replace(found, timings_ms=timings | found.timings_ms)


@dataclass(frozen=True, slots=True)
class Sureness:
    """How sure an answer is, and the question's words that stand nowhere."""

    value: float
    unmatched: tuple[str, ...] = ()


def sureness_of(question: Question, retrieved: Retrieved, build: Build) -> Sureness:
    """How sure it is that these letters answer, as far as can be told without reading them."""
    passages = build.manifest.counts.passages
    _, unmatched = extractive.question_weights(retrieved.wordings[0], build.lexical.passages_with, passages)
    return Sureness(confidence(signs_of(question, retrieved, unmatched, build), retrieved.hits), unmatched)


def _checked(
    question: Question, retrieved: Retrieved, build: Build, drafts: Sequence[DraftClaim], sure: Sureness
) -> Answer:
    """The answer that drafts make, once they have passed the quote gate."""
    timings: dict[str, float] = {}
    hits = retrieved.hits
    with _timed(timings, "check"):
        evidence = {hit.passage.key: hit.passage for hit in hits}
        checked = check_claims(drafts, evidence, {hit.letter.ref: hit.letter for hit in hits})
    outcome = _outcome(is_unclear(question, retrieved.reading), bool(checked.claims), sure)
    return Answer(
        question=question,
        outcome=outcome,
        claims=checked.claims if outcome in ("answered", "partly") else (),
        hits=hits,
        searched=replace(build.catalogue.extent(question.filters), unmatched=sure.unmatched),
        reading=str(retrieved.reading),
        confidence=0.0 if outcome == "unclear" else sure.value,
        dropped=len(checked.rejected),
        rejected=checked.rejected,
        build=build.id,
        timings_ms=timings,
    )


def signs_of(question: Question, retrieved: Retrieved, unmatched: Sequence[str], build: Build) -> Signs:
    reading, asked = retrieved.reading, retrieved.wordings[0]
    passages = build.manifest.counts.passages
    names = telling_names(asked, reading, build.outline.names, build.lexical.passages_with, passages)
    searched = build.outline.letters
    if question.filters:
        searched = tuple(searched[build.outline.places[ref]] for ref in build.catalogue.refs(question.filters))
    return Signs(
        lacked=names_lacked(names, retrieved.hits),
        no_letter_of_its_days=bool(reading.days) and not any_letter_of(reading.days, searched),
        words=len(content_words(asked)),
        unmatched=len(unmatched),
    )


def _outcome(unclear: bool, found: bool, sure: Sureness) -> Outcome:
    """In three bands; `partly` also where a name in the question stands nowhere: the answer cannot be about it."""
    if unclear:
        return "unclear"
    if not found or sure.value < DECLINE_BELOW:
        return "not_found"
    names = any(word[:1].isupper() for word in sure.unmatched)
    return "partly" if sure.value < ANSWER_FROM or names else "answered"


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    timings[stage] = round((time.perf_counter() - started) * 1000, 1)
