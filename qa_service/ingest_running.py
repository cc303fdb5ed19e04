"""Runs the ingests while the service runs, one at a time, and lets go of their files when they are over."""

import shutil
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import structlog

from qa_service.errors import BackendError
from qa_service.home import Home
from qa_service.ingest_process import LETTERS, IngestProcess
from qa_service.ingests import IngestRun, Ingests, Outcome
from qa_service.uploads import keep

INTERRUPTED = "the service ended before this was done; send the files again"
ELSEWHERE = "waiting for another ingest in this home"
"""The step of one that waits for `letters ingest`, `remove` or `rollback` by hand."""
_PAUSE_S = 1.0
_TELL_EVERY_S = 0.3
_END_S = 20.0


class IngestRunner:
    """A thread that runs what waits; begun when there is something to do, ended with the service."""

    def __init__(self, ingests: Ingests, home: Home, *, command: Sequence[str] = LETTERS) -> None:
        self._ingests, self._home, self._command = ingests, home, command
        self._changed = threading.Condition()
        self._running: tuple[str, IngestProcess] | None = None
        self._thread: threading.Thread | None = None
        self._ended = False

    def start(self) -> None:
        """Go on with those that an earlier service left waiting."""
        self._ended = False
        self._ingests.interrupt_running(INTERRUPTED)
        waiting = {one.id for one in self._ingests.waiting()}
        for folder in self._home.uploads.glob("*"):
            if folder.name not in waiting:
                shutil.rmtree(folder, ignore_errors=True)
        if waiting:
            self._wake()

    def begin(self, files: Sequence[tuple[str, BinaryIO]], volume: str) -> IngestRun:
        """Keep files, each with a safe name, and ingest them. Raises: BackendError, RateLimitedError."""
        id = self._ingests.new_id()
        try:
            keep(files, self._folder(id) / volume)
            begun = self._ingests.begin(id, [name for name, _ in files], volume)
        except BaseException:
            self._let_go(id)
            raise
        self._wake()
        return begun

    def cancel_or_forget(self, id: str) -> None:
        """Cancel what waits or runs, forget what is over. Raises UnknownError."""
        self._ingests.cancel_or_forget(id)
        with self._changed:
            if self._running and self._running[0] == id:
                self._running[1].stop()
                return
        self._let_go(id)

    def end(self) -> None:
        """Stop what runs, and wait for it; those that wait are for the next service."""
        with self._changed:
            self._ended = True
            thread, self._thread = self._thread, None
            if self._running:
                self._running[1].stop()
            self._changed.notify_all()
        if thread:
            thread.join(_END_S)

    def _wake(self) -> None:
        with self._changed:
            if not self._thread and not self._ended:
                self._thread = threading.Thread(target=self._work, name="ingests", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def _work(self) -> None:
        while not self._ended:
            try:
                one = self._next()
                if one is not None and not self._run(one):
                    self._rest()
            except Exception:  # the database, perhaps
                structlog.get_logger().exception("ingests_failed")
                self._rest()

    def _next(self) -> IngestRun | None:
        """The one that has waited longest, waited for; None at the end."""
        with self._changed:
            while not self._ended:
                if waiting := self._ingests.waiting():
                    return waiting[0]
                self._changed.wait()
        return None

    def _run(self, one: IngestRun) -> bool:
        """Run an ingest to its end; False if another process changes the builds just now."""
        try:
            with self._home.changing():
                pass
        except BackendError:
            self._ingests.tell(one.id, ELSEWHERE)
            return False
        try:
            process = self._begun(one)
        except OSError as error:
            self._over(one, Outcome(error=f"the ingest could not be started: {error.strerror}"))
            return True
        if process is None:
            return True
        outcome = Outcome(error="the service failed at this ingest; its log says how")
        try:
            outcome = process.follow(_Telling(self._ingests, one.id))
        finally:
            process.stop()  # only where following it has failed does it run still
            with self._changed:
                self._running = None
            self._over(one, outcome)
        return True

    def _begun(self, one: IngestRun) -> IngestProcess | None:
        """Its process; None if it has been cancelled meanwhile."""
        with self._changed:
            if self._ended or not self._ingests.start(one.id):
                return None
            folder = self._folder(one.id) / one.volume
            process = IngestProcess(self._home.root, folder, command=self._command)
            self._running = one.id, process
        structlog.get_logger().info("ingest_begun", ingest=one.id, files=len(one.files))
        return process

    def _over(self, one: IngestRun, outcome: Outcome) -> None:
        self._let_go(one.id)
        if outcome.report is None and self._ended:
            self._ingests.end(one.id, Outcome(error=INTERRUPTED), interrupted=True)
        else:
            self._ingests.end(one.id, outcome)
        structlog.get_logger().info("ingest_over", ingest=one.id, done=outcome.report is not None)

    def _folder(self, id: str) -> Path:
        return self._home.uploads / id

    def _let_go(self, id: str) -> None:
        shutil.rmtree(self._folder(id), ignore_errors=True)

    def _rest(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._ended, _PAUSE_S)


class _Telling:
    """Keeps progress: every step, and within a step no more often than anybody looks."""

    def __init__(self, ingests: Ingests, id: str) -> None:
        self._ingests, self._id = ingests, id
        self._step, self._at = "", 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        at = time.monotonic()
        if step != self._step or done == total or at - self._at >= _TELL_EVERY_S:
            self._step, self._at = step, at
            self._ingests.tell(self._id, step, done, total)
