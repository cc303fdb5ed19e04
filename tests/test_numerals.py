"""Numbers in digits and in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.answering.numerals import decades_of, is_ordinal, numbers_claimed, numbers_of

READ = [
    ("41 metres", {41}),
    ("forty-one metres", {41}),
    ("Forty One metres", {41}),
    ("FORTY‑ONE metres", {41}),
    ("1,080 crowns", {1080}),
    ("2,300,000 florins", {2_300_000}),
    ("2.3 million florins", {2_300_000}),
    ("one and a half million", {1_500_000}),
    ("a million and a half", {1_500_000}),
    ("half a million", {500_000}),
    ("three hundred and five", {305}),
    ("a hundred and forty days", {140}),
    ("two hundred and fifty thousand men", {250_000}),
    ("two thousand and sixty-one", {2061}),
    ("nineteen sixty-one", {1961}),
    ("nineteen hundred and five", {1905}),
    ("a dozen, two dozen, half a dozen", {12, 24, 6}),
    ("five and a half miles", {5.5}),
    ("5½ miles", {5.5}),
    ("six miles and a quarter.", {6.25}),
    ("five and three quarters", {5.75}),
    ("five men and a quarter of the women", {5}),
    ("between three and four", {3, 4}),
    ("three, four", {3, 4}),
    ("three or four", {3, 4}),
    ("forty, two", {40, 2}),
    ("20 three-man teams", {20, 3}),
    ("in 1960 three ships", {1960, 3}),
    ("one hundred and five and six", {105, 6}),
    ("thirty-fourth", {34}),
    ("the 34th metre", {34}),
    ("the hundred and first", {101}),
    ("two-thirds", {2, 3}),
    ("twice", {2}),
    ("zero", {0}),
    ("75 cubic metres in the second", {75, 2}),
    ("75 cubic metres per second", {75}),
    ("at 2:15 p.m.", {2.15}),  # no two and no fifteen
    ("1.2.3", {123}),
    ("٤٣ and ９９", {43, 99}),
    ("nínety", {90}),
    ("the 1920s", set()),
    ("millions, thousands and hundreds", set()),
    ("half of it, in that quarter", set()),
    ("someone, tent, oneself, fortitude", set()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "numbers"), READ)
def test_numbers_are_read(text: str, numbers: set[float]) -> None:
    assert set(numbers_of(text).values()) == numbers


def test_numbers_are_named_by_the_words_of_the_text() -> None:
    assert numbers_of("Three hundred and five men, 1,080 crowns and 5½ miles") == {
        "Three hundred and five": 305, "1,080": 1080, "5½": 5.5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("one of them was the first", set()),
        ("1 of them", {1}),
        ("the two men and both sides", set()),
        ("their two Governments", set()),
        ("two men", {2}),
        ("the two inspections", {2}),
    ],
)
def test_what_counts_nothing_is_not_claimed(text: str, numbers: set[float]) -> None:
    assert set(numbers_claimed(text).values()) == numbers


def test_decades_are_no_years() -> None:
    assert decades_of("in the 1920s, the 1960's and 1961") == {1920, 1960}


@pytest.mark.parametrize(
    ("words", "ordinal"), [("third", True), ("34th", True), ("21st", True), ("three", False), ("34", False)]
)
def test_ordinals_are_told(words: str, ordinal: bool) -> None:
    assert is_ordinal(words) == ordinal


UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()


def spelled(number: int) -> str:
    if number < 20:
        return UNITS[number]
    if number < 100:
        return TENS[number // 10] + (f"-{UNITS[number % 10]}" if number % 10 else "")
    for size, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= size:
            rest = number % size
            return f"{spelled(number // size)} {name}" + (f"{' and' * (rest < 100)} {spelled(rest)}" if rest else "")
    raise AssertionError


@given(st.integers(0, 10**11))
def test_every_whole_number_is_the_same_in_words_and_in_digits(number: int) -> None:
    for text in (spelled(number), spelled(number).title(), str(number), f"{number:,}"):
        assert set(numbers_of(f"There were {text} of them.").values()) == {number}


@given(st.text(alphabet="ab 1,.:½and-thre hundred", max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    assert all(words in text for words in numbers_of(text))
