"""What the editors of a TEI volume added beside the letters: the list of persons, the back-of-book index."""

import re
from collections.abc import Iterator

from lxml import etree

from ingest.readers.canonical import folded
from ingest.readers.tei_elements import TEI, XML_ID, local_name, own_text
from qa_service.texts import IndexEntry


def read_persons(root: etree._Element) -> dict[str, str]:
    """The list of persons: id -> name in reading order ("Khrushchev, Nikita S." -> "Nikita S. Khrushchev")."""
    persons = {}
    for element in root.iterfind(f".//{TEI}div[@{XML_ID}='persons']//{TEI}persName[@{XML_ID}]"):
        surname, _, forenames = folded(own_text(element)).rstrip(",").partition(", ")
        persons[element.get(XML_ID)] = f"{forenames} {surname}".strip()
    return persons


def read_index(root: etree._Element) -> Iterator[IndexEntry]:
    """The back-of-book index, nested entries flattened: "Berlin" > "air corridors" -> "Berlin: air corridors"."""
    for div in root.iterfind(f".//{TEI}back//{TEI}div[@{XML_ID}='index']"):
        for item_list in div.iterfind(f"{TEI}list"):
            yield from _index_items(item_list, "")


def _index_items(item_list: etree._Element, above: str) -> Iterator[IndexEntry]:
    for item in item_list.iterfind(f"{TEI}item"):
        lists = item.findall(f"{TEI}list")
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
        tag, target = local_name(child), child.get("target") or ""
        if tag == "ref" and target.startswith("#pg_"):
            label = target.removeprefix("#pg_")
            is_range = bool(pages) and words[-1].strip() in ("-", "–")
            pages.extend(_between(pages[-1], label) if is_range else [])
            pages.append(label)
        elif tag and tag != "list":
            words.append(own_text(child))
        words.append(child.tail or "")
    phrase = re.sub(r"(?:[\s,;.:–-]|\bn+\b)+$", "", folded(" ".join(words)))
    return re.sub(r"(?:\s*[,–-]\s*)+$", "", re.sub(r"\s+([,;:’'])", r"\1", phrase)), pages


def _between(first: str, last: str) -> list[str]:
    """The pages strictly between two arabic labels; none for anything else or for an unlikely range."""
    if not (first.isdigit() and last.isdigit() and int(last) - int(first) < 100):
        return []
    return [str(page) for page in range(int(first) + 1, int(last))]
