"""Letters, passages and what the editors added, by key; written once, then read-only."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, Row, Select, and_, create_engine, func, or_, select, tuple_

from qa_service.dialogue import Filters, Searched
from qa_service.errors import UnknownError
from qa_service.library import schema
from qa_service.texts import Footnote, IndexEntry, Letter, LetterRef, Page, Passage, Span, Volume

_LETTERS_KEPT = 2000
_KEYS_AT_ONCE = 500


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
class Contents:
    """All that goes into a catalogue; `sources` says for every letter which file (digest) it was read from."""

    volumes: tuple[Volume, ...]
    letters: tuple[Letter, ...]
    passages: tuple[Passage, ...]
    embedded: tuple[str, ...]
    """For each passage, the digest of the text that was embedded for it."""
    index: dict[str, tuple[IndexEntry, ...]]
    files: tuple[SourceFile, ...]
    sources: dict[LetterRef, str]


def write_catalogue(path: Path, contents: Contents) -> None:
    """Write a new `library.sqlite`, without its lexical index."""
    engine = create_engine(URL.create("sqlite", database=str(path)))
    schema.metadata.create_all(engine)
    with engine.begin() as connection:
        for table, rows in _rows(contents):
            if rows:
                connection.execute(table.insert(), rows)
    engine.dispose()


def _rows(contents: Contents) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    volume_fields = [column.name for column in schema.volumes.columns]
    yield (
        schema.volumes,
        [{name: getattr(volume, name) for name in volume_fields} for volume in contents.volumes],
    )
    yield schema.sources, [{"digest": f.digest, "path": f.path, "form": f.form, "gave": f.gave} for f in contents.files]
    yield (
        schema.letters,
        [
            {
                **{name: getattr(letter, name) for name in _LETTER_FIELDS},
                "volume": letter.ref.volume,
                "id": letter.ref.id,
                "position": position,
                "writer_folded": _folded_name(letter.writer or ""),
                "recipient_folded": _folded_name(letter.recipient or ""),
                "source": contents.sources[letter.ref],
            }
            for position, letter in enumerate(contents.letters)
        ],
    )
    for table, name, fields in ((schema.pages, "pages", _PAGE_FIELDS), (schema.notes, "notes", _NOTE_FIELDS)):
        yield (
            table,
            [
                {"volume": letter.ref.volume, "letter": letter.ref.id, "position": position}
                | {field: getattr(part, field) for field in fields}
                for letter in contents.letters
                for position, part in enumerate(getattr(letter, name))
            ],
        )
    yield (
        schema.passages,
        [
            {
                "key": passage.key,
                "volume": passage.ref.volume,
                "letter": passage.ref.id,
                "note": passage.note,
                "start": passage.span.start,
                "end": passage.span.end,
                "embedded": embedded,
            }
            for passage, embedded in zip(contents.passages, contents.embedded, strict=True)
        ],
    )
    yield (
        schema.index_entries,
        [
            {
                "volume": volume,
                "phrase": entry.phrase,
                "pages": " ".join(entry.pages),
                "letters": " ".join(entry.letters),
            }
            for volume, entries in contents.index.items()
            for entry in entries
        ],
    )


_LETTER_FIELDS = (
    "document",
    "title",
    "kind",
    "text",
    "date",
    "place",
    "writer",
    "recipient",
    "classification",
    "form",
)
_PAGE_FIELDS = ("label", "start")
_NOTE_FIELDS = ("id", "number", "anchor", "text", "source")


class Catalogue:
    """A published catalogue; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self.engine = _read_only(path)
        self._letter = lru_cache(maxsize=_LETTERS_KEPT)(self._read_letter)

    def close(self) -> None:
        self.engine.dispose()

    def volumes(self) -> tuple[Volume, ...]:
        with self.engine.connect() as connection:
            rows = connection.execute(select(schema.volumes).order_by(schema.volumes.c.id)).mappings()
            return tuple(Volume(**row) for row in rows)

    def volume(self, id: str) -> Volume:
        """Raises UnknownError."""
        for volume in self.volumes():
            if volume.id == id:
                return volume
        raise UnknownError(f"no volume {id!r} among the loaded letters")

    def refs(self, filters: Filters = Filters()) -> tuple[LetterRef, ...]:
        """The letters that pass the filters, in printed order volume by volume."""
        wanted = _filtered(select(schema.letters.c.volume, schema.letters.c.id), filters)
        with self.engine.connect() as connection:
            return tuple(LetterRef(*row) for row in connection.execute(wanted.order_by(schema.letters.c.position)))

    def letter(self, ref: LetterRef) -> Letter:
        """Raises UnknownError."""
        return self._letter(ref)

    def letters(self, filters: Filters = Filters()) -> Iterator[Letter]:
        return (self.letter(ref) for ref in self.refs(filters))

    def passages(self, keys: Sequence[str]) -> dict[str, Passage]:
        """The passages with these keys; a key that does not exist is left out."""
        found: dict[str, Passage] = {}
        with self.engine.connect() as connection:
            for at in range(0, len(keys), _KEYS_AT_ONCE):
                wanted = schema.passages.c.key.in_(keys[at : at + _KEYS_AT_ONCE])
                for row in connection.execute(select(schema.passages).where(wanted)):
                    found[row.key] = self._passage(row)
        return found

    def all_passages(self) -> Iterator[tuple[Passage, str]]:
        """Every passage with the digest of the text that was embedded for it."""
        with self.engine.connect() as connection:
            for row in connection.execute(select(schema.passages).order_by(schema.passages.c.number)):
                yield self._passage(row), row.embedded

    def index(self, volume: str) -> tuple[IndexEntry, ...]:
        entries = select(schema.index_entries).where(schema.index_entries.c.volume == volume)
        with self.engine.connect() as connection:
            rows = connection.execute(entries.order_by(schema.index_entries.c.number))
            return tuple(IndexEntry(row.phrase, tuple(row.pages.split()), tuple(row.letters.split())) for row in rows)

    def sources(self) -> dict[LetterRef, SourceFile]:
        """The file that each letter was read from."""
        joined = select(schema.letters.c.volume, schema.letters.c.id, schema.sources).join(
            schema.sources, schema.sources.c.digest == schema.letters.c.source
        )
        with self.engine.connect() as connection:
            return {
                LetterRef(row.volume, row.id): SourceFile(row.digest, row.path, row.form, row.gave)
                for row in connection.execute(joined)
            }

    def extent(self, filters: Filters = Filters()) -> Searched:
        """How much there is to search in; letters of which only images were published do not count."""
        letters = schema.letters.c
        counts = select(letters.volume, func.count(), func.min(letters.date), func.max(letters.date))
        by_volume = _filtered(counts, filters).where(letters.text != "").group_by(letters.volume)
        with self.engine.connect() as connection:
            rows = connection.execute(by_volume.order_by(letters.volume)).all()
        return Searched(
            letters=sum(count for _, count, _, _ in rows),
            volumes=tuple(volume for volume, *_ in rows),
            first_date=min((first for _, _, first, _ in rows if first), default=None),
            last_date=max((last for *_, last in rows if last), default=None),
        )

    def filtered_letters(self, filters: Filters) -> Select[Any]:
        """A select of (volume, id) for the lexical index to search in."""
        return _filtered(select(schema.letters.c.volume, schema.letters.c.id), filters)

    def _passage(self, row: Row[Any]) -> Passage:
        ref, span = LetterRef(row.volume, row.letter), Span(row.start, row.end)
        letter = self.letter(ref)
        return Passage(ref, row.note, span, span.of(letter.text if row.note is None else letter.note(row.note).text))

    def _read_letter(self, ref: LetterRef) -> Letter:
        with self.engine.connect() as connection:
            letters = schema.letters
            row = connection.execute(
                select(letters).where(letters.c.volume == ref.volume, letters.c.id == ref.id)
            ).first()
            if row is None:
                raise UnknownError(f"no letter {str(ref)!r} among the loaded letters")

            def parts(table: Any) -> Iterable[Row[Any]]:
                of_it = select(table).where(table.c.volume == ref.volume, table.c.letter == ref.id)
                return connection.execute(of_it.order_by(table.c.position))

            return Letter(
                ref=ref,
                **{name: getattr(row, name) for name in _LETTER_FIELDS},
                pages=tuple(Page(*(getattr(page, name) for name in _PAGE_FIELDS)) for page in parts(schema.pages)),
                notes=tuple(Footnote(*(getattr(note, name) for name in _NOTE_FIELDS)) for note in parts(schema.notes)),
            )


