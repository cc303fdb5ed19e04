"""Letters to passages: exact slices, cut at sentence ends, never past what the embedder reads.

A passage of the body is embedded as header line + text + the notes whose marks fall in it, as far as they fit. Notes
that are long, or did not fit, are passages of their own too, embedded as header line + "Note n:" + text.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa_service.apparatus import IndexEntry
from qa_service.sentences import sentences_of
from qa_service.texts import Footnote, Letter, Passage, Span, header_line

CUT_VERSION = "2"
"""Goes up whenever a letter would be cut or embedded differently."""

_LONG_NOTE_WORDS = 12
_PARAGRAPH_END_FROM = 0.6
"""A passage filled to this share ends at the end of a paragraph rather than begin another."""
_MARGIN = 4
"""Tokens kept free: special tokens and the line ends between header, body and notes."""

CountTokens = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage and what is embedded for it."""

    passage: Passage
    embedded_text: str


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
    cuts, apart = [], [note for note in letter.notes if len(note.text.split()) > _LONG_NOTE_WORDS]
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
        cuts.append(Cut(Passage(letter.ref, None, span, body), "\n".join([header, body, *attached])))
    for note in apart:
        for span in _cut(note.text, limit - 8, count_tokens):
            text = span.of(note.text)
            cuts.append(Cut(Passage(letter.ref, note.id, span, text), f"{header}\nNote {note.number}: {text}"))
    return cuts


def notes_at(letter: Letter, span: Span) -> list[Footnote]:
    """The notes whose marks fall in the span; a mark belongs to the character before it, the heading's to the first."""
    return [note for note in letter.notes if span.start <= max(0, note.anchor - 1) < span.end]


def lexical_fields(letter: Letter, passage: Passage, index: Sequence[IndexEntry]) -> tuple[str, str, str, str]:
    """What the lexical index holds of a passage: header, body, notes, and the phrases under which the volume's own
    index lists its pages or its letter."""
    header = " ".join(
        part
        for part in (
            letter.title, letter.writer, letter.recipient, letter.place, str(letter.dating or ""),
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
    return header, body, notes, phrases


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
