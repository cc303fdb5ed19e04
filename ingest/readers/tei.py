"""FRUS volumes in TEI: one file, one volume, read as a whole because pages run through it from letter to letter."""

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from ingest.readers.canonical import Joins, TextBuilder, folded, joins_by
from ingest.readers.headings import (
    OTHER_KIND,
    classification_of,
    day_in,
    iso_day,
    kind_of,
    marking_in,
    number_and_title,
    parties_of,
)
from ingest.readers.reading import Finding, Reading
from ingest.readers.tei_apparatus import read_index, read_persons
from ingest.readers.tei_elements import TEI, XML_ID, local_name, own_text
from ingest.readers.tei_writing import LetterWriting
from qa_service.errors import InputError
from qa_service.texts import Letter, LetterRef, Volume

FORM = "tei"

_BREAK = "\ue000"
"""Stands for a page break where only the words of a volume are wanted; a character of private use."""


def read_tei(content: bytes, name: str) -> Reading:
    """Read a volume.

    Args:
        content: the file's bytes.
        name: the file's name, for messages.
    Raises: InputError if the XML is broken, is not TEI, or holds no documents.
    """
    root = _parse(content, name)
    volume = _volume(root)
    if not volume.id:
        raise InputError(f'{name}: expected <idno type="frus"> in the header of a TEI volume, found none')
    return _VolumeReader(root, volume).read(name)


