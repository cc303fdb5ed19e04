"""Scores of passages, against a slow plain computation and one ingredient at a time."""

import math
import random
from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest

from qa_service.dialogue import Focus
from qa_service.library.outline import LetterFacts, Outline
from qa_service.retrieval.days import Days
from qa_service.retrieval.reading import Reading
from qa_service.retrieval.scoring import Pool, Weights, letters_of_the_talk, score
from qa_service.texts import LetterRef
from tests.outlines import facts_of, outline_of

NOTHING = Weights(
    **{field.name: 0.0 for field in fields(Weights) if field.name != "columns"}  # type: ignore[arg-type]
)
A, B, C = ("A", None), ("B", None), ("C", None)
LETTERS = (
    facts_of("d1", A, B, "1961-05-01"),
    facts_of("d2", B, A, "1961-05-11"),
    facts_of("d3", B, A, "1961-04-21"),  # before the first
    facts_of("d4", C, A, "1961-05-02"),  # of another writer
    facts_of("d5", B, A, "1961-09-30"),  # too late
    facts_of("d6", B, A),  # of no day
    facts_of("d7", B, A, "1961-05-06", volume="w"),
    facts_of("d8", ("Department", None), A, "1961-05-11", author=B),
)
OUTLINE = outline_of(LETTERS, [(0, False), (0, True), (1, False), (2, False), (3, True), (4, False), (5, False),
                               (6, False), (7, False)])  # fmt: skip


def pool_of(rows: list[int], *, wordings: int = 1, seed: int = 1) -> Pool:
    chance = np.random.default_rng(seed)
    shape = (len(rows), wordings)
    lexical = np.maximum(0, chance.normal(1, 2, shape))
    return Pool(np.array(rows, dtype=np.int64), chance.uniform(-1, 1, shape), lexical, chance.uniform(-1, 1, shape))


ALL = pool_of(list(range(9)))


def plainly(pool: Pool, outline: Outline, reading: Reading, focus: Focus | None, weights: Weights) -> list[float]:
    """The same in loops."""

    def standardized(columns: list[list[float]], row: int) -> float:
        total = 0.0
        for column in columns:
            mean = sum(column) / len(column)
            deviation = math.sqrt(sum((one - mean) ** 2 for one in column) / len(column))
            total += (column[row] - mean) / deviation if deviation > 1e-9 else 0.0
        return total / len(columns)

    def apart(one: LetterFacts, other: LetterFacts) -> int | None:
        if one.first is None or other.first is None or one.ref.volume != other.ref.volume:
            return None
        return (date.fromisoformat(other.first) - date.fromisoformat(one.first)).days

    dense, lexical, sentence = (scores.T.tolist() for scores in (pool.dense, pool.lexical, pool.sentence))
    lexical = [[math.sqrt(one) for one in column] for column in lexical]
    found = []
    for place, row in enumerate(pool.rows):
        letter = outline.letters[outline.letter[row]]
        total = weights.dense * standardized(dense, place) + weights.lexical * standardized(lexical, place)
        total += weights.sentence * standardized(sentence, place)
        total += weights.writer if set(letter.writers) & reading.writers else 0
        if letter.first and any(d.first <= (letter.last or "") and letter.first <= d.last for d in reading.days):
            total += weights.days
        total += weights.document * ((letter.document in reading.documents) + (letter.ref.volume in reading.volumes))
        total += weights.note if "note" in reading.wants and outline.in_note[row] else 0
        if focus is not None and focus.letter in outline.places:
            spoken_of = outline.letters[outline.places[focus.letter]]
            days = apart(spoken_of, letter)
            if letter is not spoken_of and days is not None:
                total += weights.near * max(0, 1 - abs(days) / 45)
                answers = set(letter.writers) & set(spoken_of.recipients)
                if focus.wants_reply and answers and 0 <= days <= 60:
                    total += weights.reply * (1 - days / 120)
            if letter is spoken_of:
                total += -weights.focus / 2 if focus.wants_reply else weights.focus
        found.append(total)
    return found


