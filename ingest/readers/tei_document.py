"""One document of a volume: from its element to a Letter."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from ingest.readers.canonical import Joins, TextBuilder, folded, joins_by
from ingest.readers.dating import Said, date_in, date_of
from ingest.readers.headings import OTHER_KIND, first_sentence, kind_of, number_and_title
from ingest.readers.parties import Persons, Tagged, read_parties
from ingest.readers.reading import Finding
from ingest.readers.references import Link, references_of
from ingest.readers.source_notes import archive_of, classification_of, marking_in
from ingest.readers.tei_elements import TEI, XML_ID, frus_attribute, local_name, own_text
from ingest.readers.tei_writing import RUNNING_HEAD, LetterWriting
from qa_service.dating import Dating
from qa_service.texts import Letter, LetterRef, Party

_BREAK = "\ue000"
"""Stands for a page break where only the words of a volume are wanted; a character of private use."""
_PARTS_OF_THEIR_OWN: Final = frozenset(["attachment", "floatingtext", "quote", "note"])
"""Elements whose datelines are not the document's."""


class DocumentReader:
    """Reads the documents of one volume in order; it keeps the page that is current and tells what it met.

    Args:
        volume: the volume's id.
        form: the source form the letters are marked with.
        persons: the volume's list of persons.
        joins: decides about page breaks with no blank beside them.
    """

    def __init__(self, volume: str, form: str, persons: Persons, joins: Joins) -> None:
        self.page: str | None = None
        self.findings: list[Finding] = []
        self._volume, self._form, self._persons, self._joins = volume, form, persons, joins
        self._last_day: str | None = None

    def read(self, div: etree._Element) -> Letter:
        """The letter in a <div type="document">; moves on to the page on which it ends."""
        ref = LetterRef(self._volume, div.get(XML_ID) or f"d{div.get('n', '')}")
        builder = TextBuilder(self.page, self._joins)
        writing = LetterWriting(builder, str(ref), self.findings)
        heads = (child for child in div if local_name(child) == "head")
        head = next((one for one in heads if one.get("type") != RUNNING_HEAD), None)
        writing.children(div, heading=head)
        self.page = builder.page_label
        self._tell_of_breaks(builder, ref)
        number, title = number_and_title(folded(own_text(head))) if head is not None else ("", "")
        notes, text = builder.notes(), builder.text()
        source_notes = writing.source_notes
        if not text:
            self.findings.append(Finding("document without text (page images only)", str(ref)))
        dateline = _dateline(div)
        return Letter(
            ref=ref,
            document=div.get("n") or number,
            title=title,
            kind=_kind(div, title, source_notes),
            text=text,
            pages=builder.pages(),
            notes=notes,
            dating=self._dating(div, ref, dateline, title, source_notes),
            place=_place(dateline),
            parties=self._parties(head, title, ref),
            classification=next(filter(None, map(classification_of, source_notes)), None) or marking_in(text),
            archive=next(filter(None, map(archive_of, source_notes)), None),
            references=references_of([*(Link(None, *link) for link in builder.links()), *writing.note_links], ref),
            form=self._form,
        )

    def _parties(self, head: etree._Element | None, title: str, ref: LetterRef) -> tuple[Party, ...]:
        tagged = list(_tagged(head, title)) if head is not None else []
        parties = read_parties(title, tagged, self._persons) if head is not None else ()
        taken = {party.person for party in parties}
        for person in (self._persons.by_id.get(name.person) for name in tagged if name.role and parties):
            if person and person.id not in taken:
                what = "tag of a name in the heading not followed, a namesake holds the office"
                self.findings.append(Finding(what, f"{ref} (not {person.name})"))
        for party in self._persons.against(parties):
            what = "the office in the heading is none that the list of persons gives the person"
            self.findings.append(Finding(what, f"{ref} ({party.office}: {party.name})"))
        return parties

    def _dating(
        self, div: etree._Element, ref: LetterRef, dateline: etree._Element | None, title: str, source_notes: list[str]
    ) -> Dating | None:
        dates = list(dateline.iter(f"{TEI}date")) if dateline is not None else []
        dating, remark = date_of(
            Said(
                dateline=folded(own_text(dateline)) if dateline is not None else "",
                attributes=dict(dates[0].attrib) if dates else None,
                earliest=frus_attribute(div, "doc-dateTime-min"),
                latest=frus_attribute(div, "doc-dateTime-max"),
                heading=first_sentence(title),
                section="" if dates else _section(div),
                source_note=" ".join(source_notes),
                neighbour=self._last_day,
            )
        )
        if remark:
            what, which = remark
            self.findings.append(Finding(what, f"{ref} ({which})"))
        if dating and dating.certain:
            self._last_day = dating.first
        return dating

    def _tell_of_breaks(self, builder: TextBuilder, ref: LetterRef) -> None:
        for labels, what in (
            (builder.joined, "word joined across a page break"),
            (builder.parted, "words parted at a page break with no blank"),
        ):
            self.findings += [Finding(what, f"{ref} p. {label}") for label in labels]


