"""The fit of the confidence: its direction, and how a set is judged by the others."""

import numpy as np

from evals.confidence_fit import Questions, declined, fit, lines


def questions(name: str, seed: int) -> Questions:
    """Answerable ones lack few names and have few letters; the others more of both."""
    chance = np.random.default_rng(seed)
    answerable = np.arange(200) < 150
    lacked = np.where(answerable, chance.integers(0, 2, 200), chance.integers(1, 5, 200))
    signs = np.stack([lacked, ~answerable & (chance.random(200) < 0.3), chance.integers(1, 6, 200)], axis=1)
    return Questions(name, signs.astype(np.float64), answerable)


def test_what_speaks_against_an_answer_weighs_against_it() -> None:
    start, weights = fit([questions("a", 1), questions("b", 2)])
    assert start > 0
    assert weights[0] < 0 > weights[1]
    assert abs(weights[2]) < 0.2, "letters tell nothing here"


def test_a_set_is_cut_where_the_others_decline_a_tenth() -> None:
    signs = np.array([[float(n), 0.0, 0.0] for n in range(10)] + [[20.0, 0.0, 0.0]] * 2)
    one = Questions("one", signs, np.arange(12) < 10)
    unanswerable, answerable = declined((0.0, np.array([-1.0, 0.0, 0.0])), [one], one)
    assert (unanswerable, answerable) == (1.0, 0.1)


def test_each_set_is_judged_by_the_others() -> None:
    said = list(lines([questions("a", 1), questions("b", 2)]))
    assert said[0].startswith("start ")
    assert [line.split(":")[0] for line in said[1:]] == ["a", "b"]
