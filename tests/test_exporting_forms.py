"""Exports, every form: what all of them must hold to."""

import json
from typing import Any

import pytest

from qa_service.answering.citing import INVENTED
from qa_service.api.requests import AskIn
from qa_service.api.service import Service
from qa_service.errors import InputError
from qa_service.exporting.forms import FORMS, export
from tests.exported_answers import (
    FRUS,
    SAMPLE_SOURCE,
    answer,
    citation,
    hostile_answer,
    noted_citation,
    other_volume_citation,
)
from tests.test_exporting_word import words_of

BIBLIOGRAPHIC = {"csl-json", "ris", "bibtex"}


def text_of(answers: list[dict[str, Any]], form: str) -> str:
    """An export as text, a Word file's with its footnotes."""
    content = export(answers, form).content
    return words_of(content) if form == "docx" else content.decode()


def asked(service: Service, question: str) -> dict[str, Any]:
    """A real answer from the sample, with the volumes it cites."""
    return service.answer(AskIn(question=question), "tests") | {"sources": [SAMPLE_SOURCE]}


def test_forms_are_the_seven_promised() -> None:
    assert list(FORMS) == ["markdown", "docx", "notes", "csl-json", "ris", "bibtex", "json"]
    assert len({form.suffix for form in FORMS.values()}) == 7


def test_an_unknown_form_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"one of markdown, docx, notes, csl-json, ris, bibtex, json, got 'pdf'"):
        export([answer()], "pdf")


@pytest.mark.parametrize("form", FORMS)
def test_nothing_to_export_is_refused(form: str) -> None:
    with pytest.raises(InputError, match="at least one answer"):
        export([], form)


@pytest.mark.parametrize("form", FORMS)
def test_what_is_no_answer_is_refused_in_one_line(form: str) -> None:
    with pytest.raises(InputError, match=r"expected an answer .*KeyError\('citations'\)"):
        export([{"question": "?"}], form)


@pytest.mark.parametrize("form", FORMS)
def test_a_real_answer_of_the_sample_is_exported_and_marked_as_invented(service: Service, form: str) -> None:
    found = asked(service, "What happened to the missing casks?")
    text = text_of([found], form)
    assert FORMS[form].media_type == export([found], form).media_type
    for one in found["citations"]:
        assert f"Document {one['document']}" in text
        assert one["quote"].split(".")[0] in text or form == "notes"
    assert INVENTED in text


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("sources", [[FRUS, SAMPLE_SOURCE], None])
def test_an_invented_letter_is_marked_wherever_it_is_cited(form: str, sources: list[Any] | None) -> None:
    formatted = other_volume_citation()["formatted"].removesuffix(f" [{INVENTED}]")
    cited = [other_volume_citation(1, formatted=formatted), other_volume_citation(2, quote="Again.")]
    text = text_of([answer(citation(3), *cited, sources=sources)], form)
    expected = {"markdown": 2, "docx": 2, "notes": 2, "csl-json": 1, "ris": 1, "bibtex": 1, "json": 1}
    assert text.count(INVENTED) == expected[form]


@pytest.mark.parametrize("form", sorted(FORMS.keys() - BIBLIOGRAPHIC))
@pytest.mark.parametrize("question", ["What did Roosevelt say about penguins?", "And what did he answer?"])
def test_an_answer_that_says_no_is_exported_as_what_it_says(service: Service, form: str, question: str) -> None:
    found = asked(service, question)
    assert found["outcome"] in {"not_found", "unclear"}
    text = text_of([found], form).replace("\\", "")
    assert question in text
    assert found["text"].split(". ")[0] in text


@pytest.mark.parametrize(
    ("form", "nothing"), [("csl-json", "[]\n"), ("ris", ""), ("bibtex", "% No letter is cited.\n")]
)
def test_an_answer_that_says_no_gives_no_entry(form: str, nothing: str) -> None:
    assert text_of([answer()], form) == nothing


@pytest.mark.parametrize("form", FORMS)
def test_hostile_text_breaks_no_form(form: str) -> None:
    text = text_of([hostile_answer()], form)
    assert "javascript:alert(1)" not in text or form == "json"
    assert not any(character < " " and character not in "\r\n" for character in text)


@pytest.mark.parametrize("form", FORMS)
def test_exports_of_one_answer_are_the_same(form: str) -> None:
    answers = [answer(citation(), noted_citation(2))]
    assert text_of(answers, form) == text_of(answers, form)


def test_json_is_the_answers_as_they_are() -> None:
    answers = [hostile_answer(), answer(citation())]
    assert json.loads(export(answers, "json", title="T").content) == {"title": "T", "answers": answers}
