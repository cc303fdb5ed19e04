"""What must be true of every answer, looked up in the letters by a derivation of its own.

None of this is quality that can be traded: one broken citation fails the run. Text, pages and notes are taken from the
letter as published through the API; which page an offset stands on is worked out here, without the code that made the
citation.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from evals.records import Found, Record
from evals.variants import Variant
from qa_service.errors import UnknownError
from qa_service.texts import Footnote, Letter

_MARK = re.compile(r"\[(\d+)\]")

LetterOf = Callable[[str], Letter]
"""A letter by "volume/id"; raises UnknownError."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """How often something that must be so was looked at, and where it was not so."""

    name: str
    checked: int
    broken: tuple[str, ...]

    @property
    def share(self) -> float:
        """The share that held; 1.0 or the run fails."""
        return 1 - len(self.broken) / self.checked if self.checked else 1.0


def check_invariants(records: Mapping[tuple[str, Variant], Record], letter_of: LetterOf) -> list[Invariant]:
    """Citation validity, quotation fidelity, claims with citations, answers without errors, determinism."""
    everything = list(records.values())
    again = [
        (record, records[case, "again"])
        for (case, kind), record in records.items()
        if kind == "asked" and (case, "again") in records and not record.by_model
    ]
    return [
        _invariant(
            "citation validity", [(r.case, _misplaced(one, letter_of)) for r in everything for one in r.citations]
        ),
        _invariant(
            "quotation fidelity", [(r.case, _misquoted(one, letter_of)) for r in everything for one in r.citations]
        ),
        _invariant("claims carry citations", [(r.case, _uncited(r)) for r in everything]),
        _invariant("answers without errors", [(r.case, r.error) for r in everything]),
        _invariant(
            "same answer again",
            [(r.case, "" if r.content == s.content else "the second answer differs") for r, s in again],
        ),
    ]


def _invariant(name: str, looked_at: Sequence[tuple[str, str]]) -> Invariant:
    """From cases with what is wrong with each, nothing if all is well."""
    return Invariant(name, len(looked_at), tuple(f"{case}: {what}" for case, what in looked_at if what))


def _misplaced(citation: Found, letter_of: LetterOf) -> str:
    """What is wrong with the place of a citation; empty if nothing is."""
    try:
        letter = letter_of(citation.letter)
    except UnknownError:
        return f"there is no letter {citation.letter}"
    if (letter.ref.volume, letter.document) != (citation.volume, citation.document):
        return f"{citation.letter} is Document {letter.document}, not {citation.document}"
    if citation.note_id is None:
        pages = tuple(_pages(letter, citation.start, citation.end)) if citation.note is None else None
        if pages is None:
            return f"note {citation.note} of {citation.letter} is cited without its id"
    else:
        note = _note(letter, citation.note_id)
        if note is None or note.number != citation.note:
            return f"{citation.letter} has no note {citation.note} with the id {citation.note_id}"
        before = max(0, note.anchor - 1)
        pages = tuple(_pages(letter, before, before + 1))
    if pages != citation.pages:
        return f"{citation.letter}: cited on p. {citation.pages}, stands on p. {pages}"
    return ""


def _misquoted(citation: Found, letter_of: LetterOf) -> str:
    try:
        letter = letter_of(citation.letter)
    except UnknownError:
        return f"there is no letter {citation.letter}"
    note = _note(letter, citation.note_id) if citation.note_id is not None else None
    text = note.text if note else letter.text
    if not citation.words.strip() or text[citation.start : citation.end] != citation.words:
        return f"{citation.letter} does not hold {citation.words[:60]!r} at {citation.start}"
    return ""


def _uncited(record: Record) -> str:
    numbers = range(1, len(record.citations) + 1)
    for claim in record.claims:
        if not claim.citations or any(number not in numbers for number in claim.citations):
            return f"a claim carries {list(claim.citations)} of {len(record.citations)} citations: {claim.text[:60]!r}"
    if record.answered != bool(record.claims):
        return f"{record.outcome} with {len(record.claims)} claims"
    if record.claims and not {int(mark) for mark in _MARK.findall(record.text)} >= set(numbers):
        return "a citation has no mark in the text"
    return ""


def _note(letter: Letter, id: str) -> Footnote | None:
    return next((note for note in letter.notes if note.id == id), None)


def _pages(letter: Letter, start: int, end: int) -> Iterator[str]:
    """The labels of the pages that some characters stand on: a plain walk over all pages."""
    ends = [page.start for page in letter.pages[1:]] + [len(letter.text) + 1]
    for page, stop in zip(letter.pages, ends, strict=True):
        if page.start < end and start < stop:
            yield page.label
