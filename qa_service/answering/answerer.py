"""The order of the stages, from a question to a checked answer."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

from qa_service.answering import extractive
from qa_service.answering.checking import check_claims
from qa_service.answering.followup import standalone_question
from qa_service.dialogue import Answer, Filters, Hit, Outcome, Question, Turn
from qa_service.embedding import Embedder
from qa_service.errors import UnknownError
from qa_service.library.builds import Build
from qa_service.retrieval.retriever import retrieve

HITS = 20
DEFAULT_CLAIMS = 3


def understand(asked: str, turns: Sequence[Turn], filters: Filters, build: Build) -> Question:
    """The question as it will be searched for."""
    focus = None
    if turns and turns[-1].letters:
        with suppress(UnknownError):  # a letter that has been removed since
            focus = build.catalogue.letter(turns[-1].letters[0])
    return Question(asked, standalone_question(asked, turns, focus), filters)


def answer(question: Question, build: Build, embedder: Embedder, *, max_claims: int = DEFAULT_CLAIMS) -> Answer:
    """Find, choose, check: an answer whose every claim carries a quotation that stands in its letter."""
    timings: dict[str, float] = {}
    with _timed(timings, "retrieve"):
        hits = retrieve(question, build, embedder, limit=HITS)
    found = answer_from(question, hits, build, embedder, max_claims=max_claims)
    return replace(found, timings_ms=timings | found.timings_ms)


def answer_from(
    question: Question, hits: tuple[Hit, ...], build: Build, embedder: Embedder, *, max_claims: int = DEFAULT_CLAIMS
) -> Answer:
    """Choose and check: the answer that given hits, best first, hold."""
    timings: dict[str, float] = {}
    with _timed(timings, "choose"):
        reading = extractive.read_hits(
            question,
            hits,
            embedder,
            passages_with=build.lexical.passages_with,
            passages=build.manifest.counts.passages,
            limit=max_claims,
        )
    with _timed(timings, "check"):
        checked = check_claims(
            extractive.draft_claims(reading),
            {hit.passage.key: hit.passage for hit in hits},
            {hit.letter.ref: hit.letter for hit in hits},
        )
    sure = reading.sureness >= extractive.DECLINE_BELOW
    return Answer(
        question=question,
        outcome=_outcome(bool(checked.claims) and sure, reading),
        claims=checked.claims if sure else (),
        hits=hits,
        searched=replace(build.catalogue.extent(question.filters), unmatched=reading.unmatched),
        confidence=min(1.0, max(0.0, reading.sureness)),
        dropped=len(checked.rejected),
        build=build.id,
        timings_ms=timings,
    )


def _outcome(answered: bool, reading: extractive.Reading) -> Outcome:
    """`partly` where a name in the question stands nowhere in the letters: the answer cannot be about it."""
    if not answered:
        return "not_found"
    return "partly" if reading.unmatched_names else "answered"


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    timings[stage] = round((time.perf_counter() - started) * 1000, 1)
