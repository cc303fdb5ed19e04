"""The order of the stages, from a question to a checked answer."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from qa_service.answering import extractive
from qa_service.answering.checking import check_claims
from qa_service.dialogue import Answer, Outcome, Question
from qa_service.embedding import Embedder
from qa_service.library.builds import Build
from qa_service.retrieval.retriever import Retrieved, retrieve

HITS = 20
DEFAULT_CLAIMS = 4


def answer(question: Question, build: Build, embedder: Embedder, *, max_claims: int = DEFAULT_CLAIMS) -> Answer:
    """Find, choose, check: an answer whose every claim carries a quotation that stands in its letter."""
    timings: dict[str, float] = {}
    with _timed(timings, "retrieve"):
        retrieved = retrieve(question, build, embedder, limit=HITS)
    found = answer_from(question, retrieved, build, max_claims=max_claims)
    return replace(found, timings_ms=timings | found.timings_ms)


def answer_from(question: Question, retrieved: Retrieved, build: Build, *, max_claims: int = DEFAULT_CLAIMS) -> Answer:
    """Choose and check: the answer that given hits, best first, hold."""
    timings: dict[str, float] = {}
    hits = retrieved.hits
    with _timed(timings, "choose"):
        passages = build.manifest.counts.passages
        weighed = {
            one: extractive.question_weights(one, build.lexical.passages_with, passages) for one in retrieved.wordings
        }
        candidates = extractive.candidates_of(retrieved, build, {one: weights for one, (weights, _) in weighed.items()})
        chosen = extractive.choose(candidates, hits, limit=max_claims)
    unmatched = weighed[retrieved.wordings[0]][1]
    with _timed(timings, "check"):
        checked = check_claims(
            extractive.draft_claims(chosen),
            {hit.passage.key: hit.passage for hit in hits},
            {hit.letter.ref: hit.letter for hit in hits},
        )
    return Answer(
        question=question,
        outcome=_outcome(bool(checked.claims), unmatched),
        claims=checked.claims,
        hits=hits,
        searched=replace(build.catalogue.extent(question.filters), unmatched=unmatched),
        reading=str(retrieved.reading),
        confidence=0.5,
        dropped=len(checked.rejected),
        build=build.id,
        timings_ms=timings,
    )


def _outcome(answered: bool, unmatched: tuple[str, ...]) -> Outcome:
    """`partly` where a name in the question stands nowhere in the letters: the answer cannot be about it."""
    if not answered:
        return "not_found"
    return "partly" if any(word[:1].isupper() for word in unmatched) else "answered"


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    timings[stage] = round((time.perf_counter() - started) * 1000, 1)
