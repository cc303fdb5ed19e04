"""Text that a model has said."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.answering.model_text import plain_line, sendable


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  two\n lines\tand\r\nblanks\u00a0\u2028\u3000here ", "two lines and blanks here"),
        ("for\u00adty-\u200bone\u200c \u2060no\u200dt\ufeff", "forty-one not"),
        ("“quoted” – naïve", "“quoted” – naïve"),
        ("\u0645\u0631\u062d\u0628\u0627 😀", "\u0645\u0631\u062d\u0628\u0627 😀"),
    ],
)
def test_a_text_becomes_one_line(text: str, line: str) -> None:
    assert plain_line(text) == line


@pytest.mark.parametrize(
    "character",
    [
        "\x00",
        "\x1b",
        "\x7f",
        "\x85",
        "\u202e",
        "\u2066",
        "\u200e",
        "\u061c",
        "\ud800",
        "\ue000",
        "\U000e0041",
        "\uffff",
    ],
)
def test_characters_that_are_no_text_are_refused_by_name(character: str) -> None:
    with pytest.raises(ValueError, match=f"holds the character U\\+{ord(character):04X}, which is no text"):
        plain_line(f"The wall {character}stands.")


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u00ad"])
def test_a_text_that_holds_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="holds no text"):
        plain_line(text)


@given(st.text())
def test_what_is_let_through_stays_as_it_is(text: str) -> None:
    try:
        line = plain_line(text)
    except ValueError:
        return
    assert plain_line(line) == line
    assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in line)


def test_half_characters_are_replaced_in_what_is_sent() -> None:
    assert sendable("a \ud800 b é 😀") == "a ? b é 😀"
