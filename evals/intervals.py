"""Means with their uncertainty, and differences that are more than chance: bootstrap over clusters of cases.

Cases about one letter rise and fall together, so whole clusters are drawn, never single cases: a bootstrap over single
cases calls differences real that are not.

Source: Field and Welsh, "Bootstrapping clustered data", JRSS B 2007; Efron and Tibshirani, 1993, for percentiles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_LEVEL = 0.95
_SEED = 20261125


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over n cases with its 95 % interval."""

    mean: float
    low: float
    high: float
    n: int


def resampled(clusters: Sequence[str], draws: int) -> npt.NDArray[np.float64]:
    """How often each case is drawn, shape (draws, cases): as often as its cluster is drawn, with replacement; the same
    for the same clusters.
    """
    names = sorted(set(clusters))
    number = {name: at for at, name in enumerate(names)}
    of_case = np.array([number[name] for name in clusters])
    drawn = np.random.default_rng(_SEED).multinomial(len(names), [1 / len(names)] * len(names), size=draws)
    return np.asarray(drawn[:, of_case], dtype=np.float64)


def means(weights: npt.NDArray[np.float64], values: Sequence[float | None]) -> npt.NDArray[np.float64]:
    """The mean of each draw over the cases that have a value; NaN for a draw in which none has.

    Args:
        weights: shape (draws, cases), as `resampled` gives them.
    """
    known = np.array([value is not None for value in values], dtype=np.float64)
    filled = np.array([value or 0.0 for value in values], dtype=np.float64)
    counts = weights @ known
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(counts > 0, (weights @ filled) / np.where(counts > 0, counts, 1), np.nan))


def interval(drawn: npt.NDArray[np.float64]) -> tuple[float, float]:
    """The middle 95 % of some draws, those without a value left out."""
    tail = (1 - _LEVEL) / 2
    known = drawn[~np.isnan(drawn)]
    if not known.size:
        return float("nan"), float("nan")
    low, high = np.quantile(known, [tail, 1 - tail])
    return float(low), float(high)


def mean_of(values: Mapping[str, float], clusters: Mapping[str, str], draws: int = 2000) -> Mean:
    """The mean of the values of some cases, by case id.

    Where all cases have the same share, drawing them again says nothing of chance; then the interval is the exact
    binomial one for so many clusters without an exception (Clopper and Pearson, Biometrika 1934).

    Raises: ValueError if there is no value.
    """
    if not values:
        raise ValueError("a mean needs at least one value")
    ids = list(values)
    only = set(values.values())
    if only in ({0.0}, {1.0}):
        exception = 1 - ((1 - _LEVEL) / 2) ** (1 / len({clusters[id] for id in ids}))
        return Mean(1.0, 1 - exception, 1.0, len(ids)) if only == {1.0} else Mean(0.0, 0.0, exception, len(ids))
    weights = resampled([clusters[id] for id in ids], draws)
    low, high = interval(means(weights, [values[id] for id in ids]))
    return Mean(sum(values.values()) / len(values), low, high, len(values))
