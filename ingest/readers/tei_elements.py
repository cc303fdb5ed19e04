"""What the TEI modules share: names of elements, and their text without notes."""

from functools import lru_cache

from lxml import etree

TEI = "{http://www.tei-c.org/ns/1.0}"
_FRUS = ("{http://history.state.gov/frus/ns/1.0}", "{http://history.state.gov/ns/1.0}")
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def local_name(element: etree._Element) -> str:
    """The element's local name in lower case; "" for comments and processing instructions."""
    return name_of_tag(element.tag)


@lru_cache(maxsize=500)
def name_of_tag(tag: object) -> str:
    """The same, of a tag as lxml has it: "{namespace}name", or a function for what is no element."""
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def frus_attribute(element: etree._Element, name: str) -> str:
    """An attribute that FRUS adds to TEI, in either of the two namespaces that it has used; "" if there is none."""
    return next((value for space in _FRUS if (value := element.get(f"{space}{name}"))), "")


def page_label(element: etree._Element) -> str:
    """The label of a page break; brackets around it are the editors' and not part of it ("[21]" -> "21")."""
    return (element.get("n") or "").strip("[]")


def own_text(element: etree._Element) -> str:
    """The text of an element without that of the notes in it."""
    if not len(element):
        return element.text or ""
    parts = [element.text or ""]
    for child in element:
        if local_name(child) == "lb":
            parts.append(" ")
        elif local_name(child) not in ("note", ""):
            parts.append(own_text(child))
        parts.append(child.tail or "")
    return "".join(parts)
