"""A document's page of history.state.gov, saved from a browser: turned back into the TEI that it was made from.

The site names the TEI element behind each of its own in the class ("tei-dateline", "tei-p3"), prints a page break as
a link "[Page 26]" and gathers the notes at the foot, each with a mark that leads to it. So the page becomes a <div
type="document"> once more, and is read by the same code as a volume. What it cannot say (the page on which the letter
begins, if no break follows; exact dates) is inferred as for plain text, or stands in `letters.toml`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from lxml import etree

from ingest.readers.canonical import folded
from ingest.readers.facts import dating_in, first_page, missing_facts, volume_by_folder
from ingest.readers.headings import number_and_title
from ingest.readers.parties import Persons
from ingest.readers.reading import Finding, Reading
from ingest.readers.tei_document import DocumentReader, joins_of
from ingest.readers.tei_elements import TEI, XML_ID
from qa_service.errors import InputError
from qa_service.texts import Volume

FORM = "html"
MAX_PAGE_BYTES = 16 * 1024 * 1024

_ADDRESS = re.compile(r"/historicaldocuments/([A-Za-z]+\d{4}[\w.-]*)/(d\d+[a-z]?)\b")
_CLASS = re.compile(r"^tei-(?:\w+:)?([A-Za-z]+?)\d*$")
_PAGE_MARK = re.compile(r"\[(?:Facsimile |Typeset )?Page\s+([^\]\s]+)\s*\]")
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PUBLISHED_NOTE = re.compile(r"(fn\d+[a-z]?)$")
_BY_TAG = {
    "p": "p", "h1": "head", "h2": "head", "h3": "head", "h4": "head", "h5": "head", "h6": "head", "ul": "list",
    "ol": "list", "li": "item", "table": "table", "tr": "row", "td": "cell", "th": "cell", "br": "lb", "div": "div",
    "section": "div", "blockquote": "quote", "dl": "list", "dt": "label", "dd": "item",
}  # fmt: skip
"""TEI elements for HTML elements that carry no class of the site; any other is running text."""
_NO_TEXT = frozenset(["script", "style", "nav", "button", "template", "noscript", "img", "hr", "svg", "form"])


def is_saved_page(start: bytes, content: bytes) -> bool:
    """Whether a file is a page of the site: HTML with the site's classes."""
    return b"<html" in start.lower() and b"tei-" in content


def read_saved_page(content: bytes, name: str, facts: Mapping[str, Any], folder: str) -> Reading:
    """Read one letter.

    Args:
        content: the file's bytes, UTF-8.
        name: the file's name, for messages.
        facts: what `letters.toml` says of this file.
        folder: the name of the file's folder, the volume where neither the page nor `letters.toml` gives one.
    Raises: InputError if the page is too large, not UTF-8, or not that of one document.
    """
    if len(content) > MAX_PAGE_BYTES:
        raise InputError(f"{name}: expected a page of at most {MAX_PAGE_BYTES >> 20} MiB, got {len(content) >> 20} MiB")
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: expected UTF-8 text, byte {error.start} is not") from error
    page = etree.fromstring(content, etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False))
    shown = _document(page) if page is not None else None
    if shown is None:
        raise InputError(f"{name}: expected the page of one document of history.state.gov, found none in it")
    volume_id, id = _address(page) or ("", "")
    if "document" in facts:
        id = f"d{facts['document']}"
    volume = Volume(
        str(facts.get("volume") or volume_id or volume_by_folder(folder)),
        title=_volume_title(page),
        invented=bool(facts.get("invented", False)),
    )
    converted = _Page(page, id)
    div = converted.document(shown)
    if id:
        div.set(XML_ID, id)
    documents = DocumentReader(volume.id, FORM, Persons(), joins_of(div))
    documents.page = first_page(facts, (label for label in (pb.get("n") for pb in div.iter(f"{TEI}pb")) if label))
    letter = documents.read(div)
    if not id and not letter.document:
        raise InputError(f"{name}: expected the document's number in its heading, found none")
    letter = replace(
        letter,
        ref=replace(letter.ref, id=id or f"d{letter.document}"),
        document=letter.document or id.removeprefix("d"),
        dating=dating_in(facts) or letter.dating,
        place=facts.get("place") or letter.place,
    )
    met = [Finding(what, str(letter.ref)) for what in converted.met]
    return Reading(FORM, volume, (letter,), findings=(*documents.findings, *met, *missing_facts(letter, facts)))


def _document(page: etree._Element) -> etree._Element | None:
    """The element that holds the document: the first with the class of one and a heading of its own; failing that,
    what holds the first numbered heading of the page's content.
    """
    for element in page.iter("div", "section"):
        if "div" in _tei_names(element) and any("head" in _tei_names(child) for child in element):
            return element
    for content in page.xpath("//*[@id='content-inner' or @id='content-container'] | //main | //article"):
        for heading in content.iter("h1", "h2", "h3", "h4", "h5", "h6"):
            if number_and_title(folded(_words(heading)))[0]:
                for before in list(heading.itersiblings(preceding=True)):
                    before.getparent().remove(before)
                return heading.getparent()
    return None


