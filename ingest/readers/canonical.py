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

from qa_service.texts import Footnote, Page

type_of_break = {"": 0, " ": 1, "\t": 2, "\n": 3, "\n\n": 4}
_BLANKS = re.compile(r"[ \t\r\n\f\v\u00a0\u2002-\u200a\u202f\u3000]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

Joins = Callable[[str, str], bool]
"""(text before, text after) of a page break with no blank beside it -> whether the two are one word."""


def words_of(text: str) -> frozenset[str]:
    """The words of a text in lower case, for `joins_by`."""
    return frozenset(match.group().lower() for match in _WORD.finditer(text))


def joins_by(vocabulary: frozenset[str]) -> Joins:
    """The rule for page breaks with no blank beside them (see the module), given the words of the volume."""

    def joins(before: str, after: str) -> bool:
        if not (before[-1:].isalpha() and after[:1].isalpha()):
            return before[-1:] not in ".,;:!?)]”" or not after[:1].isalnum()
        left = re.search(r"[^\W\d_]+$", before)
        right = re.match(r"[^\W\d_]+", after)
        halves = (left.group().lower() if left else "", right.group().lower() if right else "")
        if "".join(halves) in vocabulary:
            return True
        return not all(half in vocabulary for half in halves)

    return joins


class TextBuilder:
    """Collects a letter's text, pages and notes in printed order, by the rules above.

    Args:
        page: the label of the page that is current where the letter begins, None if not known.
        joins: decides about page breaks with no blank beside them.
    """

    def __init__(self, page: str | None = None, joins: Joins = lambda before, after: True) -> None:
        self.page_label = page
        self._joins = joins
        self._parts: list[str] = []
        self._length = 0
        self._separator = ""
        self._page_pending = page is not None
        self._pages: list[Page] = []
        self._notes: list[Footnote] = []

    def write(self, text: str) -> None:
        """Running text; blanks at its ends count as one blank."""
        for index, word in enumerate(_BLANKS.split(text)):
            if index:
                self._separate(" ")
            if word:
                self._put(word)

    def paragraph(self) -> None:
        self._separate("\n\n")

    def line(self) -> None:
        self._separate("\n")

    def cell(self) -> None:
        self._separate("\t")

    def page(self, label: str) -> None:
        """A page break: what is written next stands on the page with this label."""
        self.page_label = label
        self._page_pending = True

    def note(self, number: str, text: str, *, source: bool = False) -> None:
        """A note whose mark stands here. A repeated number gets an id of its own ("fn3-2")."""
        earlier = sum(note.number == number for note in self._notes)
        id = f"fn{number}" if not earlier else f"fn{number}-{earlier + 1}"
        self._notes.append(Footnote(id, number, self._length, text, source))

    def text(self) -> str:
        return "".join(self._parts)

    def pages(self) -> tuple[Page, ...]:
        """The pages on which text was written; a letter with no text stands on the page where it begins."""
        if not self._pages and self.page_label is not None:
            return (Page(self.page_label, 0),)
        return tuple(self._pages)

    def notes(self) -> tuple[Footnote, ...]:
        return tuple(self._notes)

    def _separate(self, separator: str) -> None:
        if self._length and type_of_break[separator] > type_of_break[self._separator]:
            self._separator = separator

    def _put(self, word: str) -> None:
        if self._page_pending and self._length and not self._separator and not self._joins(self.text(), word):
            self._separator = " "
        self._append(self._separator)
        self._separator = ""
        if self._page_pending and self.page_label is not None:
            self._pages.append(Page(self.page_label, self._length))
            self._page_pending = False
        self._append(word)

    def _append(self, text: str) -> None:
        if text:
            self._parts.append(text)
            self._length += len(text)


def folded(text: str) -> str:
    """A text with its blanks folded and trimmed, as headings and names are kept."""
    return _BLANKS.sub(" ", text).strip()


def paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a plain text: what blank lines part."""
    yield from (part.strip("\n") for part in re.split(r"\n[ \t]*\n", text) if part.strip())
