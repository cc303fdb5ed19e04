"""What a model is given to read: the hits, widened to what a reader needs, with the notes that hang on them.

Each piece has a key that means nothing and is drawn anew for each question, so that nothing written in a letter can
name another piece. Where the editors send the reader to another letter, the part of it that is nearest to the question
is added; one step, no further.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from qa_service.dialogue import Hit
from qa_service.embedding import Vectors
from qa_service.library.builds import Build
from qa_service.sentences import sentences_of
from qa_service.texts import Footnote, Letter, LetterRef, Passage, Reference, Span, header_line

_AROUND = 400
"""Characters before and after a hit, to the sentence's end, where its paragraph is too long to be shown whole."""
_LONGEST_PARAGRAPH = 1500
_LONGEST_NOTE = 600
"""A longer note that is not a hit itself is left out."""
_STEPS = 4
"""So many references are followed, the hits' best first."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A piece of a letter or of one of its notes under its key."""

    key: str
    passage: Passage
    letter: Letter


@dataclass(frozen=True, slots=True)
class Evidence:
    """The pieces, letter by letter, those of the best hit first; `added` are hits that references led to."""

    exhibits: tuple[Exhibit, ...]
    added: tuple[Hit, ...] = ()

    @property
    def passages(self) -> dict[str, Passage]:
        return {one.key: one.passage for one in self.exhibits}

    @property
    def letters(self) -> dict[object, Letter]:
        return {one.letter.ref: one.letter for one in self.exhibits}

    def material(self) -> list[dict[str, Any]]:
        """As a model reads it: letters with their headings, and under each its pieces."""
        return [
            {
                "letter": f"{header_line(pieces[0].letter)} (Document {pieces[0].letter.document})",
                "passages": [{"passage": one.key, "from": _voice(one), "text": one.passage.text} for one in pieces],
            }
            for _, group in groupby(self.exhibits, key=lambda one: one.letter.ref)
            if (pieces := list(group))
        ]


def gather(
    hits: Sequence[Hit], build: Build, vectors: Vectors, *, characters: int, allowed: frozenset[LetterRef] | None = None
) -> Evidence:
    """The evidence of some hits, best first, as far as it fits.

    Args:
        vectors: of the question, shape (w, d); they choose what is shown of a letter that a reference leads to.
        characters: how long all pieces may be together; the best hit is shown even if it is longer.
        allowed: the letters that references may lead to; all, if None.
    """
    pieces = _fitting((piece for hit in hits for piece in _pieces(hit)), characters)
    letters = {hit.letter.ref: hit.letter for hit in hits}
    added = tuple(_followed(pieces, letters, build, vectors, allowed))
    left = characters - sum(len(one.text) for one in pieces)
    pieces += _fitting((piece for hit in added for piece in _pieces(hit)), left, at_least=0)
    letters |= {hit.letter.ref: hit.letter for hit in added}
    keys = _keys()
    exhibits = tuple(
        Exhibit(next(keys), piece, letters[ref])
        for ref in dict.fromkeys(piece.ref for piece in pieces)
        for piece in _in_order([one for one in pieces if one.ref == ref], letters[ref])
    )
    return Evidence(exhibits, added)


def _pieces(hit: Hit) -> Iterator[Passage]:
    """A hit as it is shown, and the short notes whose marks stand in it."""
    passage, letter = hit.passage, hit.letter
    if passage.note is not None:
        yield passage
        return
    span = _widened(letter.text, passage.span)
    yield Passage(passage.ref, None, span, span.of(letter.text))
    for note in letter.notes:
        hangs_on_it = span.start < note.anchor <= span.end or span.start == note.anchor == 0
        if hangs_on_it and 0 < len(note.text) <= _LONGEST_NOTE:
            yield _whole_note(letter, note)


