"""Cases with their answers to measures, worked out by hand."""

from dataclasses import replace

import pytest

from evals.cases import Case
from evals.measuring import is_right, measure, recall_curve
from evals.records import Found, Record, Said

PLACE = {"volume": "v", "document": "1", "page": "2"}
ONE = Case.model_validate(
    {"id": "c", "type": "single", "question": "?", "gold": [PLACE], "facts": [{"text": "41", "any": ["41"]}]}
)
NONE = Case.model_validate({"id": "n", "type": "unanswerable", "question": "?", "unanswerable_kind": "later event"})
TALK = Case.model_validate(
    {"id": "f", "type": "followup", "question": "?", "gold": [PLACE], "history": [{"question": "a", "answer": "b"}]}
)


def found(document: str = "1", page: str = "2", note: str | None = None, score: float = 0.0) -> Found:
    return Found("v", document, (page,), note, "words", score)


def answer(*citations: Found, ranked: tuple[Found, ...] = (), text: str = "") -> Record:
    claims = tuple(Said("x", (number,)) for number, _ in enumerate(citations, start=1))
    return Record("c", "answered" if citations else "not_found", text, claims, ranked, citations)


RIGHT = answer(found(), ranked=(found("9", score=3), found(score=2), found(page="3", score=1)), text="It is 41 high.")
SILENT = answer()


def test_a_right_answer() -> None:
    measures = measure(ONE, {"asked": RIGHT})
    assert measures["pages: recall@1"] == 0.0
    assert measures["pages: recall@5"] == 1.0
    assert measures["pages: MRR@10"] == 0.5
    assert measures["citations: page F1"] == 1.0
    assert measures["answers: cite a gold page"] == 1.0
    assert measures["facts: vital"] == 1.0
    assert measures["declined: answerable"] == 0.0
    assert measures["answers: words"] == 4
    assert "declined: unanswerable" not in measures
    assert "notes: recall" not in measures
    assert recall_curve(ONE, RIGHT, "page")[:3] == [0.0, 1.0, 1.0]
    assert is_right(ONE, RIGHT)


def test_never_answering_is_caught() -> None:
    measures = measure(ONE, {"asked": SILENT})
    assert measures["declined: answerable"] == 1.0
    assert [measures[name] for name in ("pages: recall@20", "citations: page F1", "facts: vital")] == [0, 0, 0]
    assert measure(NONE, {"asked": SILENT})["declined: unanswerable"] == 1.0
    assert not is_right(ONE, SILENT)
    assert is_right(NONE, SILENT)


def test_always_answering_is_caught() -> None:
    measures = measure(NONE, {"asked": RIGHT})
    assert measures["declined: unanswerable"] == measures["declined: later event"] == 0.0
    assert not is_right(NONE, RIGHT)


def test_an_error_is_neither_an_answer_nor_a_no() -> None:
    failed = Record.failed("c", "BackendError: down")
    assert measure(NONE, {"asked": failed})["declined: unanswerable"] == 0.0
    assert measure(ONE, {"asked": failed})["answers: errors"] == 1.0
    assert not is_right(NONE, failed)


def test_notes_are_counted_note_by_note() -> None:
    case = Case.model_validate({"id": "c", "type": "footnote", "question": "?", "gold": [PLACE | {"note": "3"}]})
    measures = measure(case, {"asked": answer(found(note="3"), found(note="4"), found())})
    assert measures["notes: recall"] == 1.0
    assert measures["notes: precision"] == 0.5
    assert measure(case, {"asked": answer(found())})["notes: recall"] == 0.0
    assert "notes: precision" not in measure(case, {"asked": answer(found())})


def test_ties_are_the_mean_of_seeds() -> None:
    tied = answer(ranked=(found(score=1), *(found(str(n), score=1) for n in range(2, 40))))
    assert 0 < measure(ONE, {"asked": tied})["pages: recall@20"] < 1


def test_variants() -> None:
    other = answer(found("7"))
    both = answer(found(), found("7"))
    measures = measure(ONE, {"asked": RIGHT, "again": RIGHT, "typos": other, "lower case": both, "telegram": RIGHT})
    assert measures["robust: same answer again"] == 1.0
    assert measures["robust: same citations, typos"] == 0.0
    assert measures["robust: same citations, lower case"] == 0.5
    assert measures["robust: same citations, telegram"] == 1.0
    assert measures["robust: pages recall@5, typos"] == 0.0
    assert measure(ONE, {"asked": RIGHT, "again": replace(RIGHT, text="41!")})["robust: same answer again"] == 0.0
    assert measure(NONE, {"asked": SILENT, "typos": SILENT})["robust: same citations, typos"] == 1.0


def test_followups_with_without_and_with_perfect_history() -> None:
    measures = measure(TALK, {"asked": SILENT, "without history": SILENT, "whole": RIGHT})
    names = ("", ", without history", ", asked whole")
    assert [measures[f"follow-ups: pages recall@5{name}"] for name in names] == [0, 0, 1]
    assert "follow-ups: pages recall@5" not in measure(ONE, {"asked": RIGHT})


@pytest.mark.parametrize("cheat", [found(page="3"), found(note="3")], ids=["page off by one", "body cited as a note"])
def test_a_sabotaged_answerer_loses_its_figures(cheat: Found) -> None:
    measures = measure(ONE, {"asked": replace(RIGHT, citations=(cheat,))})
    assert measures["citations: page F1"] == measures["answers: cite a gold page"] == 0.0
    assert measures["citations: letter F1"] == 1.0
