"""Putting the questions: in parallel, resumable, with errors kept as errors."""

import json
from pathlib import Path
from typing import Any

import pytest

from evals.running import run
from evals.variants import Asking
from qa_service.errors import BackendError, InputError, UnknownError
from qa_service.texts import Letter
from tests.builders import quiet

ABOUT = {"build": "b1"}
ASKINGS = [Asking(f"c{number}", "asked", f"Why {number}?") for number in range(6)]


class Scripted:
    """Answers every question with itself; fails where told to."""

    name = "scripted"

    def __init__(self, *failing: str, stop_at: int | None = None) -> None:
        self.asked: list[str] = []
        self._failing, self._stop_at = failing, stop_at

    def ask(self, asking: Asking) -> dict[str, Any]:
        if len(self.asked) == self._stop_at:
            raise KeyboardInterrupt
        self.asked.append(asking.case)
        if asking.case in self._failing:
            raise BackendError("the store is down")
        return {
            "outcome": "not_found",
            "text": asking.question,
            "claims": [],
            "citations": [],
            "standalone_question": asking.question,
            "confidence": 0.25,
        }

    def versions(self) -> dict[str, Any]:
        return {}

    def volumes(self) -> list[dict[str, Any]]:
        return []

    def letter(self, ref: str) -> Letter:
        raise UnknownError(ref)

    def lines(self) -> Any:
        return iter(())


def put(kept: Path, subject: Scripted, about: dict[str, str] = ABOUT) -> dict[Any, Any]:
    return run(ASKINGS, subject, kept, about, jobs=2, progress=quiet)


def test_everything_is_asked_once_and_kept(tmp_path: Path) -> None:
    kept, subject = tmp_path / "evals" / "kept.jsonl", Scripted()
    records = put(kept, subject)
    assert sorted(subject.asked) == [f"c{n}" for n in range(6)]
    assert records["c3", "asked"].text == "Why 3?"
    assert records["c3", "asked"].confidence == 0.25
    first, *lines = kept.read_text().splitlines()
    assert json.loads(first) == ABOUT
    assert len(lines) == 6


def test_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    with pytest.raises(KeyboardInterrupt):
        put(kept, Scripted(stop_at=3))
    with kept.open("a") as file:
        file.write('{"case": "c5", "vari')  # killed in the middle of a line
    done = {json.loads(line)["case"] for line in kept.read_text().splitlines()[1:-1]}
    assert done
    second = Scripted()
    records = put(kept, second)
    assert set(second.asked) == {f"c{n}" for n in range(6)} - done
    assert len(records) == 6
    third = Scripted()
    assert put(kept, third) == records
    assert third.asked == []


def test_answers_of_other_letters_or_code_are_not_gone_on_with(tmp_path: Path) -> None:
    kept, subject = tmp_path / "kept.jsonl", Scripted()
    put(kept, Scripted())
    put(kept, subject, {"build": "b2"})
    assert len(subject.asked) == 6
    assert json.loads(kept.read_text().splitlines()[0]) == {"build": "b2"}


def test_a_failed_question_is_a_wrong_answer_and_is_asked_again_next_time(tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    records = put(kept, Scripted("c2"))
    assert records["c2", "asked"].error == "BackendError: the store is down"
    assert not records["c2", "asked"].answered
    again = Scripted()
    assert put(kept, again)["c2", "asked"].error == ""
    assert again.asked == ["c2"]


def test_a_fault_of_ours_is_a_wrong_answer_and_does_not_end_the_run(tmp_path: Path) -> None:
    class Faulty(Scripted):
        def ask(self, asking: Asking) -> dict[str, Any]:
            if asking.case == "c2":
                raise KeyError("aprıl")
            return super().ask(asking)

    records = put(tmp_path / "kept.jsonl", Faulty())
    assert records["c2", "asked"].error == "KeyError: 'aprıl'"
    assert records["c5", "asked"].error == ""


def test_a_line_is_what_ends_with_a_newline(tmp_path: Path) -> None:
    class Odd(Scripted):
        def ask(self, asking: Asking) -> dict[str, Any]:
            return super().ask(asking) | {"text": "one\u2028two\x85three"}

    kept, again = tmp_path / "kept.jsonl", Odd()
    first = put(kept, Odd())
    assert put(kept, again) == first
    assert again.asked == []


def test_a_place_that_cannot_be_written_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be kept"):
        put(tmp_path / "file" / "kept.jsonl", Scripted())
