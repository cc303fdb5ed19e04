"""Long work that can go on after an interruption: what is done is kept line by line, behind a line that says of what.

A file that an earlier run left unfinished is gone on with if its first line is the same, and begun afresh if not.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qa_service.errors import InputError

Line = dict[str, Any]


def lines_of(kept: Path, about: Mapping[str, Any]) -> list[Line]:
    """What an earlier run left, in its order; nothing if it was about something else. A line that was cut off is left
    out.
    """
    try:
        first, *others = kept.read_text(encoding="utf-8").split("\n")
        if json.loads(first) != json.loads(json.dumps(about)):
            return []
    except (OSError, ValueError):
        return []
    return [line for line in map(_parsed, others) if line is not None]


@contextmanager
def appending(kept: Path, about: Mapping[str, Any], *, fresh: bool) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Gives what writes a line at a time, each whole on the disk before the next.

    Raises: InputError if the file cannot be written.
    """
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


def _parsed(text: str) -> Line | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None
