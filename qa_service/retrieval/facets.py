"""How many letters there are of each volume, writer, recipient, kind and month, among those that are looked at.

Each side is counted without what was asked of that side itself, so that one sees what another value would add.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from qa_service.dialogue import Filters
from qa_service.library.builds import Build
from qa_service.library.outline import LetterFacts
from qa_service.library.rows import folded_name
from qa_service.retrieval.finding import letters_with

MOST_NAMES = 200
Places = npt.NDArray[np.int64]
"""Letters, by their places in the outline."""


@dataclass(frozen=True, slots=True)
class Count:
    """A value that letters can be filtered by, and how many letters that gives."""

    value: str
    letters: int


@dataclass(frozen=True, slots=True)
class Names:
    """The most frequent names first, and how many more there are."""

    shown: tuple[Count, ...]
    more: int


@dataclass(frozen=True, slots=True)
class MonthCount:
    """Letters of a month ("1961-09") by one writer, or by those who signed together; None where nobody is named.
    `person` is false of offices and bodies, as far as their names tell.
    """

    month: str
    writer: str | None
    person: bool
    letters: int


@dataclass(frozen=True, slots=True)
class Facets:
    """`total`, `undated` and the days are those of the letters that pass everything; undated are those of which no day
    is known. `searchable` are those with a text: of some, only images were published. `months` leaves out letters that
    are known to the year alone.
    """

    total: int
    searchable: int
    undated: int
    first_date: str | None
    last_date: str | None
    volumes: tuple[Count, ...]
    writers: Names
    recipients: Names
    kinds: tuple[Count, ...]
    months: tuple[MonthCount, ...]


def facets_of(build: Build, filters: Filters, words: str | None) -> Facets:
    """Count the letters that pass the filters and hold all the words, if there are words."""
    letters = build.outline.letters
    found = letters_with(words, build) if words else None

    @cache
    def passing(asked: Filters) -> Places:
        places = [build.outline.places[ref] for ref in build.catalogue.refs(asked)]
        return np.array([place for place in places if found is None or place in found], dtype=np.int64)

    def those(asked: Filters) -> Iterable[LetterFacts]:
        return (letters[place] for place in passing(asked))

    whole = list(those(filters))
    writers, recipients = _names_of(build)
    volumes = Counter(one.ref.volume for one in those(replace(filters, volumes=())))
    return Facets(
        total=len(whole),
        searchable=np.intersect1d(passing(filters), build.outline.letter[~build.outline.in_note]).size,
        undated=sum(one.first is None for one in whole),
        first_date=min((one.first for one in whole if one.first), default=None),
        last_date=max((one.last for one in whole if one.last), default=None),
        volumes=tuple(Count(volume, volumes[volume]) for volume in sorted(volumes)),
        writers=_counted_names(writers, passing(replace(filters, writers=())), len(letters)),
        recipients=_counted_names(recipients, passing(replace(filters, recipients=())), len(letters)),
        kinds=_most_first(Counter(one.kind for one in those(replace(filters, kinds=())))),
        months=_months(those(replace(filters, date_from=None, date_to=None))),
    )


def _months(letters: Iterable[LetterFacts]) -> tuple[MonthCount, ...]:
    counts = Counter(
        (one.first[:7], one.writer or "", one.writer is not None and one.by_persons)
        for one in letters
        if one.first and one.last and one.first[:7] == one.last[:7]
    )
    return tuple(
        MonthCount(month, writer or None, person, count) for (month, writer, person), count in sorted(counts.items())
    )


def _counted_names(names: Mapping[str, Places], passing: Places, letters: int) -> Names:
    passes = np.zeros(letters, dtype=np.bool_)
    passes[passing] = True
    counted = _most_first({name: int(np.count_nonzero(passes[places])) for name, places in names.items()})
    return Names(counted[:MOST_NAMES], max(0, len(counted) - MOST_NAMES))


def _most_first(counts: Mapping[str, int]) -> tuple[Count, ...]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Count(value, count) for value, count in ordered if count)


def _names_of(build: Build) -> tuple[dict[str, Places], dict[str, Places]]:
    """Each writer and each recipient, with the letters that a filter by the name gives; made once for each build."""
    known = _NAMES.get(build)
    if known is None:
        letters = build.outline.letters
        sides = named(letters, lambda one: one.writers), named(letters, lambda one: one.recipients)
        known = _NAMES.setdefault(build, sides)
    return known


_NAMES: WeakKeyDictionary[Build, tuple[dict[str, Places], dict[str, Places]]] = WeakKeyDictionary()


def named(letters: Iterable[LetterFacts], of: Callable[[LetterFacts], Iterable[str]]) -> dict[str, Places]:
    """As filters match names: all words of the one stand among the words of the other. Of names that are the same to a
    filter, the most frequent spelling.
    """
    holding: dict[str, set[int]] = defaultdict(set)
    spellings: dict[frozenset[str], Counter[str]] = defaultdict(Counter)
    for place, letter in enumerate(letters):
        for name in of(letter):
            words = frozenset(folded_name(name).split())
            spellings[words][name] += 1
            for word in words:
                holding[word].add(place)
    return {
        names.most_common(1)[0][0]: np.array(sorted(set.intersection(*(holding[word] for word in words))))
        for words, names in spellings.items()
        if words
    }
