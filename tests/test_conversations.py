"""Kept conversations: whole, in order, one's own, and gone when deleted."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from qa_service.conversations import Conversations, Head, new_id
from qa_service.database import open_database
from qa_service.errors import ConflictError, UnknownError
from qa_service.retention import delete_untouched, keeping
from qa_service.texts import LetterRef

START = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


class Ticking:
    """Every look at it is a second later."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def kept(database: Engine) -> Conversations:
    return Conversations(database, Ticking())


def answer_to(question: str, text: str = "Nobody did. [1]", letter: str = "v/d1") -> dict[str, Any]:
    return {
        "id": new_id("answer"),
        "question": question,
        "text": text,
        "citations": [{"letter": letter, "z": 1, "a": 2}],
    }


def add(kept: Conversations, owner: str, conversation: str, question: str, **more: Any) -> Head:
    return kept.append(owner, conversation, answer_to(question), "b1", **more)


def titles(kept: Conversations, owner: str, query: str = "") -> list[str]:
    return [head.title for head in kept.find(owner, query, limit=100)[0]]


def test_answers_come_back_just_as_they_were_given(kept: Conversations) -> None:
    first, second = answer_to("Who?"), answer_to("Why?", letter="v/d2")
    for answer in (first, second):
        kept.append("a", "c1", answer, "b1")
    head, answers = kept.whole("a", "c1")
    assert [list(answer.items()) for answer in answers] == [list(first.items()), list(second.items())]
    assert (head.title, head.turns, head.version) == ("Who?", 2, 2)
    assert kept.get("a", "c1").turns[1].letters == (LetterRef("v", "d2"),)


def test_an_answer_comes_with_its_record_and_the_turns_before_it(kept: Conversations) -> None:
    answers = [answer_to(question) for question in ("One?", "Two?", "Three?")]
    for answer in answers:
        kept.append("a", "c1", answer, "b1", record={"of": answer["question"]})
    found = kept.answer("a", answers[1]["id"])
    assert (found.answer, found.record, found.conversation) == (answers[1], {"of": "Two?"}, "c1")
    assert [turn.question for turn in found.before] == ["One?"]


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Who threw\n the\x00 lantern?", "Who threw the lantern?"),
        ("word " * 40, "word " * 14 + "word…"),
        ("w" * 200, "w" * 79 + "…"),
    ],
)
def test_the_title_is_the_first_question_shortened(kept: Conversations, question: str, title: str) -> None:
    add(kept, "a", "c1", question)
    assert add(kept, "a", "c1", "And then?").title == title


def test_the_newest_come_first_page_by_page(kept: Conversations) -> None:
    for number in range(5):
        add(kept, "a", f"c{number}", f"Question {number}?")
    add(kept, "a", "c1", "Again?")
    assert titles(kept, "a") == [f"Question {number}?" for number in (1, 4, 3, 2, 0)]
    heads, total = kept.find("a", limit=2, offset=3)
    assert ([head.title for head in heads], total) == (["Question 2?", "Question 0?"], 5)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lantern", ["Lanterns", "Who threw the Lantern?"]),
        ("LANT who", ["Who threw the Lantern?"]),
        ("cafe", ["Who threw the Lantern?"]),
        ("antern", []),
        ("100%", []),
        ("_", []),
        ("%", []),
        ("  ", ["Lanterns", "Who threw the Lantern?", "Nothing here?"]),
    ],
)
def test_words_are_found_in_titles_questions_and_answers(kept: Conversations, query: str, found: list[str]) -> None:
    add(kept, "a", "c1", "Nothing here?")
    kept.append("a", "c2", answer_to("Who threw the Lantern?", "It was in the Café."), "b1")
    add(kept, "a", "c3", "Ships?")
    kept.rename("a", "c3", "Lanterns")
    assert titles(kept, "a", query) == found


def test_nobody_sees_or_changes_what_is_anothers(kept: Conversations) -> None:
    answer = answer_to("Mine?")
    kept.append("a", "c1", answer, "b1")
    add(kept, "b", "c2", "Other?")
    assert titles(kept, "b") == ["Other?"]
    assert titles(kept, "b", "mine") == []
    for call in (
        lambda: kept.get("b", "c1"),
        lambda: kept.whole("b", "c1"),
        lambda: kept.answer("b", answer["id"]),
        lambda: kept.rename("b", "c1", "Stolen"),
        lambda: kept.delete("b", "c1"),
        lambda: kept.expect("b", "c1", 1),
        lambda: add(kept, "b", "c1", "Intruding?", continues=True),
    ):
        with pytest.raises(UnknownError):
            call()
    add(kept, "b", "c1", "A chance?")  # the same id is another conversation with another owner
    assert titles(kept, "b", "mine") == []
    assert kept.delete_all("b") == 2
    assert [turn.question for turn in kept.get("a", "c1").turns] == ["Mine?"]


