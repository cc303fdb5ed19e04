"""Answers read for export."""

from typing import Any

import pytest

from qa_service.errors import InputError
from qa_service.exporting.answers import Source, read_answer
from tests.exported_answers import FRUS, answer, citation, noted_citation, other_volume_citation


@pytest.mark.parametrize(
    ("printed", "source"),
    [
        (
            "A Title, 1961–1963, Volume VI, ed. A. Roe and B. Doe (Washington: The Press, 1996)",
            Source(
                title="A Title, 1961–1963, Volume VI",
                editor="A. Roe and B. Doe",
                place="Washington",
                publisher="The Press",
                year="1996",
            ),
        ),
        ("A Title (The Press, 1996)", Source(title="A Title", publisher="The Press", year="1996")),
        ("A Title (Invented Volume), ed. A. Roe", Source(title="A Title (Invented Volume)", editor="A. Roe")),
        ("A Title (Invented Volume)", Source(title="A Title (Invented Volume)")),
        ("A Title", Source(title="A Title")),
    ],
)
def test_a_volume_that_is_not_given_is_what_its_citation_says(printed: str, source: Source) -> None:
    assert Source.printed(printed) == source


def test_a_volume_that_is_given_is_taken_as_given() -> None:
    source = read_answer(answer(citation())).citations[0].source
    assert (source.book, source.full_series, source.volume_number) == (
        FRUS["name"],
        "Foreign Relations of the United States, 1961–1963",
        "VI",
    )


def test_a_volume_that_is_given_without_a_title_has_the_one_that_is_printed() -> None:
    source = read_answer(answer(citation(), sources=[{"volume": FRUS["volume"], "title": None}])).citations[0].source
    assert source.title == FRUS["title"]


def test_pinpoints_are_pages_and_notes() -> None:
    cited = [citation(1, pages=["26", "27"]), noted_citation(2), other_volume_citation(3)]
    assert [one.pinpoint for one in read_answer(answer(*cited)).citations] == [
        "Document 21, pp. 26–27",
        "Document 21, p. 26, n. 3",
        "Document 5, source note",
    ]


def test_a_letter_has_an_address_without_page_and_note() -> None:
    for one in (citation(), noted_citation()):
        assert str(read_answer(answer(one)).citations[0].letter_url).endswith("/historicaldocuments/frus1961-63v06/d21")


def test_what_an_answer_says_before_its_claims_is_kept() -> None:
    one = answer(citation(), outcome="partly")
    one["text"] = f"The closest passages; they may not answer the question.\n\n{one['text']}"
    assert [said.text for said in read_answer(one).paragraphs] == [
        "The closest passages; they may not answer the question.",
        "It says: “We made this up.”",
    ]


def test_a_citation_that_no_claim_names_is_not_lost() -> None:
    one = answer(citation()) | {"citations": [citation(), noted_citation(2)]}
    assert [len(said.citations) for said in read_answer(one).paragraphs] == [1, 1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"claims": [{"text": "No proof.", "citations": [7]}]},
        {"created_at": "yesterday"},
        {"searched": None},
        {"citations": [citation(letter="nowhere")]},
        {"citations": [citation(date="1961-13-01")]},
        {"text": None},
    ],
)
def test_a_damaged_answer_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        read_answer(answer(citation()) | wrong)


def test_how_an_answer_was_made_is_told() -> None:
    assert read_answer(answer(citation())).made == (
        "Searched: these 2 letters (frus1961-63v06; September 29, 1961 to October 1, 1961). "
        "Answered on November 25, 2026 without a language model; every quotation was found in its letter by code. "
        "Build b1; models: embedding words@1."
    )
    by_model = answer(answerer="llm", created_at=None, models={"embedding": "e", "chat": "c"})
    assert read_answer(by_model).made.endswith("Answered by a language model. Build b1; models: embedding e, chat c.")


def test_a_follow_up_says_how_it_was_understood() -> None:
    assert read_answer(answer()).understood == ""
    assert read_answer(answer(standalone_question="Other")).understood == "Other"
