"""Answers as server-sent events, over a real server, with and without a model."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx2
import pytest
import uvicorn

from qa_service.api import streaming
from qa_service.api.app import create_app
from qa_service.api.service import Service
from qa_service.conversations import LOCAL_OWNER
from tests.chat_server import ChatServer, Reply
from tests.writing import CASKS, GOOD, GOOD_TEXT, INVENTED, WELL_SAID, said, written_by

Event = tuple[str, dict[str, Any]]


@contextmanager
def running(service: Service) -> Iterator[str]:
    """The application behind a real server; gives its address."""
    server = uvicorn.Server(uvicorn.Config(create_app(service), port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def address(service: Service, model: ChatServer) -> Iterator[str]:
    with running(written_by(service, model)) as address:
        yield address


def events_of(response: httpx2.Response) -> Iterator[Event]:
    name, data = "", ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            data += line[6:]
        elif not line and name:
            yield name, json.loads(data)
            name, data = "", ""


def told(address: str, **asked: Any) -> list[Event]:
    with (
        httpx2.Client(trust_env=False, timeout=30) as client,
        client.stream("POST", f"{address}/v1/ask/stream", json={"question": CASKS} | asked) as response,
    ):
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["x-accel-buffering"] == "no"
        return list(events_of(response))


def names(events: list[Event]) -> list[str]:
    return [name for name, _ in events]


def test_an_answer_is_told_as_it_is_written(address: str, model: ChatServer) -> None:
    model.enqueue(said(GOOD, WELL_SAID["over two letters"]))
    events = told(address)
    assert names(events) == [
        "status", "question", "status", "passages", "status", "claim", "text", "claim", "text", "done",
    ]  # fmt: skip
    assert [data["stage"] for name, data in events if name == "status"] == ["understanding", "searching", "writing"]
    answer = events[-1][1]
    assert "".join(data["delta"] for name, data in events if name == "text") == answer["text"]
    made = [data for name, data in events if name == "claim"]
    assert [(one["text"], one["citations"]) for one in made] == [
        (one["text"], one["citations"]) for one in answer["claims"]
    ]
    assert [new for one in made for new in one["new_citations"]] == answer["citations"]
    assert len(events[3][1]["passages"]) == 20


@pytest.mark.parametrize("kind", INVENTED)
def test_nothing_invented_is_ever_sent(address: str, model: ChatServer, kind: str) -> None:
    text, quotes = INVENTED[kind]
    model.enqueue(said((text, quotes), GOOD), said((text, quotes)))
    events = told(address)
    assert [data["text"] for name, data in events if name == "claim"] == [GOOD_TEXT]
    assert all(text not in json.dumps(data, ensure_ascii=False) for _, data in events)
    assert events[-1][1]["dropped_claims"] == 1


@pytest.mark.parametrize("question", [CASKS, "Who invented the telephone?", "How many letters did Orquelle write?"])
def test_an_answer_with_no_model_is_told_in_the_same_way(address: str, question: str) -> None:
    events = told(address, answerer="extractive", question=question)
    assert names(events)[-1] == "done"
    answer = events[-1][1]
    assert "".join(data["delta"] for name, data in events if name == "text") == answer["text"]
    assert len([name for name in names(events) if name == "claim"]) == len(answer["claims"])


def test_when_the_model_fails_the_letters_answer_in_the_stream(address: str, model: ChatServer) -> None:
    model.enqueue(Reply(status=401))
    events = told(address)
    answer = events[-1][1]
    assert answer["answerer"] == "extractive"
    assert "".join(data["delta"] for name, data in events if name == "text") == answer["text"]


def test_a_stream_is_kept_as_any_other_answer(address: str, service: Service, model: ChatServer) -> None:
    model.enqueue(said(GOOD))
    answer = told(address)[-1][1]
    turns = service.conversations.get(LOCAL_OWNER, answer["conversation_id"]).turns
    assert [(turn.question, turn.answer) for turn in turns] == [(CASKS, answer["text"])]


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"question": ""}, 422, "invalid_input"),
        ({"question": "x", "unknown": 1}, 422, "invalid_input"),
        ({"question": "x", "conversation_id": "c_nobody"}, 404, "not_found"),
    ],
)
def test_what_can_be_refused_is_refused_before_the_stream(
    address: str, asked: dict[str, Any], status: int, code: str
) -> None:
    response = httpx2.post(f"{address}/v1/ask/stream", json=asked, trust_env=False)
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_what_goes_wrong_later_is_the_last_event(
    service: Service,
    model: ChatServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*args: object, **more: object) -> None:
        raise RuntimeError("the secret of the disk")

    monkeypatch.setattr("qa_service.api.service.respond", broken)
    with running(service) as address:
        (event,) = told(address)
    assert event[0] == "error"
    assert (event[1]["status"], event[1]["code"]) == (500, "internal_error")
    assert "secret" not in json.dumps(event)


def test_a_client_that_goes_away_stops_the_model(address: str, model: ChatServer) -> None:
    def stalling(request: Any) -> Reply:
        return replace(said(GOOD, GOOD)(request), after=24, then="stalls")

    model.enqueue(stalling)
    with (
        httpx2.Client(trust_env=False, timeout=30) as client,
        client.stream("POST", f"{address}/v1/ask/stream", json={"question": CASKS}) as response,
    ):
        for name, _ in events_of(response):
            if name == "claim":
                break
    assert model.left_early.wait(1.5)  # well before the model's own two seconds


def test_silence_is_filled_with_heartbeats(
    address: str,
    model: ChatServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(streaming, "HEARTBEAT_S", 0.3)
    model.enqueue(Reply(stalls=True), said(GOOD))  # silent for two seconds, then asked again
    events = told(address)
    assert names(events).count("heartbeat") >= 2
    assert events[-1][1]["answerer"] == "llm"
