"""What one question may take of a language model: calls, tokens, seconds; and a way to stop it from outside."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from qa_service.errors import SpentError, StoppedError

Price = tuple[float, float]
"""US dollars for a million tokens read, and for a million written."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """The bounds that each question is given."""

    calls: int = 6
    tokens: int = 60_000
    """Read and written, over all calls; the last call may go past it by its own length."""
    seconds: float = 90.0


STANDARD = Allowance()


@dataclass(frozen=True, slots=True)
class Usage:
    """What a question took; tokens are those that the provider counted, 0 where it does not count."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float | None = None
    """None where nothing was asked, or the price of a model that was asked is not known."""


class Budget:
    """Keeps one question inside its allowance. Safe to use, and to stop, from several threads."""

    def __init__(self, allowance: Allowance = STANDARD, prices: Mapping[str, Price] = {}) -> None:
        """Takes prices by "provider:model". The seconds begin to run now."""
        self.allowance = allowance
        self.usage = Usage()
        self._prices = prices
        self._priced = True
        self._until = time.monotonic() + allowance.seconds
        self._stop = threading.Event()
        self._waiting: dict[int, Callable[[], object]] = {}
        self._lock = threading.Lock()

    @property
    def left_s(self) -> float:
        return max(0.0, self._until - time.monotonic())

    def begin_call(self) -> None:
        """To be told before each call. Raises: SpentError, StoppedError."""
        with self._lock:
            if self._stop.is_set():
                raise StoppedError("the question was stopped")
            used, allowed = self.usage, self.allowance
            if used.calls >= allowed.calls:
                raise SpentError(f"the question has used its {allowed.calls} calls of the language model")
            if used.tokens_in + used.tokens_out >= allowed.tokens:
                raise SpentError(f"the question has used its {allowed.tokens} tokens of the language model")
            if not self.left_s:
                raise SpentError(f"the question has used its {allowed.seconds:g} seconds")
            self.usage = replace(used, calls=used.calls + 1)

    def spend(self, model: str, tokens_in: int | None, tokens_out: int | None) -> None:
        """Count what a call took; None where the provider does not say."""
        with self._lock:
            price = self._prices.get(model)
            self._priced = self._priced and price is not None and None not in (tokens_in, tokens_out)
            read, written = tokens_in or 0, tokens_out or 0
            cost = (self.usage.cost_usd or 0.0) + (price[0] * read + price[1] * written) / 1e6 if price else None
            self.usage = replace(
                self.usage,
                tokens_in=self.usage.tokens_in + read,
                tokens_out=self.usage.tokens_out + written,
                cost_usd=cost if self._priced else None,
            )

    def stop(self) -> None:
        """Nobody waits for the answer any longer: calls that run are ended, and no other begins."""
        with self._lock:
            self._stop.set()
            waiting = list(self._waiting.values())
        for end in waiting:
            end()

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    def rest(self, seconds: float) -> None:
        """Wait, but no longer than the question does."""
        self._stop.wait(min(seconds, self.left_s))

    @contextmanager
    def when_stopped(self, end: Callable[[], object]) -> Iterator[None]:
        """Have `end` called if the question is stopped meanwhile, or has been already."""
        with self._lock:
            number = max(self._waiting, default=0) + 1
            self._waiting[number] = end
            stopped = self._stop.is_set()
        if stopped:
            end()
        try:
            yield
        finally:
            with self._lock:
                del self._waiting[number]