def _kind(div: etree._Element, title: str, source_notes: list[str]) -> str:
    """What the title names; where it names only the parties, what the source note ends with ("793.00/1–1052:
    Telegram").
    """
    if div.get("subtype") == "editorial-note":
        return "editorial note"
    named = kind_of(title)
    if named == OTHER_KIND:
        endings = [kind_of(note.rpartition(":")[2].strip()) for note in source_notes if ":" in note[-40:]]
        return next((kind for kind in endings if kind != OTHER_KIND), OTHER_KIND)
    return named


def _dateline(div: etree._Element) -> etree._Element | None:
    """The document's own dateline, at its head or foot; of several the first that has a date and is not of receipt."""
    own = list(_datelines(div))
    dated = [one for one in own if one.find(f".//{TEI}date") is not None or date_in(folded(own_text(one)))]
    sent = [one for one in dated if not own_text(one).lstrip(" [(").startswith("Received")]
    return next(iter([*sent, *dated, *own]), None)


def _datelines(div: etree._Element) -> Iterator[etree._Element]:
    """Datelines that no attachment, quoted letter or note owns, nor a part that follows the first paragraph."""
    for dateline in div.iter(f"{TEI}dateline"):
        for above in dateline.iterancestors():
            if above is div:
                yield dateline
                break
            tag = local_name(above)
            if tag in _PARTS_OF_THEIR_OWN or (
                tag == "div" and next(above.itersiblings(f"{TEI}p", preceding=True), None) is not None
            ):
                break


def _section(div: etree._Element) -> str:
    """The heading of the section that a document stands in."""
    parent = div.getparent()
    head = parent.find(f"{TEI}head") if parent is not None else None
    return folded(own_text(head)) if head is not None else ""


def _place(dateline: etree._Element | None) -> str | None:
    places = dateline.iter(f"{TEI}placeName") if dateline is not None else ()
    return ", ".join(dict.fromkeys(place for one in places if (place := folded(own_text(one)).strip(" ,")))) or None


def _tagged(head: etree._Element, title: str) -> Iterator[Tagged]:
    read_to = 0
    of_notes = {name for note in head.iter(f"{TEI}note") for name in note.iter(f"{TEI}persName", f"{TEI}gloss")}
    for element in head.iter(f"{TEI}persName", f"{TEI}gloss"):
        words = folded(own_text(element))
        at = title.find(words, read_to)
        if element in of_notes or at < 0:
            continue
        read_to = at + len(words)
        role, person = element.get("type"), (element.get("corresp") or "").lstrip("#")
        is_person = local_name(element) == "persname"
        if role in ("from", "to") or (is_person and person and not role):
            yield Tagged(words, at, role or "", person, is_person=is_person)


def joins_of(root: etree._Element) -> Joins:
    """The rule for breaks without blanks, with the words of this volume that no such break touches."""

    def untouched() -> str:
        breaks = list(root.iter(f"{TEI}pb"))
        for break_ in breaks:
            break_.text = _BREAK
        pieces = etree.tostring(root, method="text", encoding="unicode").split(_BREAK)
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
