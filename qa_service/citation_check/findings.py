"""What is read in a pasted text, and what is found for it: the values that pass from stage to stage."""

from dataclasses import dataclass
from typing import Literal

from qa_service.dialogue import Citation
from qa_service.texts import Span

Kind = Literal["quotation", "citation", "link"]

Verdict = Literal[
    "exact",
    "other_page",
    "other_note",
    "other_letter",
    "not_found",
    "place_exists",
    "no_such_place",
    "not_loaded",
    "unclear",
]
"""Of a quotation:

- exact: it stands where it is cited, or, cited nowhere, in a loaded letter;
- other_page: in the cited letter, but not all of it on the cited pages;
- other_note: on the cited page, but not in the cited note;
- other_letter: in another letter than the cited one;
- not_found: in none of the loaded letters.

Of a citation or link that goes with no quotation:

- place_exists, no_such_place: the letter, page and note that it names are there, or one of them is not;
- unclear: several loaded letters are cited so.

Of each: not_loaded, what is cited is not among the loaded letters, so that nothing can be said of it.
"""

Tolerance = Literal["typography", "ocr", "first_letter", "closing_mark", "insertion", "omission"]
"""In what a quotation differs from the print, and is found all the same: blanks and the kinds of marks; confusions of
characters (`damage`); the case of its first letter; a comma or full stop before its closing mark; words in square
brackets, which are the quoter's; an ellipsis, which is the quoter's too.
"""


@dataclass(frozen=True, slots=True)
class Cited:
    """The place that a citation names; what it leaves open is None.

    `volumes` are the ids it may mean: one as a rule, several where it names no more than years that several loaded
    volumes share, none where it names no volume. A letter is named by its printed number (`document`) or by its id
    (`letter`, in links). A note is its printed number, or "source note".
    """

    volumes: tuple[str, ...] = ()
    document: str | None = None
    letter: str | None = None
    first_page: str | None = None
    last_page: str | None = None
    note: str | None = None

    @property
    def names_a_letter(self) -> bool:
        return self.document is not None or self.letter is not None

    @property
    def names_no_volume(self) -> bool:
        return not self.volumes

    def __str__(self) -> str:
        """ "frus1961-63v06, Document 21, pp. 26–27, n. 3"."""
        pages = ""
        if self.first_page:
            alone = self.last_page in (None, self.first_page)
            pages = f"p. {self.first_page}" if alone else f"pp. {self.first_page}–{self.last_page}"
        note = self.note if self.note in (None, "source note") else f"n. {self.note}"
        letter = f"Document {self.document}" if self.document else self.letter
        return ", ".join(part for part in (" or ".join(self.volumes), letter, pages, note) if part) or "no place"


@dataclass(frozen=True, slots=True)
class Read:
    """A quotation, citation or link of a pasted text.

    `span` is over the pasted text, without the quotation marks; `words` what is to be looked for: of a quotation that
    text without line marks, paragraph marks and raised note numbers. `cited` is the place a quotation is said to stand
    at, None where none is named.
    """

    kind: Kind
    span: Span
    words: str
    cited: Cited | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of a quotation and what is printed in their place; either may be empty."""

    quoted: str
    printed: str


@dataclass(frozen=True, slots=True)
class Nearest:
    """The printed text most like a quotation that is not found: a hint, never a verdict."""

    place: Citation
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the check says of one quotation, citation or link.

    `place` is where the quotation stands. Of a citation without one it is the cited place, whose `quote` is then the
    whole of the letter's text there, or of the note. `also_in` are other letters that hold the same words.
    """

    read: Read
    verdict: Verdict
    detail: str
    place: Citation | None = None
    tolerated: tuple[Tolerance, ...] = ()
    nearest: Nearest | None = None
    also_in: tuple[str, ...] = ()