def _tei_names(element: etree._Element) -> list[str]:
    """The TEI elements that an element's classes name."""
    if not isinstance(element.tag, str):
        return []
    return [match.group(1) for one in (element.get("class") or "").split() if (match := _CLASS.match(one))]


def _address(page: etree._Element) -> tuple[str, str] | None:
    """Volume and document by the page's own address, wherever the page or the browser that saved it says it."""
    said = [
        *page.xpath("//link[@rel='canonical']/@href"),
        *page.xpath("//meta[@property='og:url']/@content"),
        *(comment.text or "" for comment in page.getroottree().xpath("//comment()") if "saved from" in str(comment)),
        *page.xpath("//*[contains(@class, 'section-breadcrumb')]//@href"),
    ]
    return next(((match[1], match[2]) for text in said if (match := _ADDRESS.search(text))), None)


def _volume_title(page: etree._Element) -> str:
    titles = page.xpath("//*[@id='navigation-title' or contains(@class, 'hsg-navigation-title')]")
    return folded("".join(titles[0].itertext())) if titles else ""


class _Page:
    """Turns elements of the page into TEI."""

    def __init__(self, page: etree._Element, id: str) -> None:
        self._id = id
        self._targets = {element.get("id"): element for element in page.iter() if element.get("id")}
        self._at_foot = [one for one in page.iter() if "footnote" in (one.get("class") or "").split()]
        self._marked: set[etree._Element] = set()
        self.met: list[str] = []

    def document(self, shown: etree._Element) -> etree._Element:
        """The whole document; notes to which no mark leads come at its end."""
        made = self.tei(shown)
        made.set("type", "document")
        for note in self._at_foot:
            if note not in self._marked:
                number = re.sub(r"\D", "", note.get("value") or "") or "?"
                self.met.append(f"note {number} has no mark in the text")
                made.append(self._note_at_foot(note, number, ""))
        return made

    def tei(self, element: etree._Element, name: str = "div") -> etree._Element:
        made = etree.Element(f"{TEI}{name}")
        made.text = _clean(element.text)
        for child in element:
            for part in self._parts(child):
                made.append(part)
            _add_tail(made, child.tail)
        return made

    def _parts(self, child: etree._Element) -> Iterator[etree._Element]:
        """What stands for a child: nothing, one element, or a note with nothing of its mark."""
        if not isinstance(child.tag, str):
            return
        tag, classes = child.tag.rpartition(":")[2].lower(), (child.get("class") or "").split()
        if tag in _NO_TEXT or "footnotes" in classes or "footnote" in classes or "fn-back" in classes:
            return
        names = _tei_names(child)
        if "pb" in names or (tag == "a" and _PAGE_MARK.fullmatch(folded(_words(child)))):
            yield self._page_break(child)
        elif "note" in classes and tag == "a":
            yield self._note(child)
        elif "note" in names:
            inline = self.tei(child, "note")
            inline.set("rend", "inline")
            inline.set("type", "source")
            yield inline
        elif tag == "a" and "/historicaldocuments/" in (child.get("href") or ""):
            reference = self.tei(child, "ref")
            reference.set("target", _clean(child.get("href")))
            yield reference
        elif names or (":" in child.tag and tag.replace("-", "").isalpha()):
            yield self.tei(child, names[0] if names else tag)
        else:
            yield self.tei(child, _BY_TAG.get(tag, "hi"))

    def _page_break(self, mark: etree._Element) -> etree._Element:
        match = _PAGE_MARK.search(_words(mark))
        made = etree.Element(f"{TEI}pb")
        if match:
            made.set("n", _clean(match.group(1)))
        return made

    def _note(self, mark: etree._Element) -> etree._Element:
        """The note to which a mark leads, in the place of the mark."""
        target = unquote((mark.get("href") or "").rpartition("#")[2])
        number = _clean(folded(_words(mark))) or "?"
        at_foot = self._targets.get(target)
        if at_foot is None or at_foot in self._marked:
            again = "is marked more than once" if at_foot is not None else "is not on the page"
            self.met.append(f"note {number} {again}")
            return etree.Element(f"{TEI}hi")
        return self._note_at_foot(at_foot, number, target)

    def _note_at_foot(self, at_foot: etree._Element, number: str, target: str) -> etree._Element:
        self._marked.add(at_foot)
        contents = [one for one in at_foot.iter() if "fn-content" in (one.get("class") or "").split()]
        made = self.tei(contents[0] if contents else at_foot, "note")
        published = _PUBLISHED_NOTE.search(target)
        made.set("n", number)
        made.set(XML_ID, f"{self._id}{published.group(1) if published else f'fn{number}'}")
        return made


def _words(element: etree._Element) -> str:
    return "".join(element.itertext())


def _clean(text: str | None) -> str:
    """Text without the characters that XML does not know."""
    return _NO_CHARACTER.sub(" ", text or "")


def _add_tail(made: etree._Element, tail: str | None) -> None:
    tail = _clean(tail)
    if not tail:
        return
    if len(made):
        made[-1].tail = (made[-1].tail or "") + tail
    else:
        made.text = (made.text or "") + tail
