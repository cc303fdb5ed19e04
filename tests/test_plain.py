from datetime import date

import pytest

from ingest.readers.plain import is_plain_letter, read_plain
from ingest.readers.reading import Reading
from qa_service.errors import InputError
from qa_service.texts import Letter, Span

NOTES = "\n  1. Source: Archive, Box 2. Secret.\n  2. See Document 1.\n  3. A treaty of 1868.\n  4. Signed."


def read(text: str, **facts: object) -> Reading:
    return read_plain(text, "a.txt", {"volume": "v1", "date": date(1977, 2, 4), "place": "X", **facts}, "folder")


def letter(body: str, notes: str = NOTES, **facts: object) -> Letter:
    return read(f"4. Letter From A to B1\n\n{body}\n{notes}", **facts).letters[0]


@pytest.mark.parametrize(
    ("body", "text", "anchors"),
    [
        ("Of May 12,2 we speak3\n\nA. B.4", "Of May 12, we speak\n\nA. B.", [10, 19, 26]),
        ("Of January 262 the treaty,3 yes.4", "Of January 26 the treaty, yes.", [13, 25, 30]),
        ("Of November 17, 19812 the Basic3 one4", "Of November 17, 1981 the Basic one", [20, 30, 34]),
        # numbers that are no marks: 3 stations, No. 2, SS–2, 2.5, 1872; the marks come in order, each once
        (
            "No. 2 of 1872: 3 stations, SS–2,2 the 2.5 of us.3\n\nA. 4",
            "No. 2 of 1872: 3 stations, SS–2, the 2.5 of us.\n\nA.",
            [32, 47, 51],
        ),
        (
            "“As you say,”2 on the 4th of May 1868,3 yes.\n\nA. B. 4",
            "“As you say,” on the 4th of May 1868, yes.\n\nA. B.",
            [13, 37, 49],
        ),
    ],
)
def test_fused_note_marks_are_recovered_by_counting(body: str, text: str, anchors: list[int]) -> None:
    found = letter(body)
    assert found.text == text
    assert [note.anchor for note in found.notes] == [0, *anchors]
    assert [note.number for note in found.notes] == ["1", "2", "3", "4"]


def test_two_digit_marks() -> None:
    words = " ".join(f"word{number}" for number in range(2, 13))
    notes = "\n".join(f"  {number}. Note." for number in range(1, 13))
    found = letter(words, notes)
    assert found.text == " ".join(["word"] * 11)
    assert [note.anchor for note in found.notes] == [0, *(4 + 5 * n for n in range(11))]


def test_a_note_without_a_mark_is_kept_and_reported() -> None:
    reading = read(f"4. Letter From A to B1\n\nWe agree2 to [Page 2] it.4\n{NOTES}")
    assert [note.number for note in reading.letters[0].notes] == ["1", "2", "4", "3"]
    assert [finding.what for finding in reading.findings] == ["note 3 has no mark in the text"]


def test_heading_source_note_and_classification() -> None:
    found = letter("Sir.2 Yes.3 No.4")
    assert (found.document, found.title, found.kind) == ("4", "Letter From A to B", "letter")
    assert (found.writer, found.recipient, found.classification) == ("A", "B", "Secret")
    assert found.notes[0].source
    assert not found.notes[1].source


def test_pages_mid_sentence_and_between_paragraphs() -> None:
    found = letter("One [Page 14] two.2\n\n[Page 15]\n\nThree.3 [Page 16] Four.4")
    assert found.text == "One two.\n\nThree. Four."
    assert [(page.label, page.start) for page in found.pages] == [("13", 0), ("14", 4), ("15", 10), ("16", 17)]


@pytest.mark.parametrize(
    ("mark", "first"), [("XV", "XIV"), ("xv", "xiv"), ("X", "IX"), ("XLI", "XL"), ("II", "I"), ("2", "1")]
)
def test_the_first_page_is_the_first_mark_minus_one(mark: str, first: str) -> None:
    assert letter(f"One [Page {mark}] two.2 3 4").pages[0].label == first


def test_the_first_page_may_be_given() -> None:
    assert [page.label for page in letter("One.2", page="7").pages] == ["7"]


def test_without_page_marks_no_page_is_claimed() -> None:
    reading = read("4. Letter From A to B\n\nOne.")
    assert reading.letters[0].pages == ()
    assert [finding.what for finding in reading.findings] == [
        "page (and the text has no page marks) not given in letters.toml"
    ]


def test_what_the_text_cannot_say_is_named() -> None:
    reading = read_plain("4. Letter From A to B\n\nOne [Page 2] two.", "a.txt", {}, "My Letters")
    assert str(reading.letters[0].ref) == "My-Letters/d4"
    assert [finding.what.split()[0] for finding in reading.findings] == ["volume", "date", "place"]


