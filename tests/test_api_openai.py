"""The service as OpenAI's official client and LangChain's ChatOpenAI meet it."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openai
import pytest
from fastapi.testclient import TestClient
from langchain_openai import ChatOpenAI
from openai import OpenAI

from qa_service.answering.written import Writer
from qa_service.api.app import create_app
from qa_service.api.openai_requests import ChatIn
from qa_service.api.openai_responses import annotations_of, marks_of, sources_of, without_sources
from qa_service.api.service import Gate, Service
from qa_service.chat import load_chat
from qa_service.chat_chain import ChatChain
from tests.builders import ingest_into
from tests.chat_server import ChatServer, Reply, chat_server, claims, key_of
from tests.conftest import service_over
from tests.served import blocks, run_example, served

QUESTION = "Who threw the lantern on Lantern Night?"
CHAT = "/v1/chat/completions"
WORDS = "They were opened by four officers of our Customs"


@pytest.fixture
def openai_client(address: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client:
        yield client


@pytest.fixture
def model() -> Iterator[ChatServer]:
    with chat_server() as server:
        yield server


@pytest.fixture
def written(service: Service, model: ChatServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where a service is served whose answers that model writes."""
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    writer = Writer(ChatChain([load_chat("openai:scripted", base_url=model.base_url)]))
    with served(create_app(replace(service, writer=writer))) as address:
        yield address


def say(*said: str, **more: Any) -> dict[str, Any]:
    """A request in which user and assistant have spoken in turn."""
    roles = ("user", "assistant")
    messages = [{"role": roles[number % 2], "content": one} for number, one in enumerate(said)]
    return {"model": "letters", "messages": messages, **more}


def answered(client: TestClient, body: dict[str, Any]) -> dict[str, Any]:
    response = client.post(CHAT, json=body)
    assert response.status_code == 200, response.text
    completion: dict[str, Any] = response.json()
    return completion


def test_models_are_the_ways_to_be_answered(openai_client: OpenAI) -> None:
    assert [model.id for model in openai_client.models.list()] == ["letters", "letters-extractive"]
    assert openai_client.models.retrieve("letters").id == "letters"
    with pytest.raises(openai.NotFoundError):
        openai_client.models.retrieve("gpt-x")


def test_a_completion_shows_marks_and_sources(openai_client: OpenAI) -> None:
    completion = openai_client.chat.completions.create(**say(QUESTION))
    (choice,) = completion.choices
    assert completion.model_extra is not None
    letters = completion.model_extra["letters"]
    text, _, sources = str(choice.message.content).partition("\n\nSources:\n\n")
    assert text == letters["text"]
    assert "[1]" in text
    assert sources.split("\n\n") == [f"[{one['number']}] {one['formatted']}" for one in letters["citations"]]
    assert (choice.finish_reason, completion.object, completion.model) == ("stop", "chat.completion", "letters")
    assert completion.usage is not None
    assert completion.usage.total_tokens == 0


@pytest.fixture
def published(tmp_path: Path) -> Iterator[TestClient]:
    """A service over one invented letter of a volume whose letters have addresses."""
    (tmp_path / "a.txt").write_text(
        "7. Letter From Ava Brandt to Cosmo Dale\n\nAmbry, June 3, 1901.\n\nSir: The boats are [Page 40] gone.\n\n"
        "The brass lanterns have been counted twice, and the count is forty.\n"
    )
    facts = 'file = "a.txt"\nvolume = "frus1901-03v99"\ndate = 1901-06-03\nplace = "Ambry"\n'
    (tmp_path / "letters.toml").write_text(f"[[letter]]\n{facts}")
    ingest_into(tmp_path / "home", tmp_path / "a.txt")
    with service_over(tmp_path / "home") as service:
        yield TestClient(create_app(service))


@pytest.mark.parametrize("streamed", [False, True])
def test_marks_are_annotated_with_the_address_of_the_page(published: TestClient, streamed: bool) -> None:
    response = published.post(CHAT, json=say("What is the count of the brass lanterns?", stream=streamed))
    if streamed:
        chunks = [json.loads(line.removeprefix("data: ")) for line in response.text.split("\n\n")[:-2]]
        deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
        content = "".join(delta.get("content", "") for delta in deltas)
        (annotation,) = deltas[-1]["annotations"]
    else:
        message = response.json()["choices"][0]["message"]
        content, (annotation,) = message["content"], message["annotations"]
    place = annotation["url_citation"]
    assert content[place["start_index"] : place["end_index"]] == "[1]"
    assert place["url"].endswith("/frus1901-03v99/d7#pg_40")
    assert "\n\nSources:\n\n[1] Foreign Relations of the United States" in content
    assert content.endswith(f" {place['url']}")


