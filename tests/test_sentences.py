from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.sentences import sentences_of
from qa_service.texts import Span


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("We agree. You do not.", ["We agree.", "You do not."]),
        ("See vol. XV, pp. 26-27. It is there.", ["See vol. XV, pp. 26-27.", "It is there."]),
        ("Mr. Alder met Gen. Birch at 6:34 p.m. in X.", ["Mr. Alder met Gen. Birch at 6:34 p.m. in X."]),
        ("P.S. One more thing.", ["P.S. One more thing."]),
        ("1. We propose a station. 2. You refuse.", ["1. We propose a station.", "2. You refuse."]),
        ("X, May 4.\n\nSir: No.\nA. B.", ["X, May 4.", "Sir: No.", "A. B."]),
        ("  \n ", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert [span.of(text) for span in sentences_of(text)] == sentences


def test_a_part_of_a_text() -> None:
    text = "One is. Two is. Three is."
    assert [span.of(text) for span in sentences_of(text, Span(8, 15))] == ["Two is."]


@given(st.text(alphabet="ab .?!,\n”1Mr", max_size=80))
def test_sentences_cover_everything_that_is_not_blank_and_never_overlap(text: str) -> None:
    spans = sentences_of(text)
    assert "".join("".join(span.of(text).split()) for span in spans) == "".join(text.split())
    assert all(before.end <= after.start for before, after in pairwise(spans))
