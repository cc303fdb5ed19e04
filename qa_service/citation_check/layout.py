"""How a pasted text is laid out: its paragraphs, its numbered notes, and the marks that lead to them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from qa_service.texts import Span

RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_DIGITS = str.maketrans(RAISED, "0123456789")
_NUMBER = rf"\[\^?(?P<bracketed>\d{{1,3}})\](?!\()|(?P<raised>[{RAISED}]{{1,3}})"
_NOTE_LINE = re.compile(
    rf"^[ \t]*(?:{_NUMBER}:?|(?P<plain>\d{{1,3}})[.)](?=\s)|(?P<bare>\d{{1,3}})(?=\s[ \t]*[A-Z“\"]))", re.MULTILINE
)
_MARK = re.compile(rf"{_NUMBER}|(?<=[.,;:!?’”\"'»)])(?P<plain>\d{{1,3}})(?![\w,.]\d|\w)")
_BREAK = re.compile(r"\n[ \t]*\n\s*")
_CLOSING_MARKS = re.compile(r"[”’\"'»«“.,;:!?)]{0,4}")


@dataclass(frozen=True, slots=True)
class Note:
    """A numbered note of the pasted text: the paragraph that is its body."""

    number: str
    span: Span


@dataclass(frozen=True, slots=True)
class Layout:
    """A pasted text with its parts in order; marks are those in running text, with their numbers."""

    text: str
    paragraphs: tuple[Span, ...]
    notes: tuple[Note, ...]
    marks: tuple[tuple[Span, str], ...]

    def paragraph_number(self, at: int) -> int:
        """The number of the paragraph that holds this place, from 0."""
        return bisect_right(self.paragraphs, at, key=lambda paragraph: paragraph.start) - 1

    def is_marked_at_once(self, quotation: Span) -> bool:
        """Whether a note mark stands right after a quotation's closing mark."""
        closing = _CLOSING_MARKS.match(self.text, quotation.end)
        mark = self._mark_from(quotation.end)
        return mark is not None and closing is not None and mark[0].start <= closing.end()

    def note_marked(self, area: Span) -> Note | None:
        """The note that the first mark in a part of the text leads to."""
        mark = self._mark_from(area.start)
        if mark is None or mark[0].start >= area.end:
            return None
        return next((note for note in self.notes if note.number == mark[1] and note.span.start > area.start), None)

    def mark_that_ends(self, block: Span) -> Span | None:
        """The mark that stands at the very end of a block."""
        place = bisect_left(self.marks, block.end, key=lambda mark: mark[0].end)
        mark = self.marks[place][0] if place < len(self.marks) else None
        return mark if mark and mark.end == block.end and mark.start > block.start else None

    def _mark_from(self, at: int) -> tuple[Span, str] | None:
        place = bisect_left(self.marks, at, key=lambda mark: mark[0].start)
        return self.marks[place] if place < len(self.marks) else None


def layout_of(text: str) -> Layout:
    lines = {match.end(): match for match in _NOTE_LINE.finditer(text)}
    marks = [(Span(*mark.span()), _number(mark)) for mark in _MARK.finditer(text) if mark.end() not in lines]
    starts = _note_starts(text, lines.values(), marks)
    paragraphs = tuple(_paragraphs(text, starts))
    notes = [Note(starts[start], one) for one in paragraphs if (start := _line_start(text, one.start)) in starts]
    return Layout(text, paragraphs, tuple(notes), tuple(marks))


def trimmed(text: str, span: Span) -> Span:
    """The span without the blanks at its ends."""
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, max(start, span.start + len(words.rstrip())))


def _note_starts(text: str, lines: Iterable[re.Match[str]], marks: Iterable[tuple[Span, str]]) -> dict[int, str]:
    """Where numbered notes begin, with their numbers: lines that begin with a number whose mark stands further up.

    A number without brackets begins a note only after an empty line, or where it follows on the note before.
    """
    breaks = {match.end() for match in _BREAK.finditer(text)}
    first: dict[str, int] = {}
    for span, number in marks:
        first.setdefault(number, span.start)
    starts: dict[int, str] = {}
    last = 0
    for line in lines:
        number, start = _number(line), line.start()
        sure = line["bracketed"] or line["raised"] or start in breaks or int(number) == last + 1
        if sure and first.get(number, len(text)) < start:
            starts[start] = number
            last = int(number)
    return starts


def _paragraphs(text: str, notes: Iterable[int]) -> Iterator[Span]:
    """Parted by empty lines, and before each numbered note."""
    cuts = sorted({0, len(text), *notes, *(match.end() for match in _BREAK.finditer(text))})
    for start, end in pairwise(cuts):
        paragraph = trimmed(text, Span(start, end))
        if paragraph.start < paragraph.end:
            yield paragraph


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _number(match: re.Match[str]) -> str:
    groups = match.groupdict()
    number = next(groups[name] for name in ("bracketed", "raised", "plain", "bare") if groups.get(name))
    return str(int(number.translate(_DIGITS)))
