"""Many questions at once."""

import csv
import io
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest

from qa_service.api.requests import AskIn
from qa_service.api.service import Service
from qa_service.batch import BatchQuestion, answer_batch, read_questions, written
from qa_service.conversations import LOCAL_OWNER
from qa_service.errors import BackendError, InputError
from tests.builders import SAMPLE_VOLUME, quiet

CASKS = "What happened to the missing casks?"
NOWHERE = "Who invented the telephone?"


@pytest.fixture
def ask(service: Service) -> Callable[[AskIn], dict[str, Any]]:
    return lambda asked: service.answer(asked, LOCAL_OWNER)


def file_of(tmp_path: Path, text: str, name: str = "questions.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_questions_are_read_with_ids_and_filters(tmp_path: Path) -> None:
    text = (
        "id,question,volumes,writers,from,max_claims\n"
        f'a,"Casks, and more?",{SAMPLE_VOLUME},Orquelle; Hasterlind,1927-05-01,3\n'
        "\n"
        ",Lanterns?,,,,\n"
    )
    first, second = read_questions(file_of(tmp_path, text))
    assert (first.id, first.asked.question, first.asked.max_claims) == ("a", "Casks, and more?", 3)
    assert (first.asked.filters.writers, first.asked.filters.date_from) == (["Orquelle", "Hasterlind"], "1927-05-01")
    assert (second.id, second.asked.question) == ("4", "Lanterns?")


def test_questions_are_read_from_objects(tmp_path: Path) -> None:
    lines = '{"question": "Casks?", "id": 7, "filters": {"kinds": ["letter"]}}\n\n{"question": "Lanterns?"}\n'
    first, second = read_questions(file_of(tmp_path, lines, "questions.jsonl"))
    assert (first.id, first.asked.filters.kinds, second.id) == ("7", ["letter"], "3")


@pytest.mark.parametrize(
    ("text", "name", "problem"),
    [
        ("", "q.csv", "a column 'question'"),
        ("asked\nCasks?\n", "q.csv", "a column 'question', got"),
        ("question\n\n", "q.csv", "holds no question"),
        ("question,colour\nCasks?,red\n", "q.csv", r"unknown columns \['colour'\]"),
        ("question,from\nCasks?\n", "q.csv", "line 2: it has another number of columns"),
        ("question\nCasks?,more\n", "q.csv", "line 2: it has another number of columns"),
        ("question,from\nCasks?,May 1927\n", "q.csv", "line 2: filters.from"),
        ("question,max_claims\nCasks?,99\n", "q.csv", "line 2: max_claims"),
        ("question\n" + "x" * 2001 + "\n", "q.csv", "line 2: question"),
        ("id,question\n1,Casks?\n1,Lanterns?\n", "q.csv", "two questions with the id '1'"),
        ('question\n"Casks?\n', "q.csv", "unexpected end of data"),
        ("[1]\n", "q.jsonl", "line 1: expected an object, got list"),
        ("{\n", "q.jsonl", "line 1: it is no JSON"),
        ('{"question": "Casks?", "colour": "red"}\n', "q.jsonl", "line 1: colour"),
        ('{"question": ' + "[" * 100_000 + "\n", "q.jsonl", "line 1: it is no JSON"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(tmp_path: Path, text: str, name: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        read_questions(file_of(tmp_path, text, name))


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_bytes(b"question\nCaf\xe9?\n")
    with pytest.raises(InputError, match="cannot be read as UTF-8"):
        read_questions(tmp_path / "q.csv")
    with pytest.raises(InputError, match="cannot be read"):
        read_questions(tmp_path / "nothing.csv")


def questions(*texts: str) -> list[BatchQuestion]:
    return [BatchQuestion(str(number), AskIn(question=text)) for number, text in enumerate(texts, start=1)]


def test_answers_are_written_as_a_table(tmp_path: Path, ask: Callable[[AskIn], dict[str, Any]]) -> None:
    out = tmp_path / "answers.csv"
    answers = answer_batch(questions(CASKS, NOWHERE), ask, out, jobs=2, progress=quiet)
    casks, nowhere = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig")))
    assert (casks["outcome"], nowhere["outcome"]) == ("answered", "not_found")
    assert answers[0].answer is not None
    cited = answers[0].answer["citations"]
    assert casks["letters"].split("\n") == [one["letter"] for one in cited]
    assert casks["citations"].split("\n")[0] == f"[1] {cited[0]['formatted']}"
    assert len(casks["pages"].split("\n")) == len(cited)
    assert nowhere["citations"] == ""
    assert list(tmp_path.iterdir()) == [out]


def test_answers_are_written_whole_or_as_a_document(tmp_path: Path, ask: Callable[[AskIn], dict[str, Any]]) -> None:
    answers = answer_batch(questions(CASKS), ask, tmp_path / "answers.jsonl", jobs=1, progress=quiet)
    (line,) = (tmp_path / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == {"id": "1", "question": CASKS, "answer": answers[0].answer}
    answer_batch(questions(CASKS), ask, tmp_path / "answers.docx", jobs=1, progress=quiet)
    assert CASKS in [paragraph.text for paragraph in docx.Document(str(tmp_path / "answers.docx")).paragraphs]


def test_an_unknown_form_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    def never(asked: AskIn) -> dict[str, Any]:
        raise AssertionError

    with pytest.raises(InputError, match=r"ends with \.csv, \.jsonl, \.docx, got 'answers\.xlsx'"):
        answer_batch(questions(CASKS), never, tmp_path / "answers.xlsx", jobs=1, progress=quiet)


def test_what_fails_is_told_in_its_line_and_asked_again(tmp_path: Path, ask: Callable[[AskIn], dict[str, Any]]) -> None:
    def failing(asked: AskIn) -> dict[str, Any]:
        if asked.question == NOWHERE:
            raise BackendError("the store is away")
        return ask(asked)

    out = tmp_path / "answers.csv"
    answer_batch(questions(CASKS, NOWHERE), failing, out, jobs=1, progress=quiet)
    _, nowhere = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig")))
    assert (nowhere["error"], nowhere["outcome"]) == ("the store is away", "")
    later: list[str] = []

    def asking_again(asked: AskIn) -> dict[str, Any]:
        later.append(asked.question)
        return ask(asked)

    answer_batch(questions(CASKS, NOWHERE), asking_again, out, jobs=1, progress=quiet)
    assert later == [NOWHERE]
    assert list(tmp_path.iterdir()) == [out]


def test_an_interrupted_batch_goes_on_where_it_stopped(tmp_path: Path, ask: Callable[[AskIn], dict[str, Any]]) -> None:
    asked: list[str] = []

    def stopping(one: AskIn) -> dict[str, Any]:
        if len(asked) == 2:
            raise KeyboardInterrupt
        asked.append(one.question)
        return ask(one)

    out, three = tmp_path / "answers.jsonl", questions(CASKS, NOWHERE, "Who threw the lantern?")
    with pytest.raises(KeyboardInterrupt):
        answer_batch(three, stopping, out, jobs=1, progress=quiet)
    assert not out.exists()
    later: list[str] = []

    def going_on(one: AskIn) -> dict[str, Any]:
        later.append(one.question)
        return ask(one)

    answer_batch(three, going_on, out, jobs=1, progress=quiet)
    assert later == ["Who threw the lantern?"]
    assert [json.loads(line)["question"] for line in out.read_text(encoding="utf-8").splitlines()] == [
        CASKS, NOWHERE, "Who threw the lantern?",
    ]  # fmt: skip


def test_other_questions_begin_afresh(tmp_path: Path, ask: Callable[[AskIn], dict[str, Any]]) -> None:
    def stopping(one: AskIn) -> dict[str, Any]:
        if one.question == NOWHERE:
            raise KeyboardInterrupt
        return ask(one)

    out = tmp_path / "answers.jsonl"
    with pytest.raises(KeyboardInterrupt):
        answer_batch(questions(CASKS, NOWHERE), stopping, out, jobs=1, progress=quiet)
    answers = answer_batch(questions("Who threw the lantern?"), ask, out, jobs=1, progress=quiet)
    assert [one.question for one in answers] == ["Who threw the lantern?"]


def test_no_more_questions_than_jobs_are_asked_at_once(tmp_path: Path, ask: Callable[[AskIn], dict[str, Any]]) -> None:
    at_once, most, lock = 0, 0, threading.Lock()

    def counting(one: AskIn) -> dict[str, Any]:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        try:
            return ask(one)
        finally:
            with lock:
                at_once -= 1

    answer_batch(questions(*[CASKS] * 8), counting, tmp_path / "a.jsonl", jobs=2, progress=quiet)
    assert 1 <= most <= 2


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx"])
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    from qa_service.batch import BatchAnswer

    (row,) = csv.DictReader(io.StringIO(written([BatchAnswer(text, text, None, text)], ".csv").decode("utf-8-sig")))
    assert {row["id"], row["question"], row["error"]} == {f"'{text}"}
