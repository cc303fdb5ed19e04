"""From question to answer over the sample, with no model."""

import dataclasses

import pytest

from qa_service.answering.answerer import answer, answer_from
from qa_service.answering.followup import understand
from qa_service.answering.wording import answer_text
from qa_service.api.service import Service
from qa_service.dialogue import Answer, Filters, Question, Turn
from qa_service.retrieval.retriever import retrieve
from qa_service.texts import LetterRef
from tests.builders import SAMPLE_VOLUME, WordEmbedder

QUESTIONS = [
    "Who threw the lantern on Lantern Night?",
    "How much flow did Hasterlind offer at Kessel?",
    "What was paid for the missing casks?",
    "What rate of interest did the Treasury fix for the grain credit?",
    "Who resigned over the pouring of the cement?",
    "the ice-breaker?",
]


def ask(service: Service, text: str, *turns: Turn, filters: Filters = Filters(), max_claims: int = 3) -> Answer:
    with service.library.build() as build:
        question = understand(text, turns, filters, build, WordEmbedder())
        return answer(question, build, WordEmbedder(), max_claims=max_claims)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_quotation_stands_where_it_is_cited(service: Service, question: str) -> None:
    found = ask(service, question)
    assert found.claims
    for claim in found.claims:
        for citation in claim.citations:
            text = citation.note.text if citation.note else citation.letter.text
            assert citation.quote == citation.span.of(text)
            assert f"“{citation.quote}”" in claim.text
            at = citation.note.anchor - 1 if citation.note else citation.span.start
            assert citation.pages[0] == [page for page in citation.letter.pages if page.start <= max(0, at)][-1]


def test_the_same_question_gives_the_same_answer(service: Service) -> None:
    plain = [dataclasses.replace(ask(service, QUESTIONS[0]), timings_ms={}) for _ in range(2)]
    assert plain[0] == plain[1]


def test_claims_stand_in_date_order_and_are_no_more_than_asked_for(service: Service) -> None:
    found = ask(service, "What do the letters say of the river and the flow at Kessel?", max_claims=5)
    dates = [claim.citations[0].letter.date or "9999" for claim in found.claims]
    assert dates == sorted(dates)
    assert len(found.claims) <= 5
    assert len(ask(service, QUESTIONS[1], max_claims=1).claims) == 1


def test_the_editors_are_named_as_those_who_speak_in_notes(service: Service) -> None:
    found = ask(service, "Who read Brekkenau's letter of resignation out in the Folk Chamber, and why?")
    notes = [claim for claim in found.claims if claim.citations[0].note]
    assert notes
    assert all(claim.text.startswith("The editors, in ") for claim in notes)
    assert all(claim.citations[0].voice == "editors" for claim in notes)


def test_what_is_not_in_the_letters_is_said_to_be_not_there(service: Service) -> None:
    found = ask(service, "Which zeppelin did Montgolfier sell to Napoleon?")
    assert (found.outcome, found.claims, found.citations) == ("not_found", (), ())
    text = answer_text(found)
    assert text.startswith("Not in these 16 letters (invented1927-29v01; March 14, 1927 to September 29, 1929).")
    assert "‹Napoleon›" in text
    assert "The nearest evidence: " in text


def test_a_name_that_stands_nowhere_makes_the_answer_partial(service: Service) -> None:
    found = ask(service, "What did Orquelle write to Napoleon about the nine generals of the harbour inspection?")
    if found.claims:
        assert found.outcome == "partly"
        assert "‹Napoleon›" in answer_text(found)
    else:
        assert found.outcome == "not_found"


def test_a_filter_that_nothing_passes_says_so(service: Service) -> None:
    found = ask(service, QUESTIONS[0], filters=Filters(writers=("nobody",)))
    assert found.outcome == "not_found"
    assert answer_text(found) == "No letter passes the filters, so nothing was searched."


def test_marks_in_the_text_are_the_numbers_of_the_citations(service: Service) -> None:
    found = ask(service, QUESTIONS[0])
    assert [f"[{number}]" in answer_text(found) for number in range(1, len(found.citations) + 2)] == [
        *[True] * len(found.citations),
        False,
    ]


TURN = Turn("What did Orquelle write about the casks?", "The Customs took them.", (LetterRef(SAMPLE_VOLUME, "d5"),))


def test_a_follow_up_is_answered_in_a_conversation(service: Service) -> None:
    found = ask(service, "And what did he answer?", TURN)
    assert found.question.standalone.startswith("And what did he answer? (after: What did Orquelle write")
    assert found.question.focus is not None
    assert found.hits


def test_a_question_about_another_matter_is_declined_in_a_conversation_too(service: Service) -> None:
    assert ask(service, "who invented the zeppelin?", TURN).outcome == "not_found"


def test_how_the_question_was_read_is_told(service: Service) -> None:
    found = ask(service, "What did Hasterlind write about the casks in July 1928?")
    assert found.reading == "letters from Aurel Hasterlind, July 1928"
    assert any(claim.citations[0].letter.date == "1928-07-07" for claim in found.claims)


def test_hits_given_by_others_are_answered_from_as_well(service: Service) -> None:
    """Answering does not search again: of the hits given, those left out are not quoted."""
    question = Question(QUESTIONS[0], QUESTIONS[0])
    with service.library.build() as build:
        retrieved = retrieve(question, build, WordEmbedder(), limit=20)
        kept = dataclasses.replace(retrieved, hits=retrieved.hits[:1])
        found = answer_from(question, kept, build)
    assert found.hits == retrieved.hits[:1]
    assert {citation.letter.ref for citation in found.citations} <= {retrieved.hits[0].letter.ref}
