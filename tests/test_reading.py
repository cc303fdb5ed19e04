"""How a question is read: who wrote, to whom, when, which document, what is wanted."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_service.retrieval.reading import Reading, read_question
from tests.outlines import DOBRYNIN, KENNEDY, KHRUSHCHEV, KOHLER, PEOPLE, ROBERT, WHITE, YEARS

KENNEDYS = {KENNEDY, ROBERT}


def reading(question: str) -> Reading:
    return read_question(question, PEOPLE, YEARS)


@pytest.mark.parametrize(
    ("question", "writers", "recipients"),
    [
        ("What did JFK tell Khrushchev?", {KENNEDY}, {KHRUSHCHEV}),
        ("What was Khrushchev told by JFK?", {KHRUSHCHEV, KENNEDY}, set()),
        ("What did JFK tell Chairman Khrushchev?", {KENNEDY}, {KHRUSHCHEV}),
        ("What did the President tell the Chairman?", {KENNEDY}, {KHRUSHCHEV}),
        ("What did Khrushchev say in his reply to JFK?", {KHRUSHCHEV}, {KENNEDY}),
        ("Khrushchev's reply to JFK", {KHRUSHCHEV}, {KENNEDY}),
        ("JFK’s letter to Khrushchev", {KENNEDY}, {KHRUSHCHEV}),
        ("letters to Khrushchev from JFK", {KENNEDY}, {KHRUSHCHEV}),
        ("In a reply to Khrushchev's letter, what did JFK say?", {KHRUSHCHEV, KENNEDY}, set()),
        ("According to Khrushchev, who broke the ban?", {KHRUSHCHEV}, set()),
        ("What, according to the President, broke the ban?", {KENNEDY}, set()),
        ("What was said about Khrushchev?", set(), set()),
        ("What did JFK say about Khrushchev?", {KENNEDY}, set()),
        ("What did JFK say of the Chairman?", {KENNEDY}, set()),
        ("Whom did Robert Kennedy ask?", {ROBERT}, set()),
        ("What was promised to Kennedy?", set(), KENNEDYS),
        ("What did Dobrynin ask the Prime Minister?", {DOBRYNIN}, {WHITE}),
        ("Did Moscow warn Washington?", {KHRUSHCHEV, DOBRYNIN}, {"Department of State"}),
        ("What was handed to Mr. Kohler?", set(), {KOHLER}),
        ("How many ships came?", set(), set()),
    ],
)
def test_who_wrote_to_whom(question: str, writers: set[str], recipients: set[str]) -> None:
    read = reading(question)
    assert (set(read.writers), set(read.recipients)) == (writers, recipients)


@pytest.mark.parametrize(
    ("question", "documents", "volumes"),
    [
        ("What does Document 21 say?", ("21",), ()),
        ("documents no. 4 and number 5a, Doc. 4", ("4", "5a"), ()),
        ("Was it FRUS1961-63v06 or frus1961-63v06?", (), ("frus1961-63v06",)),
        ("What of 21 ships?", (), ()),
    ],
)
def test_documents_and_volumes(question: str, documents: tuple[str, ...], volumes: tuple[str, ...]) -> None:
    read = reading(question)
    assert (read.documents, read.volumes) == (documents, volumes)


@pytest.mark.parametrize(
    ("question", "want"),
    [
        ("How was the letter classified?", "classification"),
        ("How secret was it?", "classification"),
        ("In which archive is the letter kept?", "source"),
        ("How many letters did he send?", "count"),
        ("Which messages speak of Berlin?", "list"),
        ("What is the first letter about?", "first"),
        ("What does the most recent telegram say?", "last"),
        ("Where was the letter written?", "place"),
        ("When was it sent?", "date"),
        ("Who wrote of the ban?", "writer"),
        ("To whom was it addressed?", "recipient"),
        ("What do the editors say?", "note"),
        ("Was there an earlier draft?", "note"),
    ],
)
def test_what_kind_of_answer_is_wanted(question: str, want: str) -> None:
    assert want in reading(question).wants


@pytest.mark.parametrize("question", ["What did he say of the ban?", "Why were the ships stopped?"])
def test_a_plain_question_wants_nothing_of_these(question: str) -> None:
    assert reading(question) == Reading()


def test_the_reading_in_words() -> None:
    assert str(reading("What did JFK tell Khrushchev in November 1961?")) == (
        f"letters from {KENNEDY} to {KHRUSHCHEV}, November 1961"
    )
    assert str(reading("What do the editors say of Document 4?")) == "letters Document 4; the editors' notes"
    assert str(reading("the ban in 1962")) == "1962"
    assert str(reading("the ban")) == ""
    everybody = Reading(writers=frozenset({"A", "B", "C", "D"}))
    assert str(everybody) == "letters from A, B or 2 others"


_WORDS = (
    "letters of the to told from about May 1962 62 31 June early in between and Kennedy JFK Khrushchev's the President "
    "Chairman of K. A. ’s Document No. which archive where was when who first FRUS1961 . , ; — ( 1 \n \t ı ß ﬀ İ"
).split(" ")


@settings(max_examples=150, deadline=1000)
@given(st.one_of(st.text(max_size=2000), st.lists(st.sampled_from(_WORDS), max_size=330).map(" ".join)))
def test_any_text_can_be_read(question: str) -> None:
    asked = question[:2000]
    read = reading(asked)
    assert all(0 <= one.start < one.end <= len(asked) for one in read.mentions)
    assert all(before.end <= after.start for before, after in zip(read.mentions, read.mentions[1:], strict=False))
    assert all(days.first <= days.last for days in read.days)
    assert isinstance(str(read), str)
    assert isinstance(PEOPLE.spelt_out(asked), str)


@pytest.mark.parametrize(
    "again",
    [
        "letters of the ", "letter ", " ", "\t\n", "1", "1 ", "May ", "Kennedy ", "Kennedy A. ", "the president ",
        "to the ", "to the his ", "told the ", "according to the ", "which archive ", "where was ", "when was ", "a",
        "A", "A ", "first ", "how many times did ", "hand the ", "early in ", "between and ", "no. ", "frus1961",
        "Soviet ", "the ", "‘", "x.", "-", "ａ",
    ],
)  # fmt: skip
def test_long_questions_are_read_quickly(again: str) -> None:
    asked = (again * 2000)[:1993]
    for question in (asked, f"{asked}Kennedy", f"Kennedy{asked}"):
        started = time.perf_counter()
        reading(question)
        PEOPLE.spelt_out(question)
        assert time.perf_counter() - started < 1
