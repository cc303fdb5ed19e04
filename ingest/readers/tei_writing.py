"""One document's elements, written into a TextBuilder."""

from dataclasses import replace
from functools import lru_cache

from lxml import etree

from ingest.readers.canonical import BLANK, LINE, PARAGRAPH, TextBuilder
from ingest.readers.reading import Finding
from ingest.readers.references import Link
from ingest.readers.source_notes import is_source_note
from ingest.readers.tei_elements import TEI, XML_ID, local_name, name_of_tag, page_label

_SEPARATORS = {
    **dict.fromkeys(
        "p ab dateline opener closer postscript salute trailer byline lg table list listbibl div floatingtext body "
        "epigraph argument sp address figure".split(),
        PARAGRAPH,
    ),
    **dict.fromkeys("item row l lb signed speaker addrline".split(), LINE),
    **dict.fromkeys(
        "hi persname gloss date placename time affiliation term name rolename orgname title bibl foreign emph num "
        "measure add del seg unclear supplied choice sic corr orig reg abbr expan said".split(),
        "",
    ),
}
"""How each element parts its text from what stands around it; "" is running text."""
_NO_TEXT = frozenset("graphic figdesc gap problem".split())
_BLOCKS = frozenset("p ab lg l list table div head dateline opener closer quote".split())
RUNNING_HEAD = "shortened-for-running-head"
"""The type of a heading that was never printed above its document."""
_DATA = frozenset(["", "file", "pdf", "page-count-according-to-citation", "milestone", "anchor"])
"""Comments, and facts about the edition: no text, and nothing to tell."""


@lru_cache(maxsize=500)
def _separator(tag: object) -> str | None:
    """How a tag parts its text, None if it needs a look of its own."""
    return _SEPARATORS.get(name_of_tag(tag))


class LetterWriting:
    """Writes one document's elements into a TextBuilder."""

    def __init__(self, builder: TextBuilder, where: str, findings: list[Finding]) -> None:
        self._builder = builder
        self._where = where
        self._findings = findings
        self.note_links: list[Link] = []
        self.source_notes: list[str] = []
        """The texts of the document's own source notes; not those of its attachments."""
        self._labelled = False
        self._attachments = 0

    def heading(self, head: etree._Element) -> None:
        """Of the document's own heading only notes and page breaks go into the letter; its words are the title."""
        for child in head:
            tag = local_name(child)
            if tag == "note":
                self._note(child)
            elif tag == "pb":
                self._page(child)
            elif len(child):
                self.heading(child)

    def children(self, parent: etree._Element, heading: etree._Element | None = None) -> None:
        write = self._builder.write
        if text := parent.text:
            write(text)
        for child in parent:
            separator = _separator(child.tag)
            if child is heading:
                self.heading(child)
            elif separator is None:
                self._special(child)
            else:
                if separator and not self._labelled:
                    self._builder.separate(separator)
                self._labelled = self._labelled and not separator
                if len(child):
                    self.children(child)
                elif text := child.text:
                    write(text)
                if separator:
                    self._builder.separate(separator)
            if tail := child.tail:
                write(tail)

    def _special(self, element: etree._Element) -> None:
        tag = local_name(element)
        if tag == "pb":
            self._page(element)
        elif tag == "note":
            self._note(element)
        elif tag == "ref":
            start = self._builder.here()
            self.children(element)
            self._builder.link(element.get("target") or "", start)
        elif tag == "cell":
            if next(element.itersiblings(f"{TEI}cell", preceding=True), None) is not None:
                self._builder.next_cell()
            self.children(element)
        elif tag in ("quote", "q"):
            self._quote(element)
        elif tag == "head":
            if element.get("type") != RUNNING_HEAD:
                self._block(element)
        elif tag == "attachment":
            self._attachments += 1
            self._block(element)
            self._attachments -= 1
        elif tag == "label":
            self._label(element)
        elif tag in _NO_TEXT:
            self._findings.append(Finding(f"<{tag}> holds no text", self._where))
        elif tag not in _DATA:
            self._findings.append(Finding(f"<{tag}> is not known, read as running text", self._where))
            self.children(element)

    def _block(self, element: etree._Element) -> None:
        self._builder.separate(PARAGRAPH)
        self.children(element)
        self._builder.separate(PARAGRAPH)

    def _quote(self, quote: etree._Element) -> None:
        """A paragraph of its own, unless it is running text inside one."""
        inside = local_name(quote.getparent()) in ("p", "note", "item", "cell", "head")
        if inside and not any(local_name(child) in _BLOCKS for child in quote):
            self.children(quote)
        else:
            self._block(quote)

    def _label(self, label: etree._Element) -> None:
        """The mark of a list's item, "1." or "(a)", begins the line in which the item goes on."""
        self._labelled = local_name(label.getparent()) == "list"
        if self._labelled:
            self._builder.separate(LINE)
        self.children(label)
        if self._labelled:
            self._builder.separate(BLANK)

    def _page(self, break_: etree._Element) -> None:
        if label := page_label(break_):
            self._builder.page(label)

    def _note(self, note: etree._Element) -> None:
        own = TextBuilder()
        inner = LetterWriting(own, self._where, self._findings)
        inner.children(note)
        text = own.text()
        source = note.get("type") == "source" or note.get("n") == "0" or is_source_note(text)
        published = (note.get(XML_ID) or "").removeprefix(self._where.partition("/")[2])
        number = note.get("n") or (published.removeprefix("fn") or ("0" if source else "?"))
        id = published if published.startswith("fn") else f"n{number}"
        id = self._builder.note(number, text, source=source, id=id)
        if source and not self._attachments:
            self.source_notes.append(text)
        self.note_links += [Link(id, span, address) for span, address in own.links()]
        for nested in own.notes():
            nested_id = self._builder.note(nested.number, nested.text, source=nested.source, id=nested.id)
            self.note_links += [replace(link, note=nested_id) for link in inner.note_links if link.note == nested.id]
        if own.page_label is not None:
            self._builder.page(own.page_label)
