"""Letters, passages and what the editors added, by key; read-only."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Engine,
    Row,
    RowMapping,
    Select,
    Table,
    and_,
    create_engine,
    func,
    or_,
    select,
    tuple_,
)  # fmt: skip

from qa_service.apparatus import Apparatus
from qa_service.dialogue import Filters, Searched
from qa_service.errors import UnknownError
from qa_service.library import schema
from qa_service.library.contents import SourceFile, StoredPassage
from qa_service.library.rows import folded_name, index_entry_of, letter_of, person_of, term_of, volume_of
from qa_service.texts import Letter, LetterRef, Passage, Span, Volume

_LETTERS_KEPT = 2000
_KEYS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Beside:
    """The letters before and after one in its volume; None at its ends."""

    previous: Letter | None = None
    next: Letter | None = None


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
            return tuple(map(volume_of, rows))

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

    def beside(self, ref: LetterRef) -> Beside:
        """The letters before and after a letter in its volume, in printed order. Raises UnknownError."""
        letters = schema.letters.c
        of_volume = select(letters.id).where(letters.volume == ref.volume).order_by(letters.position)
        with self.engine.connect() as connection:
            ids = connection.execute(of_volume).scalars().all()
        if ref.id not in ids:
            raise UnknownError(f"no letter {str(ref)!r} among the loaded letters")
        place = ids.index(ref.id)
        before, after = ids[:place][-1:], ids[place + 1 :][:1]
        return Beside(*(self.letter(LetterRef(ref.volume, one[0])) if one else None for one in (before, after)))

    def passages(self, keys: Sequence[str]) -> dict[str, Passage]:
        """The passages with these keys; a key that does not exist is left out."""
        found: dict[str, Passage] = {}
        with self.engine.connect() as connection:
            for at in range(0, len(keys), _KEYS_AT_ONCE):
                wanted = schema.passages.c.key.in_(keys[at : at + _KEYS_AT_ONCE])
                for row in connection.execute(select(schema.passages).where(wanted)):
                    found[row.key] = self._passage(row)
        return found

    def passages_of(self, ref: str, note: str | None = None) -> tuple[Passage, ...]:
        """The passages of a letter's text, or of one of its notes, in order."""
        of_it = LetterRef.parse(ref)
        columns = schema.passages.c
        wanted = (
            (columns.volume == of_it.volume) & (columns.letter == of_it.id) & (columns.note.is_not_distinct_from(note))
        )
        with self.engine.connect() as connection:
            rows = connection.execute(select(schema.passages).where(wanted).order_by(columns.number)).all()
        return tuple(map(self._passage, rows))

    def sentences_of(self, keys: Sequence[str]) -> dict[str, list[Span]]:
        """The sentences of some passages, as spans over the letter's text or the note's."""
        passages, sentences = schema.passages.c, schema.sentences.c
        joined = select(passages.key, sentences.start, sentences.end).join(
            schema.sentences, sentences.passage == passages.number
        )
        found: dict[str, list[Span]] = {key: [] for key in keys}
        with self.engine.connect() as connection:
            for key, start, end in connection.execute(joined.where(passages.key.in_(keys)).order_by(sentences.number)):
                found[key].append(Span(start, end))
        return found

    def all_passages(self) -> Iterator[StoredPassage]:
        """Every passage with its sentences, in order."""
        with self.engine.connect() as connection:
            sentences: dict[int, list[tuple[Span, str]]] = defaultdict(list)
            for row in connection.execute(select(schema.sentences).order_by(schema.sentences.c.number)):
                sentences[row.passage].append((Span(row.start, row.end), row.embedded))
            for row in connection.execute(select(schema.passages).order_by(schema.passages.c.number)):
                yield StoredPassage(self._passage(row), row.embedded, tuple(sentences[row.number]))

    def apparatus(self, volume: str) -> Apparatus:
        """What the editors of a volume added; all empty if it has none or is not loaded."""
        with self.engine.connect() as connection:

            def rows(table: Table) -> Iterable[RowMapping]:
                of_it = select(table).where(table.c.volume == volume).order_by(table.c.number)
                return connection.execute(of_it).mappings()

            return Apparatus(
                persons=tuple(map(person_of, rows(schema.persons))),
                terms=tuple(map(term_of, rows(schema.terms))),
                index=tuple(map(index_entry_of, rows(schema.index_entries))),
            )

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
        counts = select(letters.volume, func.count(), func.min(letters.date_first), func.max(letters.date_last))
        by_volume = _filtered(counts, filters).where(letters.text != "").group_by(letters.volume)
        with self.engine.connect() as connection:
            rows = connection.execute(by_volume.order_by(letters.volume)).all()
        return Searched(
            letters=sum(count for _, count, _, _ in rows),
            volumes=tuple(volume for volume, *_ in rows),
            first_date=min((first for _, _, first, _ in rows if first), default=None),
            last_date=max((last for *_, last in rows if last), default=None),
        )

    def _passage(self, row: Row[Any]) -> Passage:
        ref, span = LetterRef(row.volume, row.letter), Span(row.start, row.end)
        letter = self.letter(ref)
        return Passage(ref, row.note, span, span.of(letter.text if row.note is None else letter.note(row.note).text))

    def _read_letter(self, ref: LetterRef) -> Letter:
        letters = schema.letters.c
        with self.engine.connect() as connection:
            one = select(schema.letters).where(letters.volume == ref.volume, letters.id == ref.id)
            row = connection.execute(one).mappings().first()
            if row is None:
                raise UnknownError(f"no letter {str(ref)!r} among the loaded letters")

            def parts(table: Table) -> Iterable[RowMapping]:
                of_it = select(table).where(table.c.volume == ref.volume, table.c.letter == ref.id)
                return connection.execute(of_it.order_by(table.c.position)).mappings()

            return letter_of(
                row,
                pages=parts(schema.pages),
                notes=parts(schema.notes),
                parties=parts(schema.parties),
                references=parts(schema.letter_references),
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
        wanted = wanted.where(letters.date_last >= filters.date_from)
    if filters.date_to:
        wanted = wanted.where(letters.date_first <= filters.date_to)
    return wanted


def _any_name(column: Any, names: Sequence[str]) -> Any:
    return or_(
        *(
            and_(*(column.contains(f" {word} ", autoescape=True) for word in folded_name(name).split()))
            for name in names
        )
    )


def _read_only(path: Path) -> Engine:
    """An engine on a file that nobody writes to: no locks, no journal, any number of readers."""
    url = URL.create("sqlite", database=f"file:{path.resolve()}", query={"mode": "ro", "immutable": "1", "uri": "true"})
    return create_engine(url, connect_args={"check_same_thread": False})
