"""`letters ask --batch` and `letters export`, as a user types them."""

import csv
import io
import json
import re
import shlex
from pathlib import Path
from typing import Any

import docx
import pytest

from qa_service.api.requests import AskIn
from qa_service.api.service import Service
from tests.builders import ROOT
from tests.commanding import Letters, serving
from tests.served import blocks

pytestmark = pytest.mark.usefixtures("minilm")
CASKS, NOWHERE, LANTERN = (
    "What happened to the missing casks?", "Who invented the telephone?", "Who threw the lantern on Lantern Night?",
)  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "questions.csv"
    path.write_text(f"question\n{CASKS}\n{NOWHERE}\n{LANTERN}\n")
    return path


def rows(out: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "expected either a question or --batch with a file of questions, got neither"),
        (["Casks?", "--batch", "q.csv", "--out", "a.csv"], "a file of questions, got both"),
        (["--batch", "q.csv"], "--batch and --out go together"),
        (["Casks?", "--out", "a.csv"], "--batch and --out go together"),
        (["--batch", "q.csv", "--out", "a.csv", "--max-claims", "3"], "are columns"),
        (["--batch", "nothing.csv", "--out", "a.csv"], "nothing.csv cannot be read"),
        (["--batch", "q.csv", "--out", "a.csv", "--jobs", "0"], "--jobs"),
    ],
)
def test_wrong_use_is_one_line(letters: Letters, arguments: list[str], message: str) -> None:
    assert letters("ask", *arguments) == 2
    assert len(letters.err.splitlines()) == 1
    assert message in letters.err


def test_an_interrupted_batch_goes_on(
    letters: Letters, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, answer, asked = tmp_path / "answers.csv", Service.answer, list[str]()

    def stopping(self: Service, one: AskIn, owner: str) -> dict[str, Any]:
        if one.question == LANTERN and asked.count(LANTERN) == 0:
            asked.append(LANTERN)
            raise KeyboardInterrupt
        asked.append(one.question)
        return answer(self, one, owner)

    monkeypatch.setattr(Service, "answer", stopping)
    assert letters("ask", "--batch", file, "--out", out, "--jobs", "1") == 130
    assert "2/3" in letters.err
    assert not out.exists()
    assert letters("ask", "--batch", file, "--out", out) == 0
    assert letters.out == "3 questions: 2 answered, 0 partly, 1 not found, 0 unclear, 0 failed\n"
    assert "3/3" in letters.err
    assert sorted(asked) == sorted([CASKS, NOWHERE, LANTERN, LANTERN])
    assert [row["question"] for row in rows(out)] == [CASKS, NOWHERE, LANTERN]


def test_questions_that_fail_are_counted(letters: Letters, file: Path, tmp_path: Path) -> None:
    file.write_text("question,answerer\nCasks?,llm\n")
    assert letters("ask", "--batch", file, "--out", tmp_path / "a.jsonl", "--json") == 1
    assert json.loads(letters.out) == {"answered": 0, "partly": 0, "not_found": 0, "unclear": 0, "failed": 1}


def test_a_running_service_answers_a_batch_and_exports(letters: Letters, file: Path, tmp_path: Path) -> None:
    alone, beside = tmp_path / "alone.csv", tmp_path / "beside.csv"
    assert letters("ask", "--batch", file, "--out", alone) == 0
    assert letters("ask", LANTERN, "--json") == 0
    stored = json.loads(letters.out)
    assert letters("export", stored["id"], "--format", "notes") == 0
    notes = letters.out
    with serving(letters.home):
        assert letters("ask", "--batch", file, "--out", beside) == 0
        assert letters.out.startswith("3 questions: 2 answered")
        for id in (stored["id"], stored["conversation_id"]):
            assert letters("export", id, "--format", "notes") == 0
            assert letters.out == notes
        assert letters("export", "c_nothing", "--format", "notes") == 2
        assert "no conversation" in letters.err
    assert [{**row, "id": ""} for row in rows(beside)] == [{**row, "id": ""} for row in rows(alone)]


def test_an_answer_is_exported(letters: Letters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    letters("ask", LANTERN, "--json")
    stored = json.loads(letters.out)
    assert letters("export", stored["id"], "--format", "json") == 0
    assert json.loads(letters.out) == {"title": LANTERN, "answers": [stored]}
    assert letters("export", stored["conversation_id"], "--format", "markdown", "--out", tmp_path / "a.md") == 0
    assert LANTERN in (tmp_path / "a.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert letters("export", stored["id"], "--format", "docx") == 0
    assert letters.out == f"written to {stored['id']}.docx\n"
    assert LANTERN in [one.text for one in docx.Document(f"{stored['id']}.docx").paragraphs]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a_nothing", "--format", "notes"], "no answer 'a_nothing'"),
        (["c_nothing", "--format", "notes"], "no conversation 'c_nothing'"),
        (["../a_x", "--format", "notes"], "expected the id of an answer (a_...)"),
    ],
)
def test_what_cannot_be_exported_is_told(letters: Letters, arguments: list[str], message: str) -> None:
    assert letters("export", *arguments) == 2
    assert letters.err.startswith("letters: ")
    assert message in letters.err


def test_an_unknown_form_and_a_place_that_cannot_be_written_are_told(letters: Letters, tmp_path: Path) -> None:
    letters("ask", LANTERN, "--json")
    id = json.loads(letters.out)["id"]
    assert letters("export", id, "--format", "carpet") == 2
    assert "one of markdown, docx" in letters.err
    assert letters("export", id, "--format", "notes", "--out", tmp_path / "nowhere" / "a.txt") == 2
    assert "cannot be written" in letters.err


def test_the_example_of_the_document_runs(letters: Letters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = (ROOT / "docs" / "batches.md").read_text()
    shown = re.search(r"^\$ letters (.+)\n(.+\n)", document, re.MULTILINE)
    assert shown
    monkeypatch.chdir(tmp_path)
    Path("questions.csv").write_text(blocks("batches.md", "csv")[0])
    assert letters(*shlex.split(shown[1])) == 0
    assert letters.out == shown[2]
    assert [row["id"] for row in rows(Path("answers.csv"))] == ["casks", "telephone"]
