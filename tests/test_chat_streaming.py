"""Replies as they come, against a real server that streams, breaks off, stalls and keeps silent."""

import json
import threading
from collections.abc import Generator, Iterator

import pytest

from qa_service.budget import Allowance, Budget
from qa_service.chat import Chat, ChatReply, Form, Message, load_chat
from qa_service.chat_chain import RESTING_S, ChatChain
from qa_service.errors import BrokenOffError, ModelError, PromptTooLongError, SpentError, StoppedError
from tests.chat_server import ChatServer, Reply, chat_server

ASKED = [Message("user", "How high is the wall?")]
FORM = Form("wall", "Its height.", {"type": "object", "properties": {"metres": {"type": "integer"}}})
FILLED = '{"metres": 41, "of": "rock"}'


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    monkeypatch.setenv("OPENAI_API_KEY", "for-tests")
    with chat_server() as server:
        yield server


def chat_of(server: ChatServer, **options: object) -> Chat:
    given = {"base_url": server.base_url, "timeout_s": 5, "wait": lambda seconds: None} | options
    return load_chat("openai:scripted", **given)  # type: ignore[arg-type]


def read(pieces: Generator[str, None, ChatReply]) -> tuple[list[str], ChatReply]:
    found = []
    while True:
        try:
            found.append(next(pieces))
        except StopIteration as end:
            return found, end.value


@pytest.mark.parametrize("output", ["tools", "schema", "text"])
def test_a_form_is_filled_piece_by_piece(server: ChatServer, output: str) -> None:
    server.enqueue(Reply(tool=FILLED) if output == "tools" else Reply(FILLED))
    pieces, reply = read(chat_of(server, output=output).stream(ASKED, FORM, Budget()))
    assert len(pieces) > 2
    assert "".join(pieces) == reply.text == FILLED
    assert (reply.tokens_in, reply.tokens_out, reply.model, reply.asked) == (
        11, 7, "scripted-2026-11", "openai:scripted",
    )  # fmt: skip


def test_a_form_is_asked_for_in_the_way_that_is_set(server: ChatServer) -> None:
    for output in ("tools", "schema", "text"):
        server.enqueue(Reply(FILLED))
        read(chat_of(server, output=output).stream(ASKED, FORM, Budget()))
    by_tool, by_schema, by_words = server.requests
    assert by_tool["tools"][0]["function"]["name"] == by_tool["tool_choice"]["function"]["name"] == "wall"
    assert by_schema["response_format"]["json_schema"] == {
        "name": "wall", "description": "Its height.", "schema": FORM.schema,
    }  # fmt: skip
    assert not {"tools", "response_format"} & by_words.keys()


def test_a_model_that_calls_no_tool_has_still_said_something(server: ChatServer) -> None:
    server.enqueue(Reply(FILLED))
    pieces, reply = read(chat_of(server).stream(ASKED, FORM, Budget()))
    assert pieces == [FILLED]
    assert reply.text == FILLED


def test_a_whole_reply_fills_a_form_too(server: ChatServer) -> None:
    server.enqueue(Reply(tool=FILLED), Reply(tool='{"metres": 4'))
    chat = chat_of(server)
    assert json.loads(chat(ASKED, FORM).text) == json.loads(FILLED)
    assert chat(ASKED, FORM).text == '{"metres": 4'


def test_what_a_question_takes_is_counted(server: ChatServer) -> None:
    server.enqueue(Reply(status=500), Reply(tool=FILLED))
    budget = Budget(prices={"openai:scripted": (1e6, 2e6)})
    read(chat_of(server).stream(ASKED, FORM, budget))
    usage = budget.usage
    assert (usage.calls, usage.tokens_in, usage.tokens_out, usage.cost_usd) == (2, 11, 7, 25.0)


@pytest.mark.parametrize(("after", "then"), [(0, "breaks"), (0, "ends"), (2, "breaks")])
def test_a_reply_that_breaks_off_before_its_first_piece_is_asked_for_again(
    server: ChatServer, after: int, then: str
) -> None:
    server.enqueue(Reply(tool=FILLED, after=after, then=then), Reply(tool=FILLED))
    assert read(chat_of(server).stream(ASKED, FORM, Budget()))[1].text == FILLED


@pytest.mark.parametrize("after", [3, 4, 5])
def test_a_reply_that_breaks_off_in_the_middle_is_not_asked_for_again(server: ChatServer, after: int) -> None:
    server.enqueue(Reply(tool=FILLED, after=after), Reply(tool=FILLED))
    with pytest.raises(BrokenOffError, match="openai:scripted broke off"):
        read(chat_of(server).stream(ASKED, FORM, Budget()))
    assert server.left == 1


