"""The door to chat models, against a real server that says what the test has queued."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from qa_service.chat import Chat, Message, load_chat
from qa_service.errors import BackendError, InputError
from tests.chat_server import ChatServer, Reply, chat_server

ASKED = [Message("system", "Be brief."), Message("user", "How high is {the} wall?")]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    monkeypatch.setenv("OPENAI_API_KEY", "for-tests")
    with chat_server() as server:
        yield server


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def chat(server: ChatServer, waits: list[float]) -> Chat:
    return load_chat("openai:scripted", base_url=server.base_url, timeout_s=5, max_tokens=50, wait=waits.append)


def test_a_reply_has_its_text_its_tokens_and_what_answered(chat: Chat, server: ChatServer) -> None:
    server.enqueue("Forty-one metres.")
    reply = chat(ASKED)
    assert (reply.text, reply.tokens_in, reply.tokens_out) == ("Forty-one metres.", 11, 7)
    assert (reply.model, chat.name) == ("scripted-2026-11", "openai:scripted")


def test_what_is_sent(chat: Chat, server: ChatServer) -> None:
    server.enqueue("Yes.")
    chat(ASKED)
    (sent,) = server.requests
    assert [(one["role"], one["content"]) for one in sent["messages"]] == [(one.role, one.text) for one in ASKED]
    assert (sent["model"], sent["temperature"], sent.get("stream", False)) == ("scripted", 0, False)
    assert sent["max_completion_tokens"] == 50


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_failure_that_may_pass_is_tried_again_after_a_growing_wait(
    chat: Chat, server: ChatServer, waits: list[float], status: int
) -> None:
    server.enqueue(Reply(status=status), Reply(status=status), "At last.")
    assert chat(ASKED).text == "At last."
    assert waits == [1.0, 4.0]


def test_after_two_more_tries_it_is_an_error(chat: Chat, server: ChatServer, waits: list[float]) -> None:
    server.enqueue(*[Reply(status=500)] * 4)
    with pytest.raises(BackendError, match=r"openai:scripted gave no answer: .*scripted 500") as raised:
        chat(ASKED)
    assert raised.value.retryable
    assert raised.value.__cause__ is not None
    assert (len(server.requests), server.left, len(waits)) == (3, 1, 2)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_failure_that_stays_is_not_tried_again(
    chat: Chat, server: ChatServer, waits: list[float], status: int
) -> None:
    server.enqueue(Reply(status=status), "never asked for")
    with pytest.raises(BackendError) as raised:
        chat(ASKED)
    assert not raised.value.retryable
    assert (server.left, waits) == (1, [])


@pytest.mark.parametrize(("said", "waited"), [("2.5", 2.5), ("0", 0.0), ("soon", 1.0)])
def test_the_wait_that_the_provider_asks_for_is_kept(
    chat: Chat, server: ChatServer, waits: list[float], said: str, waited: float
) -> None:
    server.enqueue(Reply(status=429, headers={"retry-after": said}), "Now.")
    assert chat(ASKED).text == "Now."
    assert waits == [waited]


def test_the_wait_may_be_a_date(chat: Chat, server: ChatServer, waits: list[float]) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=8), usegmt=True)
    server.enqueue(Reply(status=503, headers={"retry-after": then}), "Now.")
    chat(ASKED)
    assert waits == [pytest.approx(7.5, abs=1)]


def test_a_provider_that_asks_for_a_long_wait_is_not_waited_for(
    chat: Chat, server: ChatServer, waits: list[float]
) -> None:
    server.enqueue(Reply(status=429, headers={"retry-after": "11"}), "never asked for")
    with pytest.raises(BackendError) as raised:
        chat(ASKED)
    assert raised.value.retryable
    assert (server.left, waits) == (1, [])


def test_a_server_that_stalls_is_given_up_and_asked_again(server: ChatServer, waits: list[float]) -> None:
    chat = load_chat("openai:scripted", base_url=server.base_url, timeout_s=0.2, wait=waits.append)
    server.enqueue(Reply(stalls=True), "Awake.")
    assert chat(ASKED).text == "Awake."
    assert waits == [1.0]


def test_nobody_listening_is_an_error_that_may_pass(server: ChatServer, waits: list[float]) -> None:
    chat = load_chat("openai:scripted", base_url="http://127.0.0.1:1/v1", wait=waits.append)
    with pytest.raises(BackendError) as raised:
        chat(ASKED)
    assert raised.value.retryable
    assert waits == [1.0, 4.0]


@pytest.mark.parametrize("body", ["", "no JSON", "[]", "{}", '{"choices": []}'])
def test_an_answer_in_another_form_is_an_error(chat: Chat, server: ChatServer, body: str) -> None:
    server.enqueue(Reply(body=body))
    with pytest.raises(BackendError):
        chat(ASKED)


def test_a_model_may_say_nothing(chat: Chat, server: ChatServer) -> None:
    server.enqueue("")
    assert chat(ASKED).text == ""


@pytest.mark.parametrize(
    ("model", "remedy"),
    [
        ("gpt-4.1", "provider:model.*got 'gpt-4.1'"),
        ("openai:", "provider:model"),
        (":gpt-4.1", "provider:model"),
        ("nobody:x", "'nobody:x' cannot be set up: .*nobody"),
        ("upstage:x", r"pip install langchain-upstage.*pip install 'letters\[openai\]'"),
    ],
)
def test_a_model_that_cannot_be_had_is_told_with_the_remedy(model: str, remedy: str) -> None:
    with pytest.raises(InputError, match=remedy):
        load_chat(model)


def test_a_missing_key_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(InputError, match="OPENAI_API_KEY"):
        load_chat("openai:scripted")


def test_importing_the_door_does_not_import_langchain() -> None:
    code = (
        "import sys, qa_service.chat, evals.judging; print({'langchain', 'sentence_transformers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
