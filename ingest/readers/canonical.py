"""The one place where a letter's canonical text is put together, whatever form it came in.

The rules:

- Runs of blanks become one space; lines of the file mean nothing. A line break of the edition is "\\n", a paragraph
  "\\n\\n", cells of a table are parted by a tab.
- A note's mark leaves no character behind; its anchor is the end of the text before it.
- A page begins at the first character printed on it.
- A page break with a blank on either side parts words. Without one it stands either in a word ("im|portant") or between
  two, whose blank the file lost ("the|sovereignty"). Between letters the words of the volume decide: they join if the
  joined word occurs elsewhere, part if both halves do and it does not, and join otherwise. After the end of a sentence
  or a comma they part; beside a dash, a bracket or an opening quotation mark nothing is put in.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache

from qa_service.texts import Footnote, Page, Span

_RECENT = 100
"""How many of the last characters are looked at to decide about a page break: more than any word has."""
BLANK, CELL, LINE, PARAGRAPH = " ", "\t", "\n", "\n\n"
_STRENGTH = {BLANK: 1, CELL: 2, LINE: 3, PARAGRAPH: 4}

Joins = Callable[[str, str], bool]
"""(text before, text after) of a page break with no blank beside it -> whether the two are one word."""


def joins_by(volume: Callable[[], str]) -> Joins:
    """The rule for page breaks with no blank beside them (see the module).

    Args:
        volume: gives the text of the whole volume, without the words that such breaks touch; asked at the first need.
    """
    occurs: Callable[[str], bool] | None = None

    def joins(before: str, after: str) -> bool:
        nonlocal occurs
        if not (before[-1:].isalpha() and after[:1].isalpha()):
            return before[-1:] not in ".,;:!?)]”" or not after[:1].isalnum()
        occurs = occurs or word_finder(volume())
        left, right = re.search(r"[^\W\d_]+$", before), re.match(r"[^\W\d_]+", after)
        halves = [half.group() for half in (left, right) if half]
        return occurs("".join(halves)) or not all(map(occurs, halves))

    return joins


def word_finder(text: str) -> Callable[[str], bool]:
    """Tells whether a word stands in a text as a word of its own, whatever the case."""
    lowered = text.lower()

    @cache
    def occurs(word: str) -> bool:
        at = -1
        while (at := lowered.find(word, at + 1)) >= 0:
            end = at + len(word)
            if not (at and lowered[at - 1].isalpha()) and not lowered[end : end + 1].isalpha():
                return True
        return False

    return lambda word: occurs(word.lower())


def own_name(name: str, taken: dict[str, int]) -> str:
    """The name, or where it is taken "name-2", "name-3" ...; notes it as taken (name -> copies so far)."""
    own = name
    while own in taken:
        taken[name] += 1
        own = f"{name}-{taken[name]}"
    taken[own] = 1
    return own


class TextBuilder:
    """Collects a letter's text, pages and notes in printed order, by the rules above.

    Args:
        page: the label of the page that is current where the letter begins, None if not known.
        joins: decides about page breaks with no blank beside them.
    """

    def __init__(self, page: str | None = None, joins: Joins = lambda before, after: True) -> None:
        self.page_label = page
        self._joins = joins
        self._unfolded: list[str] = []
        self._parts: list[str] = []
        self._length = 0
        self._separator = ""
        self._page_pending = page is not None
        self._pages: list[Page] = []
        self.joined: list[str] = []
        """Labels of the pages at whose break, with no blank beside it, a word was joined."""
        self.parted: list[str] = []
        """Labels of those at whose break two words were parted."""
        self._notes: list[Footnote] = []
        self._note_ids: dict[str, int] = {}
        self._links: list[tuple[int, int, str]] = []
        self.write: Callable[[str], None] = self._unfolded.append
        """Running text; blanks at its ends count as one blank. It is called more often than all else together."""

    def separate(self, separator: str) -> None:
        """End a PARAGRAPH, a LINE, a CELL or a word (BLANK); of several in a row the strongest counts."""
        if len(self._unfolded) == 1 and self._unfolded[0].isspace():
            self._unfolded.clear()  # the blank between two elements, weaker than any separator
        elif self._unfolded:
            self._fold()
        if self._length and (not self._separator or _STRENGTH[separator] > _strength(self._separator)):
            self._separator = separator

    def next_cell(self) -> None:
        """Begin the next CELL of a row; cells with nothing in them keep their place."""
        self._fold()
        if self._length:
            self._separator = self._separator.rstrip(BLANK) + CELL

    def page(self, label: str) -> None:
        """A page break: what is written next stands on the page with this label."""
        self._fold()
        self.page_label = label
        self._page_pending = True

    def note(self, number: str, text: str, *, source: bool = False, id: str = "") -> str:
        """A note whose mark stands here; returns its id, which is by its number if none is given, and "fn3-2" if "fn3"
        is taken.
        """
        id = own_name(id or f"fn{number}", self._note_ids)
        self._notes.append(Footnote(id, number, self.here(), text, source))
        return id

    def here(self) -> int:
        """How much text there is so far; where a link begins."""
        self._fold()
        return self._length

    def link(self, address: str, start: int) -> None:
        """What was written since `start` leads to this address."""
        if self.here() > start:
            self._links.append((start, self._length, address))

    def text(self) -> str:
        self._fold()
        return "".join(self._parts)

    def pages(self) -> tuple[Page, ...]:
        """The pages on which text was written; a letter with no text stands on the page where it begins."""
        self._fold()
        if not self._pages and self.page_label is not None:
            return (Page(self.page_label, 0),)
        return tuple(self._pages)

    def notes(self) -> tuple[Footnote, ...]:
        return tuple(self._notes)

    def links(self) -> Iterator[tuple[Span, str]]:
        """The words that lead somewhere, without the blanks around them, and where."""
        text = self.text() if self._links else ""
        for start, end, address in self._links:
            yield Span(end - len(text[start:end].lstrip()), end), address

    def _fold(self) -> None:
        """Take in what was written since the last mark of any kind."""
        if not self._unfolded:
            return
        text = self._unfolded[0] if len(self._unfolded) == 1 else "".join(self._unfolded)
        self._unfolded.clear()
        if text[:1].isspace() and self._length and not self._separator:
            self._separator = BLANK
        words = " ".join(text.split())
        if not words:
            return
        if self._page_pending:
            self._begin_page(words)
        if self._separator:
            self._parts.append(self._separator)
            self._length += len(self._separator)
        self._parts.append(words)
        self._length += len(words)
        self._separator = BLANK if text[-1].isspace() else ""

    def _begin_page(self, words: str) -> None:
        if self._length and not self._separator:
            before = "".join(self._parts[-_RECENT:])[-_RECENT:]
            joined = self._joins(before, words)
            self._separator = "" if joined else BLANK
            if before[-1].isalpha() and words[0].isalpha():
                (self.joined if joined else self.parted).append(self.page_label or "")
        if self.page_label is not None:
            self._pages.append(Page(self.page_label, self._length + len(self._separator)))
            self._page_pending = False


def _strength(separator: str) -> int:
    """That of a separator, which before cells may be several tabs, or a line end and tabs."""
    known = _STRENGTH.get(separator)
    return _STRENGTH[separator.rstrip(CELL) or CELL] if known is None else known


def folded(text: str) -> str:
    """A text with its blanks folded and trimmed, as headings and names are kept."""
    return " ".join(text.split())
