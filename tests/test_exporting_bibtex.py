"""BibTeX, as bibtexparser reads it."""

import re
from typing import Any

import bibtexparser
from bibtexparser.middlewares import LatexDecodingMiddleware
from bibtexparser.model import Entry

from qa_service.exporting.bibtex import escaped
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


def read(*answers: dict[str, Any]) -> list[Entry]:
    text = export(answers, "bibtex").content.decode()
    library = bibtexparser.parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert library.failed_blocks == []
    assert len(library.blocks) == len(library.entries)
    return library.entries


def test_an_entry_describes_the_letter_in_its_volume() -> None:
    entry = read(answer(citation()))[0]
    fields = {field.key: field.value for field in entry.fields}
    assert fields.pop("annote").startswith(
        "Written September 29, 1961. Document 21, p. 26: “We made this up.” https://"
    )
    assert (entry.entry_type, entry.key) == ("incollection", "frus1961-63v06_d21")
    assert fields == {
        "author": "Ann Alder",
        "title": "Letter From A to B, Document 21",
        "booktitle": FRUS["name"],
        "editor": "Example, Jr., William F. and Van Sample, Laurie",
        "series": "Foreign Relations of the United States, 1961–1963",
        "volume": "VI",
        "publisher": "Government Printing Office",
        "address": "Washington",
        "year": "1996",
        "origdate": "1961-09-29",
        "url": f"{SITE}/frus1961-63v06/d21",
    }


def test_every_place_is_in_the_annotation() -> None:
    annotation = read(answer(citation(), noted_citation(2)))[0]["annote"]
    assert f"Document 21, p. 26, n. 3: “So is this.” {SITE}/frus1961-63v06/d21fn3 (scan: " in annotation


def test_letters_are_entries_of_their_own() -> None:
    entries = read(answer(citation(), other_volume_citation(2)), answer(citation()))
    assert [entry.key for entry in entries] == ["frus1961-63v06_d21", "invented1927-29v01_d5"]


def test_a_name_with_and_in_it_is_one_name() -> None:
    text = export([answer(citation(writer="Secretaries of Trade and Defense"))], "bibtex").content.decode()
    assert "author = {{Secretaries of Trade and Defense}}," in text


def test_characters_of_tex_are_escaped() -> None:
    assert escaped("50 % & $5 #1 a_b") == r"50 \% \& \$5 \#1 a\_b"
    assert escaped("\\{^~") == r"\textbackslash{}\textbraceleft{}\textasciicircum{}\textasciitilde{}"


def test_hostile_text_stays_in_its_field() -> None:
    text = export([hostile_answer()], "bibtex").content.decode()
    for line in text.splitlines()[1:-1]:
        assert re.fullmatch(r"  [a-z]+ = \{.*\},", line)
        assert line.count("{") == line.count("}")
        assert not re.search(r"(?<!\\)[#$%&_]", line.split(" = ")[1])
    entry = read(hostile_answer())[0]
    no_braces = re.sub("[{}]", "", one_line(HOSTILE))
    shown = str(entry["booktitle"]).replace("ˆ", "^").replace("–", "--")  # as the decoder sets them
    assert re.sub(" +", " ", shown).strip() == re.sub(" +", " ", no_braces)
