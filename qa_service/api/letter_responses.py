"""The JSON of letters, written down for every client."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Literal

from pydantic import BaseModel

from qa_service.answering.citing import citation_url, formatted, letter_url, scan_url
from qa_service.dialogue import Place
from qa_service.library.catalogue import Beside
from qa_service.retrieval.snippets import Snippet
from qa_service.texts import Footnote, Letter, Page, Volume

_ALONE = Beside()


class LetterHead(BaseModel):
    """What is known of a letter without reading it."""

    letter: str
    volume: str
    document: str
    title: str
    kind: str
    date: str | None
    place: str | None
    writer: str | None
    recipient: str | None
    classification: str | None
    url: str | None
    invented: bool

    @classmethod
    def of(cls, letter: Letter, volume: Volume) -> "LetterHead":
        return cls(**_head(letter, volume))


class HitOut(BaseModel):
    """Where words of a search stand: `text` is [start:end] of the letter's text, or of the note's if there is a note;
    `highlights` are the words found, from and to, in code points of `text`.
    """

    note: str | None
    note_id: str | None
    page: str | None
    text: str
    start: int
    end: int
    highlights: list[tuple[int, int]]

    @classmethod
    def of(cls, found: Snippet) -> "HitOut":
        return cls(
            note=found.note.number if found.note else None,
            note_id=found.note.id if found.note else None,
            page=found.page.label if found.page else None,
            text=found.text,
            start=found.span.start,
            end=found.span.end,
            highlights=[(span.start, span.end) for span in found.highlights],
        )


class LetterLine(LetterHead):
    """A letter as lists show it: its date in words ("undated, about August 11, 1927"), its first and last page by label
    (none where pages are not known), how many notes it has; and where the words searched for stand in it.
    """

    dated: str
    pages: list[str]
    notes: int
    hits: list[HitOut]

    @classmethod
    def of(cls, letter: Letter, volume: Volume, found: Sequence[Snippet] = ()) -> "LetterLine":
        labels = [page.label for page in letter.pages]
        return cls(
            **_head(letter, volume),
            dated=letter.dated,
            pages=[labels[0], labels[-1]] if labels else [],
            notes=len(letter.notes),
            hits=list(map(HitOut.of, found)),
        )


class PageOut(BaseModel):
    """A printed page from its first character on; `url` is the text at that page, `scan_url` its scan."""

    label: str
    start: int
    url: str | None
    scan_url: str | None

    @classmethod
    def of(cls, page: Page, letter: Letter) -> "PageOut":
        place = Place(letter, None, (page,))
        return cls(label=page.label, start=page.start, url=citation_url(place), scan_url=scan_url(place))


class NoteOut(BaseModel):
    """An editors' note; `page` is that of its mark, `anchor` the mark's offset in the letter's text."""

    id: str
    number: str
    anchor: int
    page: str | None
    text: str
    source: bool
    url: str | None

    @classmethod
    def of(cls, note: Footnote, letter: Letter) -> "NoteOut":
        return cls(
            id=note.id,
            number=note.number,
            anchor=note.anchor,
            page=page.label if (page := letter.page_of_note(note)) else None,
            text=note.text,
            source=note.source,
            url=citation_url(Place(letter, note, ())),
        )


class BesideOut(BaseModel):
    """A letter that is printed before or after another."""

    letter: str
    document: str
    title: str

    @classmethod
    def of(cls, letter: Letter) -> "BesideOut":
        return cls(letter=str(letter.ref), document=letter.document, title=letter.title)


class DatingOut(BaseModel):
    """When a letter was written: the days from `first` to `last` are possible, and `taken_from` says by what.

    Where only a note speaks of a day, the letter has no `date`, and this is not `certain`.
    """

    first: str
    last: str
    precision: str
    taken_from: str
    certain: bool
    words: str
    time: str | None
    text: str


class PartyOut(BaseModel):
    """Writer or recipient, or the author of a message that others passed on; `person` is the id in the volume's list of
    persons.
    """

    role: Literal["writer", "recipient", "author"]
    name: str
    office: str | None
    person: str | None


class ReferenceOut(BaseModel):
    """Words of the text, or of the note with the id `note_id`, that send the reader to another place."""

    note_id: str | None
    start: int
    end: int
    target: str
    status: Literal["resolved", "not loaded", "broken"]


class LetterOut(LetterHead):
    """A whole letter; pages, notes and references point into `text` by offsets in code points, those references that
    have a `note_id` into the text of that note. `formatted` cites it as a whole; `previous` and `next` are printed
    beside it in its volume.
    """

    volume_title: str
    dating: DatingOut | None
    parties: list[PartyOut]
    archive: str | None
    references: list[ReferenceOut]
    pages: list[PageOut]
    text: str
    notes: list[NoteOut]
    formatted: str
    previous: BesideOut | None
    next: BesideOut | None

    @classmethod
    def of(cls, letter: Letter, volume: Volume, beside: Beside = _ALONE) -> "LetterOut":
        return cls(
            **_head(letter, volume),
            volume_title=volume.title,
            dating=DatingOut(**asdict(letter.dating), text=str(letter.dating)) if letter.dating else None,
            parties=[PartyOut(**asdict(party)) for party in letter.parties],
            archive=letter.archive,
            references=[
                ReferenceOut(
                    note_id=one.note, start=one.span.start, end=one.span.end, target=one.target, status=one.status
                )
                for one in letter.references
            ],
            pages=[PageOut.of(page, letter) for page in letter.pages],
            text=letter.text,
            notes=[NoteOut.of(note, letter) for note in letter.notes],
            formatted=formatted(Place(letter, None, ()), volume),
            previous=BesideOut.of(beside.previous) if beside.previous else None,
            next=BesideOut.of(beside.next) if beside.next else None,
        )


class LettersOut(BaseModel):
    letters: list[LetterLine]
    total: int


def _head(letter: Letter, volume: Volume) -> dict[str, Any]:
    return {
        "letter": str(letter.ref),
        "volume": letter.ref.volume,
        "document": letter.document,
        "title": letter.title,
        "kind": letter.kind,
        "date": letter.date,
        "place": letter.place,
        "writer": letter.writer,
        "recipient": letter.recipient,
        "classification": letter.classification,
        "url": letter_url(letter),
        "invented": volume.invented,
    }
