"""The plots of the report, as SVG to stand inside a page.

Equal values give equal bytes. Colours are the page's own (`var(--ink)` and so on), so that one drawing is readable on
light and on dark paper; text is text, set in the page's font. Each drawing bears a label that says what it shows.
"""

import io
import re
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from qa_service.errors import InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDTH = 4.0
"""In inches; the page draws it at about this size on a telephone and half as large again on a wide screen."""

_INK, _QUIET, _RULE, _FIRST, _SECOND, _THIRD = (f"#0{n}0{n}0{n}" for n in range(1, 7))
_ON_PAGE = {
    _INK: "var(--ink)",
    _QUIET: "var(--quiet)",
    _RULE: "var(--rule)",
    _FIRST: "var(--accent)",
    _SECOND: "var(--second)",
    _THIRD: "var(--third)",
}
"""Colours that are drawn with, and what they become on the page."""

_LINES = ((_SECOND, "--", "s"), (_FIRST, "-", "o"), (_THIRD, ":", "^"))
"""Colour, dashes and marker, so that lines are told apart without colour too."""

_LONGEST_NAME = 56


@dataclass(frozen=True, slots=True)
class Bar:
    """A share with its interval and its name; `second` is another share of the same, drawn thinner."""

    name: str
    share: float
    low: float
    high: float
    second: float | None = None
    ours: bool = True


def installed() -> Any:
    """The plotting library. Raises: InputError if it is not installed."""
    try:
        import matplotlib.figure
    except ImportError as error:
        raise InputError("the report's plots need matplotlib: pip install 'letters[evals]'") from error
    return matplotlib


def recall_curve(ks: Sequence[int], by_level: Mapping[str, Sequence[float]]) -> Markup:
    """The share found among the first k, a line a level."""

    def draw(figure: "Figure") -> None:
        axes = _axes(figure)
        for (level, shares), (colour, dashes, marker) in zip(by_level.items(), _LINES, strict=False):
            axes.plot(
                ks, shares, color=colour, linestyle=dashes, marker=marker, markersize=3, label=level, clip_on=False
            )
        axes.set_xticks([k for k in (1, 5, 10, 15, 20) if k in ks] or list(ks))
        axes.set_xlabel("first k finds")
        _percents(axes, "y")
        axes.legend(loc="lower right", frameon=False, labelcolor=_INK)

    told = (
        f"{level} {_percent(shares[0])} at {ks[0]}, {_percent(shares[-1])} at {ks[-1]}"
        for level, shares in by_level.items()
    )
    return _drawn(draw, "recall", f"Line plot: the share found among the first k finds. {'; '.join(told)}.", 2.9)


def risk_coverage(points: Sequence[tuple[float, float]]) -> Markup:
    """The share of wrong answers among the surest, by how many of the questions are answered."""

    def draw(figure: "Figure") -> None:
        axes = _axes(figure)
        coverage, risk = zip(*points, strict=True)
        axes.plot(coverage, risk, color=_FIRST, marker="o" if len(points) < 3 else None, clip_on=False)
        axes.axhline(0.2, color=_QUIET, linestyle=":", linewidth=1)
        axes.annotate("80 % right", (1, 0.2), (0, 2), textcoords="offset points", ha="right", color=_QUIET)
        _percents(axes, "x", "questions answered, the surest first")
        _percents(axes, "y", "of these wrong")

    whole = f"of all questions {_percent(points[-1][1])} are wrong"
    return _drawn(draw, "risk", f"Line plot: the share wrong among the surest answers; {whole}.", 2.9)


def reliability(bins: Sequence[Mapping[str, float]]) -> Markup:
    """The share right by how sure the service was, over how many cases each point stands for."""

    def draw(figure: "Figure") -> None:
        axes, counts = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [3, 1]})
        sure, right, n = ([one[key] for one in bins] for key in ("confidence", "right", "n"))
        axes.plot([0, 1], [0, 1], color=_QUIET, linestyle=":", linewidth=1)
        axes.plot(sure, right, color=_FIRST, marker="o", markersize=4, clip_on=False)
        counts.bar(sure, n, width=0.06, color=_SECOND)
        for at, count in zip(sure, n, strict=True):
            counts.annotate(f"{count:.0f}", (at, count), (0, 2), textcoords="offset points", ha="center", color=_QUIET)
        counts.set_ylim(0, max(n) * 1.5)
        counts.set_yticks([])
        counts.set_ylabel("cases")
        for one in (axes, counts):
            _plain(one)
        _percents(counts, "x", "how sure the service was")
        _percents(axes, "y", "right")

    told = (f"{_percent(one['confidence'])} sure, {_percent(one['right'])} right, {one['n']:.0f} cases" for one in bins)
    return _drawn(draw, "reliability", f"Reliability diagram: {'; '.join(told)}.", 3.4)


