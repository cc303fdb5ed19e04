"""The form of a claim."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.answering.claim_form import (
    LONGEST_CLAIM,
    faults_of_form,
    quotations_of,
    strange_character,
    without_quotations,
)

PLAIN = [
    "Mr. J. F. Dulles met M. Tremisson of the U.S. Embassy at 7:40 p.m. on Jan. 5.",
    "He asked for 5½ percent (or $5) — no more; the others, he said, “left. They were bored.”",
    "The owners' bond and the millers' count of '27 didn't please O'Neill.",
    "He [Khrushchev] spoke of “this [Berlin] question”, of 5 < 6 and of R&D.",
    "A telegram [less than 1 line of source text not declassified] went to Paris.",
    "Café, Côte d’Ivoire, Łódź, Ngô Đình Diệm",
]  # fmt: skip


@pytest.mark.parametrize("text", PLAIN)
def test_plain_sentences_have_no_fault(text: str) -> None:
    assert list(faults_of_form(text)) == []
    assert not any(strange_character(word) for word in text.split())


MARKED = [
    "He agrees [1].", "He agrees [^1].", "He agrees [1, 2].", "He agrees [1–3].", "He agrees [p1].",
    "He agrees [4f2a9c].",
    "He agrees (http://x).", "He agrees, ftp://x says.", "He agrees at www.x.", "He agrees at history.gov.", "mailto:a",
    "javascript:alert",
    "He [agrees](x).", "He **agrees**.", "He *agrees*.", "He __agrees__.", "He `agrees`.", "<b>He</b>",
    "< img src=x>", "</p>", "<!-- -->", "He &amp; she", "He &#8217;", "# He agrees.", "> He agrees.", "- He agrees.",
    "{he}", "a|b", "\\alpha",
]  # fmt: skip


@pytest.mark.parametrize("text", MARKED)
def test_marks_links_and_markup_are_faults(text: str) -> None:
    assert "it holds a citation mark, a link or markup" in list(faults_of_form(text))


@pytest.mark.parametrize(
    "text",
    [
        "He agrees. He leaves.",
        "He agrees! So be it.",
        "Does he? He does.",
        "He agrees.He leaves.",
        "He agrees.\nHe leaves.",
    ],
)
def test_two_sentences_are_a_fault(text: str) -> None:
    assert list(faults_of_form(text)) == ["it is more than one sentence"]


def test_length_is_bounded() -> None:
    assert list(faults_of_form("a" * LONGEST_CLAIM)) == []
    assert list(faults_of_form("a" * (LONGEST_CLAIM + 1))) == [f"it is longer than {LONGEST_CLAIM} characters"]


@pytest.mark.parametrize("text", ["He said “yes.", 'He said yes".', "He said «yes."])
def test_quotation_marks_are_closed(text: str) -> None:
    assert list(faults_of_form(text)) == ["words between quotation marks are not closed"]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("He said “yes, no” and “no”.", ["yes, no", "no"]),
        ('He said "yes".', ["yes"]),
        ("He said «yes».", ["yes"]),
        ("He said „yes“.", ["yes"]),
        ("He said “yes\".", ["yes"]),
        ("He said ''yes''.", ["yes"]),
        ("He said ‘yes’.", ["yes"]),
        ("He said 'yes', 'it's so' and 'don't go.'", ["yes", "it's so", "don't go."]),
        ("He said “she said ‘yes’ too”.", ["she said 'yes' too"]),
        ("The owners' bond, the millers' count and O'Neill's.", []),
        ("It isn’t the owners’ bond.", []),
    ],
)  # fmt: skip
def test_what_stands_between_quotation_marks(text: str, pieces: list[str]) -> None:
    assert quotations_of(text) == pieces


def test_the_text_without_its_quotations() -> None:
    assert without_quotations("He said “yes” — 'no' — so.").split() == ["He", "said", "—", "—", "so."]
    assert without_quotations("He said “yes. No”.", instead="so") == "He said so."


@pytest.mark.parametrize(
    "word",
    ["\u041erquelle", "n\u043et", "n\u0336ot", "𝐧𝐨𝐭", "４１", "٤١", "④①", "41²", "yes¹", "‹a›", "「a」", "＂a＂",
     "a\u3164b", "a\u2800b", "墙", "a\ufe0f", "a\u200bb", "№"],
)  # fmt: skip
def test_characters_that_look_like_others_are_strange(word: str) -> None:
    assert strange_character(word)


def test_accents_are_not_strange_composed_or_not() -> None:
    assert strange_character("Caf\u00e9") is strange_character("Cafe\u0301") is None


@given(st.text(alphabet="a'’“”\" .«»„!", max_size=60))
def test_any_text_is_taken_apart(text: str) -> None:
    list(faults_of_form(text))
    straight = re.sub("[“”„«»]", '"', text.replace("’", "'"))
    assert all(piece in straight for piece in quotations_of(text))
    quoted = "".join(quotations_of(text))
    assert without_quotations(text).count("a") == straight.count("a") - quoted.count("a")
