"""A run as one HTML page for people: what must hold, the figures in words, plots, and the worst cases to look into.

The page stands alone: no script, no network, everything that comes from questions or letters escaped. A part that a run
does not have is left out, or said to be missing.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import Any, get_args
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from evals import plots
from evals import report_words as wording
from evals.cases import Kind
from evals.measuring import HEADLINE

ALL = "all"
WORST = 30


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean as it is shown; `low`, `at` and `high` are per cent of a scale, where there is an interval to draw."""

    name: str
    value: str
    interval: str
    n: int
    low: float | None = None
    at: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand, with a link if there is one that can be followed."""

    where: str
    words: str
    url: str | None


def page(run: Mapping[str, Any]) -> str:
    """The report of a run, a whole HTML document; equal runs give equal bytes.

    Args:
        run: the JSON of a run, as `Run.as_json` gives it.
    Raises: InputError if matplotlib is not installed.
    """
    about, cases, metrics = run["about"], run["cases"], run.get("metrics") or {}
    types = _types(cases)
    worst = worst_cases(cases)
    return _template().render(
        subject=_subject(about),
        judged=run.get("judged") or [],
        invented=any(volume["invented"] for volume in about.get("volumes") or ()),
        letters=about.get("letters"),
        made_at=_date(str(about.get("made_at", ""))),
        versions=_versions(about),
        left_out=about.get("left_out") or [],
        cases=len(cases),
        answerable=sum(case["type"] != "unanswerable" for case in cases),
        right=sum(bool(case.get("right")) for case in cases),
        invariants=run.get("invariants") or [],
        headline=[one for name in HEADLINE if (one := _figure(metrics, name, wording.IN_WORDS.get(name, name)))],
        types=types,
        by_type=_table(wording.BY_TYPE, metrics, [ALL, *types]),
        all_measures=_groups(metrics, [ALL, *types]),
        answerers=list(_answerers(run)),
        answerer_measures=[name for name in wording.BESIDE if name in metrics],
        follow_ups=[one for name, words in wording.FOLLOW_UPS.items() if (one := _figure(metrics, name, words))],
        robust=list(_robust(cases, metrics)),
        again=_figure(metrics, "robust: same answer again", "same answer again"),
        sure=[one for name, words in wording.SURE.items() if (one := _figure(metrics, name, words))],
        latencies=_latencies(run),
        plots=_plots(run, types),
        troubles=Counter(_trouble(case) for case in cases if not case.get("right")).most_common(),
        worst=[_case(number, case) for number, case in enumerate(worst, start=1)],
    )


@cache
def _template() -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return made.get_template("report.html")


def worst_cases(cases: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The thirty worst, worst first: not right before right, then by page F1. Those with nothing wrong are left out."""
    ranked = sorted(cases, key=_goodness)
    return [case for case in ranked if _goodness(case) < (True, 1.0)][:WORST]


def _goodness(case: Mapping[str, Any]) -> tuple[bool, float]:
    """A question declined rightly is as good as an answer can be."""
    right = bool(case.get("right"))
    return right, float(case["measures"].get("citations: page F1", right))


def _trouble(case: Mapping[str, Any]) -> str:
    """At which step a case was lost."""
    answer, ranks = case.get("answer") or {}, case.get("ranks") or {}
    found = {level: any(rank is not None for rank in ranks.get(level, ())) for level in wording.LEVELS}
    outcome = answer.get("outcome")
    if answer.get("error"):
        return "no answer came"
    if case["type"] == "unanswerable":
        return "declined rightly" if case.get("right") else "answered, though the letters do not say"
    if case.get("right"):
        return "right, but not whole or not alone"
    where = "page was found" if found["page"] else "letter was found, its page not" if found["letter"] else "not found"
    if outcome in ("not_found", "unclear"):
        said = "declined" if outcome == "not_found" else "asked back"
        return f"{said}, though the {where}" if found["letter"] else f"{said}; the letter was not found"
    if found["page"]:
        return "the page was found, but not cited"
    return "the letter was found, but not the page" if found["letter"] else "the letter was not found"


def _types(cases: Iterable[Mapping[str, Any]]) -> list[str]:
    there = {str(case["type"]) for case in cases}
    usual = [kind for kind in get_args(Kind) if kind in there]
    return usual + sorted(there - set(usual))


