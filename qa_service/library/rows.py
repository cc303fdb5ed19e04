"""Records and the rows they are kept in: each conversion beside its inverse."""

import re
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import RowMapping as Row

from qa_service.apparatus import IndexEntry, Person, Term
from qa_service.dating import Dating
from qa_service.texts import Footnote, Letter, LetterRef, Page, Party, Reference, Span, Volume

_PLAIN = ("document", "title", "kind", "text", "place", "classification", "archive", "form")
_DATING = ("first", "last", "precision", "taken_from", "certain", "words", "time")


def volume_row(volume: Volume) -> dict[str, Any]:
    return asdict(volume) | {"documents": " ".join(volume.documents)}


def volume_of(row: Row) -> Volume:
    return Volume(**{**row, "documents": tuple(row["documents"].split())})


def letter_row(letter: Letter) -> dict[str, Any]:
    """A letter without its parts; names are kept folded too, for filters."""
    row: dict[str, Any] = {name: getattr(letter, name) for name in _PLAIN}
    row |= {f"date_{name}": getattr(letter.dating, name, None) for name in _DATING}
    return row | {
        "volume": letter.ref.volume,
        "id": letter.ref.id,
        "writer_folded": folded_name(f"{letter.writer or ''} / {letter.author or ''}"),
        "recipient_folded": folded_name(letter.recipient or ""),
    }


def letter_of(
    row: Row, *, pages: Iterable[Row], notes: Iterable[Row], parties: Iterable[Row], references: Iterable[Row]
) -> Letter:
    dated = row["date_first"] is not None
    return Letter(
        ref=LetterRef(row["volume"], row["id"]),
        **{name: row[name] for name in _PLAIN},
        dating=Dating(**{name: row[f"date_{name}"] for name in _DATING}) if dated else None,
        pages=tuple(Page(page["label"], page["start"]) for page in pages),
        notes=tuple(Footnote(n["id"], n["number"], n["anchor"], n["text"], n["source"]) for n in notes),
        parties=tuple(Party(one["role"], one["name"], one["office"], one["person"]) for one in parties),
        references=tuple(map(_reference_of, references)),
    )


def reference_row(reference: Reference) -> dict[str, Any]:
    return {
        "note": reference.note,
        "start": reference.span.start,
        "end": reference.span.end,
        "to_volume": reference.volume,
        "to_letter": reference.letter,
        "to_note": reference.to_note,
        "to_page": reference.page,
        "status": reference.status,
    }


def _reference_of(row: Row) -> Reference:
    span = Span(row["start"], row["end"])
    return Reference(
        row["note"], span, row["to_volume"], row["to_letter"], row["to_note"], row["to_page"], row["status"]
    )


def part_rows(letter: Letter) -> dict[str, list[dict[str, Any]]]:
    """The rows of a letter's parts, by table."""
    of_it = {"volume": letter.ref.volume, "letter": letter.ref.id}
    parts = {
        "pages": map(asdict, letter.pages),
        "notes": map(asdict, letter.notes),
        "parties": map(asdict, letter.parties),
        "letter_references": map(reference_row, letter.references),
    }
    return {
        table: [of_it | {"position": position} | row for position, row in enumerate(rows)]
        for table, rows in parts.items()
    }


def index_row(entry: IndexEntry) -> dict[str, Any]:
    return {
        "phrase": entry.phrase,
        "pages": " ".join(entry.pages),
        "letters": " ".join(entry.letters),
        "in_notes": " ".join(entry.in_notes),
        "see": "\n".join(entry.see),
    }


def index_entry_of(row: Row) -> IndexEntry:
    return IndexEntry(
        row["phrase"],
        tuple(row["pages"].split()),
        tuple(row["letters"].split()),
        tuple(row["in_notes"].split()),
        tuple(row["see"].splitlines()),
    )


def person_of(row: Row) -> Person:
    return Person(row["id"], row["name"], row["listed"], row["description"])


def term_of(row: Row) -> Term:
    return Term(row["id"], row["term"], row["meaning"])


def folded_name(name: str) -> str:
    """A name's words in lower case, each with a blank on both sides: " john f kennedy "."""
    words = " ".join(re.findall(r"[^\W_]+", name.casefold()))
    return f" {words} "
