"""Letters and the places in them.

A letter's text is canonical: its reader builds it once and nothing changes it afterwards. Pages, notes, passages and
quotations are spans over it, counted in code points, half-open.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from qa_service.dating import Dating
from qa_service.errors import InputError


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """`text[start:end]`, in code points."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span needs 0 <= start <= end, got {self.start}:{self.end}")

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True, order=True)
class LetterRef:
    """Where a letter stands: the volume and the letter's id in it, both opaque ("frus1961-63v06", "d21")."""

    volume: str
    id: str

    def __str__(self) -> str:
        return f"{self.volume}/{self.id}"

    @classmethod
    def parse(cls, text: str) -> "LetterRef":
        """The inverse of `str`. Raises InputError if the text is not `volume/id`."""
        volume, slash, id = text.partition("/")
        if not (volume and slash and id) or "/" in id:
            raise InputError(f"expected a letter as volume/id, such as frus1961-63v06/d21, got {text!r}")
        return cls(volume, id)


@dataclass(frozen=True, slots=True)
class Page:
    """A printed page: its label ("XIV", "26") and the offset in the letter's text at which it begins."""

    label: str
    start: int


@dataclass(frozen=True, slots=True)
class Footnote:
    """An editors' note.

    `id` is unique in its letter: the published one where there is one ("fn3"). `number` is what is printed and may
    repeat by the editors' mistake; `anchor` is the offset of its mark in the letter's text (0 for marks in the
    heading). `source` is true of the note that says where the letter was found, which some volumes number "0".
    """

    id: str
    number: str
    anchor: int
    text: str
    source: bool = False


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume as its title page has it; empty strings where the source does not say.

    `documents` are the ids of all documents it prints, loaded or not, where it was read as a whole. `invented` is true
    of the bundled sample: whatever shows such a volume says so.
    """

    id: str
    title: str = ""
    series: str = ""
    subseries: str = ""
    number: str = ""
    name: str = ""
    editor: str = ""
    place: str = ""
    publisher: str = ""
    year: str = ""
    documents: tuple[str, ...] = ()
    invented: bool = False


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody a letter is from or to; the author is whose message a telegram of others carries.

    `name` is the person's full name where the list of persons has it, else the heading's own words; `office` is what
    the heading puts before or around the name ("Chairman", "Ambassador in France"); `person` is the id in the list of
    persons of the letter's volume.
    """

    role: Literal["writer", "recipient", "author"]
    name: str
    office: str | None = None
    person: str | None = None

    @property
    def is_person(self) -> bool:
        """Whether it is a person and no office or body, as far as the words of the name tell."""
        return not _INSTITUTION.search(self.name)


_INSTITUTION = re.compile(
    r"\b(of|the|in|at|for|to|and|department|embassy|legation|consulate|mission|government|council|committee|staff|office"
    r"|bureau|agency|ministry|delegation|group|house|commission|board|chiefs|chancellery)\b",
    re.IGNORECASE,
)


def names_in_role(parties: Iterable[Party], role: str) -> str | None:
    """All who are named in a role, in one: "A and B"."""
    return " and ".join(dict.fromkeys(party.name for party in parties if party.role == role)) or None


@dataclass(frozen=True, slots=True)
class Reference:
    """A place to which the editors send the reader.

    The words that do so are `span` of the letter's text, or of the note with the id `note`. They lead to a volume,
    a letter of it (by id), one of its notes (by id), or a page (by label). The status depends on what is loaded:
    "broken" leads to a place that its volume does not have.
    """

    note: str | None
    span: Span
    volume: str
    letter: str | None = None
    to_note: str | None = None
    page: str | None = None
    status: Literal["resolved", "not loaded", "broken"] = "not loaded"

    @property
    def target(self) -> str:
        """The place in one word: "frus1961-63v06/d21fn3", "frus1961-63v06/pg_12", "frus1961-63v06"."""
        place = f"pg_{self.page}" if self.page else f"{self.letter or ''}{self.to_note or ''}"
        return f"{self.volume}/{place}" if place else self.volume


@dataclass(frozen=True, slots=True)
class Letter:
    """A published document with its pages and notes.

    `document` is the printed number, `archive` where the original lies by the source note, `form` the kind of source
    file it was read from. `text` holds dateline, body and signatures, without the heading, which is `title`.
    """

    ref: LetterRef
    document: str
    title: str
    kind: str
    text: str
    pages: tuple[Page, ...]
    notes: tuple[Footnote, ...]
    dating: Dating | None = None
    place: str | None = None
    parties: tuple[Party, ...] = ()
    classification: str | None = None
    archive: str | None = None
    references: tuple[Reference, ...] = ()
    form: str = ""

    @property
    def date(self) -> str | None:
        """The ISO day of the letter, of a range the first; None where no more than a note speaks of one."""
        return self.dating.first if self.dating and self.dating.taken_from != "note" else None

    @property
    def dated(self) -> str:
        """The date in words, "undated" without one."""
        return str(self.dating) if self.dating else "undated"

    @property
    def writer(self) -> str | None:
        return self._names("writer")

    @property
    def recipient(self) -> str | None:
        return self._names("recipient")

    @property
    def author(self) -> str | None:
        """Whose message it carries, where the heading names others as its writers."""
        return self._names("author")

    def pages_of(self, span: Span) -> tuple[Page, ...]:
        """The pages on which the span is printed, in order; empty if the letter's pages are not known.

        A page begins at its own offset, so text that ends where a page begins does not stand on it. Of text before the
        first known page no page is known.
        """
        first = self._page_number(span.start)
        last = self._page_number(max(span.start, span.end - 1))
        return self.pages[first : last + 1] if first >= 0 else ()

    def page_of_note(self, note: Footnote) -> Page | None:
        """The page of the note's mark: that of the character before it, or the letter's first."""
        pages = self.pages_of(Span(max(0, note.anchor - 1), note.anchor))
        return pages[0] if pages else None

    def note(self, id: str) -> Footnote:
        """The note with this id. Raises KeyError if there is none."""
        for note in self.notes:
            if note.id == id:
                return note
        raise KeyError(f"{self.ref} has no note {id!r}")

    def _names(self, role: str) -> str | None:
        return names_in_role(self.parties, role)

    def _page_number(self, offset: int) -> int:
        return bisect_right(self.pages, offset, key=lambda page: page.start) - 1


@dataclass(frozen=True, slots=True)
class Passage:
    """An exact slice of a letter's body (`note` is None) or of one of its notes (`note` is the note's id).

    `text` is what `span` cuts from the letter's text, or from the note's.
    """

    ref: LetterRef
    note: str | None
    span: Span
    text: str

    @property
    def key(self) -> str:
        """The passage's name in indexes: "frus1961-63v06/d21:420-910", ".../d21fn3:0-61"."""
        return f"{self.ref}{self.note or ''}:{self.span.start}-{self.span.end}"


def header_line(letter: Letter) -> str:
    """Who wrote to whom, where and when, in one line: what a passage needs to be understood away from its letter."""
    parties = f"{letter.writer} to {letter.recipient}" if letter.writer and letter.recipient else letter.title
    kind = letter.kind[:1].upper() + letter.kind[1:]
    parts = [
        f"Message of {letter.author}" if letter.author else "",
        f"{kind}, {parties}" if parties != letter.title else parties,
        letter.place,
        str(letter.dating or ""),
    ]
    return ", ".join(part for part in parts if part)