def _widened(text: str, span: Span) -> Span:
    """The paragraph, or what stands around in whole sentences."""
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    paragraph = Span(start, len(text) if end < 0 else end)
    if paragraph.end - paragraph.start <= _LONGEST_PARAGRAPH:
        return paragraph
    around = Span(max(0, span.start - _AROUND), span.end + _AROUND)
    near = [one for one in sentences_of(text, paragraph) if one.overlaps(around)]
    return Span(min(span.start, near[0].start), max(span.end, near[-1].end)) if near else span


def _fitting(pieces: Iterable[Passage], characters: int, *, at_least: int = 1) -> list[Passage]:
    """Pieces, each once, until the next would be too many."""
    taken: dict[str, Passage] = {}
    left = characters
    for piece in pieces:
        if piece.key in taken:
            continue
        left -= len(piece.text)
        if left < 0 and len(taken) >= at_least:
            break
        taken[piece.key] = piece
    return list(taken.values())


def _followed(
    pieces: Sequence[Passage],
    letters: Mapping[LetterRef, Letter],
    build: Build,
    vectors: Vectors,
    allowed: frozenset[LetterRef] | None,
) -> Iterator[Hit]:
    """What the references in some pieces lead to, in letters that are not there yet."""
    seen = set(letters)
    for piece in pieces:
        for reference in letters[piece.ref].references:
            target = LetterRef(reference.volume, reference.letter or "")
            if not _stands_in(reference, piece) or target in seen or target not in build.outline.places:
                continue
            if len(seen) - len(letters) == _STEPS:
                return
            if (allowed is None or target in allowed) and (hit := _led_to(reference, target, build, vectors)):
                seen.add(target)
                yield hit


def _stands_in(reference: Reference, piece: Passage) -> bool:
    if reference.status != "resolved" or reference.note != piece.note:
        return False
    return piece.span.start <= reference.span.start and reference.span.end <= piece.span.end


def _led_to(reference: Reference, target: LetterRef, build: Build, vectors: Vectors) -> Hit | None:
    """The note that is named, or the passage of the letter that is nearest to the question."""
    letter = build.catalogue.letter(target)
    if reference.to_note and any(note.id == reference.to_note for note in letter.notes):
        return Hit(_whole_note(letter, letter.note(reference.to_note)), letter, 0.0, ("reference",))
    outline = build.outline
    rows = np.flatnonzero((outline.letter == outline.places[target]) & ~outline.in_note)
    if not len(rows):
        return None
    nearness = (build.units.passages(rows) @ vectors.T).max(axis=1)
    key = outline.keys[rows[int(np.argmax(nearness))]]
    return Hit(build.catalogue.passages([key])[key], letter, 0.0, ("reference",))


def _in_order(pieces: Sequence[Passage], letter: Letter) -> Iterator[Passage]:
    """The pieces of one letter as they are printed, its text before its notes; those that overlap or touch made one."""
    place = {None: -1} | {note.id: number for number, note in enumerate(letter.notes)}
    for note, group in groupby(sorted(pieces, key=lambda one: (place[one.note], one.span)), key=lambda one: one.note):
        text = letter.text if note is None else letter.note(note).text
        span = Span(0, 0)
        for piece in group:
            if span.end and text[span.end : piece.span.start].strip():
                yield Passage(letter.ref, note, span, span.of(text))
                span = piece.span
            else:
                span = Span(span.start if span.end else piece.span.start, max(span.end, piece.span.end))
        yield Passage(letter.ref, note, span, span.of(text))


def _whole_note(letter: Letter, note: Footnote) -> Passage:
    return Passage(letter.ref, note.id, Span(0, len(note.text)), note.text)


def _voice(exhibit: Exhibit) -> str:
    letter, note = exhibit.letter, exhibit.passage.note
    if note is not None:
        return (
            "the editors' source note" if letter.note(note).source else f"the editors' note {letter.note(note).number}"
        )
    return "the editors" if letter.kind == "editorial note" else "the letter"


def _keys() -> Iterator[str]:
    """Keys that nobody can guess, each once."""
    given: set[str] = set()
    while True:
        key = secrets.token_hex(3)
        if key not in given:
            given.add(key)
            yield key
