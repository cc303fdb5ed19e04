"""Putting the questions: several at a time, with progress, and able to go on after an interruption."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from evals.records import Record
from evals.subjects import Subject
from evals.variants import Asking, Variant
from qa_service.journal import appending, lines_of

Records = dict[tuple[str, Variant], Record]
Progress = Callable[[str, int, int], None]
"""Told of every step: stage, done, total."""


def run(
    askings: Sequence[Asking], subject: Subject, kept: Path, about: Mapping[str, Any], *, jobs: int, progress: Progress
) -> Records:
    """Ask everything that the file does not hold yet.

    Args:
        kept: the file of answers; another run must not be writing to it.
        about: what the answers are of: the same letters, code and cases, or the file is begun afresh.
        jobs: questions at a time.
    Returns: a record for each asking; one that failed has its error.
    Raises: InputError if the file cannot be written.
    """
    lines = _begun(kept, about)
    missing = [asking for asking in askings if (asking.case, asking.variant) not in lines]
    with appending(kept, about, fresh=not lines) as keep, ThreadPoolExecutor(jobs) as pool:
        asked = {pool.submit(_ask, asking, subject): asking for asking in missing}
        try:
            for number, done in enumerate(as_completed(asked), start=len(askings) - len(missing)):
                progress("asking", number, len(askings))
                line = done.result()
                keep(line)
                lines[line["case"], line["variant"]] = line
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    progress("asking", len(askings), len(askings))
    return {(asking.case, asking.variant): record_of(lines[asking.case, asking.variant]) for asking in askings}


def record_of(line: Mapping[str, Any]) -> Record:
    """A kept line as a record."""
    if "error" in line:
        return Record.failed(line["case"], line["error"], line["seconds"])
    return Record.of(line["case"], line["answer"], line["seconds"])


def _ask(asking: Asking, subject: Subject) -> dict[str, Any]:
    line: dict[str, Any] = {"case": asking.case, "variant": asking.variant}
    started = time.perf_counter()
    try:
        line["answer"] = subject.ask(asking)
    except Exception as error:  # a fault of ours is a wrong answer too, and told as such; it must not end the run
        line["error"] = f"{type(error).__name__}: {error}"
    return line | {"seconds": round(time.perf_counter() - started, 4)}


def _begun(kept: Path, about: Mapping[str, Any]) -> dict[tuple[str, Variant], dict[str, Any]]:
    """The answers that an earlier run left; what failed is asked again."""
    return {(line["case"], line["variant"]): line for line in lines_of(kept, about) if "answer" in line}
