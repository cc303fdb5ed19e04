"""Short slices of a letter that show where some words stand in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa_service.library.marking import marks_in
from qa_service.retrieval.query import content_words, words_of
from qa_service.texts import Footnote, Letter, Page, Span

LONGEST = 240
_TOGETHER = 180
"""Words so near each other are shown in one slice."""
_GAP = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Snippet:
    """An exact slice of a letter's text, or of one of its notes, with the words found, counted within the slice."""

    note: Footnote | None
    page: Page | None
    span: Span
    text: str
    highlights: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Words that stand together in one of the letter's texts: 0 is the letter's own, then come its notes."""

    source: int
    span: Span
    forms: frozenset[str]


def telling_words(words: str) -> tuple[str, ...]:
    """The words worth showing where they stand: those that say something; all of them where none does."""
    return content_words(words) or words_of(words)


def snippets_of(letter: Letter, words: Sequence[str], *, limit: int = 3) -> tuple[Snippet, ...]:
    """At most so many slices in printed order, the text's before the notes', chosen so that they show as many of the
    words as can be; none where the words stand in the heading alone.
    """
    texts = [letter.text, *(note.text for note in letter.notes)]
    marks = marks_in(texts, words)
    clusters = [one for source, found in enumerate(marks) for one in _clusters(source, texts[source], found)]
    chosen: list[tuple[int, Span]] = []
    shown: set[str] = set()
    while clusters and len(chosen) < limit:
        best = max(clusters, key=lambda one: (len(one.forms - shown), len(one.forms)))
        slice = _around(texts[best.source], best.span)
        chosen.append((best.source, slice))
        shown |= best.forms
        clusters = [one for one in clusters if one.source != best.source or not one.span.overlaps(slice)]
    return tuple(_snippet(letter, source, slice, texts[source], marks[source]) for source, slice in sorted(chosen))


def _clusters(source: int, text: str, marks: Sequence[Span]) -> Iterator[_Cluster]:
    """From each word found, those after it that fit into one slice with it."""
    for first, mark in enumerate(marks):
        near = [one for one in marks[first : first + _TOGETHER] if one.end <= mark.start + _TOGETHER] or [mark]
        yield _Cluster(source, Span(mark.start, near[-1].end), frozenset(one.of(text).casefold() for one in near))


def _around(text: str, span: Span) -> Span:
    """A slice of about the longest length with the span in its middle, from word to word."""
    start = max(0, span.start - max(0, LONGEST - (span.end - span.start)) // 2)
    end = min(len(text), max(span.end, start + LONGEST))
    if start:
        gap = _GAP.search(text, start - 1, span.start)
        start = gap.end() if gap else span.start
    if end < len(text):
        gaps = [gap.start() for gap in _GAP.finditer(text, span.end, end + 1)]
        end = gaps[-1] if gaps else span.end
    return Span(start, end)


def _snippet(letter: Letter, source: int, slice: Span, text: str, marks: Sequence[Span]) -> Snippet:
    note = letter.notes[source - 1] if source else None
    inside = [mark for mark in marks if slice.start <= mark.start and mark.end <= slice.end]
    pages = letter.pages_of(Span(inside[0].start, inside[0].end)) if note is None else ()
    return Snippet(
        note,
        letter.page_of_note(note) if note else (pages[0] if pages else None),
        slice,
        slice.of(text),
        tuple(Span(mark.start - slice.start, mark.end - slice.start) for mark in inside),
    )
