"""The home folder: where builds, caches and the service's database lie."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from qa_service.errors import BackendError


@dataclass(frozen=True, slots=True)
class Home:
    """Paths under one home folder; nothing is made by asking for them."""

    root: Path

    @property
    def builds(self) -> Path:
        return self.root / "builds"

    @property
    def vector_cache(self) -> Path:
        return self.root / "cache" / "vectors.sqlite"

    @property
    def models(self) -> Path:
        return self.root / "cache" / "models"

    @property
    def volumes(self) -> Path:
        """Where `letters fetch` puts volumes."""
        return self.root / "volumes"

    @property
    def uploads(self) -> Path:
        """Where files that were sent to the service lie until they have been read."""
        return self.root / "uploads"

    @property
    def ingest_lock(self) -> Path:
        return self.root / "ingest.lock"

    @property
    def service_lock(self) -> Path:
        return self.root / "service.lock"

    @property
    def service_address(self) -> Path:
        """Where a running service writes its address, for `letters ask` beside it."""
        return self.root / "service.json"

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Held by whoever makes, removes or switches builds: one at a time. Raises BackendError if another does."""
        self.root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.ingest_lock)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise BackendError("another ingest is running in this home; wait for it to end", retryable=True) from error
        try:
            yield
        finally:
            lock.release()
