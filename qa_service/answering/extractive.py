"""Answers with no model: the sentences of the hits that say most of what was asked, word for word.

A sentence's score is its passage's, plus how near it is to the question (embedded behind its letter's header line),
plus how much of the question's rare words it holds, the latter two standardized over the candidates. Of each passage
the best sentence is taken, and then its neighbours in the paragraph while the whole stays short: what a historian would
quote is mostly longer than a sentence. Where it would begin with a word that leans on what stands before, that is taken
along.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_service.answering.citing import note_text
from qa_service.dialogue import DraftClaim, DraftQuote, Hit
from qa_service.library.builds import Build
from qa_service.retrieval.query import content_words, names_in, stems
from qa_service.retrieval.retriever import Retrieved
from qa_service.texts import Span

HITS_READ = 10
_MIN_WORDS = 5
_NEARNESS, _COVERAGE = 0.7, 0.5
_NEAR_BEST = 3.3
"""A further passage may be shown whose best sentence scores this much less than the best of all."""
_SAME = 0.9
"""Two sentences nearer than this cosine say the same."""
_LONGEST = 500
_LONGEST_WITH_WHAT_IT_LEANS_ON = 650
_LEANS = re.compile(
    r"^\W*(he|she|it|they|this|that|these|those|such|his|her|its|their|him|them|but|however|therefore|thus|hence"
    r"|moreover|furthermore|nor|yet|accordingly|consequently|otherwise|the (latter|former|same))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer: the hit it stands in, its place there, its words, and its score."""

    hit: int
    span: Span
    text: str
    score: float
    nearness: float
    coverage: float
    vector: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A quotation that is shown: a run of sentences of one hit."""

    hit: Hit
    quote: str
    span: Span


def candidates_of(retrieved: Retrieved, build: Build, weights: Mapping[str, Mapping[str, float]]) -> list[Candidate]:
    """The sentences of the best hits, with their scores.

    Args:
        weights: for each wording, what each of its stems counts.
    """
    found: list[tuple[int, Span, str, npt.NDArray[np.float32]]] = []
    hits = retrieved.hits[:HITS_READ]
    sentences = build.catalogue.sentences_of([hit.passage.key for hit in hits])
    for number, hit in enumerate(hits):
        vectors = build.units.sentences(build.outline.rows[hit.passage.key])
        start = hit.passage.span.start
        for span, vector in zip(sentences[hit.passage.key], vectors, strict=True):
            text = hit.passage.text[span.start - start : span.end - start]
            found.append((number, span, text, vector))
    if not found:
        return []
    nearness = np.mean(np.stack([vector for *_, vector in found]) @ retrieved.vectors.T, axis=1)
    weighed = [weights[wording] for wording in retrieved.wordings]
    coverage = np.array([_coverage(stems(text), weighed) for _, _, text, _ in found])
    passage = np.array([retrieved.hits[number].score for number, *_ in found])
    scores = passage + _NEARNESS * _standardized(nearness) + _COVERAGE * _standardized(coverage)
    return [
        Candidate(number, span, text, float(scores[at]), float(nearness[at]), float(coverage[at]), vector)
        for at, (number, span, text, vector) in enumerate(found)
    ]


def choose(candidates: Sequence[Candidate], hits: Sequence[Hit], *, limit: int) -> list[Chosen]:
    """At most `limit` quotations, best first, none saying what another says."""
    chosen: list[Candidate] = []
    long_enough = [one for one in candidates if len(one.text.split()) >= _MIN_WORDS]
    for one in sorted(long_enough, key=lambda candidate: -candidate.score):
        if len(chosen) == limit or (chosen and one.score < chosen[0].score - _NEAR_BEST):
            break
        if not any(one.hit == other.hit or _same(one, other) for other in chosen):
            chosen.append(one)
    return [_grown(one, candidates, hits[one.hit]) for one in chosen]


def draft_claims(chosen: Sequence[Chosen]) -> list[DraftClaim]:
    """A claim for each quotation, in date order, those of one letter in their own order."""
    return [
        DraftClaim(
            f"{lead_in(one.hit)}: “{one.quote}”", (DraftQuote(one.hit.passage.key, one.quote),), lead_in(one.hit)
        )
        for one in sorted(chosen, key=_printed_place)
    ]


def lead_in(hit: Hit) -> str:
    """Who says it, to whom and when; of a note, that the editors say it, and in which document."""
    letter = hit.letter
    if hit.passage.note is not None:
        note = letter.note(hit.passage.note)
        what = "the source note" if note.source else note_text(note)
        return f"The editors, in {what} to Document {letter.document} ({letter.dated})"
    if letter.kind == "editorial note":
        return f"The editors, in Document {letter.document}"
    if letter.writer and letter.recipient:
        carried = f" (message of {letter.author})" if letter.author else ""
        return f"{letter.writer} to {letter.recipient}{carried}, {letter.dated}"
    return f"{letter.title}, {letter.dated}"


def question_weights(
    question: str, passages_with: Callable[[str], int], passages: int
) -> tuple[dict[str, float], tuple[str, ...]]:
    """The question's stems by how rare they are (BM25's idf), and its words that stand in no passage, names with a
    capital.

    Args:
        passages_with: in how many passages a word stands.
        passages: how many there are.
    """
    names = {name.lower(): name for name in names_in(question)}
    weights: dict[str, float] = {}
    unmatched = []
    for word in content_words(question):
        counts = {stem: passages_with(part) for part in word.replace("-", " ").split() for stem in stems(part)}
        if not any(counts.values()):
            unmatched.append(names.get(word, word))
        for stem, count in counts.items():
            weights[stem] = math.log(1 + (passages - count + 0.5) / (count + 0.5))
    return weights, tuple(unmatched)


def _same(one: Candidate, other: Candidate) -> bool:
    return one.text == other.text or float(one.vector @ other.vector) > _SAME


def _grown(one: Candidate, candidates: Sequence[Candidate], hit: Hit) -> Chosen:
    """A sentence with its neighbours in the paragraph, the better one first, as long as the whole stays short."""
    paragraph = [other for other in candidates if other.hit == one.hit and _one_paragraph(one, other, hit)]
    first = last = paragraph.index(one)

    def length(start: int, end: int) -> int:
        return paragraph[end].span.end - paragraph[start].span.start

    while near := [
        number
        for number in (first - 1, last + 1)
        if 0 <= number < len(paragraph) and length(min(first, number), max(last, number)) <= _LONGEST
    ]:
        best = max(near, key=lambda number: paragraph[number].score)
        first, last = min(first, best), max(last, best)
    if first and _LEANS.search(paragraph[first].text) and length(first - 1, last) <= _LONGEST_WITH_WHAT_IT_LEANS_ON:
        first -= 1
    passage = hit.passage
    span = Span(paragraph[first].span.start, paragraph[last].span.end)
    return Chosen(hit, passage.text[span.start - passage.span.start : span.end - passage.span.start], span)


def _one_paragraph(one: Candidate, other: Candidate, hit: Hit) -> bool:
    start = hit.passage.span.start
    between = hit.passage.text[
        min(one.span.end, other.span.end) - start : max(one.span.start, other.span.start) - start
    ]
    return "\n" not in between


def _printed_place(one: Chosen) -> tuple[str, str, str, bool, int]:
    letter = one.hit.letter
    day = letter.dating.first if letter.dating else "9999"
    return (day, letter.ref.volume, letter.ref.id, one.hit.passage.note is not None, one.span.start)


def _coverage(held: frozenset[str], weighed: Sequence[Mapping[str, float]]) -> float:
    """The share of the question's weight that some stems carry, 0 to 1: the mean over its wordings."""
    shares = [
        sum(weight for stem, weight in weights.items() if stem in held) / (sum(weights.values()) or 1.0)
        for weights in weighed
    ]
    return sum(shares) / len(shares)


def _standardized(scores: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    return np.asarray((scores - scores.mean()) / (scores.std() + 1e-9))
