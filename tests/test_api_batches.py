"""Batches over HTTP, and their owners."""

import csv
import io
import json
import re
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from fastapi.testclient import TestClient

from qa_service.api.access import Access
from qa_service.api.app import create_app
from qa_service.api.requests import AskIn
from qa_service.api.service import Gate, Service
from qa_service.batch import BatchQuestion
from qa_service.batches import Batches
from qa_service.conversations import LOCAL_OWNER, Conversations
from qa_service.database import open_database
from qa_service.keys import Keys
from tests.builders import ROOT, SAMPLE_VOLUME
from tests.served import blocks, run_example, served

CASKS = "What happened to the missing casks?"
NOWHERE = "Who invented the telephone?"


@pytest.fixture
def kept(service: Service, tmp_path: Path) -> Iterator[Service]:
    """The service with a database and a gate of its own."""
    database = open_database(tmp_path)
    yield replace(service, conversations=Conversations(database), gate=Gate(at_once=1))
    database.dispose()


@pytest.fixture
def client(kept: Service) -> Iterator[TestClient]:
    with TestClient(create_app(kept), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def held(kept: Service) -> AbstractContextManager[None]:
    """While it is entered, no question is answered."""
    return kept.gate.enter()


def post(client: TestClient, *questions: str, **more: Any) -> dict[str, Any]:
    body = {"questions": [{"question": question, **more} for question in questions]}
    response = client.post("/v1/batches", json=body)
    assert response.status_code == 202, response.text
    batch: dict[str, Any] = response.json()
    return batch


def when_over(client: TestClient, batch: dict[str, Any]) -> dict[str, Any]:
    for _ in range(3000):
        now: dict[str, Any] = client.get(f"/v1/batches/{batch['id']}").json()
        if now["status"] not in ("waiting", "running"):
            return now
        threading.Event().wait(0.01)
    raise AssertionError(now)


def lines(client: TestClient, batch: dict[str, Any]) -> list[dict[str, Any]]:
    response = client.get(f"/v1/batches/{batch['id']}/answers")
    return [json.loads(line) for line in response.text.split("\n") if line]


def test_questions_are_answered_as_they_are_alone(client: TestClient, kept: Service) -> None:
    batch = post(client, CASKS, NOWHERE, max_claims=2, filters={"volumes": [SAMPLE_VOLUME]})
    assert (batch["total"], batch["failed"]) == (2, 0)
    assert when_over(client, batch) == batch | {"status": "done", "done": 2}
    casks, nowhere = lines(client, batch)
    assert (casks["id"], casks["question"], nowhere["answer"]["outcome"]) == ("1", CASKS, "not_found")
    alone = client.post("/v1/ask", json={"question": CASKS, "max_claims": 2, "filters": {"volumes": [SAMPLE_VOLUME]}})
    assert casks["answer"]["text"] == alone.json()["text"]
    assert kept.conversations.find(LOCAL_OWNER, limit=5)[1] == 1  # what was asked alone


def test_the_answers_are_fetched_as_a_table_or_a_document(client: TestClient) -> None:
    batch = when_over(client, post(client, CASKS))
    path = f"/v1/batches/{batch['id']}/answers"
    table = client.get(path, params={"format": "csv"})
    (row,) = csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")))
    assert (row["question"], row["outcome"]) == (CASKS, "answered")
    assert table.headers["content-disposition"] == f'attachment; filename="letters-{batch["id"]}.csv"'
    document = client.get(path, params={"format": "docx"})
    assert CASKS in [one.text for one in docx.Document(io.BytesIO(document.content)).paragraphs]


def test_what_is_done_so_far_can_be_fetched(client: TestClient, held: AbstractContextManager[None]) -> None:
    with held:
        batch = post(client, CASKS)
        assert client.get(f"/v1/batches/{batch['id']}").json()["done"] == 0
        assert lines(client, batch) == []
        refused = client.get(f"/v1/batches/{batch['id']}/answers?format=docx")
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "questions"),
        ({"questions": []}, "questions"),
        ({"questions": [{"question": "x"}] * 501}, "questions"),
        ({"questions": [{"question": " "}]}, "questions.0.question"),
        ({"questions": [{"question": "x", "conversation_id": "c_1"}]}, "questions.0.conversation_id"),
        ({"questions": [{"question": "x", "id": "1"}, {"question": "y", "id": "1"}]}, "questions.1.id"),
        ({"questions": [{"question": "x"}, {"question": "y", "id": "1"}]}, "questions.1.id"),
        ({"questions": [{"question": "x"}, {"question": "y", "answerer": "llm"}]}, "questions.1: no language model"),
    ],
)
def test_wrong_questions_are_refused_before_any_is_asked(client: TestClient, body: dict[str, Any], field: str) -> None:
    response = client.post("/v1/batches", json=body)
    assert (response.status_code, response.json()["code"]) == (422, "invalid_input")
    assert response.json()["detail"].startswith(field)
    assert client.get("/v1/batches").json() == {"batches": []}


