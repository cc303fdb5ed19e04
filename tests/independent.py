"""A second, independent derivation of text, pages and notes from a volume's XML: a scan of tags, no tree, no reader.

Blanks are left out, so it says nothing of where words part; everything else must agree with the reader to the
character.
"""

import html
import re
from dataclasses import dataclass, field

_TOKEN = re.compile(r"<!--.*?-->|<\?.*?\?>|<(/?)([\w:-]+)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)(/?)>", re.DOTALL)

_DATA = re.compile(r"<frus:(page-count-according-to-citation|problem)\b[^>]*(?<!/)>.*?</frus:\1>", re.DOTALL)
"""Facts about a microfiche, not its text."""


@dataclass
class Scanned:
    """A document: its characters with their page labels, and its notes as (number, characters, page of the mark)."""

    id: str
    characters: list[tuple[str, str | None]] = field(default_factory=list)
    notes: list[tuple[str, str, str | None]] = field(default_factory=list)


def scan(xml: str) -> list[Scanned]:
    """The documents of a volume, in order."""
    xml = _DATA.sub("", xml)
    documents: list[Scanned] = []
    page: str | None = None
    position, depth, document_depth, head_depth = 0, 0, -1, -1
    open_notes: list[tuple[str, str | None, list[str]]] = []
    started = xml.index("<text")
    for token in _TOKEN.finditer(xml, started):
        if document_depth >= 0:
            text = "".join(html.unescape(xml[position : token.start()]).split())
            if open_notes:
                open_notes[-1][2].append(text)
            elif head_depth < 0:
                documents[-1].characters += [(character, page) for character in text]
        position = token.end()
        closing, name, attributes, empty = token.groups()
        if name is None:
            continue
        if closing:
            depth -= 1
            if name == "note" and document_depth >= 0:
                number, at, parts = open_notes.pop()
                documents[-1].notes.append((number, "".join(parts), at))
            if depth == head_depth:
                head_depth = -1
            if depth == document_depth:
                document_depth = -1
            continue
        given = dict(re.findall(r"([\w:-]+)\s*=\s*[\"']([^\"']*)", attributes))
        if name == "pb":
            page = given["n"].strip("[]") if "n" in given else page
        elif name == "div" and given.get("type") == "document":
            documents.append(Scanned(given.get("xml:id", "")))
            document_depth = depth
        elif name == "head" and depth == document_depth + 1 and document_depth >= 0 and head_depth < 0:
            head_depth = depth
        elif name == "note" and document_depth >= 0 and not empty:
            characters = documents[-1].characters
            open_notes.append((given.get("n", ""), characters[-1][1] if characters else None, []))
        if not empty:
            depth += 1
    return documents
