"""The order of an evaluation: read cases, check them against the letters, ask, score, baselines."""

import hashlib
import json
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import evals
import qa_service
from evals.baselines import GOLD_ORACLE, Baseline, LibraryBaselines, without_library
from evals.cases import Case
from evals.invariants import check_invariants
from evals.judged import Judges, judge_run
from evals.running import Progress, Records, run
from evals.subjects import Subject
from evals.summary import Run, Scored, score, scorer_holds
from evals.validation import Letters, by_document, problems_of
from evals.variants import askings
from qa_service.errors import InputError

OpenLibrary = Callable[[Letters], AbstractContextManager[LibraryBaselines | None]]
"""Opens what the baselines search in; gives None where the letters' passages cannot be had."""


NOBODY = Judges()


@dataclass(frozen=True, slots=True)
class Options:
    """`quick` leaves out the variants that tell of robustness; `jobs` questions are asked at a time."""

    quick: bool = False
    jobs: int = 2
    with_baselines: bool = True


@dataclass(frozen=True, slots=True)
class Loaded:
    """The cases that can be asked here, those left out because a volume is not loaded, and the letters of the gold."""

    cases: list[Case]
    left_out: list[str]
    letters: Letters


def load(cases: Sequence[Case], subject: Subject) -> Loaded:
    """Keep the cases whose volumes are loaded, and check them against the letters.

    Raises: InputError if one is wrong, or none is left.
    """
    refs = {(volume, document): ref for volume, document, ref in subject.lines()}
    volumes = {volume for volume, _ in refs}
    kept = [case for case in cases if all(place.volume in volumes for place in case.gold)]
    if not any(case.gold for case in kept):
        raise InputError(f"none of the {len(cases)} cases is about the loaded volumes ({', '.join(sorted(volumes))})")
    letters = by_document(subject.letter(ref) for ref in refs.values())
    if problems := problems_of(kept, letters):
        more = f" (and {len(problems) - 5} more)" if len(problems) > 5 else ""
        raise InputError(f"the cases do not fit the letters: {'; '.join(problems[:5])}{more}")
    ids = {case.id for case in kept}
    return Loaded(kept, [case.id for case in cases if case.id not in ids], letters)


def evaluate(
    loaded: Loaded,
    subject: Subject,
    open_library: OpenLibrary,
    kept: Path,
    options: Options,
    progress: Progress,
    judges: Judges = NOBODY,
) -> tuple[Run, Records]:
    """Ask, score and judge everything.

    Args:
        kept: where answers are kept as they come, so that an interrupted run goes on.
    """
    to_ask = askings(loaded.cases, quick=options.quick)
    about = _about(loaded, subject)
    records = run(to_ask, subject, kept, about, jobs=options.jobs, progress=progress)
    baselines = without_library(loaded.letters)
    oracle = baselines[GOLD_ORACLE]
    made: dict[str, Sequence[Scored]] = {GOLD_ORACLE: score(loaded.cases, _answered_by(oracle, loaded.cases))}
    if options.with_baselines:
        with open_library(loaded.letters) as library:
            if library:
                baselines |= library.all()
            for number, (name, baseline) in enumerate(baselines.items()):
                progress("baselines", number, len(baselines))
                made[name] = score(loaded.cases, _answered_by(baseline, loaded.cases))
        progress("baselines", len(baselines), len(baselines))
    invariants = [*check_invariants(records, subject.letter), *scorer_holds(made.get(GOLD_ORACLE, ()))]
    asked = [records[case.id, "asked"] for case in loaded.cases]
    judged = judge_run(loaded.cases, asked, judges, loaded.letters, jobs=options.jobs, progress=progress)
    told = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "volumes": subject.volumes(),
        "left_out": loaded.left_out,
        "letters": len(loaded.letters),
        "python": platform.python_version(),
        "machine": platform.machine(),
    }
    return Run({**about, **told}, score(loaded.cases, records), invariants, made, loaded.letters, judged), records


def _answered_by(baseline: Baseline, cases: Iterable[Case]) -> Records:
    return {(case.id, "asked"): baseline(case) for case in cases}


def _about(loaded: Loaded, subject: Subject) -> Mapping[str, Any]:
    """What the answers are of; where any of it changes, kept answers are not gone on with."""
    cases = json.dumps([case.model_dump() for case in loaded.cases], sort_keys=True)
    return {
        "subject": subject.name,
        **subject.versions(),
        "code": _digest_of_code(),
        "cases": hashlib.sha256(cases.encode()).hexdigest()[:12],
    }


def _digest_of_code() -> str:
    """Of all Python modules of the service and the evals."""
    digest = hashlib.sha256()
    for package in (qa_service, evals):
        root = Path(str(package.__file__)).parent
        for path in sorted(root.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