def test_a_stream_makes_up_the_completion(openai_client: OpenAI) -> None:
    whole = openai_client.chat.completions.create(**say(QUESTION))
    chunks = list(openai_client.chat.completions.create(**say(QUESTION, stream=True)))
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole.choices[0].message.content
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}) == 1
    assert chunks[-1].model_extra is not None
    assert chunks[-1].model_extra["letters"]["outcome"] == "answered"
    assert all(chunk.usage is None for chunk in chunks)


def test_a_stream_ends_with_its_usage_where_that_is_asked_for(client: TestClient) -> None:
    lines = client.post(CHAT, json=say(QUESTION, stream=True, stream_options={"include_usage": True})).text.split(
        "\n\n"
    )
    assert lines[-2] == "data: [DONE]"
    *chunks, last = [json.loads(line.removeprefix("data: ")) for line in lines[:-2]]
    assert (last["choices"], last["usage"]["total_tokens"]) == ([], 0)
    assert all(chunk["usage"] is None for chunk in chunks)


@pytest.mark.parametrize("streamed", [False, True])
def test_nothing_is_kept(client: TestClient, streamed: bool) -> None:
    response = client.post(CHAT, json=say(QUESTION, stream=streamed))
    last = response.text.split("\n\n")[-3].removeprefix("data: ") if streamed else response.text
    again = {"question": "And who?", "conversation_id": json.loads(last)["letters"]["conversation_id"]}
    assert client.post("/v1/ask", json=again).status_code == 404


def test_a_conversation_goes_on_through_the_messages(client: TestClient) -> None:
    first = answered(client, say(QUESTION))["choices"][0]["message"]["content"]
    second = answered(client, say(QUESTION, first, "And who was he?"))["letters"]
    assert (second["question"], second["conversation_id"]) != (QUESTION, None)
    assert second["standalone_question"].startswith(f"And who was he? (after: {QUESTION}; ")


def test_only_answered_questions_are_history_and_their_answers_lose_the_sources(client: TestClient) -> None:
    first = answered(client, say(QUESTION))
    shown = first["choices"][0]["message"]["content"]
    said = [("user", "Unanswered?"), ("user", QUESTION), ("assistant", shown), ("assistant", "More."), ("user", "And?")]
    body = {"model": "letters", "messages": [{"role": role, "content": text} for role, text in said]}
    (turn,) = ChatIn.model_validate(body).asked(None).history
    assert (turn.question, turn.answer) == (QUESTION, first["letters"]["text"])


def test_a_long_conversation_loses_its_beginning(client: TestClient) -> None:
    talk = [f"{word} {number}" for number in range(30) for word in ("Question", "Answer")]
    assert answered(client, say(*talk, "And what then?"))["letters"]["standalone_question"].startswith(
        "And what then? (after: Question 29; "
    )


def test_instructions_are_ignored(client: TestClient) -> None:
    roles = ("system", "developer", "tool", "function")
    instructions = [{"role": role, "content": "Answer in verse, and cite nothing."} for role in roles]
    body = say(QUESTION)
    plain = answered(client, body)
    instructed = answered(client, body | {"messages": [*instructions, *body["messages"], instructions[0]]})
    assert instructed["choices"] == plain["choices"]


def test_text_in_parts_is_joined(client: TestClient) -> None:
    parts = [{"type": "text", "text": "Who threw the lantern"}, {"type": "text", "text": "on Lantern Night?"}]
    body = {"model": "letters", "messages": [{"role": "user", "content": parts}]}
    assert answered(client, body)["letters"]["question"] == "Who threw the lantern\non Lantern Night?"


def test_parameters_of_sampling_change_nothing(openai_client: OpenAI) -> None:
    given: dict[str, Any] = {
        "temperature": 2, "top_p": 0.1, "max_tokens": 1, "max_completion_tokens": 1, "stop": ["the"], "seed": 7, "n": 1,
        "user": "somebody", "tools": [], "metadata": {"a": "b"}, "presence_penalty": 1, "logit_bias": {"5": 1},
        "response_format": {"type": "text"}, "store": False, "stream": None, "tool_choice": "none",
    }  # fmt: skip
    plain = openai_client.chat.completions.create(**say(QUESTION))
    assert openai_client.chat.completions.create(**say(QUESTION, **given)).choices == plain.choices


def test_the_letters_object_says_what_openai_has_no_words_for(openai_client: OpenAI) -> None:
    more = {"letters": {"max_claims": 1, "filters": {"kinds": ["telegram"]}, "include_passages": True}}
    completion = openai_client.chat.completions.create(**say(QUESTION), extra_body=more)
    assert completion.model_extra is not None
    letters = completion.model_extra["letters"]
    assert len(letters["claims"]) <= 1
    assert {passage["document"] for passage in letters["passages"]} == {"3", "14"}


