"""Letters to passages: exact slices, cut at sentence ends, never past what the embedder reads.

A passage of the body is embedded as header line + text + the notes whose marks fall in it, as far as they fit. Notes
that are long, or did not fit, are passages of their own too, embedded as header line + "Note n to" the sentence of
their mark + text. Each sentence of a passage is embedded behind the header line as well, because a sentence alone does
not say who speaks, to whom and when.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa_service.apparatus import IndexEntry
from qa_service.library.lexical import LexicalFields
from qa_service.sentences import sentences_of
from qa_service.texts import Footnote, Letter, Passage, Span, header_line

CUT_VERSION = "4"
"""Goes up whenever a letter would be cut or embedded differently."""

_LONG_NOTE_WORDS = 6
_PARAGRAPH_END_FROM = 0.6
"""A passage filled to this share ends at the end of a paragraph rather than begin another."""
_MARGIN = 4
"""Tokens kept free: special tokens and the line ends between header, body and notes."""

_MARKED_CHARACTERS = 240
"""So much of the sentence that a note is to is embedded with it."""

CountTokens = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage, what is embedded for it, and its sentences with what is embedded for each."""

    passage: Passage
    embedded_text: str
    sentences: tuple[tuple[Span, str], ...]


def cut_letter(letter: Letter, *, passage_tokens: int, max_tokens: int, count_tokens: CountTokens) -> list[Cut]:
    """Cut a letter and its notes.

    Args:
        passage_tokens: the most tokens of a passage's own text.
        max_tokens: the most the embedder reads, header and notes included.
        count_tokens: tokens of each text as the embedder counts them.
    Returns: passages in printed order, those of the body first. Together they cover every sentence of the letter.
    """
    header = _fitting_header(letter, max_tokens, count_tokens)
    room = max_tokens - _MARGIN - count_tokens([header])[0]
    limit = min(passage_tokens, room)
    cuts, apart = [], [note for note in letter.notes if note.source or len(note.text.split()) > _LONG_NOTE_WORDS]
    for span in _cut(letter.text, limit, count_tokens):
        body = span.of(letter.text)
        left = room - count_tokens([body])[0]
        attached = []
        for note in notes_at(letter, span):
            needed = count_tokens([note.text])[0]
            if needed <= left:
                left -= needed
                attached.append(note.text)
            elif note not in apart and note.text:
                apart.append(note)
        passage = Passage(letter.ref, None, span, body)
        cuts.append(Cut(passage, "\n".join([header, body, *attached]), _sentences(passage, header)))
    for note in apart:
        marked = _marked_sentence(note, letter)
        while marked and count_tokens([f"Note {note.number} to “{marked}”"])[0] > room // 2:
            marked = marked.rpartition(" ")[0]
        said = f"Note {note.number} to “{marked}”" if marked else f"Note {note.number}"
        behind = f"{header}, note to “{marked}”" if marked else header
        left = room - count_tokens([said])[0]
        for span in _cut(note.text, min(limit, left), count_tokens):
            passage = Passage(letter.ref, note.id, span, span.of(note.text))
            cuts.append(Cut(passage, f"{header}\n{said}: {passage.text}", _sentences(passage, behind)))
    return cuts


def _sentences(passage: Passage, behind: str) -> tuple[tuple[Span, str], ...]:
    """The sentences of a passage as spans over the same text as the passage's own, with what is embedded for each."""
    start = passage.span.start
    return tuple(
        (Span(start + one.start, start + one.end), f"{behind}: {one.of(passage.text)}")
        for one in sentences_of(passage.text)
    )


def _marked_sentence(note: Footnote, letter: Letter) -> str:
    """The beginning of the sentence that a note is to; nothing for a note to the heading."""
    before = note.anchor - 1
    if before < 0:
        return ""
    start, end = letter.text.rfind("\n", 0, before) + 1, letter.text.find("\n", before)
    line = Span(start, len(letter.text) if end < 0 else end)
    marked = [one for one in sentences_of(letter.text, line) if one.start <= before < one.end]
    return marked[0].of(letter.text)[:_MARKED_CHARACTERS] if marked else ""


def notes_at(letter: Letter, span: Span) -> list[Footnote]:
    """The notes whose marks fall in the span; a mark belongs to the character before it, the heading's to the first."""
    return [note for note in letter.notes if span.start <= max(0, note.anchor - 1) < span.end]


