"""BibTeX: an `@incollection` for each letter, its places with their quotations in `annote`.

`annote` and not `note`, which styles print in the bibliography; `origdate` is BibLaTeX's and passed over by BibTeX.
Text is UTF-8, with the characters escaped that LaTeX or BibTeX would take as their own.
"""

import re
from collections.abc import Iterator, Sequence

from qa_service.exporting.answers import Told
from qa_service.exporting.entries import Entry, entries, place_text
from qa_service.exporting.names import Name

_ESCAPED = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
} | {character: f"\\{character}" for character in "#$%&_"}
"""Braces by name: BibTeX counts them even where they are escaped."""
_SPECIAL = re.compile("|".join(map(re.escape, _ESCAPED)))


def bibtex(answers: Sequence[Told]) -> str:
    """The entries; a comment for answers that cite no letter."""
    return "\n".join(map(_entry, entries(answers))) or "% No letter is cited.\n"


def _entry(entry: Entry) -> str:
    lines = [f"  {name} = {{{value}}},\n" for name, value in _fields(entry) if value]
    return f"@incollection{{{entry.key},\n{''.join(lines)}}}\n"


def _fields(entry: Entry) -> Iterator[tuple[str, str | None]]:
    source = entry.source
    yield "author", _names(entry.writers)
    yield "title", _as_it_stands(entry.title)
    yield "booktitle", _as_it_stands(source.book)
    yield "editor", _names(entry.editors)
    yield "series", escaped(source.full_series)
    yield "volume", escaped(source.volume_number)
    yield "publisher", _as_it_stands(source.publisher)
    yield "address", escaped(source.place)
    yield "year", escaped(source.year)
    yield "origdate", entry.first.date
    yield "url", entry.first.letter_url
    yield "annote", escaped(" ".join(filter(None, [entry.written, *map(place_text, entry.places)])))


def escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: _ESCAPED[match[0]], text)


def _as_it_stands(text: str) -> str:
    """In braces of its own, so that no style changes its capitals, and no "and" in it parts it."""
    return f"{{{escaped(text)}}}" if text else ""


def _names(names: Sequence[Name]) -> str:
    return " and ".join(
        escaped(", ".join(part for part in (name.family, name.suffix, name.given) if part))
        if name.given
        else _as_it_stands(name.family)
        for name in names
    )
