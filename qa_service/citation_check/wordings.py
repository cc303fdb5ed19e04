"""How the words of a quotation may be read: as they stand, or with its brackets and ellipses taken for the quoter's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from qa_service.citation_check.damage import plain, skeleton

GapKind = Literal["insertion", "omission"]

_ELLIPSIS = r"\[\s?(?:…|\.\s?\.\s?\.)\s?\]|…|\.\s?\.\s?\.(?:\s?\.)?"
_PARTS = re.compile(
    rf"(?P<omission>{_ELLIPSIS})"
    r"|\[(?:[Pp]age|p\.)\s?(?P<page>\w{1,8})\]|^[ \t]*(?P<line>\d{1,4})[ \t]*$"
    r"|(?<!\w)\[(?P<letter>[^\W\d_])\](?=\w)"
    r"|\[[^\[\]]{0,300}\]",
    re.MULTILINE,
)
_BROKEN = re.compile(r"[-‐‑]\s+(?=[^\W\d_])")
_CLOSING = ".,'\"’”»“‘ \t\r\n\u00a0"
_WORD = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Segment:
    """Words that must stand in the print without a gap.

    `text` is made plain and begins and ends with what must be there; `lead` are the marks before its first letter or
    digit. `joined_before` and `joined_after` say that brackets stand right against its first or last word, so that it
    may be a part of one.
    """

    text: str
    lead: str
    skeleton: str
    breaks: frozenset[int]
    free: frozenset[int]
    gap: GapKind
    joined_before: bool = False
    joined_after: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    """The segments of a quotation in order; `closing` are marks at its end that the quoter may have put there, and
    `pages` the labels of page marks in its midst.
    """

    segments: tuple[Segment, ...]
    closing: str = ""
    pages: tuple[str, ...] = ()


@dataclass(slots=True)
class _Piece:
    """A segment as it is collected from the pasted words."""

    gap: GapKind
    text: str = ""
    bracketed: tuple[int, ...] = ()
    joined_before: bool = False
    joined_after: bool = False


def wordings_of(words: str) -> Iterator[Wording]:
    """The readings of a quotation, to be tried in this order; none if it holds no word."""
    verbatim = _wording([_Piece("omission", words)], ())
    if verbatim.segments:
        yield verbatim
        if _PARTS.search(words):
            pieces, pages = _parted(words)
            parted = _wording(pieces, pages)
            if parted.segments:
                yield parted


def _parted(words: str) -> tuple[list[_Piece], tuple[str, ...]]:
    pieces, pages, at = [_Piece("omission")], [], 0
    for part in _PARTS.finditer(words):
        piece = pieces[-1]
        piece.text += words[at : part.start()]
        at = part.end()
        if page := part["page"] or part["line"]:
            pages.append(page)
        elif part["letter"]:
            piece.bracketed += (len(piece.text),)
            piece.text += part["letter"]
        elif part["omission"]:
            pieces.append(_Piece("omission"))
        else:
            piece.joined_after = bool(re.search(r"\w$", piece.text))
            pieces.append(_Piece("insertion", joined_before=bool(re.match(r"\w", words[at : at + 1]))))
    pieces[-1].text += words[at:]
    return pieces, tuple(pages)


def _wording(pieces: list[_Piece], pages: tuple[str, ...]) -> Wording:
    segments: list[Segment] = []
    closing = ""
    gap: GapKind = "omission"
    for piece in pieces:
        gap = "omission" if piece.gap == "omission" else gap
        text = piece.text
        if not _WORD.search(text):
            continue
        if piece is pieces[-1]:
            text = text.rstrip(_CLOSING)
            closing = piece.text[len(text) :]
        segments.append(_segment(piece, text, gap))
        gap = "insertion"
    return Wording(tuple(segments), plain(closing)[0].strip(), pages)


def _segment(piece: _Piece, raw: str, gap: GapKind) -> Segment:
    text, offsets = plain(raw)
    first = _WORD.search(text)
    begin = first.start() if first else 0
    end = len(text.rstrip(" '"))
    offsets, lead, text = offsets[begin:end], text[:begin].strip(" '-"), text[begin:end]
    places = {offset: place for place, offset in reversed(list(enumerate(offsets)))}
    broken = (match.start() for match in _BROKEN.finditer(raw) if match.start() and raw[match.start() - 1].isalpha())
    free = {places[offset] for offset in piece.bracketed if offset in places}
    return Segment(
        text=text,
        lead=lead,
        skeleton=skeleton(text),
        breaks=frozenset(places[offset] for offset in broken if offset in places),
        free=frozenset(free | ({0} if gap == "omission" else set())),
        gap=gap,
        joined_before=piece.joined_before,
        joined_after=piece.joined_after,
    )
