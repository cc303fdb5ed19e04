"""What is waited for in another thread, and can be ended."""

import asyncio
import threading
from collections.abc import AsyncGenerator

import pytest

from qa_service.background import iterate
from qa_service.budget import Budget
from qa_service.errors import StoppedError


async def numbers(ended: threading.Event, forever: bool = True) -> AsyncGenerator[int, None]:
    try:
        yield 1
        yield 2
        if forever:
            await asyncio.sleep(3600)
    finally:
        ended.set()


def test_items_come_in_order_and_end() -> None:
    ended = threading.Event()
    assert list(iterate(numbers(ended, forever=False), Budget())) == [1, 2]
    assert ended.is_set()


def test_an_error_comes_through() -> None:
    async def failing() -> AsyncGenerator[int, None]:
        yield 1
        raise OSError("gone")

    items = iterate(failing(), Budget())
    assert next(items) == 1
    with pytest.raises(OSError, match="gone"):
        next(items)


def test_stopping_the_budget_ends_what_is_waited_for() -> None:
    ended, budget = threading.Event(), Budget()
    items = iterate(numbers(ended), budget)
    assert [next(items), next(items)] == [1, 2]
    threading.Timer(0.02, budget.stop).start()
    with pytest.raises(StoppedError):
        next(items)
    assert ended.wait(5)


def test_what_was_stopped_before_never_begins_and_nobody_waits_for_it() -> None:
    budget = Budget()
    budget.stop()
    with pytest.raises(StoppedError):
        list(iterate(numbers(threading.Event()), budget))


def test_who_stops_asking_ends_what_makes_the_items() -> None:
    ended = threading.Event()
    items = iterate(numbers(ended), Budget())
    next(items)
    items.close()  # type: ignore[attr-defined]
    assert ended.wait(5)


def test_a_swallowed_cancellation_is_sent_again() -> None:
    """As `asyncio.wait_for` may do before Python 3.12."""
    ended = threading.Event()

    async def deaf() -> AsyncGenerator[int, None]:
        yield 1
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            yield 2
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()

    items = iterate(deaf(), Budget())
    next(items)
    items.close()  # type: ignore[attr-defined]
    assert ended.wait(5)
