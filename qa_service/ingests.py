"""Ingests of files that were sent to the service: what is kept of each. They change what all read, so they are nobody's
own: whoever may ingest sees all.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, Row, delete, func, null, select, update

from qa_service.conversations import now
from qa_service.database import ingests
from qa_service.errors import RateLimitedError, UnknownError

MOST_WAITING = 5
MOST_KEPT = 50
"""Those that are over; of more, the oldest are forgotten."""
_RETRY_AFTER_S = 60

State = Literal["waiting", "running", "done", "failed", "cancelled", "interrupted"]
"""`interrupted`: the service ended before it was done."""


@dataclass(frozen=True, slots=True)
class IngestRun:
    """An ingest: `step`, `done` and `total` tell how far a running one is, `report` what a done one came to.

    `volume` is the volume of letters that do not name theirs. Times are ISO, UTC.
    """

    id: str
    state: State
    step: str | None
    done: int
    total: int
    files: list[str]
    volume: str
    created_at: str
    finished_at: str | None
    report: dict[str, Any] | None
    error: str | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an ingest has come to: a report, or why there is none in one line."""

    report: dict[str, Any] | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Ingests:
    """Keeps and fetches ingests."""

    engine: Engine
    clock: Callable[[], datetime] = now

    def new_id(self) -> str:
        return f"i_{secrets.token_urlsafe(12)}"

    def expect_room(self) -> None:
        """Raises: RateLimitedError if as many wait as may."""
        with self.engine.connect() as connection:
            _expect_room(connection)

    def begin(self, id: str, files: Sequence[str], volume: str) -> IngestRun:
        """Keep an ingest, to be run. Raises: as `expect_room`."""
        with self.engine.begin() as connection:
            _expect_room(connection)
            row = {"id": id, "state": "waiting", "volume": volume, "files": list(files), "done": 0, "total": 0}
            connection.execute(ingests.insert().values(**row, created_at=self._at()))
            _forget_oldest(connection)
            return _found(connection, id)

    def listed(self) -> list[IngestRun]:
        """All that are kept, newest first, without their reports, which are long."""
        columns = [null().label("report") if column is ingests.c.report else column for column in ingests.c]
        newest = select(*columns).order_by(ingests.c.created_at.desc(), ingests.c.id).limit(MOST_KEPT)
        with self.engine.connect() as connection:
            return [_of(row) for row in connection.execute(newest)]

    def get(self, id: str) -> IngestRun:
        """Raises UnknownError if there is no such ingest."""
        with self.engine.connect() as connection:
            return _found(connection, id)

    def waiting(self) -> list[IngestRun]:
        """Those that wait, oldest first."""
        oldest = select(ingests).where(ingests.c.state == "waiting").order_by(ingests.c.created_at, ingests.c.id)
        with self.engine.connect() as connection:
            return [_of(row) for row in connection.execute(oldest)]

    def tell(self, id: str, step: str, done: int = 0, total: int = 0) -> None:
        """How far one is that is not over."""
        self._change(id, ("waiting", "running"), step=step, done=done, total=total)

    def start(self, id: str) -> bool:
        """From now on it runs; False if it does not wait any more."""
        return self._change(id, ("waiting",), state="running", step=None)

    def end(self, id: str, outcome: Outcome, *, interrupted: bool = False) -> None:
        """It is over. What has been done is told as done, even if it was to be cancelled."""
        over = {"step": None, "finished_at": self._at()}
        if outcome.report is not None:
            self._change(id, ("running", "cancelled"), **over, state="done", report=outcome.report)
            return
        state: State = "interrupted" if interrupted else "failed"
        self._change(id, ("running",), **over, state=state, error=outcome.error)

    def cancel_or_forget(self, id: str) -> None:
        """Cancel what waits or runs, forget what is over. Raises UnknownError."""
        with self.engine.begin() as connection:
            one = _found(connection, id)
            if one.state in ("waiting", "running"):
                changed = update(ingests).values(state="cancelled", step=None, finished_at=self._at())
                connection.execute(changed.where(ingests.c.id == id))
            else:
                connection.execute(delete(ingests).where(ingests.c.id == id))

    def interrupt_running(self, error: str) -> None:
        """What an earlier service left running runs no more."""
        with self.engine.begin() as connection:
            running = update(ingests).where(ingests.c.state == "running")
            connection.execute(running.values(state="interrupted", step=None, error=error, finished_at=self._at()))

    def _change(self, id: str, states: Sequence[State], **values: Any) -> bool:
        """Change one that is in one of these states; False if it is not."""
        with self.engine.begin() as connection:
            which = (ingests.c.id == id) & ingests.c.state.in_(states)
            return connection.execute(update(ingests).where(which).values(**values)).rowcount > 0

    def _at(self) -> str:
        return self.clock().isoformat(timespec="milliseconds")


def _expect_room(connection: Connection) -> None:
    waiting = connection.execute(select(func.count()).where(ingests.c.state == "waiting")).scalar_one()
    if waiting >= MOST_WAITING:
        raise RateLimitedError(f"{MOST_WAITING} ingests are waiting already; wait for one to end", _RETRY_AFTER_S)


def _forget_oldest(connection: Connection) -> None:
    over = select(ingests.c.id).where(ingests.c.finished_at.is_not(None))
    kept = over.order_by(ingests.c.created_at.desc(), ingests.c.id).limit(MOST_KEPT)
    connection.execute(delete(ingests).where(ingests.c.finished_at.is_not(None), ingests.c.id.not_in(kept)))


def _found(connection: Connection, id: str) -> IngestRun:
    row = connection.execute(select(ingests).where(ingests.c.id == id)).first()
    if row is None:
        raise UnknownError(f"no ingest {id!r}")
    return _of(row)


def _of(row: Row[Any]) -> IngestRun:
    progress = (row.step, row.done, row.total)
    times = (row.created_at, row.finished_at)
    return IngestRun(row.id, row.state, *progress, row.files, row.volume, *times, row.report, row.error)