def lexical_fields(
    letter: Letter, passage: Passage, index: Sequence[IndexEntry], around: Sequence[Passage]
) -> LexicalFields:
    """What the lexical index holds of a passage: header, body, notes, the phrases under which the volume's own index
    lists its pages or its letter, and the words of the passages around it.
    """
    header = " ".join(
        part
        for part in (
            letter.title, letter.writer, letter.author, letter.recipient, letter.place, str(letter.dating or ""),
            letter.classification, f"Document {letter.document}",
        )
        if part
    )  # fmt: skip
    if passage.note is None:
        body, notes = passage.text, "\n".join(note.text for note in notes_at(letter, passage.span))
        pages = {page.label for page in letter.pages_of(passage.span)}
    else:
        note = letter.note(passage.note)
        body, notes = "", passage.text
        page = letter.page_of_note(note)
        pages = {page.label} if page else set()
    phrases = "\n".join(
        entry.phrase for entry in index if letter.ref.id in entry.letters or pages.intersection(entry.pages)
    )
    return header, body, notes, phrases, "\n".join(one.text for one in around)


def neighbours(letter: Letter, passages: Sequence[Passage]) -> dict[str, list[Passage]]:
    """For each of a letter's passages, by key, those before and after it in the same text; for one of a note also that
    of the note's mark.
    """
    found: dict[str, list[Passage]] = {passage.key: [] for passage in passages}
    for one, other in itertools.pairwise(passages):
        if one.note == other.note:
            found[one.key].append(other)
            found[other.key].append(one)
    marks = {note.id: max(0, note.anchor - 1) for note in letter.notes}
    bodies = [passage for passage in passages if passage.note is None]
    for passage in passages:
        if passage.note is not None:
            before = [body for body in bodies if body.span.start <= marks[passage.note]]
            found[passage.key] += before[-1:]
    return found


def _fitting_header(letter: Letter, max_tokens: int, count_tokens: CountTokens) -> str:
    """The header line, cut to a third of what the embedder reads."""
    words = header_line(letter).split()
    while words and count_tokens([" ".join(words)])[0] > max_tokens // 3:
        words.pop()
    return " ".join(words)


def _cut(text: str, limit: int, count_tokens: CountTokens) -> list[Span]:
    """Spans of whole sentences, each at most `limit` tokens; only a longer sentence is cut inside."""
    sentences = sentences_of(text)
    counts = count_tokens([span.of(text) for span in sentences]) if sentences else []
    pieces: list[tuple[Span, int]] = []
    for span, tokens in zip(sentences, counts, strict=True):
        pieces += [(span, tokens)] if tokens <= limit else _pieces(text, span, limit, count_tokens)
    spans: list[Span] = []
    filled = 0
    for span, tokens in pieces:
        paragraph_ended = bool(spans) and "\n\n" in text[spans[-1].end : span.start]
        full = filled + tokens > limit or (paragraph_ended and filled >= _PARAGRAPH_END_FROM * limit)
        if spans and not full:
            spans[-1] = Span(spans[-1].start, span.end)
            filled += tokens
        else:
            spans.append(span)
            filled = tokens
    return spans


def _pieces(text: str, span: Span, limit: int, count_tokens: CountTokens) -> list[tuple[Span, int]]:
    """A sentence that is too long, halved near its middle until its parts fit: at ";" if there is one, else at a
    blank.
    """
    part = span.of(text)
    tokens = count_tokens([part])[0]
    if tokens <= limit:
        return [(span, tokens)]
    middle = len(part) // 2
    ends = [at + 1 for at in range(1, len(part) - 2) if part[at] == ";" and part[at + 1] == " "]
    ends = [at for at in ends if len(part) / 4 < at < len(part) * 3 / 4]
    ends = ends or [at for at in range(1, len(part) - 1) if part[at] == " "] or [middle]
    cut = min(ends, key=lambda at: abs(at - middle))
    after = cut + len(part[cut:]) - len(part[cut:].lstrip())
    left = Span(span.start, span.start + len(part[:cut].rstrip()))
    return _pieces(text, left, limit, count_tokens) + _pieces(
        text, Span(span.start + after, span.end), limit, count_tokens
    )
