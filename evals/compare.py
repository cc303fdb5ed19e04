"""A run against an earlier one, case by case: is it worse by more than chance?

The five primary figures are compared over the cases that both runs hold, by a bootstrap of the differences over
clusters of cases (10,000 draws). A figure has regressed if its drop is more than chance after Holm's correction for
five looks, or if it is more than three points and more than two cases. A drop that may be more than three points is
told as a warning. A measure that a case has lost counts as 0, so that nothing gets better by vanishing.

Source: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 1979.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evals import scores
from evals.intervals import interval, means, resampled
from qa_service.errors import InputError

Verdict = Literal["regression", "warning", "same", "improvement"]
Column = Sequence[float | None]

_DRAWS = 10_000
_CHANCE = 0.025
_POINTS = 0.03
_CASES = 2

PRIMARY: Mapping[str, tuple[str, ...]] = {
    "page citations, F1": ("citations: page F1",),
    "quotations, recall": ("citations: quotation recall",),
    "vital facts": ("facts: vital",),
    "right and declined, harmonic mean": ("answers: cite a gold page", "declined: unanswerable"),
    "follow-ups, pages recall@5": ("follow-ups: pages recall@5",),
}
"""Each primary figure and the measures it is made of: their mean, of two the harmonic mean of their means."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A primary figure in both runs, and the 95 % interval of the difference.

    `cases` have its measure; of a figure made of two measures, the fewer: one case more or less moves it most.
    """

    name: str
    before: float
    after: float
    low: float
    high: float
    cases: int
    verdict: Verdict

    @property
    def points(self) -> float:
        return 100 * (self.after - self.before)


def reduced(run: Mapping[str, Any]) -> dict[str, Any]:
    """What is committed of a run to be compared with later: of each case the measures that the primary figures need."""
    needed = {measure for measures in PRIMARY.values() for measure in measures}
    return {
        "about": run["about"],
        "cases": [
            {
                "id": case["id"],
                "type": case["type"],
                "cluster": case["cluster"],
                "measures": {name: value for name, value in case["measures"].items() if name in needed},
            }
            for case in run["cases"]
        ],
    }


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """The primary figures over the cases of both runs.

    Args:
        before, after: the JSON of two runs, whole or reduced.
    Raises: InputError if they share no case.
    """
    earlier = {case["id"]: case for case in before["cases"]}
    shared = [case for case in after["cases"] if case["id"] in earlier]
    if not shared:
        raise InputError("the two runs have no case in common")
    weights = resampled([case["cluster"] for case in shared], _DRAWS)
    compared = []
    for name, measures in PRIMARY.items():
        pairs = [[_pair(earlier[case["id"]], case, measure) for case in shared] for measure in measures]
        old, new = ([[pair[side] for pair in column] for column in pairs] for side in (0, 1))
        if all(any(value is not None for value in column) for column in old):
            compared.append(_drawn(name, old, new, weights))
    return _judged(compared)


def _pair(before: Mapping[str, Any], after: Mapping[str, Any], measure: str) -> tuple[float | None, float | None]:
    """A case's measure in both runs, where the earlier one has it; if the later one has lost it, it counts as 0."""
    old, new = before["measures"].get(measure), after["measures"].get(measure)
    return (None, None) if old is None else (old, 0.0 if new is None else new)


def left_out(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The cases that only the earlier, and only the later run holds."""
    ids = [{case["id"] for case in run["cases"]} for run in (before, after)]
    return sorted(ids[0] - ids[1]), sorted(ids[1] - ids[0])


@dataclass(frozen=True, slots=True)
class _Drawn:
    name: str
    before: float
    after: float
    cases: int
    differences: npt.NDArray[np.float64]

    @property
    def chance_of_no_drop(self) -> float:
        """The share of draws in which the figure did not fall."""
        known = self.differences[~np.isnan(self.differences)]
        return float((np.sum(known >= 0) + 1) / (len(known) + 1))


def _drawn(name: str, old: Sequence[Column], new: Sequence[Column], weights: npt.NDArray[np.float64]) -> _Drawn:
    cases = min(sum(value is not None for value in column) for column in old)
    whole = np.ones((1, len(new[0])))
    before, after = _figure(old, whole)[0], _figure(new, whole)[0]
    return _Drawn(name, float(before), float(after), cases, _figure(new, weights) - _figure(old, weights))


def _figure(columns: Sequence[Column], weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    first, *others = (means(weights, column) for column in columns)
    if not others:
        return first
    pairs = zip(first, others[0], strict=True)
    return np.array([np.nan if np.isnan(a) or np.isnan(b) else scores.harmonic(a, b) for a, b in pairs])


def _judged(compared: Sequence[_Drawn]) -> list[Difference]:
    by_chance = sorted(compared, key=lambda one: one.chance_of_no_drop)
    fallen: set[str] = set()
    for number, one in enumerate(by_chance):
        if one.chance_of_no_drop > _CHANCE / (len(by_chance) - number):
            break
        fallen.add(one.name)
    return [_difference(one, more_than_chance=one.name in fallen) for one in compared]


def _difference(one: _Drawn, *, more_than_chance: bool) -> Difference:
    low, high = interval(one.differences)
    drop = one.before - one.after
    verdict: Verdict = "same"
    if more_than_chance or drop > max(_POINTS, _CASES / one.cases):
        verdict = "regression"
    elif low < -_POINTS and drop > 0:
        verdict = "warning"
    elif low > 0:
        verdict = "improvement"
    return Difference(one.name, one.before, one.after, low, high, one.cases, verdict)
