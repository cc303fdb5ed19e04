import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.errors import InputError
from qa_service.texts import Footnote, Letter, LetterRef, Page, Span, header_line
from tests.builders import letter_of


@pytest.mark.parametrize(
    ("marked", "word", "pages"),
    [
        ("|26|We agree |27|to the ban.", "agree", ["26"]),
        ("|26|We agree |27|to the ban.", "ban", ["27"]),
        ("|26|We agree to in|27|spections.", "inspections", ["26", "27"]),
        ("|26|One |27|two |28|three.", "One two three", ["26", "27", "28"]),
        ("|XIV|Preface. |1|Sir:", "Sir", ["1"]),
        ("|26|We agree |27|to", "agree ", ["26"]),
        ("No page marks at all.", "page", []),
    ],
)
def test_pages_of_a_quotation(marked: str, word: str, pages: list[str]) -> None:
    letter = letter_of(marked)
    start = letter.text.index(word)
    assert [page.label for page in letter.pages_of(Span(start, start + len(word)))] == pages


@given(lengths=st.lists(st.integers(1, 9), min_size=1, max_size=8), start=st.integers(0, 60), length=st.integers(1, 60))
def test_pages_of_any_span_are_those_of_its_characters(lengths: list[int], start: int, length: int) -> None:
    starts = [sum(lengths[:n]) for n in range(len(lengths))]
    size = sum(lengths)
    start = min(start, size - 1)
    span = Span(start, min(size, start + length))
    pages = tuple(Page(str(n), at) for n, at in enumerate(starts))
    letter = Letter(LetterRef("v", "d1"), "1", "t", "letter", "x" * size, pages, ())
    slow = [str(max(n for n, at in enumerate(starts) if at <= offset)) for offset in range(span.start, span.end)]
    assert [page.label for page in letter.pages_of(span)] == list(dict.fromkeys(slow))


@pytest.mark.parametrize(
    ("marked", "page"),
    [("|26|Sir,^1 |27|yes.", "26"), ("|26|Sir, |27|yes.^1", "27"), ("|26|Sir.|27|^1 Yes.", "26"), ("|26|^1Sir.", "26")],
)
def test_a_note_stands_on_the_page_of_the_character_before_its_mark(marked: str, page: str) -> None:
    letter = letter_of(marked)
    found = letter.page_of_note(letter.notes[0])
    assert found is not None
    assert found.label == page


def test_a_note_of_a_letter_without_pages_has_none() -> None:
    assert letter_of("Sir,^1 yes.").page_of_note(Footnote("fn1", "1", 4, "x")) is None


@pytest.mark.parametrize("text", ["", "v", "v/", "/d1", "v/d1/x"])
def test_a_letter_reference_is_volume_and_id(text: str) -> None:
    with pytest.raises(InputError, match="volume/id"):
        LetterRef.parse(text)


def test_a_letter_reference_prints_what_it_parses() -> None:
    assert str(LetterRef.parse("frus1961-63v06/d710a-1")) == "frus1961-63v06/d710a-1"


def test_a_span_is_not_backwards() -> None:
    with pytest.raises(ValueError, match="3:2"):
        Span(3, 2)


def test_the_header_line_says_who_to_whom_where_and_when() -> None:
    letter = letter_of("x", place="Moscow", date="1961-09-29", kind="message")
    assert header_line(letter) == "Message, A to B, Moscow, September 29, 1961"


def test_the_header_line_of_a_letter_without_parties_is_its_title() -> None:
    assert header_line(letter_of("x", writer=None, title="Editorial Note")) == "Editorial Note"
