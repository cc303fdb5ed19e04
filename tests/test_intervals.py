"""Means with intervals, and the comparison of two runs."""

import math
from typing import Any

import numpy as np
import pytest

from evals.compare import compare, left_out, reduced
from evals.intervals import interval, mean_of, means, resampled
from qa_service.errors import InputError


def test_clusters_are_drawn_whole() -> None:
    weights = resampled(["a", "a", "b", "c"], 50)
    assert weights.shape == (50, 4)
    assert (weights[:, 0] == weights[:, 1]).all()
    assert (weights[:, 0] + weights[:, 2] + weights[:, 3] == 3).all()
    assert (weights == resampled(["a", "a", "b", "c"], 50)).all()


def test_means_leave_out_what_has_no_value() -> None:
    weights = np.array([[1.0, 1, 1], [2, 1, 0], [0, 0, 3]])
    assert means(weights, [1.0, 0.0, None])[:2].tolist() == [0.5, 2 / 3]
    assert math.isnan(means(weights, [1.0, 0.0, None])[2])


def test_an_interval_is_the_middle_of_the_draws() -> None:
    assert interval(np.arange(1001.0)) == pytest.approx((25.0, 975.0))
    assert interval(np.array([0.5, np.nan, 0.5])) == (0.5, 0.5)
    assert all(map(math.isnan, interval(np.array([np.nan]))))


def test_one_cluster_says_nothing_of_chance_many_do() -> None:
    values = {str(n): float(n % 2) for n in range(40)}
    together = mean_of(values, dict.fromkeys(values, "a"))
    apart = mean_of(values, {id: id for id in values})
    assert (together.mean, together.low, together.high) == (0.5, 0.5, 0.5)
    assert 0.3 < apart.low < 0.45 < 0.55 < apart.high < 0.7
    assert apart.n == 40


def test_where_all_are_the_same_chance_is_counted_exactly() -> None:
    none = mean_of(dict.fromkeys("abcdefgh", 0.0), {id: id for id in "abcdefgh"})
    assert (none.mean, none.low) == (0.0, 0.0)
    assert none.high == pytest.approx(0.369, abs=0.001), "0 of 8"
    every = mean_of(dict.fromkeys("abcdefgh", 1.0), {id: id for id in "abcdefgh"})
    assert (every.low, every.high) == (pytest.approx(0.631, abs=0.001), 1.0)


def test_no_value_has_no_mean() -> None:
    with pytest.raises(ValueError, match="at least one"):
        mean_of({}, {})


def test_standard_error_against_the_formula() -> None:
    values = {str(n): float(n % 4 == 0) for n in range(400)}
    mean = mean_of(values, {id: id for id in values}, draws=4000)
    half = 1.96 * math.sqrt(0.25 * 0.75 / 400)
    assert mean.high - mean.mean == pytest.approx(half, rel=0.15)
    assert mean.mean - mean.low == pytest.approx(half, rel=0.15)


def run(f1: list[float], **more: list[float]) -> dict[str, Any]:
    columns = {"citations: page F1": f1} | more
    cases = [
        {
            "id": f"c{n}",
            "type": "single",
            "cluster": f"k{n}",
            "measures": {name: column[n] for name, column in columns.items()} | {"answers: words": 9.0},
        }
        for n in range(len(f1))
    ]
    return {"about": {"build": "b"}, "cases": cases}


def verdict(before: list[float], after: list[float]) -> str:
    (difference,) = compare(run(before), run(after))
    return difference.verdict


def test_verdicts() -> None:
    good = [1.0, 0.5] * 50
    assert verdict(good, good) == "same"
    assert verdict(good, [0.9 * value for value in good]) == "regression"
    assert verdict([0.9 * value for value in good], good) == "improvement"
    assert verdict(good, [0.99 * value for value in good]) == "regression", "small, but more than chance"
    assert verdict(good, [0.0, *good[1:]]) == "warning", "one case of a hundred may be chance"


def test_few_cases_are_not_judged_by_points_alone() -> None:
    assert verdict([1.0] * 10, [0.0] + [1.0] * 9) == "warning"
    assert verdict([1.0] * 10, [0.0] * 3 + [1.0] * 7) == "regression"


def test_two_means_make_one_figure() -> None:
    before = run([1.0] * 4)
    for number, case in enumerate(before["cases"]):
        case["measures"] = {("answers: cite a gold page" if number % 2 else "declined: unanswerable"): 1.0}
    after = run([1.0] * 4)
    for number, case in enumerate(after["cases"]):
        case["measures"] = {("answers: cite a gold page" if number % 2 else "declined: unanswerable"): number % 2 / 1.0}
    (difference,) = compare(before, after)
    assert (difference.name, difference.before, difference.after) == ("right and declined, harmonic mean", 1.0, 0.0)
    assert difference.verdict == "regression"


def test_a_measure_that_has_vanished_counts_as_lost() -> None:
    before, after = run([1.0] * 20), run([1.0] * 20)
    for case in after["cases"][:10]:
        del case["measures"]["citations: page F1"]
    (difference,) = compare(before, after)
    assert (difference.before, difference.after, difference.verdict) == (1.0, 0.5, "regression")


def test_of_two_measures_the_rarer_tells_how_much_a_case_is() -> None:
    def both(answered: int, declined: int) -> dict[str, Any]:
        made = run([1.0] * 60)
        for number, case in enumerate(made["cases"]):
            measures = {"answers: cite a gold page": float(number < answered)} if number < 50 else {}
            case["measures"] = measures or {"declined: unanswerable": float(number - 50 < declined)}
        return made

    (difference,) = compare(both(40, 5), both(40, 4))
    assert (difference.cases, difference.verdict) == (10, "warning"), "one of ten is not more than two cases"
    assert compare(both(40, 9), both(40, 5))[0].verdict == "regression"


def test_only_shared_cases_are_compared() -> None:
    before, after = run([1.0, 0.0]), run([1.0, 0.0, 0.0])
    assert left_out(before, after) == ([], ["c2"])
    assert compare(before, after)[0].cases == 2
    for number, case in enumerate(after["cases"]):
        case["id"] = f"x{number}"
    with pytest.raises(InputError, match="no case in common"):
        compare(before, after)


def test_what_is_committed_of_a_run_holds_no_words() -> None:
    whole = run([1.0])
    whole["cases"][0] |= {"question": "Why?", "answer": {"text": "words of a letter"}}
    small = reduced(whole)
    assert small["cases"] == [{"id": "c0", "type": "single", "cluster": "k0", "measures": {"citations: page F1": 1.0}}]
    assert compare(small, whole)[0].verdict == "same"
