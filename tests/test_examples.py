"""Examples to begin with: made from the letters, and answered by them."""

from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from qa_service.answering import examples
from qa_service.answering.example_questions import OF_A_KIND, candidates_of
from qa_service.answering.examples import examples_of
from qa_service.dialogue import Answer, Citation, Claim, Question, Searched
from qa_service.texts import Span
from tests.conftest import open_active


def test_every_example_is_answered_by_the_letter_it_is_about(client: TestClient) -> None:
    before = client.get("/v1/conversations").json()
    given = client.get("/v1/examples").json()
    assert client.get("/v1/conversations").json() == before
    assert given["build"] == client.get("/readyz").json()["build"]
    assert 2 <= len(given["examples"]) <= 4
    for example in given["examples"]:
        answer = client.post("/v1/ask", json={"question": example["question"]}).json()
        assert answer["outcome"] == "answered"
        cited = {citation["letter"] for citation in answer["citations"]}
        assert cited if example["letter"] is None else example["letter"] in cited
    letters = [example["letter"] for example in given["examples"]]
    assert len(letters) == len(set(letters))


def test_a_build_is_asked_once(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/v1/examples").json()
    monkeypatch.delattr(examples, "candidates_of")
    assert client.get("/v1/examples").json() == first


def test_few_questions_are_tried_and_those_that_are_not_answered_are_not_shown(sample_home: Path) -> None:
    asked: list[str] = []

    def ask(question: str) -> Answer:
        asked.append(question)
        meant = next(one for kind in kinds for one in kind if one.question == question)
        letters = [build.catalogue.letter(ref) for ref in meant.letters]
        citing = tuple(Citation(letter, None, Span(0, 1), letter.text[:1], ()) for letter in letters)
        answered = Answer(Question(question, question), "answered", (), (), Searched(16, (), None, None))
        if len(asked) % 2:
            return answered  # but from no letter
        return replace(answered, outcome="partly", claims=(Claim("It may be so.", citing),))

    build = open_active(sample_home)
    kinds = candidates_of(build)
    assert [len(kind) > 0 for kind in kinds] == [True] * 4
    assert all(len(kind) <= OF_A_KIND for kind in kinds)
    assert examples_of(build, ask) == ()
    assert sorted(asked) == sorted(one.question for kind in kinds for one in kind)
    assert kinds == candidates_of(build)
    assert "What did Orquelle write to Hasterlind in April 1927?" in asked
    assert "What did Hasterlind write to Orquelle about Per Lindequart?" in asked
    build.close()


def test_while_examples_are_made_nobody_waits_for_them(sample_home: Path) -> None:
    build = open_active(sample_home)
    meanwhile: list[object] = []

    def ask(question: str) -> Answer:
        meanwhile.append(examples_of(build, ask))
        return Answer(Question(question, question), "not_found", (), (), Searched(16, (), None, None))

    examples_of(build, ask)
    assert meanwhile
    assert set(meanwhile) == {()}
    build.close()
