"""What must be true of every answer, and every way in which it can be false."""

from dataclasses import replace

import pytest

from evals.invariants import check_invariants
from evals.records import Found, Record, Said
from evals.subjects import letter_from_json
from qa_service.api.letter_responses import LetterOut
from qa_service.errors import UnknownError
from qa_service.texts import Letter, Volume
from tests.builders import letter_of

LETTER = letter_of("|26|We accept three inspections |27|a year, and no more.^1 Farewell.", date="1927-05-04")
START = LETTER.text.index("inspections")
QUOTE = "inspections a year"
CITED = Found("v", "1", ("26", "27"), None, QUOTE, 0.0, START, START + len(QUOTE), "v/d1")
OF_NOTE = Found("v", "1", ("27",), "1", "Note 1", 0.0, 0, 6, "v/d1", "fn1")
ANSWER = Record("c", "answered", "He does. [1] [2]", (Said("He does.", (1, 2)),), (), (CITED, OF_NOTE))


def letter(ref: str) -> Letter:
    if ref != "v/d1":
        raise UnknownError(f"no letter {ref!r}")
    return LETTER


def broken(record: Record, **others: Record) -> list[str]:
    records = {("c", "asked"): record} | {("c", name): other for name, other in others.items()}
    return [one.name for one in check_invariants(records, letter) if one.broken]  # type: ignore[arg-type]


def test_a_true_answer_breaks_nothing() -> None:
    assert broken(ANSWER, again=ANSWER) == []
    assert [one.checked for one in check_invariants({("c", "asked"): ANSWER}, letter)] == [2, 2, 1, 1, 0]


@pytest.mark.parametrize(
    ("wrong", "invariant"),
    [
        ({"pages": ("26",)}, "citation validity"),
        ({"pages": ("27", "28")}, "citation validity"),
        ({"document": "2"}, "citation validity"),
        ({"note": "1"}, "citation validity"),
        ({"note": "2", "note_id": "fn2"}, "citation validity"),
        ({"words": "inspections a month"}, "quotation fidelity"),
        ({"start": START + 1}, "quotation fidelity"),
        ({"words": "", "start": 0, "end": 0}, "quotation fidelity"),
    ],
)
def test_a_citation_that_is_not_true(wrong: dict[str, object], invariant: str) -> None:
    assert invariant in broken(replace(ANSWER, citations=(replace(CITED, **wrong), OF_NOTE)))  # type: ignore[arg-type]


def test_a_letter_that_is_not_there() -> None:
    cited = (replace(CITED, letter="v/d9"), OF_NOTE)
    assert broken(replace(ANSWER, citations=cited)) == ["citation validity", "quotation fidelity"]


def test_a_note_stands_on_the_page_of_its_mark() -> None:
    cited = (CITED, replace(OF_NOTE, pages=("26",)))
    assert broken(replace(ANSWER, citations=cited)) == ["citation validity"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"claims": (Said("He does.", ()),)},
        {"claims": (Said("He does.", (3,)),)},
        {"claims": ()},
        {"outcome": "not_found"},
        {"text": "He does. [1]"},
    ],
)
def test_a_claim_without_its_citation(wrong: dict[str, object]) -> None:
    assert broken(replace(ANSWER, **wrong)) == ["claims carry citations"]  # type: ignore[arg-type]


def test_an_error_and_another_answer_the_second_time() -> None:
    assert "answers without errors" in broken(Record.failed("c", "BackendError: down"))
    assert broken(ANSWER, again=replace(ANSWER, text="[1] [2]")) == ["same answer again"]


def test_a_letter_from_the_apis_json_is_the_letter() -> None:
    out = LetterOut.of(LETTER, Volume("v")).model_dump(mode="json")
    back = letter_from_json(out)
    assert (back.text, back.pages, back.notes, back.dated) == (LETTER.text, LETTER.pages, LETTER.notes, LETTER.dated)
