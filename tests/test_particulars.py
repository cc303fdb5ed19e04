"""Days and names of a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.answering.particulars import (
    Day,
    Names,
    bare_days,
    days_of,
    names_of,
    without_days,
    without_numbered_names,
)

DAYS = [
    ("September 29, 1961", [Day(9, 29, 1961)]),
    ("29 September 1961", [Day(9, 29, 1961)]),
    ("September 29th, 1961", [Day(9, 29, 1961)]),
    ("the 29th of September", [Day(9, 29)]),
    ("the twentieth day of August", [Day(8, 20)]),
    ("the twenty-first of July", [Day(7, 21)]),
    ("June the first", [Day(6, 1)]),
    ("Sept. 29 and 3 Oct 1962", [Day(9, 29), Day(10, 3, 1962)]),
    ("SEPTEMBER 29", [Day(9, 29)]),
    ("september 29", [Day(9, 29)]),
    ("1961-09-29", [Day(9, 29, 1961)]),
    ("in May 1928", [Day(5, None, 1928)]),
    ("in August of 1911", [Day(8, None, 1911)]),
    ("by 15 May.", [Day(5, 15)]),
    ("since April", [Day(4)]),
    ("May 4–9, 1928", [Day(5, 4, 1928), Day(5, 9, 1928)]),
    ("7-10 January 1963", [Day(1, 10, 1963), Day(1, 7, 1963)]),
    ("21 and 26 April", [Day(4, 26), Day(4, 21)]),
    ("on April 21 and 30 men", [Day(4, 21)]),
    ("April 21 and again on April 26", [Day(4, 21), Day(4, 26)]),
    ("February 19 1926", [Day(2, 19, 1926)]),
    ("August\n1919 131 104", [Day(8)]),  # a table's head
    ("he may go and march on an august day in dec", []),
    ("Jan Masaryk, Mar Vista, Mayor, Marching, Junebug", []),
    ("1927-13-40, 8 June 83, June 83", [Day(6, 8)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "days"), DAYS)
def test_days_are_read(text: str, days: list[Day]) -> None:
    assert list(days_of(text).values()) == days


def test_days_are_named_by_the_words_of_the_text() -> None:
    assert list(days_of("On Feb. 19 and 3 March 1927 it rained.")) == ["Feb. 19", "3 March 1927"]


def test_the_text_is_left_without_its_days() -> None:
    assert (
        without_days("By May 15, 1927, they may take 15 of them.").split() == "By , they may take 15 of them.".split()
    )


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("he came on the 24th; and on the twentieth.", {24, 20}),
        ("the 3rd in the row", {3}),
        ("the third proposal", set()),
        ("the 24 men", set()),
    ],
)
def test_days_without_their_month(text: str, days: set[int]) -> None:
    assert bare_days(text) == days


@pytest.mark.parametrize(
    ("said", "known", "fits"),
    [
        (Day(5, 4), Day(5, 4, 1928), True),
        (Day(5), Day(5, 4, 1928), True),
        (Day(5, None, 1928), Day(5, 4, 1928), True),
        (Day(5, 4), Day(5), False),
        (Day(5, 4, 1928), Day(5, 4), False),
        (Day(5, 4, 1929), Day(5, 4, 1928), False),
        (Day(5, 5), Day(5, 4), False),
        (Day(6, 4), Day(5, 4), False),
    ],
)
def test_a_day_fits_what_says_all_of_it(said: Day, known: Day, fits: bool) -> None:
    assert said.fits(known) == fits


COMMON = frozenset("crews letters asking asked reported".split())
NAMED = [
    ("On Tuesday Orquelle's letter came to Kessel.", ["Tuesday", "Orquelle", "Kessel"]),
    ("Orquelle’s letter came.", ["Orquelle"]),
    ("Averdun came.", ["Averdun"]),  # a name in the letters
    ("Crews had food.", []),
    ("Whereas Somebody came.", ["Somebody"]),
    ("Montgolfier came.", ["Montgolfier"]),  # in no letter
    ("Fleming reported it.", ["Fleming"]),
    ("Ahmed’s letter came.", ["Ahmed"]),
    ("Kelly and others came.", ["Kelly"]),
    ("Significantly, they came.", []),
    ("Writing from Paris, he asked.", ["Paris"]),
    ("Fifteen came.", []),
    ("NATO came.", ["NATO"]),
    ("The U.S.S.R. and the U.N. met the US.", ["USSR", "UN", "US"]),
    ("They told us and THEM what IT was.", []),
    ("The Anglo-American plan.", ["Anglo", "American"]),
    ("The U–2 and SALT-1.", ["U", "SALT", "U-2", "SALT-1"]),
    ("Mr. J. F. Kennedy came.", ["Mr", "Kennedy"]),
    ("The Western view of West Berlin.", ["West", "Berlin"]),
    ("", []),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "names"), NAMED)
def test_names_are_read(sentence: str, names: list[str]) -> None:
    assert names_of(sentence, lambda word: word == "averdun", lambda word: word in {*COMMON, "averdun"}) == names


TEXT = "He told us of Drovenmark’s Royal River Survey, the U.S.S.R., the SALT–1 talks, Italy, Quessaria and Poland."


@pytest.mark.parametrize(
    "name",
    ["Drovenmark", "Drovenish", "Quessarian", "Quessarians", "Italian", "Polish", "Survey", "RRS", "USSR", "Soviet",
     "Moscow", "Russians", "SALT-1", "Mr"],
)  # fmt: skip
def test_a_name_is_known_in_its_forms(name: str) -> None:
    assert Names.of(TEXT).has(name)


@pytest.mark.parametrize(
    "name", ["US", "American", "Averdun", "CIA", "RRT", "Lysternian", "SALT-2", "GDR", "German", "Pole"]
)
def test_another_name_is_not_known(name: str) -> None:
    assert not Names.of(TEXT).has(name)


def test_the_two_germanies_are_two() -> None:
    assert Names.of("the Federal Republic").has("FRG")
    assert not Names.of("the Federal Republic").has("GDR")


def test_numbers_of_names_are_no_numbers() -> None:
    assert without_numbered_names("Two U–2 and one SS-20.").split() == ["Two", "and", "one", "."]


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    days_of(text)
    known = Names.of(text)
    for name in names_of(text, lambda word: False, lambda word: False):
        assert known.has(name), name
