"""Records of answers, and answers made again from them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa_service import __version__, printing
from qa_service.api.recording import ReplayOut
from qa_service.api.requests import AskIn
from qa_service.api.service import Service
from qa_service.conversations import Conversations, Kept
from qa_service.database import open_database
from qa_service.dialogue import Answer, DraftClaim, DraftQuote, Question, Rejection, Searched
from qa_service.records import AskedWith, record_of
from tests.builders import SAMPLE_VOLUME

QUESTION = "Who threw the lantern on Lantern Night?"
ME = "me"


@pytest.fixture
def kept(service: Service, tmp_path: Path) -> Iterator[Service]:
    database = open_database(tmp_path)
    yield replace(service, conversations=Conversations(database))
    database.dispose()


def ask(service: Service, **asked: Any) -> dict[str, Any]:
    return service.ask(AskIn.model_validate({"question": QUESTION, **asked}), ME)


def record(service: Service, answer: dict[str, Any]) -> dict[str, Any]:
    found = service.conversations.answer(ME, answer["id"]).record
    assert found is not None
    return found


def test_a_record_tells_how_the_answer_came_about(kept: Service) -> None:
    filters = {"kinds": ["letter", "telegram"], "from": "1927-01-01"}
    answer = ask(kept, filters=filters, max_claims=2)
    with kept.library.build() as build:
        manifest = build.manifest
    kept_record = record(kept, answer)
    assert kept_record["library"] == {
        "build": manifest.build, "content_digest": manifest.content_digest, "manifest_digest": manifest.digest,
    }  # fmt: skip
    assert (kept_record["format"], kept_record["program"]) == (1, __version__)
    assert kept_record["models"] == answer["models"]
    assert kept_record["standalone_question"] == QUESTION
    assert kept_record["timings_ms"] == answer["timings_ms"]
    asked_with = kept_record["asked_with"]
    assert (asked_with["max_claims"], asked_with["answerer"], asked_with["history"]) == (2, None, [])
    assert asked_with["filters"]["kinds"] == filters["kinds"]
    assert asked_with["filters"]["date_from"] == "1927-01-01"


def test_a_record_tells_the_passages_found_and_which_were_used(kept: Service) -> None:
    answer = ask(kept, include_passages=True)
    passages = record(kept, answer)["passages"]
    assert [one["score"] for one in passages] == [one["score"] for one in answer["passages"]]
    cited = {(one["letter"], one["note_id"], one["start"], one["end"]) for one in answer["citations"]}
    for told, given in zip(passages, answer["passages"], strict=True):
        place = given["letter"], given["note_id"]
        assert told["key"].startswith(given["letter"])
        assert told["used"] == any(
            (letter, note) == place and start < given["end"] and given["start"] < end
            for letter, note, start, end in cited
        )
    assert {told["used"] for told in passages} == {True, False}


def test_a_record_tells_what_was_rejected_and_why(service: Service) -> None:
    rejected = Rejection(DraftClaim("He did.", (DraftQuote("p1", "I did it"),)), "the quotation does not stand there")
    question = Question(QUESTION, QUESTION)
    answer = Answer(question, "not_found", (), (), Searched(0, (), None, None), rejected=(rejected,))
    with service.library.build() as build:
        made = record_of(answer, {"models": {}}, build.manifest, AskedWith(question.filters, None, None))
    assert made.as_json()["rejected"] == (
        {"text": "He did.", "quotes": ("I did it",), "reason": "the quotation does not stand there"},
    )


def test_the_same_question_gets_the_same_answer(kept: Service) -> None:
    first = ask(kept, filters={"kinds": ["telegram", "letter"]}, max_claims=1)
    second = ask(kept, question="And who was he?", conversation_id=first["conversation_id"])
    ask(kept, question="And the casks?", conversation_id=first["conversation_id"])
    for answer in (first, second):
        replayed = kept.replay(ME, answer["id"])
        assert (replayed.same, replayed.recorded) == (True, True)
        assert not any((replayed.claims, replayed.citations, replayed.passages))
        assert (replayed.changes, replayed.versions) == ({}, {})
        assert replayed.now["standalone_question"] == answer["standalone_question"]
    assert kept.conversations.whole(ME, first["conversation_id"])[0].turns == 3


def test_turns_that_only_the_caller_kept_are_asked_after_again(kept: Service) -> None:
    answer = ask(kept, question="And who was he?", history=[{"question": QUESTION, "answer": "Somebody."}])
    replayed = kept.replay(ME, answer["id"])
    assert replayed.same
    assert replayed.now["standalone_question"] == answer["standalone_question"] != answer["question"]


def test_another_library_gives_another_answer_and_it_is_told(kept: Service) -> None:
    answer = ask(kept, max_claims=2)
    found = kept.conversations.answer(ME, answer["id"])
    now = ask(kept, question="How many casks of herring were missing?")
    now_record = record(kept, now) | {"program": "9.9"}
    replayed = ReplayOut.of(found, now, now_record)
    assert not replayed.same
    assert replayed.claims.gone == [one["text"] for one in answer["claims"]]
    assert len(replayed.citations.new) == len(now["citations"])
    assert replayed.passages.gone
    assert (replayed.versions["program"].before, replayed.versions["program"].after) == (__version__, "9.9")
    printed = printing.replay(replayed.model_dump(mode="json"))
    assert "another answer" in printed
    assert f"- claim: {answer['claims'][0]['text']}" in printed
    assert f"program: {__version__} -> 9.9" in printed


def test_other_versions_and_timings_alone_are_the_same_answer(kept: Service) -> None:
    answer = ask(kept)
    found = kept.conversations.answer(ME, answer["id"])
    library = {"build": "b9", "content_digest": "d", "manifest_digest": "m"}
    now = answer | {"timings_ms": {"retrieve": 1.0}, "build": "b9"}
    replayed = ReplayOut.of(found, now, record(kept, answer) | {"library": library})
    assert replayed.same
    assert replayed.versions.keys() == library.keys()
    assert replayed.timings_ms.after == {"retrieve": 1.0}


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "partly"},
        {"text": "Something else."},
        {"answerer": "llm"},
        {"claims": []},
        {"citations": []},
    ],
)
def test_what_makes_another_answer(kept: Service, change: dict[str, Any]) -> None:
    answer = ask(kept)
    assert answer["citations"]
    found = kept.conversations.answer(ME, answer["id"])
    assert not ReplayOut.of(found, answer | change, record(kept, answer)).same


def test_an_answer_without_a_record_is_asked_again_as_far_as_is_known(kept: Service) -> None:
    answer = kept.answer(AskIn(question=QUESTION), ME)
    kept.conversations.append(ME, answer["conversation_id"], answer, answer["build"])
    replayed = kept.replay(ME, answer["id"])
    assert (replayed.same, replayed.recorded) == (True, False)
    assert "no record was kept" in printing.replay(replayed.model_dump(mode="json"))


def test_claims_in_another_order_are_another_answer(kept: Service) -> None:
    answer = ask(kept, question=f"What is told in {SAMPLE_VOLUME} of casks, lanterns and harbours?")
    assert len(answer["claims"]) > 1
    found = Kept(answer, record(kept, answer), "c", ())
    replayed = ReplayOut.of(found, answer | {"claims": answer["claims"][::-1]}, record(kept, answer))
    assert (replayed.same, replayed.claims.reordered) == (False, True)
