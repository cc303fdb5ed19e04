"""Conversations and batches are deleted when nothing has been added to them for a set time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Engine, delete

from qa_service.conversations import now
from qa_service.database import batch_answers, batches, conversations, erase_deleted, turns

_DAY_S = 24 * 60 * 60


def delete_untouched(engine: Engine, days: int, at: datetime) -> int:
    """Delete, whoever owns them, conversations and batches that were last changed more than so many days before `at`.

    Returns how many there were. Nothing of them is left in the database's files.
    """
    limit = (at - timedelta(days)).isoformat(timespec="milliseconds")
    kinds = ((conversations, turns, turns.c.conversation), (batches, batch_answers, batch_answers.c.batch))
    deleted = 0
    with engine.begin() as connection:
        for wholes, parts, whole in kinds:
            old = delete(wholes).where(wholes.c.updated_at < limit).returning(wholes.c.owner, wholes.c.id)
            for owner, id in connection.execute(old).all():
                connection.execute(delete(parts).where(parts.c.owner == owner, whole == id))
                deleted += 1
    erase_deleted(engine)
    return deleted


@contextmanager
def keeping(engine: Engine, days: int | None, *, every_s: float = _DAY_S) -> Iterator[None]:
    """Meanwhile, delete what is too old: now and once a day. None keeps everything for ever."""
    if days is None:
        yield
        return
    ended = threading.Event()
    _delete_and_log(engine, days)

    def daily() -> None:
        while not ended.wait(every_s):
            _delete_and_log(engine, days)

    thread = threading.Thread(target=daily, name="retention", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _delete_and_log(engine: Engine, days: int) -> None:
    """A day's fault is not the end of the service: the next day tries again."""
    try:
        deleted = delete_untouched(engine, days, now())
    except Exception:
        structlog.get_logger().exception("retention_failed")
        return
    if deleted:
        structlog.get_logger().info("untouched_deleted", count=deleted, untouched_days=days)
