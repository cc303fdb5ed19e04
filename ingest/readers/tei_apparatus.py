"""What the editors of a TEI volume added beside the letters: the list of persons, the back-of-book index."""

import re
from collections.abc import Iterator

from lxml import etree

from ingest.readers.canonical import folded
from ingest.readers.tei_elements import TEI, XML_ID, local_name, own_text
from qa_service.texts import IndexEntry

_TARGET = re.compile(r"^#(pg_|d)(\w+)$")
_SUFFIX = re.compile(r"^(?:Jr|Sr)\.?$|^[IVX]+$")


def read_persons(root: etree._Element) -> dict[str, str]:
    """The list of persons: id -> name in reading order ("Khrushchev, Nikita S." -> "Nikita S. Khrushchev")."""
    named = root.iterfind(f".//{TEI}div[@{XML_ID}='persons']//{TEI}persName[@{XML_ID}]")
    return {element.get(XML_ID): _reading_order(folded(own_text(element))) for element in named}


def _reading_order(name: str) -> str:
    """ "Alder, Ann B., Jr." -> "Ann B. Alder, Jr."; a name without a comma stays as it is."""
    surname, *rest = (part.strip() for part in name.rstrip(",").split(","))
    suffix = rest.pop() if len(rest) > 1 and _SUFFIX.match(rest[-1]) else ""
    full = " ".join(part for part in (", ".join(rest), surname) if part)
    return f"{full}, {suffix}" if suffix else full


def read_index(root: etree._Element) -> Iterator[IndexEntry]:
    """The back-of-book index, nested entries flattened: "Berlin" > "air corridors" -> "Berlin: air corridors"."""
    for div in root.iterfind(f".//{TEI}back//{TEI}div[@{XML_ID}='index']"):
        for item_list in div.iterfind(f"{TEI}list"):
            yield from _items(item_list, "")


def _items(item_list: etree._Element, above: str) -> Iterator[IndexEntry]:
    for item in item_list.iterfind(f"{TEI}item"):
        entry = _entry(item, above)
        if entry.phrase and (entry.pages or entry.letters):
            yield entry
        for nested in item.iterfind(f"{TEI}list"):
            yield from _items(nested, entry.phrase)


def _entry(item: etree._Element, above: str) -> IndexEntry:
    """An item's own words and where they lead; "10-16" names everything between."""
    words: list[str] = [item.text or ""]
    places: dict[str, list[str]] = {"pg_": [], "d": []}
    for child in item:
        target = _TARGET.match(child.get("target") or "") if local_name(child) == "ref" else None
        if target:
            kind, label = target.groups()
            so_far = places[kind]
            if so_far and words[-1].strip() in ("-", "–"):
                so_far += _between(so_far[-1], label)
            so_far.append(label)
        elif local_name(child) not in ("", "list"):
            words.append(own_text(child))
        words.append(child.tail or "")
    phrase = re.sub(r"\s+([,;:’'])", r"\1", folded(" ".join(words)))
    phrase = re.sub(r"(?:[\s,;.:–-]|\bn+\b)+$", "", phrase)
    whole = f"{above}: {phrase}" if above and phrase else phrase or above
    return IndexEntry(whole, tuple(places["pg_"]), tuple(f"d{label}" for label in places["d"]))


def _between(first: str, last: str) -> list[str]:
    """The numbers strictly between two; none for roman labels or for an unlikely range."""
    if not (first.isdigit() and last.isdigit() and int(last) - int(first) < 100):
        return []
    return [str(number) for number in range(int(first) + 1, int(last))]
