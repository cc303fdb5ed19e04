"""RIS, as rispy reads it."""

from typing import Any

import rispy

from qa_service.exporting.characters import one_line
from qa_service.exporting.forms import export
from tests.exported_answers import (
    FRUS,
    HOSTILE,
    SITE,
    answer,
    citation,
    hostile_answer,
    noted_citation,
    other_volume_citation,
)


def read(*answers: dict[str, Any]) -> list[dict[str, Any]]:
    return rispy.loads(export(answers, "ris").content.decode())


def test_an_entry_describes_the_letter_in_its_volume() -> None:
    entry = read(answer(citation()))[0]
    assert entry["type_of_reference"] == "CHAP"
    assert entry["id"] == "frus1961-63v06_d21"
    assert entry["authors"] == ["Ann Alder"]
    assert entry["title"] == "Letter From A to B, Document 21"
    assert entry["secondary_title"] == FRUS["name"]
    assert entry["secondary_authors"] == ["Example, William F., Jr.", "Van Sample, Laurie"]
    assert entry["tertiary_title"] == "Foreign Relations of the United States, 1961–1963"
    assert [entry[field] for field in ("volume", "place_published", "publisher", "year")] == [
        "VI",
        "Washington",
        "Government Printing Office",
        "1996",
    ]
    assert entry["urls"] == [f"{SITE}/frus1961-63v06/d21"]


def test_each_place_is_a_note_with_page_quotation_and_addresses() -> None:
    assert read(answer(citation(), noted_citation(2)))[0]["notes"] == [
        "Written September 29, 1961.",
        f"Document 21, p. 26: “We made this up.” {citation()['url']} (scan: {citation()['scan_url']})",
        f"Document 21, p. 26, n. 3: “So is this.” {noted_citation()['url']} (scan: {citation()['scan_url']})",
    ]


def test_letters_are_entries_of_their_own() -> None:
    ids = [entry["id"] for entry in read(answer(citation(), other_volume_citation(2)), answer(citation()))]
    assert ids == ["frus1961-63v06_d21", "invented1927-29v01_d5"]


def test_no_text_can_begin_a_line_of_its_own() -> None:
    entries = read(hostile_answer())
    assert len(entries) == 1
    assert entries[0]["type_of_reference"] == "CHAP"
    assert entries[0]["authors"] == [one_line(HOSTILE)]
    assert len(entries[0]["notes"]) == 2


def test_lines_end_as_the_specification_has_it() -> None:
    content = export([answer(citation())], "ris").content
    assert content.count(b"\r\n") == content.count(b"\n")
    assert content.endswith(b"ER  - \r\n\r\n")
