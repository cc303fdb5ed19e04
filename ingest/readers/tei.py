"""FRUS volumes in TEI: one file, one volume, read as a whole because pages run through it from letter to letter."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from lxml import etree

from ingest.readers.canonical import Joins, TextBuilder, folded, joins_by, words_of
from ingest.readers.headings import classification_of, day_in, iso_day, kind_of, number_and_title, parties_of
from ingest.readers.reading import Finding, Reading
from qa_service.errors import InputError
from qa_service.texts import IndexEntry, Letter, LetterRef, Volume

FORM = "tei"
NAMESPACE = "http://www.tei-c.org/ns/1.0"
_TEI = f"{{{NAMESPACE}}}"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"

_PARAGRAPHS = frozenset(
    [
        "p",
        "dateline",
        "opener",
        "closer",
        "postscript",
        "salute",
        "trailer",
        "byline",
        "head",
        "quote",
        "q",
        "lg",
        "table",
        "list",
        "div",
        "attachment",
    ]
)
_LINES = frozenset(["item", "row", "l", "lb", "signed"])
_INLINE = frozenset(
    [
        "hi",
        "persname",
        "gloss",
        "ref",
        "date",
        "placename",
        "time",
        "affiliation",
        "term",
        "name",
        "orgname",
        "title",
        "foreign",
        "emph",
        "num",
        "add",
        "seg",
        "label",
        "address",
        "addrline",
        "unclear",
        "supplied",
        "choice",
        "abbr",
        "expan",
        "said",
    ]
)
_NO_TEXT = frozenset(
    ["figure", "graphic", "gap", "pdf", "file", "page-count-according-to-citation", "problem", "milestone", "anchor"]
)


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
    if root.tag != f"{_TEI}TEI":
        raise InputError(f"{name}: expected a TEI document, the root element is {root.tag!r}")
    return root


def _volume(root: etree._Element) -> Volume:
    titles = {
        (title.get("type") or "").replace("-", ""): folded("".join(title.itertext()))
        for title in root.iterfind(f".//{_TEI}titleStmt/{_TEI}title")
    }
    editors = [
        folded("".join(editor.itertext()))
        for editor in root.iterfind(f".//{_TEI}titleStmt/{_TEI}editor")
        if editor.get("role") == "primary"
    ]
    publication = root.find(f".//{_TEI}publicationStmt")

    def published(tag: str) -> str:
        return "" if publication is None else folded(publication.findtext(f"{_TEI}{tag}") or "")

    idno = root.find(f".//{_TEI}publicationStmt/{_TEI}idno[@type='frus']")
    factuality = root.find(f".//{_TEI}factuality")
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
        self._persons = _persons(root)
        self._joins = _joins(root)
        self._page: str | None = None
        self._findings: list[Finding] = []

    def read(self, name: str) -> Reading:
        text = self._root.find(f"{_TEI}text")
        letters = tuple(self._with_ids_of_their_own(self._letters(text))) if text is not None else ()
        if not letters:
            raise InputError(f'{name}: expected <div type="document"> elements, found none')
        return Reading(FORM, self._volume, letters, tuple(_index(self._root)), tuple(self._findings))

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
            tag = _name(child)
            if tag == "pb":
                self._page = child.get("n") or self._page
            elif tag == "div" and child.get("type") == "document":
                yield self._letter(child)
            elif tag:
                yield from self._letters(child)

    def _letter(self, div: etree._Element) -> Letter:
        ref = LetterRef(self._volume.id, div.get(_XML_ID) or f"d{div.get('n', '')}")
        builder = TextBuilder(self._page, self._joins)
        writing = _LetterWriting(builder, str(ref), self._findings)
        heads = [child for child in div if _name(child) == "head"]
        if heads:
            writing.heading(heads[0])
        writing.children(div, skip=heads[:1])
        self._page = builder.page_label
        number, title = number_and_title(folded(_own_text(heads[0])) if heads else "")
        writers, recipients = self._parties(heads[0]) if heads else ([], [])
        said_writer, said_recipient = parties_of(title)
        notes = builder.notes()
        if not builder.text():
            self._findings.append(Finding("document without text (page images only)", str(ref)))
        dateline = div.find(f".//{_TEI}dateline")
        return Letter(
            ref=ref,
            document=div.get("n") or number,
            title=title,
            kind=kind_of(title),
            text=builder.text(),
            pages=builder.pages(),
            notes=notes,
            date=_date(dateline),
            place=_place(dateline),
            writer=" and ".join(writers) or said_writer,
            recipient=" and ".join(recipients) or said_recipient,
            classification=next((classification_of(note.text) for note in notes if note.source), None),
            form=FORM,
        )

    def _parties(self, head: etree._Element) -> tuple[list[str], list[str]]:
        """The names tagged as writers and recipients, as the list of persons writes them in full."""
        parties: dict[str, list[str]] = {"from": [], "to": []}
        for element in head.iter(f"{_TEI}persName", f"{_TEI}gloss"):
            named = parties.get(element.get("type") or "")
            if named is not None:
                id = (element.get("corresp") or "").lstrip("#")
                named.append(self._persons.get(id) or folded(_own_text(element)))
        return parties["from"], parties["to"]


class _LetterWriting:
    """Writes one document's elements into a TextBuilder."""

    def __init__(self, builder: TextBuilder, where: str, findings: list[Finding]) -> None:
        self._builder = builder
        self._where = where
        self._findings = findings

    def heading(self, head: etree._Element) -> None:
        """Of the document's own heading only notes and page breaks go into the letter; its words are the title."""
        for element in head.iter():
            if _name(element) == "note":
                self._note(element)
            elif _name(element) == "pb":
                self._builder.page(element.get("n") or "")

    def children(self, parent: etree._Element, skip: list[etree._Element] | None = None) -> None:
        if parent.text:
            self._builder.write(parent.text)
        for child in parent:
            if not (skip and child in skip):
                self._element(child)
            if child.tail:
                self._builder.write(child.tail)

    def _element(self, element: etree._Element) -> None:
        tag = _name(element)
        if not tag or tag in _NO_TEXT:
            self._met(f"<{tag}> holds no text", unless=tag in ("", "milestone", "anchor", "file", "pdf"))
        elif tag == "pb":
            self._builder.page(element.get("n") or "")
        elif tag == "note":
            self._note(element)
        elif tag == "cell":
            self._builder.cell()
            self.children(element)
        else:
            separate = self._separator(tag)
            separate()
            self.children(element)
            separate()

    def _separator(self, tag: str) -> Callable[[], None]:
        if tag in _PARAGRAPHS:
            return self._builder.paragraph
        if tag in _LINES:
            return self._builder.line
        self._met(f"<{tag}> is not known, read as running text", unless=tag in _INLINE)
        return lambda: None

    def _note(self, note: etree._Element) -> None:
        own = TextBuilder()
        inner = _LetterWriting(own, self._where, self._findings)
        inner.children(note)
        text = own.text()
        source = note.get("type") == "source" or note.get("n") == "0" or text.startswith(("Source:", "[Source:"))
        number = note.get("n") or (re.sub(r".*fn", "", note.get(_XML_ID) or "") or ("0" if source else "?"))
        self._builder.note(number, text, source=source)
        for nested in own.notes():
            self._builder.note(nested.number, nested.text, source=nested.source)
        if own.page_label is not None:
            self._builder.page(own.page_label)

    def _met(self, what: str, *, unless: bool) -> None:
        if not unless:
            self._findings.append(Finding(what, self._where))


