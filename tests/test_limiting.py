"""Rates: read, and kept to exactly."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from qa_service.errors import InputError
from qa_service.limiting import Limiter, checked_rate


def test_so_many_and_no_more_are_let_in() -> None:
    limiter = Limiter()
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: limiter.wait_s("100/hour", "a"), range(300)))
    assert waits.count(None) == 100
    assert {wait for wait in waits if wait is not None} <= set(range(3590, 3601))


def test_names_and_rates_are_counted_apart() -> None:
    limiter = Limiter()
    assert [limiter.wait_s("1/hour", name) is None for name in ("a", "b", "a")] == [True, True, False]


@pytest.mark.parametrize("text", ["60/minute", "1 per second", "1000/day", "3/5 minutes"])
def test_rates(text: str) -> None:
    assert checked_rate(text) == text


@pytest.mark.parametrize("text", ["", "60", "minute", "0/minute", "-1/minute", "60/fortnight", "many/minute"])
def test_wrong_rates(text: str) -> None:
    with pytest.raises(InputError, match="60/minute"):
        checked_rate(text)