def test_a_sixth_batch_has_to_wait(client: TestClient, held: AbstractContextManager[None]) -> None:
    with held:
        batches = [post(client, CASKS) for _ in range(5)]
        refused = client.post("/v1/batches", json={"questions": [{"question": CASKS}]})
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert "5 batches are under way" in refused.json()["detail"]
        assert int(refused.headers["retry-after"]) > 0
        assert client.delete(f"/v1/batches/{batches[0]['id']}").status_code == 204
        post(client, CASKS)


def test_a_batch_is_stopped_and_deleted(client: TestClient, held: AbstractContextManager[None]) -> None:
    with held:
        batch = post(client, CASKS, NOWHERE)
        path = f"/v1/batches/{batch['id']}"
        assert client.delete(path).status_code == 204
    assert client.get(path).status_code == client.get(f"{path}/answers").status_code == 404
    assert client.delete(path).status_code == 404
    assert when_over(client, post(client, NOWHERE))["done"] == 1  # the service goes on with others
    assert len(client.get("/v1/batches").json()["batches"]) == 1


def test_another_keys_batches_are_unknown(kept: Service) -> None:
    keys = Keys(kept.conversations.engine)
    with TestClient(create_app(kept, access=Access(keys))) as client:
        mine, other = ({"X-API-Key": keys.create(name)[0]} for name in ("mine", "other"))
        body = {"questions": [{"question": CASKS}]}
        path = f"/v1/batches/{client.post('/v1/batches', json=body, headers=mine).json()['id']}"
        for headers in (other, {}):
            assert client.get("/v1/batches", headers=headers).json() == {"batches": []}
            assert client.get(path, headers=headers).status_code == 404
            assert client.get(f"{path}/answers", headers=headers).status_code == 404
            assert client.delete(path, headers=headers).status_code == 404
        assert client.get(path, headers=mine).json()["total"] == 1


def test_a_restart_goes_on_with_what_is_not_done(kept: Service) -> None:
    batches = Batches(kept.conversations.engine)
    asked = [BatchQuestion(name, AskIn(question=question)) for name, question in (("a", CASKS), ("b", NOWHERE))]
    batch = batches.begin(LOCAL_OWNER, asked)
    first = batches.take((), lambda owner: True)
    assert first is not None
    batches.keep(first, {"text": "kept before"})
    batches.take((), lambda owner: True)  # it was under way when the service was killed
    with TestClient(create_app(kept)) as client:
        assert when_over(client, batch.as_json())["done"] == 2
        before, after = lines(client, batch.as_json())
    assert before == {"id": "a", "question": CASKS, "answer": {"text": "kept before"}}
    assert (after["id"], after["answer"]["outcome"]) == ("b", "not_found")


def test_the_document_tells_of_every_route(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    told = re.findall(r"`(GET|DELETE|POST) (/v1/batches[^`?]*)", (ROOT / "docs" / "batches.md").read_text())
    assert set(told) == {
        (method.upper(), path) for path in paths if path.startswith("/v1/batches") for method in paths[path]
    }


def test_the_example_of_the_document_prints_what_it_says(kept: Service) -> None:
    (code,), (output,) = blocks("batches.md", "python"), blocks("batches.md", "output")
    with served(create_app(kept)) as address:
        assert run_example(code, address) == output
