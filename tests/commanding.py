"""The `letters` command as a user types it, in this process or, where it serves, in one of its own."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog

from qa_service import cli

LETTERS = [sys.executable, "-m", "qa_service.cli"]


class Letters:
    """Runs the command in this process; keeps its exit status and what it printed."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self._capsys, self._monkeypatch = home, capsys, monkeypatch

    def __call__(self, *arguments: str | Path) -> int:
        self._monkeypatch.setattr(sys, "argv", ["letters", "--home", str(self.home), *map(str, arguments)])
        self._capsys.readouterr()
        try:
            cli.main()
            status = 0
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
        finally:
            structlog.reset_defaults()  # the command logs to the stderr of its time, which pytest takes away
        self.out, self.err = self._capsys.readouterr()
        return status


@contextmanager
def serving(home: Path, *options: str) -> Iterator[str]:
    """A service on any free port; gives its address."""
    command = [*LETTERS, "--home", str(home), "serve", "--port", "0", *options]
    with (
        tempfile.TemporaryFile("w+") as errors,  # no pipe: the log of some hundred requests would fill it and stop all
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            if "are ready for questions at " not in line:
                errors.seek(0)
                raise AssertionError(errors.read())
            yield line.split(" at ")[1].strip()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
