"""Text and addresses made safe for every form."""

import pytest

from qa_service.exporting.characters import one_line, web_address


def test_line_ends_of_every_kind_become_one_blank() -> None:
    assert one_line(" a\r\n\tb\u2028c\u0085d\x0be\x1cf \n") == "a b c d e f"


def test_characters_that_no_form_can_hold_are_left_out() -> None:
    assert one_line("a\x00\x07\x7f\ud800\ufffe\x9fb") == "ab"


def test_words_of_every_script_stand_as_they_are() -> None:
    text = "Żółć Хрущёв \u05d0\u05d1 \u202eabc\u202c 3\u202f% a\u00a0b \U0001f4dc"
    assert one_line(text) == text


@pytest.mark.parametrize(
    ("text", "closing"),
    [("a", ""), ("a\u202eb", "\u202c"), ("\u202aa\u2067b", "\u2069\u202c"), ("\u202ea\u202c", ""), ("a\u202c", "")],
)
def test_a_change_of_direction_ends_with_the_text(text: str, closing: str) -> None:
    assert one_line(text) == text + closing


@pytest.mark.parametrize("text", [None, "", "javascript:alert(1)", "data:text/html,x", "//x", "https://", "ftp://x"])
def test_only_addresses_on_the_web_are_addresses(text: str | None) -> None:
    assert web_address(text) is None


def test_an_address_cannot_end_before_its_end() -> None:
    assert web_address("https://x/a#pg_2") == "https://x/a#pg_2"
    assert web_address('https://x/ a">)}\n\ud800') == "https://x/%20a%22%3E%29%7D%0A"
