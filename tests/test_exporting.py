"""Exports for other tools, field by field as those tools read them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evals.cases import Case, words_check
from evals.exporting import (
    context_id,
    nuggetizer_answer,
    nuggetizer_nuggets,
    ragas_sample,
    ragchecker_result,
    write_exports,
)  # fmt: skip
from evals.records import Found, Record, Said
from evals.validation import by_document
from qa_service.errors import InputError
from tests.builders import letter_of

LETTERS = by_document([letter_of("|1|The wall is forty-one |2|metres high.^1 It holds.")])
WALL = Found("v", "1", ("1",), None, "The wall is forty-one", start=0, end=21, letter="v/d1")
HOLDS = Found("v", "1", ("2",), None, "It holds.", start=36, end=45, letter="v/d1")
NOTE = Found("v", "1", ("2",), "1", "Note 1", start=0, end=6, letter="v/d1", note_id="fn1")
RECORD = Record(
    case="c",
    outcome="answered",
    text="A: “The wall is forty-one” [1]\n\nA: “It holds.” [2][1]",
    claims=(Said("A: “The wall is forty-one”", (1,)), Said("A: “It holds.”", (2, 1))),
    passages=(HOLDS, WALL, NOTE),
    citations=(WALL, HOLDS),
)


def case(*gold: dict[str, Any], type: str = "single", **more: Any) -> Case:
    places = [{"volume": "v", "document": "1", "page": "1"} | place for place in gold]
    facts = [{"text": "41 m", "vital": True}, {"text": "it holds", "vital": False}]
    given = {"id": "c", "type": type, "question": "How high?", "gold": places, "facts": facts, "answer": "41 metres."}
    return Case.model_validate(given | more)


ONE = case({"quote": "wall is forty-one"})


@pytest.mark.parametrize(("found", "id"), [(WALL, "v/d1:0-21"), (NOTE, "v/d1fn1:0-6")])
def test_a_context_is_named_as_the_library_names_passages(found: Found, id: str) -> None:
    assert context_id(found) == id


def test_a_sample_for_ragas() -> None:
    assert ragas_sample(ONE, RECORD) == {
        "user_input": "How high?",
        "response": RECORD.text,
        "retrieved_contexts": ["It holds.", "The wall is forty-one", "Note 1"],
        "retrieved_context_ids": ["v/d1:36-45", "v/d1:0-21", "v/d1fn1:0-6"],
        "reference_contexts": ["wall is forty-one"],
        "reference_context_ids": ["v/d1:0-21"],  # the passage that holds the gold quotation
        "reference": "41 metres.",
    }


def test_a_followup_is_asked_whole() -> None:
    followup = {"type": "followup", "history": [{"question": "What of the wall?", "answer": "It stands."}]}
    whole = "How high is the wall?"
    assert ragas_sample(case({}, **followup, standalone=whole), RECORD)["user_input"] == whole
    assert ragas_sample(case({}, **followup), RECORD)["user_input"] == "How high?"


@pytest.mark.parametrize(
    ("gold", "type", "ids"),
    [
        ([{"page": "9"}, {"page": "1"}], "single", ["v/d1:0-21"]),  # alternatives: one is enough
        ([{"page": "9"}, {"page": "1"}], "multi", ["v/d1:0-9", "v/d1:0-21"]),  # each is needed, and one is missing
        ([{"page": "2", "note": "1"}], "footnote", ["v/d1fn1:0-6"]),
        ([{"page": None}], "single", ["v/d1:36-45", "v/d1:0-21"]),  # both meet it, and neither is wrong
    ],
)
def test_reference_ids_are_those_of_passages_that_meet_the_need(
    gold: list[dict[str, Any]], type: str, ids: list[str]
) -> None:
    letters = by_document([letter_of("|9|Nothing. |1|The wall is forty-one |2|metres high.^1 It holds.")])
    assert ragas_sample(case(*gold, type=type), RECORD, letters)["reference_context_ids"] == ids


def test_gold_given_by_its_place_has_its_words_from_the_letters() -> None:
    placed = case({"start": 4, "end": 21, "check": words_check("wall is forty-one")})
    assert ragas_sample(placed, RECORD)["reference_contexts"] == []
    assert ragas_sample(placed, RECORD, LETTERS)["reference_contexts"] == ["wall is forty-one"]


def test_gold_that_was_not_found_is_named_by_its_place() -> None:
    missed = replace(RECORD, passages=())
    assert ragas_sample(ONE, missed, LETTERS)["reference_context_ids"] == ["v/d1:4-21"]
    assert ragas_sample(ONE, missed)["reference_context_ids"] == ["v, Document 1, p. 1"]


def test_a_result_for_ragchecker() -> None:
    assert ragchecker_result(ONE, RECORD) == {
        "query_id": "c",
        "query": "How high?",
        "gt_answer": "41 metres.",
        "response": RECORD.text,
        "retrieved_context": [
            {"doc_id": "v/d1:36-45", "text": "It holds."},
            {"doc_id": "v/d1:0-21", "text": "The wall is forty-one"},
            {"doc_id": "v/d1fn1:0-6", "text": "Note 1"},
        ],
    }
    assert ragchecker_result(case({}, answer=""), RECORD)["gt_answer"] == "41 m; it holds"


def test_nuggets_and_the_answer_for_nuggetizer() -> None:
    assert nuggetizer_nuggets(ONE) == {
        "query": "How high?",
        "qid": "c",
        "nuggets": [{"text": "41 m", "importance": "vital"}, {"text": "it holds", "importance": "okay"}],
    }
    assert nuggetizer_answer(ONE, RECORD) == {
        "run_id": "letters",
        "topic_id": "c",
        "topic": "How high?",
        "references": ["v/d1:0-21", "v/d1:36-45"],
        "response_length": 8,
        "answer": [
            {"text": "A: “The wall is forty-one”", "citations": [0]},
            {"text": "A: “It holds.”", "citations": [1, 0]},
        ],
    }


def test_the_files(tmp_path: Path) -> None:
    bare = case(id="u", type="unanswerable", answer="", facts=[], question="Who built it?")
    silent = Record("u", "not_found", "Not in these letters.")
    write_exports(tmp_path / "new", [ONE, bare], [RECORD, silent], LETTERS)

    def read(name: str) -> list[Any]:
        return [json.loads(line) for line in (tmp_path / "new" / name).read_text(encoding="utf-8").splitlines()]

    assert read("ragas.jsonl") == [ragas_sample(ONE, RECORD, LETTERS), ragas_sample(bare, silent, LETTERS)]
    assert read("nuggets.jsonl") == [nuggetizer_nuggets(ONE)]
    assert read("answers.jsonl") == [nuggetizer_answer(ONE, RECORD)]
    checked = json.loads((tmp_path / "new" / "ragchecker.json").read_text(encoding="utf-8"))
    assert checked == {"results": [ragchecker_result(ONE, RECORD)]}  # the other has no reference answer
    assert "“" in (tmp_path / "new" / "ragas.jsonl").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write_exports(tmp_path / "file" / "new", [ONE], [RECORD])
