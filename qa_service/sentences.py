"""Sentences as spans over a text. Splitting is sentencex's; the editors' abbreviations are mended here."""

import re
from collections.abc import Iterator

from sentencex import segment

from qa_service.texts import Span

_GOES_ON = re.compile(
    r"(?:\b(?:vols?|pp?|nos?|eds?|docs?|figs?|chs?|cf|[Ii]bid|[Ss]upp|Amb|Gen|Col|Lt|Sgt|Adm|Sen|Rep|Gov)\.|^\W*\w{1,3}[.)]|P\.\s?S\.)$"
)


def sentences_of(text: str, within: Span | None = None) -> list[Span]:
    """The sentences of a text, without the blanks around them; a line end always ends one.

    Args:
        within: only this part of the text; spans are over the whole text all the same.
    """
    area = within or Span(0, len(text))
    found: list[Span] = []
    for line in re.finditer(r"[^\n]+", text[area.start : area.end]):
        found += _of_line(line.group(), area.start + line.start())
    return found


def _of_line(line: str, offset: int) -> Iterator[Span]:
    start = end = 0
    for piece in segment("en", line):
        end += len(piece)
        whole = line[start:end].strip()
        if whole and (end == len(line) or not _GOES_ON.search(whole)):
            yield _trimmed(line, start, end, offset)
            start = end
    if line[start:end].strip():
        yield _trimmed(line, start, end, offset)


def _trimmed(line: str, start: int, end: int, offset: int) -> Span:
    part = line[start:end]
    left = len(part) - len(part.lstrip())
    return Span(offset + start + left, offset + start + len(part.rstrip()))
