"""What may carry a claim beside its quotation: the sentences around it, and what the edition says of the letter."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from qa_service.answering.numerals import numbers_of
from qa_service.answering.particulars import Day, bare_days, days_of
from qa_service.dating import Dating
from qa_service.dialogue import Citation
from qa_service.sentences import sentences_of
from qa_service.texts import Letter, Span, header_line

_AROUND = 1200
"""Characters on each side in which the neighbouring sentences are looked for."""
_SHORT_LINE = 100
"""A letter's frame are its shorter lines: dateline, participants, salutation, signature."""
_NEAR_MONTHS = 6

Persons = Callable[[str, str], Sequence[str]]
"""Entries of a volume's list of persons who are named in a text."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The text around a quotation, from narrow to wide."""

    sentences: str
    """Those that the quotation touches, whole."""
    near: str
    """With one sentence before and one after."""
    heading: str
    """The letter's heading, and the sentence that a note hangs on: with `near` what may carry numbers and days."""
    people: str
    """Line by line: the parties with their offices, the letter's frame, the persons listed who are named around."""
    paragraph: str
    days: frozenset[Day]
    """The days that are known, in each year in which one with no year can be."""

    @property
    def carries_facts(self) -> str:
        return f"{self.near}\n{self.heading}"

    @property
    def everything(self) -> str:
        return f"{self.carries_facts}\n{self.people}\n{self.paragraph}"


def surroundings_of(citation: Citation, persons: Persons) -> Surroundings:
    """What stands around a quotation."""
    letter, note, span = citation.letter, citation.note, citation.span
    text = note.text if note else letter.text
    sentences, near = _sentences_around(text, span)
    near = f"{_head_of_table(text, span)}{near}"
    hangs_on = _sentences_around(letter.text, Span(max(0, note.anchor - 2), note.anchor))[0] if note else ""
    heading = "\n".join([header_line(letter), letter.title, letter.place or "", letter.classification or "", hangs_on])
    start, end = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
    paragraph = text[start : end if end >= 0 else len(text)]
    people = "\n".join(
        [
            *(f"{party.name} {party.office or ''}" for party in letter.parties),
            *_short_lines(letter),
        ]
    )
    listed = persons(letter.ref.volume, "\n".join([near, heading, people, paragraph]))
    days = frozenset(_days(f"{near}\n{heading}", paragraph, letter.dating))
    return Surroundings(sentences, near, heading, "\n".join([people, *listed]), paragraph, days)


def _head_of_table(text: str, span: Span) -> str:
    """The first row of the table that the span stands in; empty if it stands in none."""
    lines = text[: span.end].split("\n")
    rows = list(takewhile(lambda line: "\t" in line, reversed(lines)))
    return f"{rows[-1]}\n" if rows else ""


def signature(letter: Letter) -> str:
    """The last line of the text, if it is so short that it can be one."""
    return next((line for line in _short_lines(letter) if letter.text.rstrip().endswith(line)), "")


def _short_lines(letter: Letter) -> list[str]:
    return [line.strip() for line in letter.text.split("\n") if 0 < len(line.strip()) <= _SHORT_LINE]


def _sentences_around(text: str, span: Span) -> tuple[str, str]:
    """The sentences that a span touches, and these with their neighbours."""
    area = Span(max(0, span.start - _AROUND), min(len(text), span.end + _AROUND))
    sentences = sentences_of(text, area)
    touched = [number for number, one in enumerate(sentences) if one.overlaps(span)]
    if not touched:
        return span.of(text), span.of(text)
    whole = Span(sentences[touched[0]].start, sentences[touched[-1]].end)
    first, last = sentences[max(0, touched[0] - 1)], sentences[min(len(sentences) - 1, touched[-1] + 1)]
    return whole.of(text), Span(first.start, last.end).of(text)


def _days(facts: str, paragraph: str, dating: Dating | None) -> Iterator[Day]:
    """A day whose year is left open may be of the letter's year, of the nearest one, and of the paragraph's."""
    named = set(days_of(facts).values())
    months = {day.month for day in named}
    if dating:
        yield from _days_of(dating)
    named |= {Day(month, day) for month in months for day in bare_days(facts)}
    years = {int(number) for number in numbers_of(f"{facts}\n{paragraph}").values() if 1500 <= number < 2200}
    for day in named:
        yield day
        if not day.year:
            yield from (Day(day.month, day.day, year) for year in {*years, *_near_years(day, dating)})


def _days_of(dating: Dating) -> Iterator[Day]:
    for day in (dating.first, dating.last):
        year, month, number = map(int, day.split("-"))
        yield Day(month, number if dating.precision in ("day", "minute") else None, year)


def _near_years(day: Day, dating: Dating | None) -> Iterator[int]:
    if dating:
        year, month = map(int, dating.first.split("-")[:2])
        yield from (
            other for other in (year - 1, year, year + 1)
            if other == year or abs(12 * (other - year) + day.month - month) <= _NEAR_MONTHS
        )  # fmt: skip
