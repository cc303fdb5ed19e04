"""What stands around a quotation."""

import pytest

from qa_service.answering.checking import cite
from qa_service.answering.particulars import Day
from qa_service.answering.surroundings import Surroundings, signature, surroundings_of
from qa_service.dating import Dating
from qa_service.texts import Footnote, Letter, Party, Passage, Span
from tests.builders import letter_of, whole

BODY = (
    "Paris, May 4, 1928.\n"
    "PARTICIPANTS\n"
    "Count Delmarsin, Minister\n"
    "Orquelle was far away on this day. It had been a long day for us and for those who wait. We met. We agreed. "
    "He left us. On June 2 we shall meet once more; and this is a longer line than any line of a frame is.\n"
    "A new paragraph begins here, and it is too long to be one of the lines that frame a letter, as it should be.\n"
    "Tolgarth"
)


def around(quote: str, body: str = BODY, **more: object) -> Surroundings:
    letter = letter_of(f"|1|{body}", **more)
    citation = cite(quote, whole(letter), letter)
    assert citation is not None
    return surroundings_of(citation, lambda volume, text: [f"{volume} lists Orquelle"] if "Orquelle" in text else [])


def test_sentences_neighbours_and_paragraph() -> None:
    found = around("We agreed")
    assert found.sentences == "We agreed."
    assert found.near == "We met. We agreed. He left us."
    assert found.paragraph.startswith("Orquelle was far away")
    assert found.paragraph.endswith("of a frame is.")


def test_a_quotation_over_several_sentences_has_them_all() -> None:
    assert around("met. We agreed. He").sentences == "We met. We agreed. He left us."


def test_the_frame_the_parties_and_the_persons_listed_are_line_by_line() -> None:
    parties = (Party("writer", "Henrik Tolgarth", "Minister in Paris"),)
    assert around("We agreed", parties=parties).people.split("\n") == [
        "Henrik Tolgarth Minister in Paris",
        "Paris, May 4, 1928.",
        "PARTICIPANTS",
        "Count Delmarsin, Minister",
        "Tolgarth",
        "v lists Orquelle",
    ]


def test_the_heading_carries_facts_the_frame_does_not() -> None:
    found = around("We agreed", title="Telegram 12", place="Paris", date="1928-05-04", classification="Secret")
    assert all(word in found.carries_facts for word in ("Telegram 12", "Paris", "May 4, 1928", "Secret", "We met."))
    assert "Delmarsin" not in found.carries_facts
    assert "Delmarsin" in found.everything


def test_a_table_is_carried_by_its_first_row() -> None:
    table = "He wrote:\nYear\tJune\tAugust\n1917\t148\t97\n1919\t131\t82\n1921\t112\t58\nSo it is."
    found = around("1921\t112\t58", table)
    assert found.near.startswith("Year\tJune\tAugust\n1919")
    assert Day(8, None, 1921) in found.days


def test_a_note_is_carried_by_the_sentence_that_it_hangs_on() -> None:
    text = "We met. They lodged 50,000 crowns. He left."
    note = Footnote("fn1", "1", text.index(" He left"), "With a bank. At 3 percent.")
    letter = Letter(letter_of("|1|x").ref, "1", "T", "letter", text, (), (note,))
    citation = cite("With a bank", Passage(letter.ref, "fn1", Span(0, 12), "With a bank."), letter)
    assert citation is not None
    found = surroundings_of(citation, lambda volume, text: ())
    assert (found.sentences, found.near) == ("With a bank.", "With a bank. At 3 percent.")
    assert found.heading.endswith("They lodged 50,000 crowns.")


def years_of(day: Day, found: Surroundings) -> set[int | None]:
    return {one.year for one in found.days if (one.month, one.day) == (day.month, day.day)}


@pytest.mark.parametrize(
    ("text", "day", "years"),
    [
        ("We met on June 2.", Day(6, 2), {None, 1928}),
        ("We met on December 28.", Day(12, 28), {None, 1927, 1928}),  # half a year before or after
        ("We met on October 1.", Day(10, 1), {None, 1928}),
        ("We met on June 2, 1911.", Day(6, 2), {1911}),
        ("In 1911 it was hot. We met on June 2.", Day(6, 2), {None, 1911, 1928}),
        ("We met on the 3rd.", Day(5, 3), {None, 1928}),
    ],
)
def test_a_year_that_is_left_open_is_a_near_one_or_that_of_the_paragraph(
    text: str, day: Day, years: set[int | None]
) -> None:
    assert years_of(day, around("met on", text, date="1928-05-04")) == years


def test_the_days_of_the_letter_are_known_as_exactly_as_it_is_dated() -> None:
    assert Day(5, 9, 1928) in around("We agreed", dating=Dating("1928-05-04", "1928-05-09")).days
    assert Day(5, None, 1980) in around("We agreed", dating=Dating("1980-05-01", "1980-05-31", "month")).days


def test_the_last_line_signs_if_it_is_short() -> None:
    assert signature(letter_of(f"|1|{BODY}\n")) == "Tolgarth"
    assert signature(letter_of("|1|" + "No line that signs. " * 9)) == ""
