"""Which parts of a pasted text stand between quotation marks; only the outermost marks count."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from qa_service.texts import Span

_CLOSERS = {"“": "”", "„": "“”", "«": "»", "»": "«", "‹": "›", '"': '"', "‘": "’", "'": "'", "‚": "‘’"}
_STRAIGHT = frozenset("\"'")
_SINGLE = frozenset("‘'‚")
_MARK = re.compile(r"[“”„«»‹›\"‘’'‚]")


def quotations_in(text: str, paragraphs: Sequence[Span]) -> list[Span]:
    """The quotations of a text in order, without their marks.

    One that goes on over paragraphs begins each of them with its opening mark. Where a paragraph opens more than it
    closes, the first closing mark counts. A mark that nothing closes opens a quotation up to the end of its paragraph
    if it can be nothing but an opening mark, and else means nothing.
    """
    found: list[Span] = []
    carried: tuple[str, int] | None = None
    for number, paragraph in enumerate(paragraphs):
        following = paragraphs[number + 1] if number + 1 < len(paragraphs) else None
        scan = _Paragraph(text, paragraph)
        at = paragraph.start
        if carried:
            at = scan.close(*carried, after=paragraph.start + 1)
            if at >= 0:
                found.append(Span(carried[1], at))
                carried, at = None, at + 1
            elif not _goes_on(text, carried[0], following):
                found.append(Span(carried[1], paragraph.end))
                carried, at = None, paragraph.end
            else:
                continue
        for opener, start in scan.openers(at):
            end = scan.close(opener, start, after=start)
            if end < 0 and _goes_on(text, opener, following):
                carried = opener, start
                break
            if end < 0:
                end = scan.first_closer
            if end < 0 and opener not in _STRAIGHT | _SINGLE:
                end = paragraph.end
            if end >= 0:
                found.append(Span(start, end))
                scan.passed = end + 1
    return [span for span in found if span.start < span.end]


def _goes_on(text: str, opener: str, following: Span | None) -> bool:
    return following is not None and text.startswith(opener, following.start)


class _Paragraph:
    """One paragraph, scanned from left to right.

    `passed` is where the search for openers goes on; `first_closer` the first mark that may close what was last
    tried.
    """

    def __init__(self, text: str, paragraph: Span) -> None:
        self._text = text
        self._marks = [match.start() for match in _MARK.finditer(text, paragraph.start, paragraph.end)]
        self._last_curly = text.rfind("”", paragraph.start, paragraph.end)
        self._unclosed: set[str] = set()
        self._flat: set[str] = set()
        self.first_closer = -1
        self.passed = paragraph.start

    def openers(self, at: int) -> Iterator[tuple[str, int]]:
        """Opening marks from `at` on, each with the place after it; those before `passed` are inside a quotation."""
        self.passed = max(self.passed, at)
        for mark in self._marks:
            opener = self._text[mark]
            if mark >= self.passed and opener in _CLOSERS and opener not in self._unclosed and self._opens(mark):
                yield opener, mark + 1

    def close(self, opener: str, start: int, *, after: int) -> int:
        """Where the quotation that this mark opened ends; -1 if the paragraph does not close it.

        What one mark of a kind does not find, a later one does not find either, and once marks of a kind do not balance
        nesting is given up for it: each kind is looked for to the end of the paragraph no more than twice.
        """
        depth, maybe, self.first_closer = 1, -1, -1
        for place in range(bisect_left(self._marks, after), len(self._marks)):
            mark = self._marks[place]
            character = self._text[mark]
            if self._closes(opener, mark):
                if opener in _SINGLE and self._is_possessive(mark):
                    maybe = maybe if maybe >= 0 else mark
                    continue
                depth -= 1
                self.first_closer = mark if self.first_closer < 0 else self.first_closer
                if depth == 0:
                    return mark
            elif character == opener and opener not in _STRAIGHT | _SINGLE | self._flat:
                depth += 1
            elif character == opener == "‘" and self._opens(mark):
                break
        else:
            if maybe < 0:
                (self._unclosed if self.first_closer < 0 else self._flat).add(opener)
        return maybe

    def _opens(self, mark: int) -> bool:
        before, after = self._around(mark)
        if self._text[mark] in _STRAIGHT | _SINGLE:
            return not before.isalnum() and not after.isspace() and after != ""
        return True

    def _closes(self, opener: str, mark: int) -> bool:
        character = self._text[mark]
        mixed = opener == "“" and character == '"' and mark > self._last_curly
        if character not in _CLOSERS[opener] and not mixed:
            return False
        before, after = self._around(mark)
        if opener in _SINGLE or character in _STRAIGHT:
            return not before.isspace() and not after.isalpha()
        return True

    def _is_possessive(self, mark: int) -> bool:
        """Whether it looks like the apostrophe of a plural ("the Governments’ word")."""
        return self._text[mark - 1 : mark] == "s" and bool(re.match(r"\s[a-z]", self._text[mark + 1 : mark + 3]))

    def _around(self, mark: int) -> tuple[str, str]:
        return self._text[mark - 1 : mark] if mark else "", self._text[mark + 1 : mark + 2]
