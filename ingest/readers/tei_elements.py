"""What the TEI modules share: names of elements, and their text without notes."""

from functools import lru_cache

from lxml import etree

TEI = "{http://www.tei-c.org/ns/1.0}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def local_name(element: etree._Element) -> str:
    """The element's local name in lower case; "" for comments and processing instructions."""
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=500)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2].lower()


def own_text(element: etree._Element) -> str:
    """The text of an element without that of the notes in it."""
    parts = [element.text or ""]
    for child in element:
        if local_name(child) == "lb":
            parts.append(" ")
        elif local_name(child) not in ("note", ""):
            parts.append(own_text(child))
        parts.append(child.tail or "")
    return "".join(parts)
