"""What a catalogue is made of, and how it is written, once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Table, create_engine

from qa_service.apparatus import Apparatus
from qa_service.library import schema
from qa_service.library.names import written_large
from qa_service.library.rows import index_row, letter_row, part_rows, volume_row
from qa_service.texts import Letter, LetterRef, Passage, Span, Volume


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that letters were read from.

    What it held is known by its digest; `gave` is how many letters that was, of which some may since have been removed
    or replaced by another file's.
    """

    digest: str
    path: str
    form: str
    gave: int


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with the digest of the text that was embedded for it, and its sentences (spans over the same text as
    the passage's own) with theirs.
    """

    passage: Passage
    embedded: str
    sentences: tuple[tuple[Span, str], ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """All that goes into a catalogue; `sources` says for every letter which file (digest) it was read from."""

    volumes: tuple[Volume, ...]
    letters: tuple[Letter, ...]
    passages: tuple[StoredPassage, ...]
    apparatus: Mapping[str, Apparatus]
    files: tuple[SourceFile, ...]
    sources: Mapping[LetterRef, str]


def write_catalogue(path: Path, contents: Contents) -> None:
    """Write a new `library.sqlite`, without its lexical index."""
    engine = create_engine(URL.create("sqlite", database=str(path)))
    schema.metadata.create_all(engine)
    with engine.begin() as connection:
        for table, rows in _tables(contents):
            if some := list(rows):
                connection.execute(table.insert(), some)
    engine.dispose()


def _tables(contents: Contents) -> Iterator[tuple[Table, Iterable[dict[str, Any]]]]:
    yield schema.volumes, map(volume_row, contents.volumes)
    yield schema.sources, map(asdict, contents.files)
    yield (
        schema.letters,
        (
            letter_row(letter) | {"position": position, "source": contents.sources[letter.ref]}
            for position, letter in enumerate(contents.letters)
        ),
    )
    parts = [part_rows(letter) for letter in contents.letters]
    for table in (schema.pages, schema.notes, schema.parties, schema.letter_references):
        yield table, [row for tables in parts for row in tables[table.name]]
    yield schema.passages, (_passage_row(one) for one in contents.passages)
    yield schema.sentences, _sentence_rows(contents.passages)
    yield (
        schema.names,
        ({"word": word} for word in sorted(written_large(one.passage.text for one in contents.passages))),
    )
    for volume, apparatus in contents.apparatus.items():
        of_it = {"volume": volume}
        yield schema.persons, (asdict(person) | of_it for person in apparatus.persons)
        yield schema.terms, (asdict(term) | of_it for term in apparatus.terms)
        yield schema.index_entries, (index_row(entry) | of_it for entry in apparatus.index)


def _passage_row(one: StoredPassage) -> dict[str, Any]:
    passage = one.passage
    return {
        "key": passage.key,
        "volume": passage.ref.volume,
        "letter": passage.ref.id,
        "note": passage.note,
        "start": passage.span.start,
        "end": passage.span.end,
        "embedded": one.embedded,
    }


def _sentence_rows(passages: Iterable[StoredPassage]) -> Iterator[dict[str, Any]]:
    for number, one in enumerate(passages, start=1):
        for span, embedded in one.sentences:
            yield {"passage": number, "start": span.start, "end": span.end, "embedded": embedded}
