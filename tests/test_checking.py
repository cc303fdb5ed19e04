"""The quote gate."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.answering.checking import check_claims, cite, find_quote, fold
from qa_service.dialogue import Claim, DraftClaim, DraftQuote
from qa_service.texts import Footnote, Letter, LetterRef, Page, Passage, Span
from tests.builders import letter_of, whole

TEXT = "We accept three “on-site” inspections a year—no more—and\n\nthe Government’s word. We do not accept ten."


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("three “on-site” inspections", "three “on-site” inspections"),
        ('three "on-site" inspections', "three “on-site” inspections"),
        ("three  “on–site”\n inspections", "three “on-site” inspections"),
        ("no more-and the Government's word.", "no more—and\n\nthe Government’s word."),
        ("We ac\u00adcept three", "We accept three"),
        ("We accept three … no more", "We accept three “on-site” inspections a year—no more"),
        ("three [...] a year ... the", "three “on-site” inspections a year—no more—and\n\nthe"),
        ("...three", "three"),
    ],
)  # fmt: skip
def test_what_stands_there_is_found(quote: str, found: str) -> None:
    span = find_quote(quote, TEXT)
    assert span is not None
    assert span.of(TEXT) == found


@pytest.mark.parametrize(
    "quote",
    [
        "ten inspections a year",
        "three inspections a year",  # a word left out
        "We accept Three",  # case
        "accept thre",  # half a word
        "e accept three",
        "no more … three",  # segments in the wrong order
        "We do accept",  # a negation dropped
        "",
        " … ",
        "“”",
    ],
)
def test_what_does_not_stand_there_is_not_found(quote: str) -> None:
    assert find_quote(quote, TEXT) is None


OWN = "We agree. … So it goes. Later we agree … to the ban . . . and no more. We agree … to the ban."


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("agree … to the ban . . . and no more.", "agree … to the ban . . . and no more."),  # the letter's own ellipses
        ("we agree … to the ban . . .", "we agree … to the ban . . ."),
        ("Later … no more", "Later we agree … to the ban . . . and no more"),
        ("agree ... So it goes", "agree. … So it goes"),
        ("agree … no more", "agree … to the ban . . . and no more"),  # from the nearest beginning
    ],
)
def test_ellipses_of_the_letter_and_of_who_quotes_it(quote: str, found: str) -> None:
    span = find_quote(quote, OWN)
    assert span is not None
    assert span.of(OWN) == found


def test_an_ellipsis_does_not_reach_across_a_letter() -> None:
    assert find_quote("One is … end", "One is" + " and so on" * 300 + " end") is None


def test_the_occurrence_near_the_passage_is_preferred() -> None:
    text = "We agree. Later: we say We agree. End."
    assert find_quote("We agree", text) == Span(0, 8)
    assert find_quote("We agree", text, near=Span(17, 33)) == Span(24, 32)


@given(st.text(alphabet="ab “”\n—-\u00ad’'…", max_size=60))
def test_folding_keeps_track_of_offsets(text: str) -> None:
    folded, offsets = fold(text)
    assert len(folded) == len(offsets)
    assert list(offsets) == sorted(set(offsets))
    assert fold(folded)[0] == folded


def test_every_sequence_of_words_of_a_text_is_found_in_it_and_a_changed_one_is_not() -> None:
    chance = random.Random(7)
    words = TEXT.split()
    for _ in range(300):
        start = chance.randrange(len(words))
        some = words[start : start + chance.randrange(1, 9)]
        assert find_quote(" ".join(some), TEXT), some
        changed = [*some]
        changed[chance.randrange(len(some))] = "elephant"
        assert find_quote(" ".join(changed), TEXT) is None


def test_a_claim_with_an_invented_quote_is_dropped_with_its_sentence() -> None:
    letter = letter_of("|26|We accept three inspections |27|a year.")
    drafts = [
        DraftClaim("He accepts three.", (DraftQuote("p1", "three inspections a year"),)),
        DraftClaim("He accepts ten.", (DraftQuote("p1", "ten inspections a year"),)),
        DraftClaim("He accepts none.", (DraftQuote("p9", "three inspections"),)),
    ]
    checked = check_claims(drafts, {"p1": whole(letter)}, {letter.ref: letter})
    assert [claim.text for claim in checked.claims] == ["He accepts three."]
    assert [page.label for page in checked.claims[0].citations[0].pages] == ["26", "27"]
    assert [re.sub(r"'.*?'", "", r.reason) for r in checked.rejected] == [
        "the quotation  does not stand in the passage ",
        "no passage  was given",
    ]


def test_a_quotation_may_run_past_its_passage_but_not_out_of_its_letter() -> None:
    letter = letter_of("|1|One is here. Two is there. Three.")
    citation = cite("here. Two is", Passage(letter.ref, None, Span(0, 12), "One is here."), letter)
    assert citation is not None
    assert (citation.quote, citation.voice) == ("here. Two is", "writer")


def test_a_note_is_cited_as_a_note_on_the_page_of_its_mark() -> None:
    note = Footnote("fn2-2", "2", 30, "Drafted by C. on May 4.")
    letter = Letter(LetterRef("v", "d1"), "1", "T", "letter", "x" * 40, (Page("26", 0), Page("27", 30)), (note,))
    citation = cite("Drafted by C.", Passage(letter.ref, "fn2-2", Span(0, 23), note.text), letter)
    assert citation is not None
    assert citation.note == note
    assert (citation.voice, [page.label for page in citation.pages]) == ("editors", ["26"])
    assert cite("xxx", Passage(letter.ref, "fn2-2", Span(0, 23), note.text), letter) is None


def test_an_editorial_note_speaks_in_the_editors_voice() -> None:
    letter = letter_of("|1|On May 4 the conference met.", kind="editorial note")
    citation = cite("the conference met", whole(letter), letter)
    assert citation is not None
    assert citation.voice == "editors"


def test_a_claim_cannot_exist_without_a_citation() -> None:
    with pytest.raises(ValueError, match="needs a citation"):
        Claim("Bare.", ())