def test_scores_are_those_of_a_plain_computation() -> None:
    chance = random.Random(5)
    for seed in range(60):
        pool = pool_of(
            sorted(chance.sample(range(9), chance.randrange(1, 10))), wordings=chance.randrange(1, 3), seed=seed
        )
        reading = Reading(
            writers=frozenset(chance.sample(["A", "B", "C"], chance.randrange(3))),
            days=(Days("1961-05-02", "1961-05-31"),)[: chance.randrange(2)],
            documents=tuple(chance.sample(["1", "2", "4"], chance.randrange(2))),
            volumes=("w",)[: chance.randrange(2)],
            wants=frozenset(("note", "date")[: chance.randrange(3)]),  # type: ignore[arg-type]
        )
        focus = chance.choice([None, *(Focus(one.ref, reply) for one in LETTERS for reply in (True, False))])
        weights = replace(
            NOTHING, **{f.name: chance.random() * 3 for f in fields(Weights) if f.name not in ("columns", "reranker")}
        )
        expected = plainly(pool, OUTLINE, reading, focus, weights)
        assert score(pool, OUTLINE, reading, focus, weights) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("ingredient", "reading", "rows"),
    [
        ("writer", Reading(writers=frozenset({"A"})), {0, 1}),
        ("writer", Reading(writers=frozenset({"B"})), {2, 3, 5, 6, 7, 8}),  # d8 carries his message
        ("writer", Reading(recipients=frozenset({"A"})), set()),
        ("days", Reading(days=(Days("1961-05-01", "1961-05-02"),)), {0, 1, 4}),
        ("days", Reading(days=(Days("1961-04-01", "1961-04-30"), Days("1961-09-01", "1961-09-30"))), {3, 5}),
        ("document", Reading(documents=("4",)), {4}),
        ("document", Reading(volumes=("w",)), {7}),
        ("note", Reading(wants=frozenset({"note"})), {1, 4}),
        ("note", Reading(wants=frozenset({"date"})), set()),
    ],
)
def test_what_a_question_says_lifts_the_letters_that_it_fits(ingredient: str, reading: Reading, rows: set[int]) -> None:
    scores = score(ALL, OUTLINE, reading, None, replace(NOTHING, **{ingredient: 1.0}))
    assert set(np.flatnonzero(scores == 1)) == rows
    assert set(np.flatnonzero(scores == 0)) == set(range(9)) - rows


def test_a_letter_that_may_be_of_many_days_fits_any_of_them() -> None:
    outline = outline_of([facts_of("d1", days="1961-05-01", last="1961-05-31")], [(0, False)])
    weights = replace(NOTHING, days=1.0)

    def fit(first: str, last: str) -> float:
        return float(score(pool_of([0]), outline, Reading(days=(Days(first, last),)), None, weights)[0])

    assert [fit("1961-05-31", "1961-06-30"), fit("1961-05-10", "1961-05-10"), fit("1961-06-01", "1961-06-30")] == [
        1,
        1,
        0,
    ]


def test_the_letter_just_spoken_of_counts_more_and_less_where_its_answer_is_asked_for() -> None:
    weights = replace(NOTHING, focus=1.0)
    assert np.flatnonzero(score(ALL, OUTLINE, Reading(), Focus(LETTERS[0].ref), weights) > 0).tolist() == [0, 1]
    reply = score(ALL, OUTLINE, Reading(), Focus(LETTERS[0].ref, wants_reply=True), weights)
    assert np.flatnonzero(reply < 0).tolist() == [0, 1]


def test_a_reply_is_from_the_recipient_soon_after() -> None:
    scores = score(ALL, OUTLINE, Reading(), Focus(LETTERS[0].ref, wants_reply=True), replace(NOTHING, reply=1.0))
    assert np.flatnonzero(scores).tolist() == [2, 8]  # d2, and the telegram that carries his message
    assert letters_of_the_talk(LETTERS, 0, wants_reply=True) == [1, 7]
    assert letters_of_the_talk(LETTERS, 0, wants_reply=False) == [0]
    assert letters_of_the_talk(LETTERS, 5, wants_reply=True) == []


def test_letters_of_those_days_are_near_and_those_of_other_volumes_not() -> None:
    scores = score(ALL, OUTLINE, Reading(), Focus(LETTERS[0].ref), replace(NOTHING, near=1.0))
    assert scores[4] > scores[2] == scores[3] > 0  # a day after; ten days after and before
    assert scores[[0, 1, 5, 6, 7]].tolist() == [0, 0, 0, 0, 0]


def test_a_focus_that_is_not_loaded_any_more_changes_nothing() -> None:
    gone = Focus(LetterRef("gone", "d1"), wants_reply=True)
    assert np.array_equal(score(ALL, OUTLINE, Reading(), gone), score(ALL, OUTLINE, Reading(), None))


def test_one_passage_and_equal_scores_are_no_trouble() -> None:
    one = np.ones((1, 2))
    assert score(Pool(np.array([3]), one, one, one), OUTLINE, Reading(), None).tolist() == [0]
    same = np.ones((3, 1))
    assert score(Pool(np.array([0, 1, 2]), same, same * 0, same), OUTLINE, Reading(), None).tolist() == [0, 0, 0]


def test_more_of_each_score_is_better() -> None:
    rising, flat = np.array([[0.1], [0.2], [0.9]]), np.ones((3, 1))
    rows = np.array([0, 2, 5])
    for pool in (Pool(rows, rising, flat, flat), Pool(rows, flat, rising, flat), Pool(rows, flat, flat, rising)):
        scores = score(pool, OUTLINE, Reading(), None)
        assert scores[0] < scores[1] < scores[2]
