"""Answers with no model: the sentences of the hits that say most of what was asked, word for word.

A sentence is scored by its nearness to the question (embedded behind its letter's header line), by how much of the
question's rare words it holds, and by the rank of its passage. The weights are those published for choosing answer
sentences with header context (0.5, 0.3, 0.2 on standardized scores); they were not fitted to our questions.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_service.answering.citing import note_text
from qa_service.dialogue import DraftClaim, Hit, Question
from qa_service.embedding import Embedder
from qa_service.retrieval.query import content_words, names_in, stems
from qa_service.sentences import sentences_of
from qa_service.texts import header_line

HITS_READ = 12
_MIN_WORDS = 5
_WEIGHTS = (0.5, 0.3, 0.2)
_NEAR_BEST = 1.0
"""A further sentence may score this much less than the best, in standard deviations, to be shown too."""
_SAME = 0.9
"""Two sentences nearer than this cosine say the same."""

DECLINE_BELOW = 0.32
"""A question whose best sentence is less sure than this is not answered. Chosen on the development questions and
fifteen about other matters."""
_UNKNOWN_WORDS_COST = 0.15
_UNKNOWN_NAME_COST = 0.08


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, word for word, and the hit it stands in."""

    hit: Hit
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What the sentences say of the question: the best of them, how sure the first is, and what stands nowhere."""

    best: tuple[Candidate, ...]
    sureness: float
    unmatched: tuple[str, ...]
    """Words of the question that stand in no passage."""

    @property
    def unmatched_names(self) -> tuple[str, ...]:
        return tuple(word for word in self.unmatched if word[:1].isupper())


def read_hits(
    question: Question,
    hits: Sequence[Hit],
    embedder: Embedder,
    *,
    passages_with: Callable[[str], int],
    passages: int,
    limit: int,
) -> Reading:
    """Choose at most `limit` sentences, best first, none saying what another says.

    How sure the choice is depends on the question as it was asked: words that were added to make it understandable
    stand in the letters anyway.

    Args:
        passages_with: in how many passages of the library a word stands.
        passages: how many passages there are.
    """
    asked_weights, unmatched = _question_weights(question.asked, passages_with, passages)
    weights = asked_weights
    if question.standalone != question.asked:
        weights, _ = _question_weights(question.standalone, passages_with, passages)
    candidates = [(hit, sentence) for hit in hits[:HITS_READ] for sentence in _sentences(hit)]
    if not candidates:
        return Reading((), 0.0, unmatched)
    vectors = embedder.embed([f"{header_line(hit.letter)}: {sentence}" for hit, sentence in candidates])
    nearness = vectors @ embedder.embed([question.standalone])[0]
    coverage = np.array([_coverage(sentence, weights) for _, sentence in candidates])
    rank = np.array([hit.score for hit, _ in candidates])
    parts = np.stack([_standardized(scores) for scores in (nearness, coverage, rank)])
    scores = np.asarray(_WEIGHTS) @ parts
    chosen = _distinct(np.argsort(-scores, kind="stable"), scores, vectors, limit)
    in_header = np.array([_coverage(f"{header_line(hit.letter)} {text}", asked_weights) for hit, text in candidates])
    sureness = float(np.max(0.6 * nearness + 0.4 * in_header)) - _unknown_cost(question.asked, unmatched)
    return Reading(tuple(Candidate(*candidates[row]) for row in chosen), round(sureness, 4), unmatched)


def draft_claims(reading: Reading) -> list[DraftClaim]:
    """A claim for each chosen sentence, in date order, sentences of one letter in their own order."""
    ordered = sorted(reading.best, key=_printed_place)
    return [
        DraftClaim(f"{lead_in(candidate.hit)}: “{candidate.text}”", candidate.hit.passage.key, candidate.text)
        for candidate in ordered
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
        return f"{letter.writer} to {letter.recipient}, {letter.dated}"
    return f"{letter.title}, {letter.dated}"


def _printed_place(candidate: Candidate) -> tuple[str, str, str, bool, int]:
    letter, passage = candidate.hit.letter, candidate.hit.passage
    at = passage.span.start + passage.text.find(candidate.text)
    day = letter.dating.first if letter.dating else "9999"
    return (day, letter.ref.volume, letter.ref.id, passage.note is not None, at)


def _sentences(hit: Hit) -> list[str]:
    sentences = [span.of(hit.passage.text) for span in sentences_of(hit.passage.text)]
    return [sentence for sentence in sentences if len(sentence.split()) >= _MIN_WORDS]


def _question_weights(
    question: str, passages_with: Callable[[str], int], passages: int
) -> tuple[dict[str, float], tuple[str, ...]]:
    """The question's stems by how rare they are (BM25's idf), and its words that stand in no passage."""
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


def _coverage(text: str, weights: dict[str, float]) -> float:
    """The share of the question's weight that a text's words carry, 0 to 1."""
    total = sum(weights.values())
    held = stems(text)
    return sum(weight for stem, weight in weights.items() if stem in held) / total if total else 0.0


def _unknown_cost(question: str, unmatched: Sequence[str]) -> float:
    words = content_words(question)
    names = sum(word[:1].isupper() for word in unmatched)
    return _UNKNOWN_WORDS_COST * len(unmatched) / max(1, len(words)) + _UNKNOWN_NAME_COST * min(2, names)


def _standardized(scores: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    return np.asarray((scores - scores.mean()) / (scores.std() + 1e-9))


def _distinct(
    order: npt.NDArray[np.intp],
    scores: npt.NDArray[np.floating],
    vectors: npt.NDArray[np.float32],
    limit: int,
) -> list[int]:
    chosen: list[int] = []
    for row in map(int, order):
        if len(chosen) == limit or (chosen and scores[row] < scores[chosen[0]] - _NEAR_BEST):
            break
        if not any(float(vectors[row] @ vectors[other]) > _SAME for other in chosen):
            chosen.append(row)
    return chosen