@pytest.mark.parametrize(
    ("body", "status", "param", "words"),
    [
        (say("x" * 2001), 400, "messages", "at most 2000 characters in the last message of the user, got 2001"),
        (say("   "), 400, "messages", "a message of the user"),
        ({"model": "letters", "messages": []}, 400, "messages", ""),
        ({"model": "letters", "messages": [{"role": "system", "content": "x"}]}, 400, "messages", "of the user"),
        ({"model": "letters", "messages": [{"role": "wizard", "content": "x"}]}, 400, "messages.0.role", ""),
        ({"model": "letters", "messages": [{"role": "user", "content": 7}]}, 400, "messages.0.content", ""),
        (
            {"model": "letters", "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]},
            400, "messages.0.content", "only text is read here",
        ),
        (
            {"model": "letters", "messages": [{"role": "user", "content": [{"type": "text", "text": None}]}]},
            400, "messages.0.content", "only text",
        ),
        ({"model": "letters", "messages": [{"role": "user", "content": ["x"]}]}, 400, "messages.0.content", "text"),
        ({"model": "letters", "messages": [{"role": "user", "content": "a\x00b"}]}, 400, "messages.0.content", "NUL"),
        ({"messages": [{"role": "user", "content": "x"}]}, 400, "model", ""),
        (say("x", n=2), 400, "n", "one answer"),
        (say("x", tools=[{"type": "function"}]), 400, "tools", "no tools are called here"),
        (say("x", functions=[{"name": "f"}]), 400, "functions", "no functions"),
        (say("x", response_format={"type": "json_object"}), 400, "response_format", "answers are text"),
        (say("x", letters={"colour": "red"}), 400, "letters.colour", ""),
        (say("x", letters={"filters": {"from": "yesterday"}}), 400, "letters.filters.from", ""),
        (say("x") | {"model": "gpt-x"}, 404, None, "expected a model among letters, letters-extractive, got 'gpt-x'"),
        (say("x") | {"model": "letters-llm"}, 404, None, "expected a model"),
        ([], 400, None, ""),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_as_openai_does(
    client: TestClient, body: Any, status: int, param: str | None, words: str
) -> None:
    for streamed in ({}, {"stream": True}):
        response = client.post(CHAT, json=body | streamed if isinstance(body, dict) else body)
        assert response.status_code == status
        error = response.json()["error"]
        assert error.keys() == {"message", "type", "param", "code"}
        assert error["type"] == "invalid_request_error"
        assert words in error["message"]
        assert error["param"] == param or param is None


def test_a_broken_body_is_refused(client: TestClient) -> None:
    response = client.post(CHAT, content=b'{"model": ', headers={"content-type": "application/json"})
    assert (response.status_code, response.json()["error"]["code"]) == (400, "invalid_json")


def test_who_comes_to_a_full_service_is_told_to_come_back(service: Service) -> None:
    gate = Gate(at_once=1, waiting=0)
    client = TestClient(create_app(replace(service, gate=gate)))
    with gate.enter():
        response = client.post(CHAT, json=say(QUESTION))
        streamed = client.post(CHAT, json=say(QUESTION, stream=True))
    assert (response.status_code, response.headers["retry-after"]) == (503, "3")
    assert response.json()["error"]["type"] == "server_error"
    *_, last = streamed.text.strip().split("\n\n")
    assert json.loads(last.removeprefix("data: "))["error"]["code"] == "busy"


def test_a_failure_in_the_middle_of_a_stream_is_raised_by_the_client(service: Service) -> None:
    gate = Gate(at_once=1, waiting=0)
    with (
        gate.enter(),
        served(create_app(replace(service, gate=gate))) as address,
        OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client,
    ):
        stream = client.chat.completions.create(**say(QUESTION, stream=True))
        with pytest.raises(openai.APIError, match="too many questions are waiting"):
            list(stream)


def test_a_model_writes_under_its_name_and_its_use_is_counted(written: str, model: ChatServer) -> None:
    model.enqueue(lambda request: claims(("Customs officers opened them.", [(key_of(request, WORDS), WORDS)])))
    with OpenAI(base_url=f"{written}/v1", api_key="none", max_retries=0) as client:
        assert [one.id for one in client.models.list()] == ["letters", "letters-extractive", "letters-llm"]
        asked = say("What happened to the missing casks of herring?", stream=True) | {"model": "letters-llm"}
        chunks = list(client.chat.completions.create(**asked, stream_options={"include_usage": True}))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks[:-1])
    assert text.startswith("Customs officers opened them. [1]\n\nSources:\n\n[1] ")
    assert chunks[-1].usage is not None
    assert (chunks[-1].usage.prompt_tokens, chunks[-1].usage.completion_tokens) == (11, 7)


def test_a_client_that_goes_away_ends_the_work(written: str, model: ChatServer) -> None:
    asked = threading.Event()

    def stalling(request: Any) -> Reply:
        asked.set()
        return Reply(stalls=True)

    model.enqueue(stalling)
    with OpenAI(base_url=f"{written}/v1", api_key="none", max_retries=0) as client:
        stream = client.chat.completions.create(**say("What happened to the missing casks?", stream=True))
        assert asked.wait(5)
        stream.close()
    assert model.left_early.wait(5)


def test_chat_openai_answers_and_streams(address: str) -> None:
    chat = ChatOpenAI(base_url=f"{address}/v1", api_key="none", model="letters", temperature=0)  # type: ignore[arg-type]
    said = chat.invoke([("system", "Be brief."), ("user", QUESTION)])
    assert "\n\nSources:\n\n[1] Letters of Two Invented Governments" in str(said.content)
    assert "".join(str(chunk.content) for chunk in chat.stream(QUESTION)) == said.content


def answer_with(*citations: str | None, text: str = "", claims: Any = ()) -> dict[str, Any]:
    """The parts of an answer that annotations are made of; citations by their addresses."""
    cited = [{"number": number, "url": url, "title": f"Title {number}", "formatted": f"Cited {number}."}
             for number, url in enumerate(citations, start=1)]  # fmt: skip
    return {
        "text": text,
        "citations": cited,
        "claims": [{"text": one, "citations": numbers} for one, numbers in claims],
    }


@pytest.mark.parametrize(
    ("text", "given", "marked"),
    [
        ("A said: “x” [1]", [("A said: “x”", [1])], ["[1]"]),
        ("One. [1][2] Two. [1]", [("One.", [1, 2]), ("Two.", [1])], ["[1]", "[2]", "[1]"]),
        ("A: “x” [1] … “y” [2]", [("A: “x”", [1]), ("A: “y”", [2])], ["[1]", "[2]"]),
        ("A: “x [1] y” [1]", [("A: “x [1] y”", [1])], ["y” [1]"]),  # the first is a quotation's own
        ("A: “x” [1] … “y [2] z” [2]", [("A: “x”", [1]), ("A: “y [2] z”", [2])], ["“x” [1]", "z” [2]"]),
        ("Closest.\n\nA: “x” [1]\n\n(Remark [1].)", [("A: “x”", [1])], ["“x” [1]"]),
        ("Another text. [1]", [("A: “x”", [1])], []),
    ],
)
def test_marks_are_found_behind_their_claims(text: str, given: list[Any], marked: list[str]) -> None:
    answer = answer_with("u1", "u2", text=text, claims=given)
    found = list(marks_of(text, answer["claims"]))
    assert [text[start:end] for _, start, end in found] == [mark[-3:] for mark in marked]
    assert all(text[:end].endswith(mark) for (_, _, end), mark in zip(found, marked, strict=True))


def test_marks_with_an_address_are_annotated() -> None:
    answer = answer_with("https://a/1", None, text="“𝔵”. [1][2]", claims=[("“𝔵”.", [1, 2])])
    place = {"start_index": 5, "end_index": 8, "title": "Title 1", "url": "https://a/1"}
    assert list(annotations_of(answer)) == [{"type": "url_citation", "url_citation": place}]
    assert sources_of(answer) == "\n\nSources:\n\n[1] Cited 1. https://a/1\n\n[2] Cited 2."


def test_every_mark_of_an_answer_is_found(client: TestClient) -> None:
    for question in (QUESTION, "What happened to the missing casks?", "When was the treaty signed?", "Who is Ansole?"):
        answer = client.post("/v1/ask", json={"question": question, "max_claims": 10}).json()
        numbers = [number for number, _, _ in marks_of(answer["text"], answer["claims"])]
        assert numbers == [number for claim in answer["claims"] for number in claim["citations"]]


@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_sources_are_taken_off_earlier_answers(line: str) -> None:
    shown = f"Text. [1]{sources_of(answer_with(None, 'https://a'))}".replace("\n", line)
    assert without_sources(shown) == "Text. [1]"
    assert without_sources("Sources: [1] none") == "Sources: [1] none"


@pytest.mark.parametrize("number", [0, 1])
def test_the_documented_examples_run(address: str, number: int) -> None:
    code, output = (blocks("openai.md", language)[number] for language in ("python", "output"))
    assert run_example(code, address) == output
