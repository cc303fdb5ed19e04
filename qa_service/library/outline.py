"""What ranking needs to know of every passage and every letter at once, held in memory: who, to whom, when, where."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine, func, select

from qa_service.library import schema
from qa_service.texts import LetterRef, Party, names_in_role


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """A letter without its text: the days it can be of (ISO; None where nothing is known), and its parties."""

    ref: LetterRef
    document: str
    title: str
    kind: str
    first: str | None
    last: str | None
    parties: tuple[Party, ...]

    @property
    def writer(self) -> str | None:
        """Those who signed, in one."""
        return names_in_role(self.parties, "writer")

    @property
    def by_persons(self) -> bool:
        """Whether all who signed are persons, as far as their names tell."""
        return all(party.is_person for party in self.parties if party.role == "writer")

    @property
    def writers(self) -> tuple[str, ...]:
        """By name; whose message it carries is one of them."""
        return tuple(party.name for party in self.parties if party.role != "recipient")

    @property
    def recipients(self) -> tuple[str, ...]:
        return tuple(party.name for party in self.parties if party.role == "recipient")


@dataclass(frozen=True)
class Outline:
    """All letters and passages, in printed order volume by volume; a passage's row is its place here."""

    letters: tuple[LetterFacts, ...]
    keys: tuple[str, ...]
    rows: dict[str, int]
    """From a passage's key to its row."""
    letter: npt.NDArray[np.int64]
    """For each passage, its letter's place in `letters`."""
    in_note: npt.NDArray[np.bool_]
    sentences: npt.NDArray[np.int64]
    """How many sentences each passage has."""

    names: frozenset[str]
    """Words of the letters that are names, in lower case."""
    places: dict[LetterRef, int]
    """From a letter to its place in `letters`."""


def read_outline(engine: Engine) -> Outline:
    """Read the outline of a published catalogue."""
    letters, passages, sentences = schema.letters.c, schema.passages.c, schema.sentences.c
    with engine.connect() as connection:
        parties: dict[LetterRef, list[Party]] = defaultdict(list)
        for row in connection.execute(select(schema.parties).order_by(schema.parties.c.position)):
            parties[LetterRef(row.volume, row.letter)].append(Party(row.role, row.name, row.office, row.person))
        columns = (letters.volume, letters.id, letters.document, letters.title, letters.kind)
        dates = (letters.date_first, letters.date_last)
        facts = tuple(
            LetterFacts(ref := LetterRef(volume, id), document, title, kind, first, last, tuple(parties[ref]))
            for volume, id, document, title, kind, first, last in connection.execute(
                select(*columns, *dates).order_by(letters.position)
            )
        )
        places = {one.ref: number for number, one in enumerate(facts)}
        rows = connection.execute(
            select(passages.key, passages.volume, passages.letter, passages.note).order_by(passages.number)
        ).all()
        by_passage = select(sentences.passage, func.count()).group_by(sentences.passage)
        names = frozenset(connection.execute(select(schema.names.c.word)).scalars())
        counts: dict[int, int] = dict(connection.execute(by_passage).tuples().all())
    return Outline(
        letters=facts,
        keys=tuple(key for key, *_ in rows),
        rows={key: row for row, (key, *_) in enumerate(rows)},
        letter=np.array([places[LetterRef(volume, letter)] for _, volume, letter, _ in rows], dtype=np.int64),
        in_note=np.array([note is not None for *_, note in rows], dtype=np.bool_),
        names=names,
        places=places,
        sentences=np.array([counts.get(number, 0) for number in range(1, len(rows) + 1)], dtype=np.int64),
    )
