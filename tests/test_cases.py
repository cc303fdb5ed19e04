"""Cases: what is one, what is refused, and what the letters say of its gold."""

import json
from pathlib import Path
from typing import Any

import pytest

from evals.cases import Case, read_cases, words_check
from evals.placing import placed
from evals.validation import by_document, problems_of
from ingest.readers.files import find_sources, read
from qa_service.errors import InputError
from tests.builders import SHARED, letter_of

LETTER = letter_of("|26|The wall is to stand forty-one metres high. |27|We agree.^3 Farewell.", date="1927-05-04")
GOLD = {"volume": "v", "document": "1", "page": "26", "quote": "stand forty-one metres"}


def case(**more: Any) -> dict[str, Any]:
    return {"id": "c1", "type": "single", "question": "How high is the wall?", "gold": [GOLD]} | more


def problems(*cases: dict[str, Any]) -> list[str]:
    return problems_of([Case.model_validate(one) for one in cases], by_document([LETTER]))


def test_a_right_case_has_no_problems() -> None:
    facts = ["high", {"text": "41 metres", "any": ["forty.one", "41"], "vital": True}]
    assert problems(case(facts=facts, answer="41 metres.")) == []


@pytest.mark.parametrize(
    ("gold", "problem"),
    [
        ({"document": "2"}, "v, Document 2, p. 26: there is no such letter"),
        ({"quote": "stand forty-two metres"}, "the quotation does not stand in the letter"),
        ({"page": "27"}, "the quotation stands on p. 26"),
        ({"page": "28", "quote": None}, "the letter has no page 28"),
        ({"note": "4", "quote": None}, "the letter has no note 4"),
        ({"note": "3", "quote": "nothing of this"}, "the quotation does not stand in the note"),
        ({"note": "3", "quote": "Note 3 to", "page": "26"}, "the note's mark stands on p. 27"),
    ],
)
def test_a_wrong_place_is_told(gold: dict[str, Any], problem: str) -> None:
    (line,) = problems(case(gold=[GOLD | gold]))
    assert line.startswith("c1: ")
    assert line.endswith(problem)


def test_a_note_and_a_page_without_quotation_are_right() -> None:
    places = [{"page": "27", "quote": None}, {"page": "27", "note": "3", "quote": None}]
    assert problems(case(gold=[GOLD | place for place in places])) == []


@pytest.mark.parametrize(
    ("pattern", "problem"), [("fifty", "no pattern of it fires on its own evidence"), ("(", "no regular expression")]
)
def test_a_pattern_must_fire_on_its_own_evidence(pattern: str, problem: str) -> None:
    (line,) = problems(case(facts=[{"text": "high", "any": [pattern]}]))
    assert problem in line


def test_metadata_is_evidence_too() -> None:
    assert problems(case(facts=[{"text": "date", "any": ["May 4, 1927"]}])) == []


def test_repeated_ids_and_questions() -> None:
    assert problems(case(), case(question="How low?")) == ["c1: the id is there twice"]
    assert problems(case(), case(id="c2", question="how HIGH  is the wall")) == ["c2: the same question as c1"]
    turn = {"question": "And the dam?", "answer": "Low."}
    assert problems(case(), case(id="c2", type="followup", history=[turn])) == []


def test_a_volume_that_is_not_loaded_is_not_looked_into() -> None:
    assert problems(case(gold=[GOLD | {"volume": "w"}])) == []


START = LETTER.text.index("forty-one metres")
PLACE = {
    "quote": None,
    "start": START,
    "end": START + len("forty-one metres"),
    "check": words_check("forty-one metres"),
}


def test_a_quotation_given_by_its_place() -> None:
    facts = [{"text": "41", "any": ["forty.one"]}]
    assert problems(case(gold=[GOLD | PLACE], facts=facts)) == []
    (moved,) = problems(case(gold=[GOLD | PLACE | {"start": START + 1}]))
    assert moved.endswith("the quotation does not stand in the letter")
    (turned,) = problems(case(gold=[GOLD | PLACE | {"page": "27"}]))
    assert turned.endswith("the quotation stands on p. 26")


def test_gold_that_must_not_be_quoted() -> None:
    quoted = Case.model_validate(case(gold=[GOLD, GOLD | {"note": "3", "page": "27", "quote": "Note 3 to"}]))
    unquoted = placed(quoted, by_document([LETTER]))
    assert [place.quote for place in unquoted.gold] == [None, None]
    assert "quote" not in unquoted.model_dump_json(exclude_defaults=True)
    assert problems_of([unquoted], by_document([LETTER])) == []
    assert [place.start for place in unquoted.gold] == [LETTER.text.index("stand forty"), 0]


def test_needs() -> None:
    places = [GOLD, GOLD | {"page": "27"}]
    assert len(Case.model_validate(case(gold=places)).needs) == 1
    assert len(Case.model_validate(case(gold=places, type="comparison")).needs) == 2
    grouped = [GOLD | {"need": 1}, GOLD | {"need": 2, "page": "27"}, GOLD | {"need": 1, "document": "9"}]
    assert [len(need) for need in Case.model_validate(case(gold=grouped)).needs] == [2, 1]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"gold": []}, "unless it is unanswerable"),
        ({"type": "unanswerable"}, "unless it is unanswerable"),
        ({"type": "followup"}, "needs a history"),
        ({"type": "riddle"}, "type"),
        ({"unanswerable_kind": "later event"}, "only an unanswerable case"),
        ({"colour": "red"}, "colour"),
        ({"question": ""}, "question"),
        ({"gold": [GOLD | {"start": 3}]}, "belong together"),
        ({"gold": [GOLD | {"start": 3, "end": 3, "check": "x"}]}, "start < end"),
    ],
)
def test_what_is_no_case_is_refused_with_its_line(tmp_path: Path, wrong: dict[str, Any], message: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(case()) + "\n\n" + json.dumps(case(id="c2") | wrong))
    with pytest.raises(InputError, match=message) as refused:
        read_cases([path])
    assert f"{path}:3: " in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"{", b"caf\xe9"])
def test_a_file_that_holds_no_cases_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"gold\.jsonl"):
        read_cases([path])


@pytest.mark.real_letters
def test_the_development_cases_are_right() -> None:
    sources = find_sources([SHARED / "letters" / "seeds", SHARED / "letters" / "volumes" / "frus1961-63v06.xml"])
    readings = [read(source, source.content()) for source in sources]
    letters = by_document(letter for reading in readings if reading for letter in reading.letters)
    cases = read_cases(sorted((SHARED / "evals").glob("*.dev.jsonl")))
    assert len(cases) == 84
    assert problems_of(cases, letters) == []
