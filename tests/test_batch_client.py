"""Questions of a file that a running service answers."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI

from qa_service.api.access import Access
from qa_service.api.app import create_app
from qa_service.api.requests import AskIn
from qa_service.api.service import Gate, Service
from qa_service.batch import BatchQuestion
from qa_service.batch_client import answers_from
from qa_service.client import RunningService
from qa_service.conversations import Conversations
from qa_service.database import open_database
from qa_service.errors import InputError
from qa_service.keys import Keys
from tests.served import served

CASKS = "What happened to the missing casks?"


@pytest.fixture
def app(service: Service, tmp_path: Path) -> Iterator[FastAPI]:
    database = open_database(tmp_path)
    kept = replace(service, conversations=Conversations(database), gate=Gate(at_once=1))
    yield create_app(kept, access=Access(Keys(database)))
    database.dispose()


@pytest.fixture
def running(app: FastAPI) -> Iterator[RunningService]:
    with served(app) as address:
        yield RunningService(address)


def questions(*texts: str) -> list[BatchQuestion]:
    return [BatchQuestion(str(number), AskIn(question=text)) for number, text in enumerate(texts)]


def test_every_question_gets_its_answer_and_no_batch_stays(running: RunningService) -> None:
    asked = questions(*[f"{CASKS} {number}" for number in range(5)])
    answers = list(answers_from(running, asked, at_a_time=2))
    assert {one.id: one.question for one in answers} == {one.id: one.asked.question for one in asked}
    assert all(one.answer for one in answers)
    assert running.get("/v1/batches") == {"batches": []}
    assert running.get("/v1/conversations")["total"] == 0


def test_an_interruption_leaves_no_batch(running: RunningService, app: FastAPI) -> None:
    def interrupted(seconds: float) -> None:
        assert len(running.get("/v1/batches")["batches"]) == 1
        raise KeyboardInterrupt

    with app.state.service.gate.enter(), pytest.raises(KeyboardInterrupt):
        list(answers_from(running, questions(CASKS), pause=interrupted))
    assert running.get("/v1/batches") == {"batches": []}


def test_a_field_that_batches_do_not_take_is_told(running: RunningService) -> None:
    asked = AskIn.model_validate({"question": "And he?", "conversation_id": "c_1"})
    with pytest.raises(InputError, match=r"questions\.0\.conversation_id"):
        list(answers_from(running, [BatchQuestion("1", asked)]))


def test_a_batch_whose_key_is_revoked_ends(running: RunningService, app: FastAPI) -> None:
    keys: Keys = app.state.access.keys
    secret, key = keys.create("mine")
    keys.create("new", replaces=None)

    def revoking(seconds: float) -> None:
        keys.revoke(key.id)

    with app.state.service.gate.enter(), pytest.raises(InputError, match="this key is revoked"):
        list(answers_from(replace(running, key=secret), questions(CASKS), pause=revoking))
