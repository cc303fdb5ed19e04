"""The order of the stages, from a question to a checked answer."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from qa_service.answering import extractive
from qa_service.answering.checking import check_claims
from qa_service.answering.confidence import ANSWER_FROM, DECLINE_BELOW, confidence
from qa_service.answering.followup import is_unclear
from qa_service.dialogue import Answer, Outcome, Question
from qa_service.embedding import Embedder
from qa_service.library.builds import Build
from qa_service.library.outline import LetterFacts
from qa_service.reranking import Reranker
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
    found = answer_from(question, retrieved, build, max_claims=max_claims)
    return replace(found, timings_ms=timings | found.timings_ms)


def answer_from(question: Question, retrieved: Retrieved, build: Build, *, max_claims: int = DEFAULT_CLAIMS) -> Answer:
    """Choose and check: the answer that given hits, best first, hold."""
    timings: dict[str, float] = {}
    hits = retrieved.hits
    with _timed(timings, "choose"):
        count, passages = build.lexical.passages_with, build.manifest.counts.passages
        weighed = {one: extractive.question_weights(one, count, passages) for one in retrieved.wordings}
        candidates = extractive.candidates_of(retrieved, build, {one: weights for one, (weights, _) in weighed.items()})
        drafts = extractive.draft_claims(extractive.choose(candidates, hits, limit=max_claims))
    unmatched = weighed[retrieved.wordings[0]][1]
    sure = confidence(unmatched, retrieved.reading.days, hits, _searched(question, build))
    with _timed(timings, "check"):
        evidence = {hit.passage.key: hit.passage for hit in hits}
        checked = check_claims(drafts, evidence, {hit.letter.ref: hit.letter for hit in hits})
    outcome = _outcome(question, bool(checked.claims), sure, unmatched)
    return Answer(
        question=question,
        outcome=outcome,
        claims=checked.claims if outcome in ("answered", "partly") else (),
        hits=hits,
        searched=replace(build.catalogue.extent(question.filters), unmatched=unmatched),
        reading=str(retrieved.reading),
        confidence=sure,
        dropped=len(checked.rejected),
        build=build.id,
        timings_ms=timings,
    )


def _searched(question: Question, build: Build) -> Sequence[LetterFacts]:
    if not question.filters:
        return build.outline.letters
    return [build.outline.letters[build.outline.places[ref]] for ref in build.catalogue.refs(question.filters)]


def _outcome(question: Question, found: bool, sure: float, unmatched: Sequence[str]) -> Outcome:
    """In three bands; `partly` also where a name in the question stands nowhere: the answer cannot be about it."""
    if is_unclear(question):
        return "unclear"
    if not found or sure < DECLINE_BELOW:
        return "not_found"
    return "partly" if sure < ANSWER_FROM or any(word[:1].isupper() for word in unmatched) else "answered"


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    timings[stage] = round((time.perf_counter() - started) * 1000, 1)
