"""How often somebody may ask: moving windows, in this process's memory."""

import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from qa_service.errors import InputError


def checked_rate(text: str) -> str:
    """A rate such as "60/minute", as it was given. Raises InputError if it is none, or allows nothing."""
    try:
        if parse(text).amount > 0:
            return text
    except ValueError:
        pass
    raise InputError(f"expected a rate such as 60/minute or 1000/day, got {text!r}")


class Limiter:
    """Counts requests by name; safe for threads."""

    def __init__(self) -> None:
        self._windows = MovingWindowRateLimiter(MemoryStorage())

    def wait_s(self, rate: str, name: str) -> int | None:
        """Count a request; None if it is within the rate, else in how many seconds the next one will be."""
        item: RateLimitItem = parse(rate)
        if self._windows.hit(item, name):
            return None
        reset = self._windows.get_window_stats(item, name).reset_time
        return max(1, math.ceil(reset - time.time()))