def _filtered(wanted: Select[Any], filters: Filters) -> Select[Any]:
    letters = schema.letters.c
    if filters.volumes:
        wanted = wanted.where(letters.volume.in_(filters.volumes))
    if filters.letters:
        refs = [LetterRef.parse(text) for text in filters.letters]
        wanted = wanted.where(tuple_(letters.volume, letters.id).in_([(ref.volume, ref.id) for ref in refs]))
    if filters.kinds:
        wanted = wanted.where(letters.kind.in_([kind.lower() for kind in filters.kinds]))
    for names, column in (
        (filters.writers, letters.writer_folded),
        (filters.recipients, letters.recipient_folded),
    ):
        if names:
            wanted = wanted.where(_any_name(column, names))
    if filters.date_from:
        wanted = wanted.where(letters.date >= filters.date_from)
    if filters.date_to:
        wanted = wanted.where(letters.date <= filters.date_to)
    return wanted


def _any_name(column: Any, names: Sequence[str]) -> Any:
    return or_(
        *(
            and_(*(column.contains(f" {word} ", autoescape=True) for word in _folded_name(name).split()))
            for name in names
        )
    )


def _read_only(path: Path) -> Engine:
    """An engine on a file that nobody writes to: no locks, no journal, any number of readers."""
    url = URL.create("sqlite", database=f"file:{path.resolve()}", query={"mode": "ro", "immutable": "1", "uri": "true"})
    return create_engine(url, connect_args={"check_same_thread": False})


def _folded_name(name: str) -> str:
    """A name's words in lower case, each with a blank on both sides: " john f kennedy "."""
    words = " ".join(re.findall(r"[^\W_]+", name.casefold()))
    return f" {words} "
