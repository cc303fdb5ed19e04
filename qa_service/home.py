"""The home folder: where builds, caches and the service's database lie."""

from dataclasses import dataclass
from pathlib import Path


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
    def ingest_lock(self) -> Path:
        return self.root / "ingest.lock"

    @property
    def service_lock(self) -> Path:
        return self.root / "service.lock"

    @property
    def service_address(self) -> Path:
        """Where a running service writes its address, for `letters ask` beside it."""
        return self.root / "service.json"
