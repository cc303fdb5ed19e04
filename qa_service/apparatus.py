"""What the editors of a volume added beside the letters: list of persons, abbreviations and terms, index."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a volume's list of persons.

    `id` is opaque and the volume's own ("p_KNS2"); `name` is in reading order ("Nikita S. Khrushchev"), `listed` as
    the list has it ("Khrushchev, Nikita S."), `description` what stands after the name.
    """

    id: str
    name: str
    listed: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """An abbreviation, code name or term with what the editors say it means."""

    id: str
    term: str
    meaning: str


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One line of a volume's back-of-book index: the phrase (nested entries joined by ": ") and where it leads.

    Older volumes index pages (by label), newer ones documents (by letter id). `in_notes` are those of the two that
    the index marks with "n": there the matter is in a note. `see` are the entries it sends the reader to.
    """

    phrase: str
    pages: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    in_notes: tuple[str, ...] = ()
    see: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Apparatus:
    """All of it, for one volume."""

    persons: tuple[Person, ...] = ()
    terms: tuple[Term, ...] = ()
    index: tuple[IndexEntry, ...] = ()