def test_of_a_hundred_answers_at_once_none_is_lost(kept: Conversations) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: add(kept, "a", "c1", f"Q{number}?"), range(100)))
    head, answers = kept.whole("a", "c1")
    assert {answer["question"] for answer in answers} == {f"Q{number}?" for number in range(100)}
    assert (head.turns, head.version) == (100, 100)


def test_of_two_that_have_seen_the_same_turns_the_second_is_told(kept: Conversations) -> None:
    add(kept, "a", "c1", "One?")
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(add, kept, "a", "c1", f"Two {number}?", expected_turns=1) for number in range(4)]
    errors = [error for one in asked if (error := one.exception())]
    assert [type(error) for error in errors] == [ConflictError] * 3
    assert all(error.current["turns"] == 2 for error in errors if isinstance(error, ConflictError))
    assert kept.whole("a", "c1")[0].turns == 2


def test_a_new_conversation_that_is_refused_is_not_begun(kept: Conversations) -> None:
    with pytest.raises(ConflictError):
        add(kept, "a", "c1", "One?", expected_turns=3)
    assert titles(kept, "a") == []


def test_renaming_and_deleting_go_by_the_version_seen(kept: Conversations) -> None:
    seen = add(kept, "a", "c1", "One?")
    renamed = kept.rename("a", "c1", "  Another\n title ", version=seen.version)
    assert (renamed.title, renamed.version) == ("Another title", seen.version + 1)
    with pytest.raises(ConflictError) as conflict:
        kept.rename("a", "c1", "Third", version=seen.version)
    assert conflict.value.current == renamed.as_json()
    with pytest.raises(ConflictError):
        kept.delete("a", "c1", version=seen.version)
    kept.delete("a", "c1", version=renamed.version)
    with pytest.raises(UnknownError):
        kept.get("a", "c1")


def test_what_is_deleted_while_an_answer_is_made_stays_deleted(kept: Conversations) -> None:
    add(kept, "a", "c1", "One?")
    kept.delete("a", "c1")
    with pytest.raises(UnknownError):
        add(kept, "a", "c1", "Two?", continues=True)
    assert titles(kept, "a") == []


def secret_words(chance: random.Random, name: str) -> str:
    """A long text, all of whose words are its own."""
    return " ".join(f"{name}x{number}" for number in range(chance.choice([1, 30, 400, 3000])))


@pytest.mark.parametrize("by", ["one", "all", "retention"])
def test_deleting_leaves_no_text_in_the_files(kept: Conversations, tmp_path: Path, by: str) -> None:
    chance = random.Random(7)
    for number in range(60):
        owner = "gone" if number % 2 else "stays"
        for turn in range(3):
            text = secret_words(chance, f"{owner}{number}t{turn}")
            answer = answer_to(f"{owner}{number}q{turn} {text[:300]}", text)
            kept.append(owner, f"c{number}", answer, "b1", record={"text": text})
        kept.rename(owner, f"c{number}", f"{owner}{number}title")
    heads, _ = kept.find("gone", limit=100)
    if by == "one":
        for head in heads:
            kept.delete("gone", head.id)
    elif by == "all":
        assert kept.delete_all("gone") == 30
    else:
        for number in range(0, 60, 2):
            Conversations(kept.engine, lambda: START + timedelta(days=50)).rename("stays", f"c{number}", "stays")
        assert delete_untouched(kept.engine, 30, START + timedelta(days=40)) == 30
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"stays58t2x0" in files
    assert files.count(b"gone") == 0
    assert kept.find("stays", limit=1)[1] == 30
    assert kept.whole("stays", "c0")[0].turns == 3


def test_retention_goes_by_the_last_change(kept: Conversations) -> None:
    add(kept, "a", "c1", "Old?")
    add(kept, "b", "c2", "Renamed?")
    Conversations(kept.engine, lambda: START + timedelta(days=20)).rename("b", "c2", "New")
    assert delete_untouched(kept.engine, 30, START + timedelta(days=30)) == 0
    assert delete_untouched(kept.engine, 30, START + timedelta(days=31)) == 1
    assert (titles(kept, "a"), titles(kept, "b")) == ([], ["New"])


@pytest.mark.parametrize(("days", "left"), [(None, 1), (1, 0)])
def test_a_service_deletes_what_is_too_old_when_it_starts(kept: Conversations, days: int | None, left: int) -> None:
    Conversations(kept.engine, lambda: datetime(2001, 1, 1, tzinfo=UTC)).append("a", "c1", answer_to("Old?"), "b1")
    with keeping(kept.engine, days):
        assert len(titles(kept, "a")) == left


def test_a_service_deletes_again_while_it_runs(kept: Conversations) -> None:
    with keeping(kept.engine, 1, every_s=0.01):
        Conversations(kept.engine, lambda: datetime(2001, 1, 1, tzinfo=UTC)).append("a", "c1", answer_to("Old?"), "b1")
        assert any(not titles(kept, "a") for _ in range(100_000))