def test_a_dateline_gives_the_date() -> None:
    reading = read_plain("4. Letter From A to B\n\nX, May 4, 1928.\n\nOne [Page 2] two.", "a.txt", {"volume": "v"}, "f")
    assert reading.letters[0].date == "1928-05-04"


def test_a_numbered_list_in_the_body_is_not_the_notes() -> None:
    found = letter("We propose:\n\n1. A station.2\n\n2. A cable.3\n\nA. B.4")
    assert "1. A station." in found.text
    assert len(found.notes) == 4


def test_a_note_may_run_over_several_lines() -> None:
    found = letter("Sir.2", "\n  1. Source: Archive,\n     Box 2.\n  2. See it.")
    assert found.notes[0].text == "Source: Archive, Box 2."


def test_wrapped_files_lose_their_line_ends_and_others_keep_them() -> None:
    assert letter("One\ntwo.2\n\nA. B.\nMinister3").text == "One two.\n\nA. B. Minister"
    long = "word " * 30
    assert letter(f"{long}end.2\n\nA. B.\nMinister3").text.endswith("A. B.\nMinister")


@pytest.mark.parametrize(
    ("text", "facts", "letter"),
    [
        ("\n108. Letter From A to B 1\n\nSir", {}, True),
        ("[21.] The Minister in X to the King\n\nSir", {}, True),
        ("# A readme\n\nText", {}, False),
        ("1. Buy milk\n2. Write to the King", {}, False),
        ("1. A Visit\n\nSir", {"volume": "v"}, True),
    ],
)
def test_what_is_no_letter_is_told_apart(text: str, facts: dict[str, str], letter: bool) -> None:
    assert is_plain_letter(text, facts) is letter


def test_what_is_no_letter_is_refused() -> None:
    with pytest.raises(InputError, match="numbered heading"):
        read_plain("Hello", "a.txt", {}, "f")


def test_a_day_keeps_its_digits() -> None:
    found = letter("Moscow, April 22, 1961\n\nOf April 18.2 We agree3\n\nA.4")
    assert found.text == "Moscow, April 22, 1961\n\nOf April 18. We agree\n\nA."


def test_marks_side_by_side() -> None:
    found = letter("For safety2,3 we agree.\n\nA.4")
    assert found.text == "For safety we agree.\n\nA."
    assert [note.anchor for note in found.notes] == [0, 10, 10, len(found.text)]


def test_a_mark_that_is_a_guess_is_reported() -> None:
    reading = read(f"4. Letter From A to B1\n\nThe SS-2 of [Page 3] us.3\n\nA.4\n{NOTES}")
    assert [finding.what for finding in reading.findings] == ["where note 2 is marked is not certain"]


@pytest.mark.parametrize(
    "ending", ["1. We stop the ships.\n2. We withdraw.", "1. We stop the ships.\n2. We withdraw.\n\nA. B."]
)
def test_a_list_that_ends_a_letter_is_not_its_notes(ending: str) -> None:
    found = read(f"4. Letter From A to B\n\nWe propose [Page 2] this:\n\n{ending}").letters[0]
    assert found.notes == ()
    assert "2. We withdraw." in found.text


def test_a_page_break_inside_a_word_joins_it() -> None:
    letter = read_plain("1. Letter From A to B\n\nSir: im[Page 27]portant.\n", "x", {}, "f").letters[0]
    assert (letter.text, [page.label for page in letter.pages]) == ("Sir: important.", ["26", "27"])


def test_no_page_is_made_up() -> None:
    for mark in ("1", "i"):
        letter = read_plain(f"1. Letter From A to B\n\nOne [Page {mark}] two.\n", "x", {}, "f").letters[0]
        assert [page.label for page in letter.pages] == [mark]
        assert letter.pages_of(Span(0, 3)) == letter.pages_of(Span(0, 7)) == ()
        assert [page.label for page in letter.pages_of(Span(4, 7))] == [mark]


def test_a_year_at_the_end_of_the_heading_is_no_note_mark() -> None:
    text = "1. Message From A to B, 1961\n\nSir: We agree.1\n\n1. Note.\n"
    assert read_plain(text, "x", {}, "f").letters[0].title == "Message From A to B, 1961"
    marked = read_plain(text.replace("1961", "19611").replace("agree.1", "agree."), "x", {}, "f").letters[0]
    assert (marked.title, marked.notes[0].anchor) == ("Message From A to B, 1961", 0)


def test_a_source_note_with_a_summary_before_it_is_one_note() -> None:
    text = "1. Message From A to B 1\n\nSir: We agree.\n\n1. Summary: They agree.\n\nSource: Archive. Secret.\n"
    letter = read_plain(text, "x", {}, "f").letters[0]
    assert [note.text for note in letter.notes] == ["Summary: They agree.\n\nSource: Archive. Secret."]
    assert letter.classification == "Secret"
