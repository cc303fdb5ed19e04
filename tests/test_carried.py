"""Whose message a telegram carries: told by its first words or its signature, and by whom the volume knows."""

from dataclasses import replace

import pytest

from ingest.carried import with_authors
from qa_service.texts import Letter, LetterRef, Party, header_line
from tests.builders import letter_of

DEPARTMENT, EMBASSY = "Department of State", "Embassy in Ruritania"


def written(id: str, writer: Party, recipient: Party, date: str, text: str = "Sir: yes.") -> Letter:
    letter = letter_of(f"|1|{text}", date=date, parties=(writer, recipient))
    return replace(letter, ref=LetterRef("v", id))


def letters_with(text: str, date: str = "1962-05-10", writer: str = DEPARTMENT) -> list[Letter]:
    """Two presidents' letters and one of the other side, and a telegram with the text between them in time."""
    ada, bo = Party("writer", "Ada Elder", "President"), Party("writer", "Bo Younger", "President", "p_BY")
    other = Party("recipient", "Ivan Ivanov", "Chairman")
    return [
        written("d1", ada, other, "1961-05-01"),
        written("d2", Party("writer", writer), Party("recipient", EMBASSY), date, text),
        written("d3", bo, other, "1963-05-01"),
    ]


def author(text: str, **more: str) -> str | None:
    return with_authors(letters_with(text, **more))[1].author


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Please deliver following message from President Younger:\n\nDear Sir: yes.", "Bo Younger"),
        ("Following letter from Chairman Ivanov received today.", "Ivan Ivanov"),
        ("Following is text of a message from Bo Younger. Quote.", "Bo Younger"),
        ("Following is text of a message from the President, to be delivered at once.", "Bo Younger"),
        ("Please convey reply of the Chairman at once.", "Ivan Ivanov"),
        ("Message from President Younger to Chairman Ivanov follows.", "Bo Younger"),
        ("Message from the President to Chairman Ivanov follows.", "Bo Younger"),
        ("Dear Mr. Chairman: yes.\n\nSincerely,\nBo Younger", "Bo Younger"),
        ("Dear Mr. President: yes.\n\nI. Ivanov", "Ivan Ivanov"),
        ("Please call on him.\n\nIvanov", None),
        (
            "Following message from Chairman Ivanov and the President:\n\nDear Sir: yes.\n\nI. Ivanov\n\nB. Younger",
            "Ivan Ivanov and Bo Younger",
        ),
    ],
)
def test_who_speaks_is_told_by_the_first_words_or_the_signature(text: str, said: str) -> None:
    assert author(text, date="1963-04-01") == said


@pytest.mark.parametrize(
    "text",
    [
        "The grain has been counted.",
        "Following message from Mr. Nobody: yes.",  # whom the volume does not know
        "Younger and Ivanov have met, and the legation thinks that they will meet again before the year is out.",
        "x" * 700 + " Message from President Younger. " + "y " * 60,  # not at the beginning
        "",
    ],
)
def test_a_telegram_that_carries_nobodys_message_has_no_author(text: str) -> None:
    assert author(text) is None


def test_an_office_is_who_held_it_in_the_letter_nearest_in_time() -> None:
    text = "Deliver the following message from the President."
    assert author(text, date="1961-06-01") == "Ada Elder"
    assert author(text, date="1963-04-01") == "Bo Younger"
    assert author("Presidential message follows.", date="1963-04-01") == "Bo Younger"


def test_the_first_words_count_before_the_signature() -> None:
    assert author("Following message from President Elder: yes.\n\nYounger", date="1963-04-01") == "Ada Elder"


def test_a_letter_that_a_person_wrote_has_no_other_author() -> None:
    assert author("Following message from President Younger: yes.", writer="Carl Clerk") is None


def test_the_author_stands_beside_the_writer() -> None:
    before = letters_with("Following message from President Younger: yes.")
    after = with_authors(before)
    assert [after[0], after[2]] == [before[0], before[2]]
    assert after[1].writer == DEPARTMENT
    assert after[1].parties == (*before[1].parties, Party("author", "Bo Younger", "President", "p_BY"))
    assert header_line(after[1]).startswith("Message of Bo Younger, ")


def test_a_second_time_gives_the_same() -> None:
    once = with_authors(letters_with("Following message from President Younger: yes."))
    assert with_authors(once) == once


def test_an_author_goes_with_the_letters_that_know_him() -> None:
    once = with_authors(letters_with("Following message from President Younger: yes."))
    assert once[1].author
    assert with_authors(once[:2])[1].author == "Ada Elder"  # the only President left
    assert with_authors(once[1:2])[0].author is None


@pytest.mark.parametrize("name", ["Department of State", "Embassy in France", "Legation", "The Consulate"])
def test_institutions_are_no_persons(name: str) -> None:
    assert not Party("writer", name).is_person
    assert Party("writer", "Ada Elder").is_person
