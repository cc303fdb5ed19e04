"""Who speaks in a sentence."""

import pytest

from qa_service.answering.speakers import is_office, speakers_of, speaks, tells_what_was_said, tells_what_you_said


@pytest.mark.parametrize(
    "text",
    ["Orquelle wrote that it rains.", "Orquelle had never promised it.", "Prime Minister Orquelle also tells him.",
     "According to Prime Minister Orquelle, it rains.", "In Orquelle’s last letter it rains.", "Orquelle replied.",
     "In a letter from M. Orquelle it rains.", "A letter of April 2 from Orquelle says so.", "Orquelle denies it."],
)  # fmt: skip
def test_somebody_speaks(text: str) -> None:
    assert speaks("Orquelle", text)


@pytest.mark.parametrize(
    "text",
    ["He told Orquelle that it rains.", "Orquelle was told that it rains.", "Orquelle slept.", "Orquelle's dog barked.",
     "Hasterlind and Orquelle agreed.", "Hasterlind and Prime Minister Orquelle agreed.", "McOrquelle wrote."],
)  # fmt: skip
def test_somebody_is_only_named(text: str) -> None:
    assert not speaks("Orquelle", text)


def test_doing_something_with_words_is_not_always_saying_it() -> None:
    assert speaks("Orquelle", "Orquelle refused it.")
    assert not speaks("Orquelle", "Orquelle refused it.", only_says=True)
    assert speaks("Orquelle", "Orquelle said it.", only_says=True)


@pytest.mark.parametrize(
    ("text", "told"),
    [("You told me so.", True), ("You have therefore proposed it.", True), ("I have your letter.", True),
     ("in your last long note", True), ("I told you so.", False), ("You are old.", False), ("your dog", False)],
)  # fmt: skip
def test_what_a_letter_says_of_what_its_recipient_said(text: str, told: bool) -> None:
    assert tells_what_you_said(text) == told


def test_whether_anything_is_told() -> None:
    assert tells_what_was_said("He maintained that it rained.")
    assert not tells_what_was_said("It rained.")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Count Delmarsin said that the Chancellor had asked.", {"Delmarsin", "Chancellor"}),
        ("“Yes,” said Tolgarth.", {"Tolgarth"}),
        ("He said that They wrote.", set()),
        ("Fauvrelle, asked about it, was silent.", {"Fauvrelle"}),
        ("Tolgarth was told.", set()),
    ],
)
def test_speakers_are_read(text: str, names: set[str]) -> None:
    assert speakers_of(text) == names


def test_offices_are_known() -> None:
    assert is_office("Chancellor")
    assert not is_office("Government")
