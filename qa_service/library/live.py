"""The active build of a running service: noticed when it changes, opened, swapped as one object, closed when unused."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from qa_service.errors import BackendError, CorpusError, QAServiceError
from qa_service.library.builds import Build
from qa_service.library.pointer import Pointer

POLL_S = 1.0


class LiveLibrary:
    """Lends out the active build. A question holds one build from start to end, whatever happens meanwhile.

    Args:
        open_build: opens a build by its id.
    """

    def __init__(self, pointer: Pointer, open_build: Callable[[str], Build]) -> None:
        self._pointer = pointer
        self._open_build = open_build
        self._lock = threading.Lock()
        self._lease: _Lease | None = None
        self._refused = ""
        self._stop = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="pointer-watcher", daemon=True)

    def start(self) -> None:
        """Open the active build, or the one before it if it is damaged, and watch the pointer from now on.

        Raises: CorpusError if there is none to open.
        """
        published = self._pointer.read()
        if published is None:
            raise CorpusError("no letters are loaded yet: run `letters ingest PATH` first")
        try:
            self._swap(published.build)
        except CorpusError as error:
            structlog.get_logger().error("build_damaged", build=published.build, reason=str(error))
            if published.previous is None:
                raise
            self._swap(published.previous)
            self._refused = published.build
        self._watcher.start()

    def close(self) -> None:
        self._stop.set()
        if self._watcher.is_alive():
            self._watcher.join()
        with self._lock:
            lease, self._lease = self._lease, None
        if lease:
            lease.retire()

    @contextmanager
    def build(self) -> Iterator[Build]:
        """The active build, kept open until the block ends. Raises CorpusError before `start` or after `close`."""
        with self._lock:
            lease = self._lease
            if lease is None:
                raise CorpusError("no letters are loaded")
            lease.take()
        try:
            yield lease.build
        finally:
            lease.give_back()

    def check_pointer(self) -> None:
        """Swap the build if the pointer has moved; a build that is damaged is refused once, loudly."""
        published = self._pointer.read()
        if published is None or (self._lease and published.build in (self._lease.build.id, self._refused)):
            return
        try:
            self._swap(published.build)
            self._refused = ""
        except QAServiceError as error:
            if not (isinstance(error, BackendError) and error.retryable):
                self._refused = published.build
            structlog.get_logger().error("build_refused", build=published.build, reason=str(error))

    def _swap(self, id: str) -> None:
        opened = _Lease(self._open_build(id))
        with self._lock:
            old, self._lease = self._lease, opened
        structlog.get_logger().info("build_opened", build=id, letters=opened.build.manifest.counts.letters)
        if old:
            old.retire()

    def _watch(self) -> None:
        while not self._stop.wait(POLL_S):
            try:
                self.check_pointer()
            except Exception as error:  # the watcher must outlive a locked or unreadable database
                structlog.get_logger().warning("pointer_unreadable", error=f"{type(error).__name__}: {error}")


class _Lease:
    """An open build with a count of the questions that use it; closed after retirement by the last of them."""

    def __init__(self, build: Build) -> None:
        self.build = build
        self._users = 1  # the library itself
        self._lock = threading.Lock()

    def take(self) -> None:
        with self._lock:
            self._users += 1

    def give_back(self) -> None:
        with self._lock:
            self._users -= 1
            last = self._users == 0
        if last:
            self.build.close()

    retire = give_back