def _figure(metrics: Mapping[str, Any], measure: str, words: str, group: str = ALL) -> Figure | None:
    """A mean to be shown; None if the run does not have it."""
    mean = metrics.get(measure, {}).get(group)
    if mean is None or not plots.known([mean["mean"]]):
        return None
    at, low, high = (mean[key] for key in ("mean", "low", "high"))
    spread = plots.known([low, high]) and low < high
    interval = f"{_number(measure, low, unit=False)}–{_number(measure, high, unit=False)}" if spread else ""
    scale = [100 * min(1.0, max(0.0, value)) for value in (low, at, high)] if spread else [None, 100 * at, 0.0]
    return Figure(words, _number(measure, at), interval, mean["n"], scale[0], scale[1] or 0.0, scale[2] or 0.0)


def _number(measure: str, value: float | None, *, unit: bool = True) -> str:
    """A value of a measure as people read it."""
    if value is None or not math.isfinite(value):
        return "—"
    if measure in wording.PLAIN_NUMBERS:
        said = wording.PLAIN_NUMBERS[measure].format(value)
    elif any(one in measure for one in wording.SCORES):
        said = f"{value:.2f}"
    else:
        said = f"{100 * value:.0f} %"
    return said if unit else said.split(" ")[0]


Row = tuple[str, list[Figure | None]]


def _table(measures: Iterable[str], metrics: Mapping[str, Any], groups: Sequence[str]) -> list[Row]:
    """A row for each measure that the run has, a cell for each group of cases."""
    return [(one, [_figure(metrics, one, one, group) for group in groups]) for one in measures if one in metrics]


def _groups(metrics: Mapping[str, Any], groups: Sequence[str]) -> list[tuple[str, list[Row]]]:
    """All measures by what stands before the colon."""
    by_name: dict[str, list[str]] = {}
    for measure in metrics:
        by_name.setdefault(measure.partition(": ")[0], []).append(measure)
    return [(name, _table(measures, metrics, groups)) for name, measures in by_name.items()]


def _answerers(run: Mapping[str, Any]) -> Iterator[tuple[str, list[Figure | None], bool]]:
    """Ours and the simpler ones, each with its figures; the last value says which is ours."""
    metrics, baselines = run.get("metrics") or {}, run.get("baselines") or {}
    columns = [name for name in wording.BESIDE if name in metrics]
    if baselines:
        yield wording.OURS, [_figure(metrics, name, name) for name in columns], True
        for name, others in baselines.items():
            yield wording.ANSWERERS.get(name, name), [_figure(others, one, one) for one in columns], False


