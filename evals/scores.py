"""Metrics of one answer against one case: pure functions, each with its definition.

Three levels tell when something found is a gold place: the `letter` (volume and document), the `page` (also the exact
page; of a note, also the note), the `quote` (also half of the characters of the gold quotation, by its words or by its
place). An answer with nothing
in it is wrong, not left out. Places of which nothing more exact is known than a level asks for are scored at the level
below.
"""

import math
import random
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from evals.cases import Case, GoldPlace
from evals.records import ANY_NOTE, Found, Record
from qa_service.answering.checking import fold

Level = Literal["letter", "page", "quote"]
LEVELS: tuple[Level, ...] = ("letter", "page", "quote")
_HALF = 0.5


def is_at(found: Found, place: GoldPlace, level: Level) -> bool:
    """Whether something found is a gold place, as exactly as the level asks."""
    if (found.volume, found.document) != (place.volume, place.document):
        return False
    if level == "letter":
        return True
    if found.note not in (place.note, ANY_NOTE) or (place.page is not None and place.page not in found.pages):
        return False
    if level == "page":
        return True
    if place.quote is not None:
        return covered(place.quote, found.words) >= _HALF
    if place.start is not None and place.end is not None:
        shared = min(found.end, place.end) - max(found.start, place.start)
        return shared >= _HALF * (place.end - place.start)
    return True


@lru_cache(maxsize=100_000)
def covered(quote: str, words: str) -> float:
    """The share of a quotation's characters in the longest run of it that stands in some words; 0 to 1."""
    quote, words = fold(quote)[0].strip(), fold(words)[0]
    longest = 0
    for start in range(len(quote)):
        while start + longest < len(quote) and quote[start : start + longest + 1] in words:
            longest += 1
    return longest / len(quote) if quote else 0.0


def shuffled_ties(passages: Sequence[Found], seed: int) -> list[Found]:
    """The passages by falling score, those of equal score in an order that only the seed decides."""
    ties = random.Random(seed)
    keyed = [(-one.score, ties.random(), number) for number, one in enumerate(passages)]
    return [passages[number] for _, _, number in sorted(keyed)]


def first_ranks(case: Case, ranking: Sequence[Found], level: Level) -> list[int | None]:
    """For each need of the case, the rank (from 1) at which it is first met; None if it is not."""
    return [
        next(
            (rank for rank, one in enumerate(ranking, start=1) if any(is_at(one, place, level) for place in need)), None
        )
        for need in case.needs
    ]


def recall_at(ranks: Sequence[int | None], k: int) -> float:
    """The share of needs met among the first k."""
    return sum(rank is not None and rank <= k for rank in ranks) / len(ranks)


def full_at(ranks: Sequence[int | None], k: int) -> float:
    """1 if all needs are met among the first k, else 0."""
    return float(all(rank is not None and rank <= k for rank in ranks))


def reciprocal_rank(ranks: Sequence[int | None], k: int = 10) -> float:
    """1 / the rank of the first need met, 0 past k (Voorhees, TREC-8 1999)."""
    return max((1 / rank for rank in ranks if rank is not None and rank <= k), default=0.0)


def ndcg(ranks: Sequence[int | None], k: int = 10) -> float:
    """Discounted gain of the needs met among the first k, over the best possible; a need met again gains nothing.

    Source: Järvelin and Kekäläinen, ACM TOIS 2002, with binary gains. Two needs met by one passage count at one rank.
    """
    gain = sum(1 / math.log2(rank + 1) for rank in ranks if rank is not None and rank <= k)
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(ranks), k) + 1))
    return min(1.0, gain / best)


def citation_scores(case: Case, record: Record, level: Level) -> tuple[float, float, float]:
    """Precision (citations that are some gold place), recall (needs that are cited) and F1; an answer without a
    citation has none of them.
    """
    if not record.citations:
        return 0.0, 0.0, 0.0
    places = [place for need in case.needs for place in need]
    precision = sum(any(is_at(one, place, level) for place in places) for one in record.citations) / len(
        record.citations
    )
    recall = recall_at(first_ranks(case, record.citations, level), len(record.citations))
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def words_of(record: Record) -> str:
    """An answer's text with its quotations."""
    return " ".join([record.text, *(one.words for one in record.citations)])


def facts_stated(case: Case, record: Record, *, vital_only: bool) -> float | None:
    """The share of the facts that the answer states, its quotations included; None if no fact can be told."""
    told = [fact.stated_in(words_of(record)) for fact in case.facts if fact.vital or not vital_only]
    known = [stated for stated in told if stated is not None]
    return sum(known) / len(known) if known else None


def harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0


def risks(confidences: Sequence[float], correct: Sequence[bool]) -> list[float]:
    """The share of errors among the k most confident, for k = 1 to n; equal confidences share their errors evenly.

    Source: the risk-coverage curve of El-Yaniv and Wiener, JMLR 2010.
    """
    ordered = sorted(zip(confidences, correct, strict=True), key=lambda pair: -pair[0])
    found: list[float] = []
    errors = 0.0
    while len(found) < len(ordered):
        tied = [right for confidence, right in ordered[len(found) :] if confidence == ordered[len(found)][0]]
        share = sum(not right for right in tied) / len(tied)
        for _ in tied:
            errors += share
            found.append(errors / (len(found) + 1))
    return found


def aurc(confidences: Sequence[float], correct: Sequence[bool]) -> float:
    """The area under the risk-coverage curve: the mean of all its risks (Geifman and El-Yaniv, NIPS 2017)."""
    curve = risks(confidences, correct)
    return sum(curve) / len(curve) if curve else 0.0


def coverage_at(confidences: Sequence[float], correct: Sequence[bool], share: float) -> float:
    """The largest part of the questions, taken by falling confidence, of which at least `share` are right; equal
    confidences are taken together.
    """
    ordered = sorted(zip(confidences, correct, strict=True), key=lambda pair: -pair[0])
    best = right = 0
    for number, (confidence, is_right) in enumerate(ordered, start=1):
        right += is_right
        last_of_tie = number == len(ordered) or ordered[number][0] != confidence
        if last_of_tie and right >= share * number:
            best = number
    return best / len(ordered) if ordered else 0.0


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """The chance that a positive one scores above a negative one, ties counting half (Hanley and McNeil, 1982).

    Raises: ValueError unless there is one of each.
    """
    above = [score for score, is_positive in zip(scores, positive, strict=True) if is_positive]
    below = [score for score, is_positive in zip(scores, positive, strict=True) if not is_positive]
    if not above or not below:
        raise ValueError("expected at least one positive and one negative")
    wins = sum((one > other) + (one == other) / 2 for one in above for other in below)
    return wins / (len(above) * len(below))


def calibration_error(confidences: Sequence[float], correct: Sequence[bool], bins: int) -> float:
    """The mean distance between confidence and share right, over equal bins of confidence, weighted by their sizes.

    Source: Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", ICML 2017.
    """
    total = 0.0
    for number in range(bins):
        inside = [
            (confidence, is_right)
            for confidence, is_right in zip(confidences, correct, strict=True)
            if min(bins - 1, int(confidence * bins)) == number
        ]
        total += abs(sum(confidence for confidence, _ in inside) - sum(is_right for _, is_right in inside))
    return total / len(confidences) if confidences else 0.0
