"""Whom the words of a question may mean, as the loaded letters tell."""

import pytest

from qa_service.apparatus import Person
from qa_service.retrieval.people import People
from qa_service.texts import Party
from tests.outlines import DOBRYNIN, KENNEDY, KHRUSHCHEV, KOHLER, LETTERS, PEOPLE, ROBERT, WHITE, facts_of, people_of


def mentioned(question: str, people: People = PEOPLE) -> list[tuple[str, set[str]]]:
    """The words taken for somebody, and for whom."""
    return [(question[one.start : one.end], set(one.names)) for one in people.mentions(question)]


@pytest.mark.parametrize(
    ("question", "words", "names"),
    [
        ("What did Khrushchev want?", "Khrushchev", {KHRUSHCHEV}),
        ("what did khrushchev want?", "khrushchev", {KHRUSHCHEV}),
        ("KHRUSHCHEV'S LETTER", "KHRUSHCHEV", {KHRUSHCHEV}),
        ("What did Kennedy want?", "Kennedy", {KENNEDY, ROBERT}),
        ("What did Robert Kennedy want?", "Kennedy", {ROBERT}),
        ("What did John F. Kennedy want?", "Kennedy", {KENNEDY}),
        ("What did Edward Kennedy want?", "Kennedy", {KENNEDY, ROBERT}),  # nobody of that name: the surname counts
        ("What did JFK want?", "JFK", {KENNEDY}),
        ("what did rfk want?", "rfk", {ROBERT}),
        ("What did Nikita want?", "Nikita", {KHRUSHCHEV}),
        ("What did Nikita S. Khrushchev want?", "Nikita S. Khrushchev", {KHRUSHCHEV}),  # one person, once
        ("What did Bobby Kennedy want?", "Bobby Kennedy", {ROBERT}),
        ("What did the President want?", "the President", {KENNEDY}),
        ("What did the Chairman want?", "the Chairman", {KHRUSHCHEV}),
        ("What did the Attorney General want?", "the Attorney General", {ROBERT}),
        ("What did the prime minister want?", "the prime minister", {WHITE}),
        ("What did the Ambassador want?", "the Ambassador", {DOBRYNIN, KOHLER}),
        ("What did Chairman Khrushchev want?", "Khrushchev", {KHRUSHCHEV}),
        ("What did White want?", "White", {WHITE}),
        ("What did Moscow want?", "Moscow", {KHRUSHCHEV, DOBRYNIN}),
        ("What did the Kremlin want?", "the Kremlin", {KHRUSHCHEV, DOBRYNIN}),
        ("What did the Soviets want?", "the Soviets", {KHRUSHCHEV, DOBRYNIN}),
        ("What did Washington want?", "Washington", {"Department of State"}),
    ],
)
def test_who_is_meant(question: str, words: str, names: set[str]) -> None:
    assert mentioned(question) == [(words, names)]


@pytest.mark.parametrize(
    "question",
    [
        "What did LBJ want?",  # no such person is loaded
        "What did Jackie want?",
        "What did Bonn want?",
        "What of the white paper?",
        "Who is the president-elect?",
        "What did the chairman of the board want?",
        "What happened in Moscow?",
        "What did the embassy cable?",
        "",
    ],
)
def test_nobody_is_meant(question: str) -> None:
    assert mentioned(question) == []


def test_several_are_given_in_the_order_of_the_words_and_no_word_twice() -> None:
    assert mentioned("Did the President and Chairman Khrushchev see JFK's ambassador?") == [
        ("the President", {KENNEDY}),
        ("Khrushchev", {KHRUSHCHEV}),
        ("JFK", {KENNEDY}),
        ("ambassador", {DOBRYNIN, KOHLER}),
    ]


def test_words_already_taken_for_an_office_are_not_taken_for_a_side_as_well() -> None:
    assert mentioned("Did an American president write?") == [("president", {KENNEDY})]
    assert mentioned("Did the American president write?") == [("president", {KENNEDY})]


def test_an_office_means_who_mostly_held_it() -> None:
    """One who held it in one letter of ten is not meant by it, and still by his name."""
    people = people_of(
        [facts_of(f"d{number}", ("Ada Usual", "Premier")) for number in range(1, 10)]
        + [facts_of("d10", ("Bo Rare", "Acting Premier"))]
    )
    assert mentioned("the Premier", people) == [("the Premier", {"Ada Usual"})]
    assert mentioned("Rare", people) == [("Rare", {"Bo Rare"})]


def test_whose_message_is_carried_is_somebody_too() -> None:
    letter = facts_of(
        "d1", ("Department of State", None), ("Embassy in India", None), author=("Ada Usual", "President")
    )
    people = people_of([letter])
    assert mentioned("the President", people) == [("the President", {"Ada Usual"})]
    assert "Ada Usual" in letter.writers


def test_an_ambassador_to_a_country_is_not_of_its_side() -> None:
    """The list of persons tells the side; where somebody is posted does not."""
    envoy, host = Party("writer", "Ada Envoy", None, "p_AE"), Party("recipient", "Bo Host", None, "p_BH")
    letter = facts_of("d1")
    people = people_of(
        [type(letter)(letter.ref, "1", "T", "letter", None, None, (envoy, host))],
        {
            "v": [
                Person("p_AE", "Ada Envoy", "Envoy, Ada", "U.S. Ambassador to the Soviet Union until 1962"),
                Person("p_BH", "Bo Host", "Host, Bo", "Soviet Foreign Minister"),
            ]
        },
    )
    assert mentioned("the Soviets", people) == [("the Soviets", {"Bo Host"})]
    assert mentioned("the Americans", people) == [("the Americans", {"Ada Envoy"})]


def test_a_letter_for_a_name_counts_where_only_one_surname_begins_so() -> None:
    people = people_of(LETTERS[:2])
    assert mentioned("What does K want?", people) == []  # two surnames begin so
    one = people_of([facts_of("d1", ("Ada Kessel", None), ("Bo Lark", None))])
    assert mentioned("What does K want?", one) == [("K", {"Ada Kessel"})]
    assert mentioned("What do I want?", one) == []


@pytest.mark.parametrize(
    ("question", "spelt"),
    [
        ("What did JFK tell Nikita?", "What did Kennedy tell Khrushchev?"),
        ("What did JFK tell Nikita Khrushchev?", "What did Kennedy tell Khrushchev?"),
        ("What did LBJ tell JFK?", "What did LBJ tell Kennedy?"),
        ("Did Bobby write?", "Did Robert Kennedy write?"),
        ("Did Kennedy write?", "Did Kennedy write?"),
        ("jfk's jfk", "Kennedy's Kennedy"),
    ],
)
def test_nicknames_are_spelt_out_where_such_a_person_is_loaded(question: str, spelt: str) -> None:
    assert PEOPLE.spelt_out(question) == spelt


def test_titles_and_initials_are_no_surnames() -> None:
    people = people_of([facts_of("d1", ("Martin L. King, Jr.", None), ("Sir Bo Lark", None))])
    assert mentioned("What did Jr say to Sir?", people) == []
    assert mentioned("Lark wrote", people) == [("Lark", {"Sir Bo Lark"})]
