"""One `letters ingest` in a process of its own: it needs much, can be stopped, and takes nobody down with it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog

from qa_service.ingests import Outcome

LETTERS = (sys.executable, "-P", "-m", "qa_service.cli")
"""The command; `-P`, so that nothing that lies in the current folder is taken for a module."""
_SAID = "letters: "
_UNEXPECTED = f"{_SAID}unexpected "
_STATUSES_WITH_REPORT = (0, 1)
_KILL_AFTER_S = 5.0
_LINES_LOGGED = 20

Told = Callable[[str, int, int], None]
"""Told of every step: its name, done, total."""


class IngestProcess:
    """Begins with its making; `follow` waits for its end. It has the settings of this process' environment."""

    def __init__(self, home: Path, folder: Path, *, command: Sequence[str] = LETTERS) -> None:
        """Raises OSError if the command cannot be started."""
        self._home, self._folder = home, folder
        self._out = tempfile.TemporaryFile()  # noqa: SIM115  a pipe would fill while progress is read
        arguments = ["--home", str(home), "ingest", str(folder), "--json", "--progress", "json"]
        try:
            self._process = subprocess.Popen(
                [*command, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=self._out,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                start_new_session=True,  # a group of its own, which can be ended with all that it has started
            )
        except OSError:
            self._out.close()
            raise

    def follow(self, told: Told) -> Outcome:
        """Hand on its progress until it ends, and what it has come to."""
        said: deque[str] = deque(maxlen=_LINES_LOGGED)
        assert self._process.stderr is not None
        with self._out, self._process.stderr as lines:
            for line in lines:
                if step := _progress_of(line):
                    told(*step)
                else:
                    said.append(line.strip())
            status = self._process.wait()
            self._out.seek(0)
            printed = self._out.read()
        if status in _STATUSES_WITH_REPORT and (report := _report_of(printed)) is not None:
            return Outcome(report=self._without_paths(report))
        structlog.get_logger().warning("ingest_failed", status=status, said=list(said))
        return Outcome(error=self._without_paths(_reason(status, said)))

    def stop(self) -> None:
        """Let it tidy up and end, if it has not ended; end it if it does not."""
        if self._process.poll() is not None:
            return
        self._signal(signal.SIGTERM)
        killer = threading.Timer(_KILL_AFTER_S, self._signal, [signal.SIGKILL])
        killer.daemon = True
        killer.start()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            if self._process.poll() is None:
                os.killpg(self._process.pid, number)

    def _without_paths(self, value: Any) -> Any:
        """The same, with the files under the names that they were sent with, and nothing said of where they lie."""
        if isinstance(value, dict):
            return {name: self._without_paths(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self._without_paths(one) for one in value]
        if not isinstance(value, str):
            return value
        for folder in (self._folder, self._folder.resolve()):
            value = value.replace(f"{folder}/", "").replace(str(folder), "the files")
        for home in (self._home, self._home.resolve()):
            value = value.replace(str(home), "the home")
        return value


def _report_of(printed: bytes) -> dict[str, Any] | None:
    try:
        report = json.loads(printed.splitlines()[-1])
    except (ValueError, IndexError):
        return None
    return report if isinstance(report, dict) else None


def _progress_of(line: str) -> tuple[str, int, int] | None:
    try:
        told = json.loads(line)
        return str(told["step"]), int(told["done"]), int(told["total"])
    except (ValueError, KeyError, TypeError):
        return None


def _reason(status: int, said: Sequence[str]) -> str:
    """Why there is no report. What goes wrong by a fault of ours may tell anything, so it is for the log alone."""
    if status < 0:
        return f"the ingest was ended by {signal.Signals(-status).name}; perhaps there was not memory enough"
    told = next((line for line in reversed(said) if line.startswith(_SAID)), _UNEXPECTED)
    if told.startswith(_UNEXPECTED):
        return f"the ingest failed with status {status}; the log of the service says how"
    return told.removeprefix(_SAID)