def latencies(stages: Mapping[str, Sequence[float]]) -> Markup:
    """Milliseconds by stage, at least one each: boxes of the middle half, whiskers from the 5th to the 95th of 100."""

    def draw(figure: "Figure") -> None:
        axes = _axes(figure)
        boxes = []
        for name, milliseconds in stages.items():
            seen = np.maximum(np.array(milliseconds, dtype=float), 0.1)
            low, q1, median, q3, high = (float(value) for value in np.quantile(seen, [0.05, 0.25, 0.5, 0.75, 0.95]))
            beyond = [float(value) for value in seen if not low <= value <= high]
            boxes.append({"med": median, "q1": q1, "q3": q3, "whislo": low, "whishi": high, "fliers": beyond})
            axes.annotate(
                _short(name), (0, len(boxes) - 0.36), xycoords=axes.get_yaxis_transform(), color=_INK, va="center"
            )
        axes.bxp(
            boxes,
            orientation="horizontal",
            widths=0.34,
            boxprops={"color": _SECOND},
            whiskerprops={"color": _SECOND},
            capprops={"color": _SECOND},
            medianprops={"color": _FIRST, "linewidth": 2},
            flierprops={"marker": ".", "markersize": 3, "markeredgecolor": _QUIET},
            manage_ticks=False,
        )
        axes.set_ylim(len(boxes) + 0.5, 0.4)
        axes.set_yticks([])
        axes.set_xscale("log")
        low, high = axes.get_xlim()
        powers = [10.0**power for power in range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)]
        axes.set_xlim(powers[0], powers[-1])
        axes.set_xticks(powers, [_duration(one) for one in powers])
        axes.minorticks_off()

    told = (f"{name} half within {_duration(float(np.median(ms)))}" for name, ms in stages.items())
    return _drawn(draw, "latency", f"Box plot of time by stage: {'; '.join(told)}.", 0.6 + 0.5 * len(stages))


def bars(name: str, title: str, rows: Sequence[Bar], *, first: str, second: str = "") -> Markup:
    """Horizontal bars with their intervals, each under its name.

    Args:
        name: of this drawing within the page.
        first, second: what the shares of a bar are of.
    """

    def draw(figure: "Figure") -> None:
        axes = _axes(figure)
        for number, row in enumerate(rows):
            colour = _FIRST if row.ours else _SECOND
            axes.barh(number, row.share, height=0.3, color=colour, alpha=0.75)
            if row.low < row.high:
                axes.plot([row.low, row.high], [number, number], color=_INK, linewidth=1.2)
            axes.annotate(_short(row.name), (0, number - 0.36), color=_INK, va="center")
            end = max(row.share, row.high)
            axes.annotate(
                _percent(row.share), (end, number), (4, 0), textcoords="offset points", color=_INK, va="center"
            )
            if row.second is not None:
                axes.barh(number + 0.22, row.second, height=0.1, color=colour, alpha=0.4)
        axes.set_ylim(len(rows) - 0.5, -0.7)
        axes.set_yticks([])
        _percents(axes, "x", f"{first}; thin: {second}" if second else first, room=1.12)

    told = (f"{row.name} {_percent(row.share)}" for row in rows)
    return _drawn(draw, name, f"{title} ({first}): {'; '.join(told)}.", 0.7 + 0.4 * len(rows))


def _drawn(draw: Callable[["Figure"], None], name: str, label: str, height: float) -> Markup:
    """A drawing as an SVG element of a page.

    Args:
        name: stands before its ids, so that they are its own in the page.
        label: what somebody is told who does not see it.
    Raises: InputError if matplotlib is not installed.
    """
    matplotlib = installed()
    settings: Any = {
        "svg.hashsalt": name,
        "svg.fonttype": "none",
        "text.parse_math": False,
        "font.family": "DejaVu Sans",
        "font.size": 9,
        "text.color": _INK,
        "axes.labelcolor": _QUIET,
        "axes.edgecolor": _RULE,
        "xtick.color": _RULE,
        "ytick.color": _RULE,
        "xtick.labelcolor": _QUIET,
        "ytick.labelcolor": _QUIET,
        "grid.color": _RULE,
        "grid.linewidth": 0.6,
    }
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = matplotlib.figure.Figure(figsize=(_WIDTH, height), layout="constrained")
        draw(figure)
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg", transparent=True)
    return _embedded(drawn.getvalue(), name, label)


def _embedded(svg: str, name: str, label: str) -> Markup:
    """Without its head and date, and without what would reach out of it: a style for all elements, ids of others."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family: [^;\"]*;? ?", "", svg)
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", svg)
    for drawn, shown in _ON_PAGE.items():
        svg = svg.replace(drawn, shown)
    svg = re.sub(r"\n\s*", "\n", svg)
    view = re.search(r'viewBox="[^"]*"', svg)
    assert view, "matplotlib's SVG has a viewBox"
    head = f'<svg xmlns:xlink="http://www.w3.org/1999/xlink" {view[0]} role="img" aria-label="{escape(label)}">'
    return Markup(head + svg[svg.index(">") + 1 :].strip())


def _axes(figure: "Figure") -> "Axes":
    axes = figure.add_subplot()
    _plain(axes)
    return axes


def _plain(axes: "Axes") -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, axis="both")
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.tick_params(axis="x", pad=6)


def _percents(axes: "Axes", axis: str, label: str = "", *, room: float = 1.0) -> None:
    """An axis of shares, 0 to 100 %; `room` past 1 leaves space for what is written there."""
    ticks = [0, 0.2, 0.4, 0.6, 0.8, 1]
    if axis == "x":
        axes.set_xlim(0, room)
        axes.set_xticks(ticks, [_percent(tick) for tick in ticks])
        axes.set_xlabel(label)
    else:
        axes.set_ylim(0, room)
        axes.set_yticks(ticks, [_percent(tick) for tick in ticks])
        axes.set_ylabel(label)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _duration(milliseconds: float) -> str:
    return f"{milliseconds / 1000:g} s" if milliseconds >= 1000 else f"{milliseconds:g} ms"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


def known(values: Iterable[float | None]) -> bool:
    """Whether there are values, and all of them are numbers."""
    seen = list(values)
    return bool(seen) and all(value is not None and np.isfinite(value) for value in seen)
