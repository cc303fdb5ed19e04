"""Batches in the database, and what works them off."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from qa_service.api.requests import AskIn
from qa_service.api.service import Gate, Service
from qa_service.batch import BatchQuestion
from qa_service.batch_running import Runner
from qa_service.batches import Batch, Batches
from qa_service.budget import Budget
from qa_service.conversations import LOCAL_OWNER, Conversations
from qa_service.database import open_database
from qa_service.errors import BackendError, BusyError, RateLimitedError, StoppedError, UnknownError
from qa_service.keys import Keys
from qa_service.retention import delete_untouched

START = datetime(2026, 1, 1, tzinfo=UTC)
CASKS = "What happened to the missing casks?"


@pytest.fixture
def batches(tmp_path: Path) -> Iterator[Batches]:
    database = open_database(tmp_path)
    yield Batches(database, lambda: START)
    database.dispose()


def questions(*texts: str) -> list[BatchQuestion]:
    return [BatchQuestion(f"q{number}", AskIn(question=text)) for number, text in enumerate(texts)]


def anybody(owner: str) -> bool:
    return True


def test_a_batch_is_counted_as_it_goes(batches: Batches) -> None:
    batch = batches.begin("a", questions("One?", "Two?"))
    assert (batch.status, batch.total, batch.done, batch.failed) == ("waiting", 2, 0, 0)
    first = batches.take((), anybody)
    assert first is not None
    assert batches.get("a", batch.id).status == "running"
    second = batches.take({first.place}, anybody)
    assert second is not None
    assert batches.take({first.place, second.place}, anybody) is None
    batches.keep(second, None, "the store is away")
    now = batches.get("a", batch.id)
    assert (now.status, now.done, now.failed) == ("running", 1, 1)
    batches.keep(first, {"text": "Yes."})
    assert batches.get("a", batch.id) == Batch(batch.id, "done", 2, 2, 1, START.isoformat(timespec="milliseconds"))
    answered, failed = batches.answers("a", batch.id)
    assert (answered.id, answered.answer, failed.error) == ("q0", {"text": "Yes."}, "the store is away")
    assert not batches.any_unfinished()


def test_a_question_keeps_its_filters(batches: Batches) -> None:
    asked = AskIn.model_validate({"question": "x", "filters": {"from": "1927-01-01", "kinds": ["letter"]}})
    batches.begin("a", [BatchQuestion("q", asked)])
    taken = batches.take((), anybody)
    assert taken is not None
    assert taken.asked.filters == asked.filters


def test_batches_take_turns(batches: Batches) -> None:
    long = batches.begin("a", questions("One?", "Two?", "Three?"))
    first = batches.take((), anybody)
    assert first is not None
    batches.keep(first, {})
    short = batches.begin("b", questions("Mine?"))
    taken = batches.take((), anybody)
    assert taken is not None
    assert (first.place, taken.place) == ((long.id, 0), (short.id, 0))


def test_what_is_somebody_elses_is_unknown(batches: Batches) -> None:
    batch = batches.begin("a", questions("One?"))
    assert batches.listed("b") == []
    for call in (batches.get, batches.answers, batches.delete):
        with pytest.raises(UnknownError, match="no batch"):
            call("b", batch.id)
    assert batches.listed("a") == [batch]


def test_only_so_many_of_an_owner_are_under_way(batches: Batches) -> None:
    for _ in range(5):
        batches.begin("a", questions("One?"))
    with pytest.raises(RateLimitedError, match="5 batches are under way"):
        batches.begin("a", questions("One?"))
    batches.begin("b", questions("One?"))


def test_an_answer_that_comes_after_its_batch_was_deleted_is_not_kept(batches: Batches, tmp_path: Path) -> None:
    batch = batches.begin("a", questions("Canary?"))
    taken = batches.take((), anybody)
    assert taken is not None
    batches.delete("a", batch.id)
    batches.keep(taken, {"text": "canary"})
    assert batches.take((), anybody) is None
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"anary" not in files


def test_batches_of_an_owner_who_may_no_longer_ask_are_stopped(batches: Batches) -> None:
    keys = Keys(batches.engine)
    _, key = keys.create("mine")
    _, other = keys.create("no asking", scopes=["ingest"])
    batch = batches.begin(key.owner, questions("One?"))
    assert keys.may_ask(key.owner)
    assert not keys.may_ask(other.owner)
    keys.revoke(key.id)
    assert batches.take((), keys.may_ask) is None
    assert batches.get(key.owner, batch.id).status == "stopped"


def test_old_batches_are_deleted_with_old_conversations(batches: Batches) -> None:
    batch = batches.begin("a", questions("One?"))
    assert delete_untouched(batches.engine, 30, START + timedelta(days=30)) == 0
    assert delete_untouched(batches.engine, 30, START + timedelta(days=31)) == 1
    assert batches.listed("a") == []
    assert batches.take((), anybody) is None
    with pytest.raises(UnknownError):
        batches.answers("a", batch.id)


def working(batches: Batches, service: Service, **more: Any) -> Runner:
    return Runner(batches, service, anybody, **more)


def when_done(batches: Batches, runner: Runner, owner: str, batch: Batch) -> Batch:
    runner.start()
    for _ in range(3000):
        if batches.get(owner, batch.id).status == "done":
            break
        threading.Event().wait(0.01)
    runner.end()
    return batches.get(owner, batch.id)


@pytest.fixture
def answering(service: Service, batches: Batches) -> Service:
    return replace(service, conversations=Conversations(batches.engine), gate=Gate())


@pytest.mark.parametrize(
    ("error", "told"),
    [(BackendError("the store is away"), "the store is away"), (RuntimeError("secret"), "its log says how")],
)
def test_a_question_that_fails_does_not_end_its_batch(
    batches: Batches, answering: Service, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    begin = Service.begin

    def failing(self: Service, asked: AskIn, owner: str) -> Any:
        if asked.question == "One?":
            raise error
        return begin(self, asked, owner)

    monkeypatch.setattr(Service, "begin", failing)
    batch = batches.begin(LOCAL_OWNER, questions("One?", CASKS))
    now = when_done(batches, working(batches, answering), LOCAL_OWNER, batch)
    assert (now.done, now.failed) == (2, 1)
    failed, answered = batches.answers(LOCAL_OWNER, batch.id)
    assert told in failed.error
    assert "secret" not in failed.error
    assert answered.answer is not None


def test_a_busy_service_is_waited_for(batches: Batches, answering: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    begin, busy = Service.begin, iter([True, True, False])

    def sometimes(self: Service, asked: AskIn, owner: str) -> Any:
        if next(busy, False):
            raise BusyError("too many questions are waiting")
        return begin(self, asked, owner)

    monkeypatch.setattr(Service, "begin", sometimes)
    monkeypatch.setattr("qa_service.batch_running._PAUSE_S", 0.01)
    batch = batches.begin(LOCAL_OWNER, questions(CASKS))
    now = when_done(batches, working(batches, answering), LOCAL_OWNER, batch)
    assert (now.status, now.failed) == ("done", 0)


def test_no_more_questions_than_set_are_answered_at_once(
    batches: Batches, answering: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, names = Service.begin, set()

    def noting(self: Service, asked: AskIn, owner: str) -> Any:
        names.add(threading.current_thread().name)
        return begin(self, asked, owner)

    monkeypatch.setattr(Service, "begin", noting)
    batch = batches.begin(LOCAL_OWNER, questions(*[CASKS] * 6))
    when_done(batches, working(batches, answering, at_once=2), LOCAL_OWNER, batch)
    assert names <= {"batches-0", "batches-1"}


def test_nothing_runs_until_there_is_something_to_do(batches: Batches, answering: Service) -> None:
    runner = working(batches, answering)
    runner.start()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("batches-")]
    runner.wake()
    assert [thread for thread in threading.enumerate() if thread.name.startswith("batches-")]
    runner.end()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("batches-")]


def test_after_its_end_a_runner_takes_nothing_more(batches: Batches, answering: Service) -> None:
    runner = working(batches, answering)
    runner.wake()
    runner.end()
    batch = batches.begin(LOCAL_OWNER, questions(CASKS))
    runner.wake()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("batches-")]
    assert batches.get(LOCAL_OWNER, batch.id).status == "waiting"


@pytest.mark.parametrize("ends", [True, False])
def test_a_model_is_stopped_when_the_service_ends_or_the_batch_is_deleted(
    batches: Batches, answering: Service, monkeypatch: pytest.MonkeyPatch, ends: bool
) -> None:
    budget, writing = Budget(), threading.Event()

    class Waiting:
        """A question for which a model writes until it is stopped."""

        def __init__(self) -> None:
            self.budget = budget

        def answered(self) -> Any:
            writing.set()
            stopped = threading.Event()
            with budget.when_stopped(stopped.set):
                assert stopped.wait(10)
            raise StoppedError("stopped")
            yield

    monkeypatch.setattr(Service, "begin", lambda self, asked, owner: Waiting())
    batch = batches.begin("a", questions("One?"))
    runner = working(batches, answering, at_once=1)
    runner.start()
    assert writing.wait(10)
    if not ends:
        batches.delete("a", batch.id)
        runner.drop(batch.id)
    runner.end()
    assert budget.stopped
    if ends:
        assert batches.get("a", batch.id).done == 0
        assert batches.any_unfinished()
