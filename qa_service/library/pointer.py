"""Which build answers: the newest row of the publications, in the service's own database."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, select

from qa_service.database import publications


@dataclass(frozen=True, slots=True)
class Published:
    """The active build and the one before it."""

    build: str
    previous: str | None


class Pointer:
    """Reads and moves the pointer; every move is one transaction and stays on record."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self) -> Published | None:
        """None before the first ingest."""
        newest = select(publications).order_by(publications.c.id.desc()).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(newest).first()
            return Published(row.build, row.previous) if row else None

    def publish(self, build: str, action: str) -> None:
        """Make the build the active one; `action` says why ("ingest", "remove", "rollback")."""
        newest = select(publications.c.build).order_by(publications.c.id.desc()).limit(1)
        with self._engine.begin() as connection:
            previous = connection.execute(newest).scalar()
            at = datetime.now(UTC).isoformat(timespec="seconds")
            connection.execute(publications.insert().values(build=build, previous=previous, action=action, at=at))
