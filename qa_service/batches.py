"""Batches that the service answers by itself: kept until they are deleted, gone on with after a restart.

Every call for somebody names the owner; what belongs to somebody else is as unknown as what does not exist.
"""

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Engine, Row, delete, func, select, update

from qa_service.api.requests import AskIn
from qa_service.batch import BatchAnswer, BatchQuestion
from qa_service.conversations import now
from qa_service.database import batch_answers, batches, erase_deleted
from qa_service.errors import RateLimitedError, UnknownError

MOST_UNFINISHED = 5
"""Batches of an owner that may be under way at a time."""
_RETRY_AFTER_S = 60
_UNFINISHED = ("waiting", "running")

Status = Literal["waiting", "running", "done", "stopped"]
"""`stopped`: its owner may not ask any more (the key has been revoked or has expired)."""

Place = tuple[str, int]
"""A question of a batch: the batch's id, and the position from 0."""


@dataclass(frozen=True, slots=True)
class Batch:
    """How far a batch has come; `done` counts the questions that are over, `failed` those of them without an answer."""

    id: str
    status: Status
    total: int
    done: int
    failed: int
    created_at: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Taken:
    """A question that is to be answered now."""

    place: Place
    owner: str
    asked: AskIn


@dataclass(frozen=True, slots=True)
class Batches:
    """Keeps and fetches batches."""

    engine: Engine
    clock: Callable[[], datetime] = now

    def begin(self, owner: str, questions: Sequence[BatchQuestion]) -> Batch:
        """Keep a batch, to be answered. Raises: RateLimitedError if too many of the owner are under way."""
        id, at = f"b_{secrets.token_urlsafe(12)}", self._at()
        with self.engine.begin() as connection:
            under_way = select(func.count()).where(batches.c.owner == owner, batches.c.status.in_(_UNFINISHED))
            if connection.execute(under_way).scalar_one() >= MOST_UNFINISHED:
                raise RateLimitedError(
                    f"{MOST_UNFINISHED} batches are under way already; wait for one, or delete one", _RETRY_AFTER_S
                )
            connection.execute(
                batches.insert().values(id=id, owner=owner, status="waiting", created_at=at, updated_at=at)
            )
            connection.execute(
                batch_answers.insert(),
                [
                    {"batch": id, "position": position, "owner": owner, "name": question.id}
                    | {"asked": question.asked.model_dump(mode="json", by_alias=True)}
                    for position, question in enumerate(questions)
                ],
            )
            return _found(connection, owner, id)

    def listed(self, owner: str) -> list[Batch]:
        """The owner's batches, newest first."""
        with self.engine.connect() as connection:
            return _batches(connection, batches.c.owner == owner)

    def get(self, owner: str, batch: str) -> Batch:
        """Raises UnknownError if the owner has no such batch."""
        with self.engine.connect() as connection:
            return _found(connection, owner, batch)

    def answers(self, owner: str, batch: str) -> list[BatchAnswer]:
        """What is done so far, in the order of the questions. Raises UnknownError."""
        over = (batch_answers.c.batch == batch) & (batch_answers.c.owner == owner) & batch_answers.c.at.is_not(None)
        with self.engine.connect() as connection:
            _found(connection, owner, batch)
            rows = connection.execute(select(batch_answers).where(over).order_by(batch_answers.c.position))
            return [BatchAnswer(row.name, row.asked["question"], row.answer, row.error or "") for row in rows]

    def delete(self, owner: str, batch: str) -> None:
        """Delete a batch with its answers; nothing of it stays in the database's files. Raises UnknownError."""
        with self.engine.begin() as connection:
            _found(connection, owner, batch)
            of_it = (batch_answers.c.batch == batch) & (batch_answers.c.owner == owner)
            connection.execute(delete(batch_answers).where(of_it))
            connection.execute(delete(batches).where(_is(owner, batch)))
        erase_deleted(self.engine)

    def any_unfinished(self) -> bool:
        with self.engine.connect() as connection:
            return connection.execute(select(batches.c.id).where(batches.c.status.in_(_UNFINISHED))).first() is not None

    def take(self, besides: Collection[Place], may_ask: Callable[[str], bool]) -> Taken | None:
        """The next question, whoever asks it; None if there is none. Batches take turns, question by question.

        Args:
            besides: those that are being answered already.
            may_ask: whether an owner still may; if not, all batches of that owner are stopped.
        """
        columns = batch_answers.c
        waiting = select(columns.batch, columns.position, columns.owner, columns.asked)
        waiting = waiting.join_from(batch_answers, batches, batches.c.id == columns.batch)
        waiting = waiting.where(columns.at.is_(None), batches.c.status.in_(_UNFINISHED))
        waiting = waiting.order_by(columns.position, batches.c.created_at, columns.batch).limit(len(besides) + 1)
        while True:
            with self.engine.connect() as connection:
                rows = connection.execute(waiting).all()
            row = next((row for row in rows if (row.batch, row.position) not in besides), None)
            if row is None:
                return None
            if may_ask(row.owner):
                self._set(_is(row.owner, row.batch) & (batches.c.status == "waiting"), "running")
                return Taken((row.batch, row.position), row.owner, AskIn.model_validate(row.asked))
            self._set((batches.c.owner == row.owner) & batches.c.status.in_(_UNFINISHED), "stopped")

    def keep(self, taken: Taken, answer: dict[str, Any] | None, error: str = "") -> None:
        """Keep what a question has come to; nothing, if its batch has been deleted meanwhile."""
        (batch, position), at = taken.place, self._at()
        columns = batch_answers.c
        of_it = (columns.batch == batch) & (columns.owner == taken.owner)
        over = update(batch_answers).where(of_it, columns.position == position)
        with self.engine.begin() as connection:
            connection.execute(over.values(at=at, answer=answer, error=error or None))
            left = connection.execute(select(columns.batch).where(of_it, columns.at.is_(None)).limit(1)).first()
            status = {} if left else {"status": "done"}
            connection.execute(update(batches).where(_is(taken.owner, batch)).values(updated_at=at, **status))

    def _set(self, which: ColumnElement[bool], status: Status) -> None:
        with self.engine.begin() as connection:
            connection.execute(update(batches).where(which).values(status=status))

    def _at(self) -> str:
        return self.clock().isoformat(timespec="milliseconds")


def _is(owner: str, batch: str) -> ColumnElement[bool]:
    return (batches.c.owner == owner) & (batches.c.id == batch)


def _found(connection: Connection, owner: str, batch: str) -> Batch:
    found = _batches(connection, _is(owner, batch))
    if not found:
        raise UnknownError(f"no batch {batch!r}")
    return found[0]


def _batches(connection: Connection, which: ColumnElement[bool]) -> list[Batch]:
    columns = batch_answers.c
    counts = (func.count(), func.count(columns.at), func.count(columns.error))
    counted = select(
        batches, *(count.label(name) for count, name in zip(counts, ("total", "over", "failed"), strict=True))
    )
    counted = counted.join_from(batches, batch_answers, columns.batch == batches.c.id).where(which)
    newest = (batches.c.created_at.desc(), batches.c.id)
    return [_batch(row) for row in connection.execute(counted.group_by(batches.c.id).order_by(*newest))]


def _batch(row: Row[Any]) -> Batch:
    return Batch(row.id, row.status, row.total, row.over, row.failed, row.created_at)