def _robust(cases: Sequence[Mapping[str, Any]], metrics: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Each way of asking otherwise, with what the same questions gave as they were."""
    for variant, words in wording.ASKED.items():
        measure = f"robust: pages recall@5, {variant}"
        usual = [case["measures"].get("pages: recall@5") for case in cases if measure in case["measures"]]
        citations = _figure(metrics, f"robust: same citations, {variant}", words)
        if citations or measure in metrics:
            yield {
                "words": words,
                "citations": citations,
                "found": _figure(metrics, measure, words),
                "as_asked": _number(measure, fmean(usual)) if plots.known(usual) else "—",
            }


def _latencies(run: Mapping[str, Any]) -> list[tuple[str, str, str, int]]:
    stages = (run.get("curves") or {}).get("latency_ms") or {}
    return [
        (name, f"{one['p50']:,.0f} ms", f"{one['p95']:,.0f} ms", len(one["all"]))
        for name, one in stages.items()
        if plots.known(one["all"])
    ]


def _plots(run: Mapping[str, Any], types: Sequence[str]) -> dict[str, Markup]:
    """The drawings of what the run has."""
    curves, metrics = run.get("curves") or {}, run.get("metrics") or {}
    made: dict[str, Markup] = {}
    recall = {
        wording.LEVELS.get(level, level): shares for level, shares in (curves.get("recall") or {}).items() if shares
    }
    if recall:
        made["recall"] = plots.recall_curve(curves["recall_at"], recall)
    if plots.known((case.get("answer") or {}).get("confidence") for case in run["cases"]):
        if curves.get("risk_coverage"):
            made["risk"] = plots.risk_coverage(curves["risk_coverage"])
        if curves.get("reliability"):
            made["reliability"] = plots.reliability(curves["reliability"])
    stages = {name: one["all"] for name, one in (curves.get("latency_ms") or {}).items() if plots.known(one["all"])}
    if stages:
        made["latency"] = plots.latencies(stages)
    by_type = [bar for kind in types if (bar := _right_bar(metrics, kind))]
    if by_type:
        made["types"] = plots.bars("types", "Right by type of question", by_type, first="answered or declined rightly")
    baselines = run.get("baselines") or {}
    beside = [
        bar
        for name, others in [("", metrics), *baselines.items()]
        if (
            bar := _bar(
                others, "answers: cite a gold page", ALL, wording.ANSWERERS.get(name, name) or wording.OURS, not name
            )
        )
    ]
    if baselines and beside:
        beside.sort(key=lambda bar: -bar.share)
        made["beside"] = plots.bars(
            "beside",
            "Letters and simpler answerers",
            beside,
            first="cites a right page",
            second="right pages in first 5",
        )
    return made


def _right_bar(metrics: Mapping[str, Any], kind: str) -> plots.Bar | None:
    measure = "declined: unanswerable" if kind == "unanswerable" else "answers: cite a gold page"
    n = metrics.get(measure, {}).get(kind, {}).get("n", 0)
    return _bar(metrics, measure, kind, f"{kind}, {n} {'question' if n == 1 else 'questions'}")


def _bar(metrics: Mapping[str, Any], measure: str, group: str, name: str, ours: bool = True) -> plots.Bar | None:
    mean = metrics.get(measure, {}).get(group)
    if mean is None or not plots.known([mean["mean"]]):
        return None
    second = metrics.get("pages: recall@5", {}).get(group, {}).get("mean") if group == ALL else None
    low, high = (mean["low"], mean["high"]) if plots.known([mean["low"], mean["high"]]) else (mean["mean"],) * 2
    return plots.Bar(name, mean["mean"], low, high, second, ours)


def _case(number: int, case: Mapping[str, Any]) -> dict[str, Any]:
    """What the page shows of a case."""
    answer = case.get("answer") or {}
    standalone = answer.get("standalone") or ""
    f1 = case["measures"].get("citations: page F1")
    return {
        "number": number,
        "id": case["id"],
        "type": case["type"],
        "question": case.get("question", ""),
        "history": case.get("history") or [],
        "standalone": standalone if standalone != case.get("question") else "",
        "right": bool(case.get("right")),
        "trouble": _trouble(case),
        "f1": "" if f1 is None else _number("citations: page F1", f1),
        "outcome": wording.OUTCOMES.get(answer.get("outcome", ""), answer.get("outcome", "")),
        "text": answer.get("text") or "",
        "error": answer.get("error") or "",
        "confidence": None if answer.get("confidence") is None else _number("", answer["confidence"]),
        "citations": [_place(one) for one in answer.get("citations") or ()],
        "passages": [_place(one) for one in answer.get("passages") or ()],
        "reference": case.get("reference") or "",
        "gold": [_place(one, where=one.get("place", "")) for one in case.get("gold") or ()],
        "facts": case.get("facts") or [],
        "ranks": [
            (wording.LEVELS.get(level, level), [str(rank) if rank else "not found" for rank in ranks])
            for level, ranks in (case.get("ranks") or {}).items()
        ],
        "measures": [(name, _number(name, value)) for name, value in case["measures"].items()],
    }


def _place(found: Mapping[str, Any], where: str = "") -> Place:
    return Place(where or _where(found), found.get("words") or "", followable(found.get("url")))


def _where(found: Mapping[str, Any]) -> str:
    pages = found.get("pages") or []
    said = [
        str(found.get("letter") or "").partition("/")[0],
        f"Document {found['document']}" if found.get("document") else "",
        f"p. {pages[0]}" if len(pages) == 1 else f"pp. {pages[0]}–{pages[-1]}" if pages else "",
        f"n. {found['note']}" if found.get("note") is not None else "",
    ]
    return ", ".join(one for one in said if one)


def followable(url: object) -> str | None:
    """An address of the web, as it was given; None for anything else, such as `javascript:`."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
    except ValueError:
        return None
    return str(url) if parts and parts.scheme in ("http", "https") and parts.netloc else None


def _subject(about: Mapping[str, Any]) -> str:
    """The volumes by title, or how many there are."""
    titles = [volume["title"] or volume["volume"] for volume in about.get("volumes") or ()]
    return " · ".join(titles) if 0 < len(titles) <= 2 else f"{len(titles)} volumes" if titles else "letters"


def _versions(about: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was evaluated: known facts in their order, then any others by name."""
    others = {
        name: name.replace("_", " ")
        for name in sorted(set(about) - set(wording.ABOUT) - {"made_at", "left_out", "volumes"})
    }
    named = {**wording.ABOUT, **others}
    return [(words, str(about[name])) for name, words in named.items() if about.get(name) not in (None, "")]


def _date(given: str) -> str:
    """ "November 25, 2026, 13:14 UTC"; what was given if it is no time."""
    try:
        made = datetime.fromisoformat(given)
    except ValueError:
        return given
    return f"{made:%B} {made.day}, {made.year}, {made:%H:%M} {made.tzname() or ''}".strip()
