"""Questions prepared by a model: follow-ups made to stand alone, and questions that need several searches."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from qa_service.answering.question_reading import MOST_SEARCHES, QuestionReader
from qa_service.api.requests import AskIn
from qa_service.api.service import Service
from qa_service.chat import load_chat
from qa_service.conversations import LOCAL_OWNER
from qa_service.dialogue import Question, Turn
from tests.chat_server import ChatServer, Reply, evidence_of
from tests.writing import said, written_by

BEFORE = [{"question": "What did Orquelle write about the casks?", "answer": "Orquelle counted 588 casks. [1]"}]
CLEAR = "What did Hasterlind answer to Orquelle about the missing casks?"


def prepared(question: str = CLEAR, searches: list[str] | None = None) -> Reply:
    return Reply(tool=json.dumps({"question": question, "searches": searches or []}))


@pytest.fixture
def ask(service: Service, model: ChatServer) -> Callable[..., dict[str, Any]]:
    writing = written_by(service, model)
    return lambda question, **more: writing.answer(
        AskIn.model_validate({"question": question, "include_passages": True} | more), LOCAL_OWNER
    )


def test_a_follow_up_is_made_to_stand_alone(ask: Callable[..., dict[str, Any]], model: ChatServer) -> None:
    model.enqueue(prepared(), said(answerable="no"))
    answer = ask("And what did he answer?", history=BEFORE)
    assert (answer["question"], answer["standalone_question"]) == ("And what did he answer?", CLEAR)
    assert answer["passages"][0]["document"] == "12"
    reading, drafting = model.requests
    assert "And what did he answer?" in reading["messages"][1]["content"]
    assert "Orquelle counted 588 casks." in reading["messages"][1]["content"]
    assert json.dumps(CLEAR) in drafting["messages"][1]["content"]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=401),
        Reply("What?"),
        Reply(tool='{"question": '),
        Reply(tool='{"question": ""}'),
        Reply(tool='{"question": 7, "searches": []}'),
        Reply(tool=json.dumps({"question": "x" * 2001, "searches": []})),
        Reply(tool=json.dumps({"question": "He answered\u202e what?", "searches": []})),
        Reply(tool='{"question": ' + "[" * 4000),
        Reply(tool=""),
    ],
)
def test_where_the_model_fails_the_rules_have_understood_it(
    ask: Callable[..., dict[str, Any]],
    service: Service,
    model: ChatServer,
    reply: Reply,
) -> None:
    model.enqueue(reply, said(answerable="no"))
    answer = ask("And what did he answer?", history=BEFORE)
    by_rules = service.answer(
        AskIn.model_validate({"question": "And what did he answer?", "history": BEFORE}), LOCAL_OWNER
    )
    assert answer["standalone_question"] == by_rules["standalone_question"]


def test_a_question_alone_is_not_read_by_a_model(ask: Callable[..., dict[str, Any]], model: ChatServer) -> None:
    model.enqueue(said(answerable="no"))
    ask("What happened to the missing casks?")
    assert len(model.requests) == 1


def test_a_question_that_stands_alone_keeps_its_words(
    ask: Callable[..., dict[str, Any]],
    model: ChatServer,
) -> None:
    asked = "Compare what both sides say of the wall and of the herring."
    model.enqueue(prepared("Something else?", ["the height of the wall", "herring casks"]), said(answerable="no"))
    answer = ask(asked)
    assert answer["standalone_question"] == asked
    assert json.dumps(asked) in model.requests[1]["messages"][1]["content"]


def test_a_question_in_parts_is_searched_for_part_by_part(
    ask: Callable[..., dict[str, Any]],
    model: ChatServer,
) -> None:
    parts = ["588 casks and not 612", "three feet of concrete on Lantern Night"]
    model.enqueue(prepared("the same", parts), said(answerable="no"))
    answer = ask("Trace how the quarrels went on.")
    first = {passage["document"] for passage in answer["passages"][:6]}
    assert "5" in first
    assert len(answer["passages"]) >= 20  # and what references led to
    assert len(evidence_of(model.requests[1])) > 3


def test_no_more_than_four_searches_are_made(model: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = load_chat("openai:scripted", base_url=model.base_url, timeout_s=2)
    model.enqueue(prepared("the same", [f"search {number}" for number in (1, 1, 2, 3, 4, 5, 6)]))
    from qa_service.budget import Budget

    asked = Question("Trace it.", "Trace it.")
    found = QuestionReader(chat).prepared(asked, [], Budget())
    assert found.searches == ("search 1", "search 2", "search 3", "search 4")
    assert len(found.searches) == MOST_SEARCHES


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Trace how the height of the wall changed.", True),
        ("Compare their views of the river.", True),
        ("How did his tone develop between 1927 and 1929?", True),
        ("Who threw the lantern?", False),
        ("When was the bridge opened?", False),
    ],
)
def test_who_asks_for_several_things(model: ChatServer, question: str, wanted: bool) -> None:
    reader = QuestionReader(load_chat("openai:scripted", base_url=model.base_url))
    assert reader.wants(Question(question, question), []) == wanted
    assert reader.wants(Question(question, question), [Turn("a", "b")])
