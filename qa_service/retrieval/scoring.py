"""How well passages fit a question: a weighted sum of standardized scores and of what the question says of a letter.

Nearness of the passage, BM25, and nearness of its nearest sentence are standardized over the pool and averaged over the
wordings of the question; then each letter's fit to what was read of the question (writer, days, document, note) and
to the conversation (the letter just spoken of, its reply, letters of those days) is added. A convex combination of
standardized scores beats fusion by rank with a handful of labels (Bruch, Gai and Ingber, ACM TOIS 2023).

The weights are round numbers. Fitted by five-fold cross-validation over letters they gained nothing on the development
questions and lost on others; see evals/ablation.md for each ingredient's share.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from qa_service.dialogue import Focus
from qa_service.library.lexical import COLUMN_WEIGHTS
from qa_service.library.outline import LetterFacts, Outline
from qa_service.retrieval.reading import Reading

Floats = npt.NDArray[np.float64]

_NEAR_DAYS = 45
_REPLY_DAYS = 60


@dataclass(frozen=True, slots=True)
class Weights:
    """What each ingredient counts; 0 leaves it out."""

    dense: float = 0.8
    lexical: float = 1.0
    sentence: float = 0.5
    writer: float = 1.0
    days: float = 2.0
    document: float = 3.0
    note: float = 0.5
    focus: float = 2.0
    reply: float = 2.0
    near: float = 1.0
    reranker: float = 1.0
    """Added afterwards, to the best alone, and only where there is a reranker."""

    columns: tuple[float, ...] = COLUMN_WEIGHTS
    """BM25 weights of header, body, notes, index phrases and neighbours."""


STANDARD = Weights()


@dataclass(frozen=True, slots=True)
class Pool:
    """Passages that may answer, by their rows in the outline, with their scores: shapes (n,) and (n, wordings)."""

    rows: npt.NDArray[np.int64]
    dense: Floats
    lexical: Floats
    sentence: Floats


def score(pool: Pool, outline: Outline, reading: Reading, focus: Focus | None, weights: Weights = STANDARD) -> Floats:
    """A score for each passage of the pool, shape (n,); higher is better."""
    letters = outline.letter[pool.rows]
    total = (
        weights.dense * _standardized(pool.dense)
        + weights.lexical * _standardized(np.sqrt(np.maximum(pool.lexical, 0)))
        + weights.sentence * _standardized(pool.sentence)
    )
    of_letter = np.zeros(len(outline.letters))
    for number in np.unique(letters):
        of_letter[number] = _fit(outline.letters[number], reading, weights)
    total += of_letter[letters]
    if "note" in reading.wants:
        total += weights.note * outline.in_note[pool.rows]
    if focus is not None and (place := outline.places.get(focus.letter)) is not None:
        total += _conversation(outline.letters, place, focus.wants_reply, weights)[letters]
    return total


def letters_of_the_talk(letters: Sequence[LetterFacts], focus: int, *, wants_reply: bool) -> list[int]:
    """The letter just spoken of; or, where its answer is asked for, those that may be it."""
    if not wants_reply:
        return [focus]
    return [number for number, letter in enumerate(letters) if _reply(letter, letters[focus]) > 0]


def _fit(letter: LetterFacts, reading: Reading, weights: Weights) -> float:
    fit = 0.0
    if reading.writers.intersection(letter.writers):
        fit += weights.writer
    if letter.first and letter.last and any(days.overlaps(letter.first, letter.last) for days in reading.days):
        fit += weights.days
    if letter.document in reading.documents:
        fit += weights.document
    if letter.ref.volume in reading.volumes:
        fit += weights.document
    return fit


def _conversation(letters: Sequence[LetterFacts], focus: int, wants_reply: bool, weights: Weights) -> Floats:
    """What the letter just spoken of adds to each letter."""
    spoken_of = letters[focus]
    added = np.zeros(len(letters))
    for number, letter in enumerate(letters):
        if number != focus and (apart := _days_apart(spoken_of, letter)) is not None:
            added[number] += weights.near * max(0.0, 1 - abs(apart) / _NEAR_DAYS)
        if wants_reply:
            added[number] += weights.reply * _reply(letter, spoken_of)
    added[focus] += -weights.focus / 2 if wants_reply else weights.focus  # a letter is not its own answer
    return added


def _reply(letter: LetterFacts, to: LetterFacts) -> float:
    """How likely a letter answers another by its parties and its day: 1 on the same day, 0.5 after 60."""
    apart = _days_apart(to, letter)
    if letter.ref == to.ref or apart is None or not 0 <= apart <= _REPLY_DAYS:
        return 0.0
    return 1 - apart / _REPLY_DAYS / 2 if set(letter.writers).intersection(to.recipients) else 0.0


def _days_apart(one: LetterFacts, other: LetterFacts) -> int | None:
    """How many days the other was written after the one."""
    if not (one.first and other.first and one.ref.volume == other.ref.volume):
        return None
    return (date.fromisoformat(other.first) - date.fromisoformat(one.first)).days


def _standardized(scores: Floats) -> Floats:
    """Mean 0 and deviation 1 in each column, averaged over the columns."""
    deviation = scores.std(axis=0)
    return np.asarray(np.mean((scores - scores.mean(axis=0)) / np.where(deviation > 1e-9, deviation, 1.0), axis=1))
