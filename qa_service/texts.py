"""Letters and the places in them.

A letter's text is canonical: its reader builds it once and nothing changes it afterwards. Pages, notes, passages and
quotations are spans over it, counted in code points, half-open.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

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

    `invented` is true of the bundled sample: whatever shows such a volume says so.
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
    invented: bool = False


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One line of a volume's back-of-book index: the phrase (nested entries joined by ": ") and where it leads.

    Older volumes index pages (by label), newer ones documents (by letter id).
    """

    phrase: str
    pages: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A published document with its pages and notes.

    `document` is the printed number, `date` an ISO day or None, `form` the kind of source file it was read from.
    `text` holds dateline, body and signatures, without the heading, which is `title`.
    """

    ref: LetterRef
    document: str
    title: str
    kind: str
    text: str
    pages: tuple[Page, ...]
    notes: tuple[Footnote, ...]
    date: str | None = None
    place: str | None = None
    writer: str | None = None
    recipient: str | None = None
    classification: str | None = None
    form: str = ""

    def pages_of(self, span: Span) -> tuple[Page, ...]:
        """The pages on which the span is printed, in order; empty if the letter's pages are not known.

        A page begins at its own offset, so text that ends where a page begins does not stand on it.
        """
        first = self._page_number(span.start)
        last = self._page_number(max(span.start, span.end - 1))
        return self.pages[first : last + 1]

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

    def _page_number(self, offset: int) -> int:
        return max(0, bisect_right(self.pages, offset, key=lambda page: page.start) - 1)


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
        f"{kind}, {parties}" if parties != letter.title else parties,
        letter.place,
        long_date(letter.date),
    ]
    return ", ".join(part for part in parts if part)


def long_date(date: str | None) -> str:
    """ "1961-09-29" as the volumes print it, "September 29, 1961"; empty for None."""
    if not date:
        return ""
    year, month, day = date.split("-")
    return f"{MONTHS[int(month) - 1]} {int(day)}, {year}"


MONTHS: Sequence[str] = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