@pytest.mark.parametrize("then", ["stalls", "lives"])
def test_a_model_that_falls_silent_is_given_up(server: ChatServer, then: str) -> None:
    """Also one that goes on sending signs of life."""
    server.enqueue(Reply(tool=FILLED, after=4, then=then))
    with pytest.raises(BrokenOffError, match=r"nothing came for 0\.2 seconds|[Tt]imed? ?out"):
        read(chat_of(server, timeout_s=0.2).stream(ASKED, FORM, Budget()))
    assert server.left_early.wait(5)


@pytest.mark.parametrize("then", ["stalls", "lives"])
def test_a_question_has_only_so_many_seconds(server: ChatServer, then: str) -> None:
    server.enqueue(Reply(tool=FILLED, after=0, then=then))
    with pytest.raises(SpentError, match=r"its 0\.3 seconds"):
        read(chat_of(server).stream(ASKED, FORM, Budget(Allowance(seconds=0.3))))
    assert server.left_early.wait(5)


def test_stopping_the_question_ends_the_call(server: ChatServer) -> None:
    server.enqueue(Reply(tool=FILLED, after=4, then="stalls"))
    budget = Budget()
    pieces = chat_of(server).stream(ASKED, FORM, budget)
    next(pieces)
    threading.Timer(0.05, budget.stop).start()
    with pytest.raises(StoppedError):
        list(pieces)
    assert server.left_early.wait(5)


def test_who_stops_reading_ends_the_call(server: ChatServer) -> None:
    server.enqueue(Reply(tool=FILLED, after=4, then="stalls"))
    pieces = chat_of(server).stream(ASKED, FORM, Budget())
    next(pieces)
    pieces.close()
    assert server.left_early.wait(5)


@pytest.mark.parametrize(
    "said",
    [
        "This model's maximum context length is 4096 tokens.",
        "prompt is too long: 210000 tokens > 200000 maximum",
        "the request exceeds the available context size, try increasing it",
    ],
)
def test_a_prompt_that_is_too_long_is_told_apart(server: ChatServer, said: str) -> None:
    server.enqueue(Reply(status=400, body=json.dumps({"error": {"message": said}})))
    with pytest.raises(PromptTooLongError):
        read(chat_of(server).stream(ASKED, FORM, Budget()))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def second() -> Iterator[ChatServer]:
    with chat_server() as server:
        yield server


@pytest.mark.parametrize("streamed", [True, False])
def test_a_chain_asks_the_next_model_and_leaves_the_failed_one_alone(
    server: ChatServer, second: ChatServer, streamed: bool
) -> None:
    clock = Clock()
    chain = ChatChain([chat_of(server), chat_of(second)], clock=clock)

    def asked() -> str:
        return read(chain.stream(ASKED, FORM, Budget()))[1].text if streamed else chain(ASKED, FORM, Budget()).text

    server.enqueue(Reply(status=401))
    second.enqueue(Reply(tool="{}"), Reply(tool="{}"))
    assert [asked(), asked()] == ["{}", "{}"]
    assert (len(server.requests), len(second.requests)) == (1, 2)
    clock.now += RESTING_S
    server.enqueue(Reply(tool=FILLED))
    assert json.loads(asked()) == json.loads(FILLED)


def test_a_chain_of_which_all_have_failed_says_so_without_asking_again(server: ChatServer) -> None:
    chain = ChatChain([chat_of(server)], clock=Clock())
    for expected in ("scripted 400", "failed a moment ago"):
        with pytest.raises(ModelError, match=expected):
            read(chain.stream(ASKED, FORM, Budget()))
    assert len(server.requests) == 1


def test_a_chain_does_not_ask_the_next_model_for_what_has_begun(server: ChatServer, second: ChatServer) -> None:
    server.enqueue(Reply(tool=FILLED, after=4))
    second.enqueue(Reply(tool=FILLED))
    with pytest.raises(BrokenOffError):
        read(ChatChain([chat_of(server), chat_of(second)]).stream(ASKED, FORM, Budget()))
    assert second.left == 1


def test_a_chain_needs_a_model() -> None:
    with pytest.raises(ValueError, match="at least one"):
        ChatChain([])


@pytest.mark.parametrize(
    ("model", "variable"), [("anthropic:claude-x", "ANTHROPIC_API_KEY"), ("google_genai:gemini-x", "GOOGLE_API_KEY")]
)
def test_other_providers_can_be_set_up(monkeypatch: pytest.MonkeyPatch, model: str, variable: str) -> None:
    monkeypatch.setenv(variable, "for-tests")
    assert load_chat(model).name == model
