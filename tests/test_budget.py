"""What one question may take of a model."""

import pytest

from qa_service.budget import Allowance, Budget, Usage
from qa_service.errors import SpentError, StoppedError


def test_calls_are_counted_and_bounded() -> None:
    budget = Budget(Allowance(calls=2))
    budget.begin_call()
    budget.begin_call()
    with pytest.raises(SpentError, match="its 2 calls"):
        budget.begin_call()
    assert budget.usage.calls == 2


def test_no_call_begins_past_the_tokens() -> None:
    budget = Budget(Allowance(tokens=100))
    budget.begin_call()
    budget.spend("m", 60, 39)
    budget.begin_call()
    budget.spend("m", 1, None)
    with pytest.raises(SpentError, match="its 100 tokens"):
        budget.begin_call()


def test_no_call_begins_past_the_seconds() -> None:
    budget = Budget(Allowance(seconds=0))
    with pytest.raises(SpentError, match="its 0 seconds"):
        budget.begin_call()


@pytest.mark.parametrize(
    ("calls", "usage"),
    [
        ([("a", 1_000_000, 500_000)], Usage(0, 1_000_000, 500_000, 2.0)),
        ([("a", 1_000_000, 0), ("b", 0, 1_000_000)], Usage(0, 1_000_000, 1_000_000, 5.0)),
        ([("a", 10, 10), ("unknown", 10, 10)], Usage(0, 20, 20, None)),
        ([("unknown", 10, 10), ("a", 10, 10)], Usage(0, 20, 20, None)),
        ([("a", None, 10)], Usage(0, 0, 10, None)),
        ([], Usage()),
    ],
)
def test_the_cost_is_that_of_all_models_asked_or_unknown(
    calls: list[tuple[str, int | None, int | None]], usage: Usage
) -> None:
    budget = Budget(prices={"a": (1.0, 2.0), "b": (3.0, 4.0)})
    for call in calls:
        budget.spend(*call)
    assert budget.usage == usage


def test_stopping_ends_what_waits_and_what_begins_later() -> None:
    budget, ended = Budget(), []
    with budget.when_stopped(lambda: ended.append("one")):
        with budget.when_stopped(lambda: ended.append("two")):
            pass
        budget.stop()
    assert ended == ["one"]
    with budget.when_stopped(lambda: ended.append("late")):
        assert ended == ["one", "late"]
    with pytest.raises(StoppedError):
        budget.begin_call()
    budget.rest(60)  # does not wait: nobody does
    assert budget.stopped