def _name(element: etree._Element) -> str:
    """The element's local name in lower case; "" for comments and processing instructions."""
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def _own_text(element: etree._Element) -> str:
    """The text of an element without that of the notes in it."""
    parts = [element.text or ""]
    for child in element:
        if _name(child) == "lb":
            parts.append(" ")
        elif _name(child) not in ("note", ""):
            parts.append(_own_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _date(dateline: etree._Element | None) -> str | None:
    """The day the dateline gives: its attributes first, else its words; of a range, the first day."""
    if dateline is None:
        return None
    for element in dateline.iter(f"{_TEI}date"):
        for attribute in ("when", "from", "notBefore"):
            if day := iso_day(element.get(attribute) or ""):
                return day
    return day_in(folded(_own_text(dateline)))


def _place(dateline: etree._Element | None) -> str | None:
    place = dateline.find(f".//{_TEI}placeName") if dateline is not None else None
    return folded(_own_text(place)) or None if place is not None else None


def _persons(root: etree._Element) -> dict[str, str]:
    """The list of persons: id -> name in reading order ("Khrushchev, Nikita S." -> "Nikita S. Khrushchev")."""
    persons = {}
    for element in root.iterfind(f".//{_TEI}div[@{_XML_ID}='persons']//{_TEI}persName[@{_XML_ID}]"):
        surname, _, forenames = folded(_own_text(element)).rstrip(",").partition(", ")
        persons[element.get(_XML_ID)] = f"{forenames} {surname}".strip()
    return persons


def _joins(root: etree._Element) -> Joins:
    """The rule for breaks without blanks, with the words of this volume that no such break touches."""
    untouched = re.sub(r"\w*\x00\w*", " ", "".join(_in_order(root)))
    return joins_by(words_of(untouched))


def _in_order(element: etree._Element) -> Iterator[str]:
    """All text in document order, page breaks as NUL, other block elements parted by blanks."""
    tag = _name(element)
    edge = "\x00" if tag == "pb" else "" if tag in _INLINE else " "
    yield edge
    if tag:
        yield element.text or ""
    for child in element:
        yield from _in_order(child)
        yield child.tail or ""
    if tag != "pb":
        yield edge


def _index(root: etree._Element) -> Iterator[IndexEntry]:
    """The back-of-book index, nested entries flattened: "Berlin" > "air corridors" -> "Berlin: air corridors"."""
    for div in root.iterfind(f".//{_TEI}back//{_TEI}div[@{_XML_ID}='index']"):
        for item_list in div.iterfind(f"{_TEI}list"):
            yield from _index_items(item_list, "")


def _index_items(item_list: etree._Element, above: str) -> Iterator[IndexEntry]:
    for item in item_list.iterfind(f"{_TEI}item"):
        lists = item.findall(f"{_TEI}list")
        phrase, pages = _index_line(item)
        phrase = f"{above}: {phrase}" if above and phrase else phrase or above
        if phrase and pages:
            yield IndexEntry(phrase, tuple(pages))
        for nested in lists:
            yield from _index_items(nested, phrase)


def _index_line(item: etree._Element) -> tuple[str, list[str]]:
    """An entry's own words and pages; "10-16" names every page between."""
    words: list[str] = [item.text or ""]
    pages: list[str] = []
    for child in item:
        tag, target = _name(child), child.get("target") or ""
        if tag == "ref" and target.startswith("#pg_"):
            label = target.removeprefix("#pg_")
            is_range = bool(pages) and words[-1].strip() in ("-", "–")
            pages.extend(_between(pages[-1], label) if is_range else [])
            pages.append(label)
        elif tag and tag != "list":
            words.append(_own_text(child))
        words.append(child.tail or "")
    phrase = re.sub(r"(?:[\s,;.:–-]|\bn+\b)+$", "", folded(" ".join(words)))
    return re.sub(r"(?:\s*[,–-]\s*)+$", "", re.sub(r"\s+([,;:’'])", r"\1", phrase)), pages


def _between(first: str, last: str) -> list[str]:
    """The pages strictly between two arabic labels; none for anything else or for an unlikely range."""
    if not (first.isdigit() and last.isdigit() and int(last) - int(first) < 100):
        return []
    return [str(page) for page in range(int(first) + 1, int(last))]
