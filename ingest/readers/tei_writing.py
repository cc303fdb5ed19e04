"""One document's elements, written into a TextBuilder."""

from lxml import etree

from ingest.readers.canonical import CELL, LINE, PARAGRAPH, TextBuilder
from ingest.readers.reading import Finding
from ingest.readers.tei_elements import XML_ID, local_name

_SEPARATORS = {
    **dict.fromkeys(
        "p dateline opener closer postscript salute trailer byline head quote q lg table list div attachment "
        "figure".split(),
        PARAGRAPH,
    ),
    **dict.fromkeys("item row l lb signed".split(), LINE),
    **dict.fromkeys(
        "hi persname gloss ref date placename time affiliation term name orgname title foreign emph num add seg "
        "label address addrline unclear supplied choice abbr expan said".split(),
        "",
    ),
}
"""How each element parts its text from what stands around it; "" is running text."""
_NO_TEXT = frozenset("graphic gap problem".split())
_DATA = frozenset(["", "file", "pdf", "page-count-according-to-citation", "milestone", "anchor"])
"""Comments, and facts about the edition: no text, and nothing to tell."""


class LetterWriting:
    """Writes one document's elements into a TextBuilder."""

    def __init__(self, builder: TextBuilder, where: str, findings: list[Finding]) -> None:
        self._builder = builder
        self._where = where
        self._findings = findings

    def heading(self, head: etree._Element) -> None:
        """Of the document's own heading only notes and page breaks go into the letter; its words are the title."""
        for element in head.iter():
            if local_name(element) == "note":
                self._note(element)
            elif local_name(element) == "pb":
                self._builder.page(element.get("n") or "")

    def children(self, parent: etree._Element, heading: etree._Element | None = None) -> None:
        if parent.text:
            self._builder.write(parent.text)
        for child in parent:
            if child is heading:
                self.heading(child)
            else:
                self._element(child)
            if child.tail:
                self._builder.write(child.tail)

    def _element(self, element: etree._Element) -> None:
        tag = local_name(element)
        separator = _SEPARATORS.get(tag)
        if separator:
            self._builder.separate(separator)
            self.children(element)
            self._builder.separate(separator)
        elif separator is not None:
            self.children(element)
        elif tag == "pb":
            self._builder.page(element.get("n") or "")
        elif tag == "note":
            self._note(element)
        elif tag == "cell":
            self._builder.separate(CELL)
            self.children(element)
        elif tag in _NO_TEXT:
            self._findings.append(Finding(f"<{tag}> holds no text", self._where))
        elif tag not in _DATA:
            self._findings.append(Finding(f"<{tag}> is not known, read as running text", self._where))
            self.children(element)

    def _note(self, note: etree._Element) -> None:
        own = TextBuilder()
        inner = LetterWriting(own, self._where, self._findings)
        inner.children(note)
        text = own.text()
        source = note.get("type") == "source" or note.get("n") == "0" or text.startswith(("Source:", "[Source:"))
        published = (note.get(XML_ID) or "").removeprefix(self._where.partition("/")[2])
        number = note.get("n") or (published.removeprefix("fn") or ("0" if source else "?"))
        id = published if published.startswith("fn") else f"n{number}"
        self._builder.note(number, text, source=source, id=id)
        for nested in own.notes():
            self._builder.note(nested.number, nested.text, source=nested.source, id=nested.id)
        if own.page_label is not None:
            self._builder.page(own.page_label)
