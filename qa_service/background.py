"""One event loop in a thread of its own, for what has to be ended while it waits: calls of a model over the network."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import aclosing
from queue import SimpleQueue
from typing import TypeVar

from qa_service.budget import Budget
from qa_service.errors import StoppedError

T = TypeVar("T")

_START = threading.Lock()
_loops: list[asyncio.AbstractEventLoop] = []


_INSIST_S = 0.1


def iterate(items: AsyncGenerator[T, None], budget: Budget) -> Iterator[T]:
    """The items as they come. Whoever stops asking for them, or stops the budget, ends what makes them.

    Raises: what `items` raises; StoppedError once the budget is stopped.
    """
    received: SimpleQueue[tuple[T] | BaseException | None] = SimpleQueue()

    async def run() -> None:
        async with aclosing(items):
            async for item in items:
                received.put((item,))

    def over(task: asyncio.Task[None]) -> None:
        stopped = StoppedError("the question was stopped")
        received.put(stopped if task.cancelled() else task.exception())

    loop = _loop()
    work = _Work(loop)
    loop.call_soon_threadsafe(work.begin, run(), over)
    try:
        with budget.when_stopped(work.end):
            while (one := received.get()) is not None:
                if isinstance(one, BaseException):
                    raise one
                yield one[0]
    finally:
        work.end()


class _Work:
    """A task of the loop that other threads can end."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._task: asyncio.Task[None] | None = None

    def begin(self, work: Coroutine[None, None, None], over: Callable[[asyncio.Task[None]], None]) -> None:
        self._task = self._loop.create_task(work)
        self._task.add_done_callback(over)

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._insist)

    def _insist(self) -> None:
        """Cancel, and again if need be: before Python 3.12, `asyncio.wait_for` can swallow a cancellation that comes at
        the same time as what it waits for, and providers' packages use it.
        """
        if self._task and not self._task.done():
            self._task.cancel()
            self._loop.call_later(_INSIST_S, self._insist)


def _loop() -> asyncio.AbstractEventLoop:
    with _START:
        if not _loops:
            _loops.append(asyncio.new_event_loop())
            threading.Thread(target=_loops[0].run_forever, name="models", daemon=True).start()
        return _loops[0]
