"""Many scored answers to a run: means with intervals, curves, and what a reader of the report wants to see of a case.

A run is one JSON object, written by `Run.as_json` and read by the report and by `compare`.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evals import scores
from evals.cases import Case
from evals.intervals import Mean, mean_of
from evals.invariants import Invariant
from evals.measuring import CURVE, Measures, is_right, measure, recall_curve
from evals.records import Found, Record
from evals.running import Records
from evals.scores import LEVELS
from evals.validation import Letters, located
from evals.variants import Variant
from qa_service.errors import InputError

ALL = "all"
_RELIABILITY_BINS = 10


@dataclass(frozen=True, slots=True)
class Scored:
    """A case with its answer as asked, and its measures."""

    case: Case
    record: Record
    measures: Measures

    @property
    def cluster(self) -> str:
        """What it rises and falls with: the letter of its first gold place, or itself."""
        return f"{self.case.gold[0].volume}/{self.case.gold[0].document}" if self.case.gold else self.case.id

    @property
    def right(self) -> bool:
        return is_right(self.case, self.record)


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation: of what, what must hold, and every case; `baselines` are the same cases answered otherwise."""

    about: Mapping[str, Any]
    scored: Sequence[Scored]
    invariants: Sequence[Invariant]
    baselines: Mapping[str, Sequence[Scored]]
    letters: Letters
    judged: Sequence[Mapping[str, Any]] = ()

    @property
    def sound(self) -> bool:
        """Whether every invariant holds."""
        return not any(one.broken for one in self.invariants)

    def as_json(self) -> dict[str, Any]:
        return {
            "about": dict(self.about),
            "invariants": [asdict(one) | {"share": one.share} for one in self.invariants],
            "metrics": _jsonable(metrics(self.scored)),
            "baselines": {name: _jsonable(metrics(scored, by_type=False)) for name, scored in self.baselines.items()},
            "judged": list(self.judged),
            "curves": curves(self.scored),
            "cases": [_case_json(one, self.letters) for one in self.scored],
        }


def score(cases: Sequence[Case], records: Records) -> list[Scored]:
    """Each case with the measures of its answers."""
    by_case: dict[str, dict[Variant, Record]] = defaultdict(dict)
    for (case, variant), record in records.items():
        by_case[case][variant] = record
    return [Scored(case, by_case[case.id]["asked"], measure(case, by_case[case.id])) for case in cases]


def scorer_holds(oracle: Sequence[Scored]) -> list[Invariant]:
    """The gold as an answer must score 1.0 on all that an answer can reach, or the scorer is wrong."""
    broken, checked = [], 0
    for one in oracle:
        for name, value in one.measures.items():
            if name in _PERFECT or name.startswith("citations: "):
                checked += 1
                broken += [f"{one.case.id}: {name} is {value:.3f}"] if value < 1 else []
    return [Invariant("gold oracle scores 1.0", checked, tuple(broken))] if oracle else []


_PERFECT = frozenset(
    [
        *(
            f"{found}: {how}"
            for found in ("letters", "pages", "passages")
            for how in ("recall@20", "MRR@10", "nDCG@10")
        ),
        *("notes: recall", "notes: precision", "facts: vital", "facts: all"),
        *("answers: cite a gold page", "declined: unanswerable"),
    ]
)


def metrics(scored: Sequence[Scored], *, by_type: bool = True) -> dict[str, dict[str, Mean]]:
    """For each measure its mean over all cases that have it, and over those of each type; `selective: …` put right
    answers and declined questions together.
    """
    clusters = {one.case.id: one.cluster for one in scored}
    groups: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for one in scored:
        for name, value in one.measures.items():
            for group in (ALL, one.case.type) if by_type else (ALL,):
                groups[name][group][one.case.id] = value
    table = {
        name: {group: mean_of(values, clusters) for group, values in by_group.items()}
        for name, by_group in groups.items()
    }
    return table | {name: {ALL: Mean(value, value, value, len(scored))} for name, value in selective(scored).items()}


def selective(scored: Sequence[Scored]) -> dict[str, float]:
    """How well the confidence tells what is answered rightly: single numbers over all cases.

    The harmonic mean of right answers to answerable and declined unanswerable questions; AURC; the chance that an
    answerable question is surer than an unanswerable one (AUROC); the share that could be answered while 80 % of the
    answers are right; expected calibration error over ten bins (Guo and others, ICML 2017).
    """
    answerable = [one for one in scored if one.case.gold]
    unanswerable = [one for one in scored if not one.case.gold]
    found = {}
    if answerable and unanswerable:
        right = sum(one.right for one in answerable) / len(answerable)
        found["selective: harmonic mean"] = scores.harmonic(
            right, sum(one.right for one in unanswerable) / len(unanswerable)
        )
    if (sure := _sure(scored)) and answerable:
        confidences, right_ones = [confidence for confidence, _ in sure], [is_right for _, is_right in sure]
        found["selective: AURC"] = scores.aurc(confidences, right_ones)
        found["selective: coverage at 80 % right"] = scores.coverage_at(confidences, right_ones, 0.8)
        found["selective: calibration error"] = scores.calibration_error(confidences, right_ones, _RELIABILITY_BINS)
        if unanswerable:
            found["selective: AUROC answerable"] = scores.auroc(confidences, [bool(one.case.gold) for one in scored])
    return found