def _parse(content: bytes, name: str) -> etree._Element:
    """Parse without network, DTDs or unbounded trees; `collect_ids` is off because real volumes repeat an xml:id."""
    parser = etree.XMLParser(
        resolve_entities="internal", no_network=True, load_dtd=False, huge_tree=False, collect_ids=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise InputError(f"{name}: broken XML: {error.msg}") from error
    if root.tag != f"{TEI}TEI":
        raise InputError(f"{name}: expected a TEI document, the root element is {root.tag!r}")
    return root


def _volume(root: etree._Element) -> Volume:
    titles = {
        (title.get("type") or "").replace("-", ""): folded("".join(title.itertext()))
        for title in root.iterfind(f".//{TEI}titleStmt/{TEI}title")
    }
    editors = [
        folded("".join(editor.itertext()))
        for editor in root.iterfind(f".//{TEI}titleStmt/{TEI}editor")
        if editor.get("role") == "primary"
    ]
    publication = root.find(f".//{TEI}publicationStmt")

    def published(tag: str) -> str:
        return "" if publication is None else folded(publication.findtext(f"{TEI}{tag}") or "")

    idno = root.find(f".//{TEI}publicationStmt/{TEI}idno[@type='frus']")
    factuality = root.find(f".//{TEI}factuality")
    return Volume(
        id=folded(idno.text or "") if idno is not None else "",
        title=titles.get("complete", ""),
        series=titles.get("series", ""),
        subseries=titles.get("subseries", ""),
        number=titles.get("volumenumber", ""),
        name=titles.get("volume", ""),
        editor=" and ".join(editors),
        place=published("pubPlace"),
        publisher=published("publisher"),
        year=published("date"),
        invented=factuality is not None and factuality.get("type") == "fiction",
    )


class _VolumeReader:
    """Walks a volume once, in document order, keeping the page that is current."""

    def __init__(self, root: etree._Element, volume: Volume) -> None:
        self._root = root
        self._volume = volume
        self._persons = read_persons(root)
        self._joins = _joins(root)
        self._page: str | None = None
        self._findings: list[Finding] = []

    def read(self, name: str) -> Reading:
        text = self._root.find(f"{TEI}text")
        letters = tuple(self._with_ids_of_their_own(self._letters(text))) if text is not None else ()
        if not letters:
            raise InputError(f'{name}: expected <div type="document"> elements, found none')
        return Reading(FORM, self._volume, letters, tuple(read_index(self._root)), tuple(self._findings))

    def _with_ids_of_their_own(self, letters: Iterator[Letter]) -> Iterator[Letter]:
        seen: set[LetterRef] = set()
        for letter in letters:
            ref, copies = letter.ref, 1
            while ref in seen:
                copies += 1
                ref = replace(letter.ref, id=f"{letter.ref.id}-{copies}")
            if ref != letter.ref:
                self._findings.append(Finding(f"document id repeated, called {ref.id} here", str(letter.ref)))
            seen.add(ref)
            yield replace(letter, ref=ref)

    def _letters(self, parent: etree._Element) -> Iterator[Letter]:
        for child in parent:
            tag = local_name(child)
            if tag == "pb":
                self._page = child.get("n") or self._page
            elif tag == "div" and child.get("type") == "document":
                yield self._letter(child)
            elif tag:
                yield from self._letters(child)

    def _letter(self, div: etree._Element) -> Letter:
        ref = LetterRef(self._volume.id, div.get(XML_ID) or f"d{div.get('n', '')}")
        builder = TextBuilder(self._page, self._joins)
        writing = LetterWriting(builder, str(ref), self._findings)
        heads = [child for child in div if local_name(child) == "head"]
        writing.children(div, heading=heads[0] if heads else None)
        self._page = builder.page_label
        for labels, what in (
            (builder.joined, "word joined across a page break"),
            (builder.parted, "words parted at a page break with no blank"),
        ):
            self._findings += [Finding(what, f"{ref} p. {label}") for label in labels]
        number, title = number_and_title(folded(own_text(heads[0])) if heads else "")
        writer, recipient = self._parties(heads[0], title) if heads else (None, None)
        notes = builder.notes()
        if not builder.text():
            self._findings.append(Finding("document without text (page images only)", str(ref)))
        dateline = div.find(f".//{TEI}dateline")
        return Letter(
            ref=ref,
            document=div.get("n") or number,
            title=title,
            kind=_kind(title, [note.text for note in notes if note.source]),
            text=builder.text(),
            pages=builder.pages(),
            notes=notes,
            date=_date(dateline),
            place=_place(dateline),
            writer=writer,
            recipient=recipient,
            classification=next(filter(None, (classification_of(note.text) for note in notes if note.source)), None)
            or marking_in(builder.text()),
            form=FORM,
        )

    def _parties(self, head: etree._Element, title: str) -> tuple[str | None, str | None]:
        """Writer and recipient: the names tagged as such, as the list of persons writes them in full.

        Which of the two a name is, its place in "From ... to ..." decides, because tags are sometimes wrong there.
        Where both come out as one person, or nothing is tagged, the heading's own words are taken.
        """
        said = parties_of(title)
        boundary = title.rfind(said[1]) if said[1] else len(title)
        sides: tuple[list[str], list[str]] = ([], [])
        read_to = 0
        for element in head.iter(f"{TEI}persName", f"{TEI}gloss"):
            wording = folded(own_text(element))
            at = max(read_to, title.find(wording, read_to))
            read_to = at + len(wording)
            if element.get("type") in ("from", "to"):
                by_place = at >= boundary if said[1] else element.get("type") == "to"
                id = (element.get("corresp") or "").lstrip("#")
                sides[by_place].append(self._persons.get(id) or wording)
        writer, recipient = (" and ".join(dict.fromkeys(side)) or None for side in sides)
        return said if writer == recipient else (writer or said[0], recipient or said[1])


def _kind(title: str, source_notes: list[str]) -> str:
    """What the title names; where it names only the parties, what the source note ends with ("793.00/1–1052:
    Telegram").
    """
    named = kind_of(title)
    if named == OTHER_KIND:
        endings = [kind_of(note.rpartition(":")[2].strip()) for note in source_notes if ":" in note[-40:]]
        return next((kind for kind in endings if kind != OTHER_KIND), OTHER_KIND)
    return named


def _date(dateline: etree._Element | None) -> str | None:
    """The day the dateline gives: its attributes first, else its words; of a range, the first day."""
    if dateline is None:
        return None
    for element in dateline.iter(f"{TEI}date"):
        for attribute in ("when", "from", "notBefore"):
            if day := iso_day(element.get(attribute) or ""):
                return day
    return day_in(folded(own_text(dateline)))


def _place(dateline: etree._Element | None) -> str | None:
    place = dateline.find(f".//{TEI}placeName") if dateline is not None else None
    return folded(own_text(place)) or None if place is not None else None


def _joins(root: etree._Element) -> Joins:
    """The rule for breaks without blanks, with the words of this volume that no such break touches."""

    def untouched() -> str:
        breaks = list(root.iter(f"{TEI}pb"))
        for break_ in breaks:
            break_.text = _BREAK
        pieces = "".join(root.itertext()).split(_BREAK)
        for break_ in breaks:
            break_.text = None
        return " ".join(map(_without_end_words, pieces))

    return joins_by(untouched)


def _without_end_words(text: str) -> str:
    """A text between two breaks without the halves of words at its ends."""
    start, end = 0, len(text)
    while start < end and text[start].isalnum():
        start += 1
    while end > start and text[end - 1].isalnum():
        end -= 1
    return text[start:end]
