"""Outlines and people made by hand, for tests of reading and scoring."""

from collections.abc import Mapping, Sequence

import numpy as np

from qa_service.apparatus import Person
from qa_service.library.outline import LetterFacts, Outline
from qa_service.retrieval.people import People
from qa_service.texts import LetterRef, Party

KENNEDY, ROBERT, KHRUSHCHEV = "John F. Kennedy", "Robert F. Kennedy", "Nikita S. Khrushchev"
DOBRYNIN, KOHLER, WHITE = "Anatoly Dobrynin", "Foy Kohler", "Harold White"

Named = tuple[str, str | None]
"""A party's name and office."""


def facts_of(
    id: str,
    writer: Named = ("A", None),
    recipient: Named = ("B", None),
    days: str | None = None,
    *,
    author: Named | None = None,
    last: str | None = None,
    volume: str = "v",
) -> LetterFacts:
    """A letter's facts; its days are one, unless a last day is given."""
    parties = [
        Party("writer", *writer),
        Party("recipient", *recipient),
        *([Party("author", *author)] if author else []),
    ]
    return LetterFacts(LetterRef(volume, id), id[1:], "T", "letter", days, last or days, tuple(parties))


def outline_of(letters: Sequence[LetterFacts], passages: Sequence[tuple[int, bool]] = ()) -> Outline:
    """Letters with their passages, each given as its letter's place and whether it is of a note."""
    keys = tuple(f"p{number}" for number in range(len(passages)))
    return Outline(
        letters=tuple(letters),
        keys=keys,
        rows={key: row for row, key in enumerate(keys)},
        letter=np.array([letter for letter, _ in passages], dtype=np.int64),
        in_note=np.array([note for _, note in passages], dtype=np.bool_),
        sentences=np.ones(len(passages), dtype=np.int64),
        names=frozenset(),
        places={letter.ref: place for place, letter in enumerate(letters)},
    )


def people_of(letters: Sequence[LetterFacts], persons: Mapping[str, Sequence[Person]] | None = None) -> People:
    return People.of(outline_of(letters), persons or {})


LETTERS = (
    facts_of("d1", (KENNEDY, "President"), (KHRUSHCHEV, "Chairman, Soviet Council of Ministers"), "1961-10-16"),
    facts_of("d2", (KHRUSHCHEV, "Chairman, Soviet Council of Ministers"), (KENNEDY, "President"), "1961-11-09"),
    facts_of("d3", (ROBERT, "Attorney General"), (DOBRYNIN, "Soviet Ambassador"), "1962-10-27"),
    facts_of("d4", ("Department of State", None), ("Embassy in the Soviet Union", None), "1962-10-28"),
    facts_of("d5", (WHITE, "Prime Minister"), (KOHLER, "Ambassador in the Soviet Union"), "1963-05-05"),
)
PEOPLE = people_of(LETTERS)
YEARS = (1961, 1962, 1963)
