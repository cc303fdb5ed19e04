"""RIS: a book section for each letter, its places with their quotations as notes (N1).

The tags are those of the RIS specification for CHAP, as Zotero and EndNote read them: A2 the volume's editors, T2 its
title, T3 the series. The day of the letter is a note too: a date field would be read as the volume's.
"""

from collections.abc import Iterator, Sequence

from qa_service.exporting.answers import Told
from qa_service.exporting.entries import Entry, entries, place_text
from qa_service.exporting.names import Name


def ris(answers: Sequence[Told]) -> str:
    """The entries, each line a tag and its value; empty for answers that cite no letter."""
    return "".join(
        "\r\n".join([*(f"{tag}  - {value}" for tag, value in _fields(entry) if value), "ER  - ", "", ""])
        for entry in entries(answers)
    )


def _fields(entry: Entry) -> Iterator[tuple[str, str | None]]:
    source = entry.source
    yield "TY", "CHAP"
    yield "ID", entry.key
    yield from (("AU", _name(name)) for name in entry.writers)
    yield "TI", entry.title
    yield "T2", source.book
    yield from (("A2", _name(name)) for name in entry.editors)
    yield "T3", source.full_series
    yield "VL", source.volume_number
    yield "CY", source.place
    yield "PB", source.publisher
    yield "PY", source.year
    yield "UR", entry.first.letter_url
    yield "N1", entry.written
    yield from (("N1", place_text(place)) for place in entry.places)


def _name(name: Name) -> str:
    return ", ".join(part for part in (name.family, name.given, name.suffix) if part)
