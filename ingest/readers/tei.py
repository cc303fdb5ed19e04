"""FRUS volumes in TEI: one file, one volume, read as a whole because pages run through it from letter to letter."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from ingest.readers.canonical import folded, own_name
from ingest.readers.parties import Persons
from ingest.readers.reading import Finding, Reading
from ingest.readers.references import with_adjoining
from ingest.readers.tei_apparatus import read_apparatus
from ingest.readers.tei_document import DocumentReader, joins_of
from ingest.readers.tei_elements import TEI, XML_ID, local_name, own_text, page_label
from qa_service.errors import InputError
from qa_service.texts import Letter, Volume

FORM = "tei"


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
        raise InputError(f'{name}: expected <idno type="frus"> in the header of a TEI volume, or an xml:id on its root')
    return _VolumeReader(root, volume).read(name)


def _parse(content: bytes, name: str) -> etree._Element:
    """Parse without network, DTDs or unbounded trees; `collect_ids` is off because real volumes repeat an xml:id."""
    parser = etree.XMLParser(
        resolve_entities="internal", no_network=True, load_dtd=False, huge_tree=False, collect_ids=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise InputError(f"{name}: broken XML: {folded(error.msg or '')}") from error
    if root.tag != f"{TEI}TEI":
        raise InputError(f"{name}: expected a TEI document, the root element is {root.tag!r}")
    return root


def _volume(root: etree._Element) -> Volume:
    header = root.find(f"{TEI}teiHeader")
    if header is None:
        return Volume("")
    titles = {
        (title.get("type") or "").replace("-", ""): folded("".join(title.itertext()))
        for title in header.iterfind(f".//{TEI}titleStmt/{TEI}title")
    }
    editors = [
        folded("".join(editor.itertext()))
        for editor in header.iterfind(f".//{TEI}titleStmt/{TEI}editor")
        if editor.get("role") == "primary"
    ]
    publication = header.find(f".//{TEI}publicationStmt")

    def published(tag: str) -> str:
        return "" if publication is None else folded(publication.findtext(f"{TEI}{tag}") or "")

    idno = header.find(f".//{TEI}publicationStmt/{TEI}idno[@type='frus']")
    factuality = header.find(f".//{TEI}factuality")
    return Volume(
        id=(folded(idno.text or "") if idno is not None else "") or root.get(XML_ID) or "",
        title=titles.get("complete", ""),
        series=titles.get("series", ""),
        subseries=titles.get("subseries", ""),
        number=titles.get("volumenumber", ""),
        name=titles.get("volume", ""),
        editor=" and ".join(filter(None, editors)),
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
        self._apparatus = read_apparatus(root)
        self._documents = DocumentReader(volume.id, FORM, Persons(self._apparatus.persons), joins_of(root))

    def read(self, name: str) -> Reading:
        text = self._root.find(f"{TEI}text")
        letters = tuple(self._with_ids_of_their_own(self._letters(text))) if text is not None else ()
        if not letters:
            raise InputError(f'{name}: expected <div type="document"> elements, found none')
        letters = tuple(with_adjoining(letters))
        self._tell_of_repeated_ids()
        volume = replace(self._volume, documents=tuple(letter.ref.id for letter in letters))
        return Reading(FORM, volume, letters, self._apparatus, tuple(self._documents.findings))

    def _with_ids_of_their_own(self, letters: Iterator[Letter]) -> Iterator[Letter]:
        taken: dict[str, int] = {}
        for letter in letters:
            ref = replace(letter.ref, id=own_name(letter.ref.id, taken))
            if ref != letter.ref:
                self._documents.findings.append(
                    Finding("document id repeated, another given", f"{letter.ref}, {ref.id}")
                )
                letter = replace(letter, ref=ref)
            yield letter

    def _tell_of_repeated_ids(self) -> None:
        for id, times in Counter(map(str, self._root.xpath("//@xml:id"))).items():
            if times > 1:
                self._documents.findings.append(Finding("xml:id repeated", f"{self._volume.id} {id}"))

    def _letters(self, text: etree._Element) -> Iterator[Letter]:
        """The documents in printed order; a document inside another is part of it."""
        for element in text.iter(f"{TEI}pb", f"{TEI}div"):
            if local_name(element) == "pb":  # those inside the document just read come by once more, to the same end
                self._documents.page = page_label(element) or self._documents.page
            elif element.get("type") == "document" and not _inside_a_document(element):
                yield self._documents.read(element)
            elif element.get("type") is None and _stands_alone(element):
                what = "<div> without a type, not read as a document"
                self._documents.findings.append(Finding(what, f"{self._volume.id} {folded(own_text(element))[:60]!r}"))


def _stands_alone(div: etree._Element) -> bool:
    """Whether a division stands among the documents and in none of them."""
    return not _inside_a_document(div) and next(div.iterancestors(f"{TEI}body"), None) is not None


def _inside_a_document(element: etree._Element) -> bool:
    return any(above.get("type") == "document" for above in element.iterancestors(f"{TEI}div"))
