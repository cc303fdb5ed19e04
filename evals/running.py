"""Putting the questions: several at a time, with progress, and able to go on after an interruption.

Answers are kept as they come, an object a line, behind a first line that says of what they are. A file that an earlier
run left unfinished is gone on with if its first line is the same, and begun afresh if not.
"""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from evals.records import Record
from evals.subjects import Subject
from evals.variants import Asking, Variant
from qa_service.errors import InputError

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
    with _appending(kept, about, fresh=not lines) as keep, ThreadPoolExecutor(jobs) as pool:
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
    """The answers that an earlier run left; a last line that was cut off is left out, and so are errors."""
    lines: dict[tuple[str, Variant], dict[str, Any]] = {}
    try:
        first, *others = kept.read_text(encoding="utf-8").split("\n")
        if json.loads(first) != json.loads(json.dumps(about)):
            return {}
    except (OSError, ValueError):
        return {}
    for other in others:
        try:
            line = json.loads(other)
        except ValueError:
            continue
        if "answer" in line:
            lines[line["case"], line["variant"]] = line
    return lines


@contextmanager
def _appending(kept: Path, about: Mapping[str, Any], *, fresh: bool) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Writes a line at a time, each whole on the disk before the next."""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        file = kept.open("w" if fresh else "a", encoding="utf-8")
    except OSError as error:
        raise InputError(f"the answers cannot be kept in {kept}: {error.strerror}") from error

    def keep(line: Mapping[str, Any]) -> None:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())

    with file:
        if fresh:
            keep(about)
        else:
            file.write("\n")  # the last line may have been cut off
        yield keep
