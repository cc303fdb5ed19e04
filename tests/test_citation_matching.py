"""Where the words of a quotation stand in a text, and what is tolerated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_service.citation_check.damage import mapped_skeleton, plain, skeleton
from qa_service.citation_check.matching import Work, matches
from qa_service.citation_check.nearest import likeness
from qa_service.citation_check.wordings import wordings_of


def quoted(words: str, text: str, known: tuple[str, ...] = ()) -> tuple[str, set[str]] | None:
    """The print that a quotation is found as, and what was tolerated; None if it is not found."""
    for wording in wordings_of(words):
        for match in matches(wording, words, text, known.__contains__, Work()):
            return match.span.of(text), set(match.tolerated)
    return None


TEXT = (
    "We accept three “on-site” inspections a year—no more—and\n\nthe Government’s word. I do not accept 10, and "
    "cannot now. He will return to modern times, of the 1,840 tons. It isn’t so. At 110 he said (twice): the café is "
    "not able. World War II ends. Al and Ira turned."
)


@pytest.mark.parametrize(
    ("words", "found", "tolerated"),
    [
        ("We accept three “on-site” inspections", "We accept three “on-site” inspections", set()),
        ("We accept three 'on–site' inspections", "We accept three “on-site” inspections", {"typography"}),
        ("a year -- no more — and the", "a year—no more—and\n\nthe", {"typography"}),
        ("the Government's word", "the Government’s word", {"typography"}),
        ("We \u202eac\u00adcept\u200f three", "We accept three", {"typography"}),
        ("the cafe\u0301 is", "the café is", {"typography"}),
        ("we accept three", "We accept three", {"first_letter"}),
        ("[w]e accept three", "We accept three", {"first_letter"}),
        ("no more,", "no more", {"closing_mark"}),
        ("the Government’s word.", "the Government’s word.", set()),
        ("the Government’s word,", "the Government’s word", {"closing_mark"}),
        ("We accept three … the Government’s word", "We accept three “on-site” inspections a year—no more—and\n\nthe "
         "Government’s word", {"omission"}),
        ("[They] accept three [...] inspections", "accept three “on-site” inspections", {"omission"}),
        ("He will return to [these] times", "He will return to modern times", {"insertion"}),
        ("We accept[ed] three", "We accept three", {"insertion"}),
        ("We accept three [sic] “on-site”", "We accept three “on-site”", {"insertion"}),
        ("l do not accept lO, and", "I do not accept 10, and", {"ocr"}),
        ("at 1l0 he said (twice)", "At 110 he said (twice)", {"ocr", "first_letter"}),
        ("He will retum to modem times", "He will return to modern times", None),
        ("He will retum to modern times", "He will return to modern times", {"ocr"}),
        ("We accept three “on-\nsite” inspec-\ntions", "We accept three “on-site” inspections", {"ocr"}),
        ("of the 1,840 tons", "of the 1,840 tons", set()),
        ("ofthe 1,840 tons", "of the 1,840 tons", {"ocr"}),
        ("lra tumed", "Ira turned", {"ocr"}),
    ],
)  # fmt: skip
def test_what_typography_and_ocr_do_is_tolerated(words: str, found: str, tolerated: set[str] | None) -> None:
    assert quoted(words, TEXT) == ((found, tolerated) if tolerated is not None else None)


@pytest.mark.parametrize(
    "words",
    [
        "We accept ten “on-site” inspections",
        "We accept three inspections",
        "We accept really three “on-site”",
        "three We accept",
        "We Accept three",
        "We accept three, “on-site”",  # a mark put in
        "site” inspections a year",  # half a compound
        "840 tons",  # half a number
        "It is so",
        "and can now",
        "do not accept lo",  # small o is no 0
        "do not accept 16",
        "and can not now",  # a blank put into a word
        "the cafe is",
        "and cannot know",
        "the café is notable",  # a blank lost, but a word
        "World War 11 ends",
        "AI and Ira",
        "He will return to modem times",
        "It isn",
        "no more … We accept three",
        "We accept [three] inspections of modern",
        "We accept three [Page 9999] “on-site” inspection",
        "",
        "…",
    ],
)
def test_a_word_never_differs(words: str) -> None:
    assert quoted(words, TEXT) is None


def test_what_stands_in_the_letters_as_a_word_is_no_damage() -> None:
    assert quoted("He will retum to", TEXT) == ("He will return to", {"ocr"})
    assert quoted("He will retum to", TEXT, known=("retum",)) is None
    assert quoted("ofthe 1,840", TEXT, known=("ofthe",)) is None


def test_an_ellipsis_and_brackets_reach_only_so_far() -> None:
    far = "One is" + " and so on" * 300 + " end."
    assert quoted("One is … end", far) is None
    assert quoted("One is [the] end", "One is" + " and so on" * 12 + " end.") is None
    assert quoted("A … it [x] B", "A it" + " and so on" * 9 + " it y B") is not None
    assert quoted("one … two", "one x two two") == ("one x two", {"omission"})
    assert quoted("one … two … three", "One two one 2 two x three") == ("one 2 two x three", {"omission"})


def test_comparing_ends_when_its_work_is_done() -> None:
    (wording,) = wordings_of("a b")
    work = Work(left=20)
    assert matches(wording, "a b", "a b " * 500, lambda form: False, work) == []
    assert work.is_done


@given(st.text(alphabet="ab1lIO0m rn“”\n—-\u00ad’'…ﬁéßΣe\u0301½²", max_size=80))
def test_offsets_are_kept_by_every_folding(text: str) -> None:
    flat, offsets = mapped_skeleton(text)
    assert flat == skeleton(text)
    assert len(flat) == len(offsets)
    for folded, places in (plain(text), (flat, list(offsets))):
        assert len(folded) == len(places)
        assert list(places) == sorted(places)


def test_the_nearest_text_is_bounded_by_the_quotation() -> None:
    text = "Zero. One two three four five six. Seven eight nine."
    like = likeness("two three fore five six", text)
    assert like is not None
    assert like.span.of(text) == "two three four five six."
    assert likeness("nothing of this stands there", text) is None