def curves(scored: Sequence[Scored]) -> dict[str, Any]:
    """What the plots show: recall at 1 to 20 by level, risk by coverage, reliability, and milliseconds by stage."""
    answerable = [one for one in scored if one.case.gold]
    recall = {
        level: [
            round(float(v), 4)
            for v in np.mean([recall_curve(one.case, one.record, level) for one in answerable], axis=0)
        ]
        for level in LEVELS
        if answerable
    }
    sure = _sure(scored)
    risk = scores.risks([confidence for confidence, _ in sure], [right for _, right in sure])
    return {
        "recall_at": list(CURVE),
        "recall": recall,
        "risk_coverage": [[round((k + 1) / len(risk), 4), round(error, 4)] for k, error in enumerate(risk)],
        "reliability": _reliability(sure),
        "latency_ms": _latencies([one.record for one in scored]),
    }


def _sure(scored: Sequence[Scored]) -> list[tuple[float, bool]]:
    """How sure each answer is, and whether it is a right answer: to an unanswerable question none is. Empty unless all
    answers say how sure they are.
    """
    pairs = [(one.record.confidence, one.right and bool(one.case.gold)) for one in scored]
    known = [(confidence, right) for confidence, right in pairs if confidence is not None]
    return known if len(known) == len(pairs) else []


def _reliability(sure: Sequence[tuple[float, bool]]) -> list[dict[str, float]]:
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in sure:
        at = min(_RELIABILITY_BINS - 1, int(confidence * _RELIABILITY_BINS))
        bins[at].append((confidence, right))
    return [
        {
            "confidence": round(sum(c for c, _ in pairs) / len(pairs), 4),
            "right": round(sum(r for _, r in pairs) / len(pairs), 4),
            "n": len(pairs),
        }
        for _, pairs in sorted(bins.items())
    ]


def _latencies(records: Iterable[Record]) -> dict[str, dict[str, Any]]:
    stages: dict[str, list[float]] = defaultdict(list)
    for record in records:
        for stage, milliseconds in record.timings_ms.items():
            stages[stage].append(milliseconds)
        stages["whole answer"].append(record.seconds * 1000)
    return {
        stage: {"p50": float(np.quantile(ms, 0.5)), "p95": float(np.quantile(ms, 0.95)), "all": sorted(ms)}
        for stage, ms in stages.items()
    }


def _case_json(one: Scored, letters: Letters) -> dict[str, Any]:
    case, record = one.case, one.record
    ranks = {level: scores.first_ranks(case, record.passages, level) for level in LEVELS} if case.gold else {}
    return {
        "id": case.id,
        "type": case.type,
        "cluster": one.cluster,
        "question": case.question,
        "history": [turn.model_dump() for turn in case.history],
        "reference": case.answer,
        "gold": [{"place": str(place)} | _found_json(located(place, letters)) for place in case.gold],
        "facts": [
            {"text": fact.text, "vital": fact.vital, "stated": fact.stated_in(scores.words_of(record))}
            for fact in case.facts
        ],
        "right": one.right,
        "measures": {name: round(value, 4) for name, value in one.measures.items()},
        "ranks": ranks,
        "answer": {
            "outcome": record.outcome,
            "text": record.text,
            "standalone": record.standalone,
            "confidence": record.confidence,
            "error": record.error,
            "citations": [_found_json(found) for found in record.citations],
            "passages": [_found_json(found) for found in record.passages[:5]],
        },
    }


def _found_json(found: Found) -> dict[str, Any]:
    return {
        "letter": found.letter,
        "document": found.document,
        "pages": list(found.pages),
        "note": found.note,
        "url": found.url,
        "words": found.words[:400],
    }


def _jsonable(table: Mapping[str, Mapping[str, Mean]]) -> dict[str, Any]:
    return {name: {group: asdict(mean) for group, mean in by_group.items()} for name, by_group in table.items()}


def read_run(path: Path) -> dict[str, Any]:
    """A run's JSON as `as_json` gave it. Raises: InputError if the file holds none."""
    try:
        run: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(run["cases"], list) or not run["about"]:
            raise ValueError("no cases")
        for case in run["cases"]:
            values = [case["id"], case["cluster"], *map(float, case["measures"].values())]
            if not all(isinstance(value, str) or math.isfinite(value) for value in values):
                raise ValueError(f"case {case['id']} holds what is no number")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: expected the JSON of a run, as `letters eval --json` prints it: {error}") from error
    return run
