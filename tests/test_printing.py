from dataclasses import replace

from qa_service.api.letter_responses import LetterOut
from qa_service.printing import whole_letter
from qa_service.texts import Footnote, Party, Volume
from tests.builders import letter_of


def printed(marked: str, **more: object) -> list[str]:
    return whole_letter(LetterOut.of(letter_of(marked, **more), Volume("v", title="A Volume"))).splitlines()


def test_a_letter_as_a_reader_wants_to_see_it() -> None:
    lines = printed("|26|We agree^9^10 |27|to the ban.", date="1961-09-29", place="Montavrel", classification="Secret")
    assert lines[:4] == [
        "1. Letter From A to B", "v/d1 · A Volume", "A to B", "September 29, 1961 · Montavrel · Secret",
    ]  # fmt: skip
    assert "[p. 26] We agree[n9][n10] [p. 27] to the ban." in lines


def test_notes_of_the_heading_are_marked_there_and_only_there() -> None:
    letter = replace(
        letter_of("We agree."),
        notes=(Footnote("fn0", "0", 0, "Summary: x.\n\nSource: y.", source=True),),
        parties=(Party("recipient", "B", "Chancellor"),),
    )
    lines = whole_letter(LetterOut.of(letter, Volume("v"))).splitlines()
    assert lines[0] == "1. Letter From A to B[n0]"
    assert lines[2:4] == [" to B (Chancellor)", "undated"]
    assert sum("[n0]" in line for line in lines) == 1
    assert lines[-3:] == ["  0. Summary: x.", "", "     Source: y."]


def test_without_parties_there_is_no_line_for_them() -> None:
    assert printed("We agree.", writer=None, recipient=None)[2] == "undated"
