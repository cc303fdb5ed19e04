"""What the editors of a TEI volume added beside the letters: persons, terms, the back-of-book index."""

import re
from collections.abc import Iterator

from lxml import etree

from ingest.readers.canonical import folded
from ingest.readers.tei_elements import TEI, XML_ID, local_name, own_text
from qa_service.apparatus import Apparatus, IndexEntry, Person, Term

_TARGET = re.compile(r"^#(pg_|d|in)(\w+)$")
_SUFFIX = re.compile(r"^(?:Jr|Sr)\.?$|^[IVX]+$")
_PLACES = "\ue000"
"""Stands for a tagged page or document in an item's words; a character of private use."""
_SEE = re.compile(r"(?:^|[.,;(]|\ue000)\s?[Ss]ee\b(?: also)?(?: under)?(?P<where>.*)$")
_BLANK_INSIDE = re.compile(r"\s+(?=[,;:’')])|(?<=[(])\s+")
_UNTAGGED_PAGE = re.compile(r",\s*\d{1,3}(?:\s?n+)?(?:[-–]\d{1,3}(?:\s?n+)?)?$")
_INITIAL = re.compile(r"(?:\b[A-Z]|\b[JS]r)\.$")
_NOTE_MARKS = re.compile(r"\dn+\s*$")
_NOTE_MARKS_AFTER = re.compile(r"\s*n+\b")
_AFTER_NAME = " ,;:.—–-"


def read_apparatus(root: etree._Element) -> Apparatus:
    """All of it, from the sections before and after the documents."""
    outside = [part for tag in ("front", "back") for part in root.iterfind(f"{TEI}text/{TEI}{tag}")]
    sections = {div.get(XML_ID): div for part in outside for div in part.iter(f"{TEI}div")}
    terms = [div for id in ("terms", "abbreviations") if (div := sections.get(id)) is not None]
    return Apparatus(
        persons=tuple(_persons(sections["persons"])) if "persons" in sections else (),
        terms=tuple(term for div in terms for term in _terms(div)),
        index=tuple(_index(sections["index"])) if "index" in sections else (),
    )


def _persons(section: etree._Element) -> Iterator[Person]:
    """The list of persons: "Khrushchev, Nikita S., Chairman ..." -> Nikita S. Khrushchev, "Chairman ..."."""
    for item in section.iter(f"{TEI}item"):
        name = next(item.iter(f"{TEI}persName"), None)
        if name is not None and name.get(XML_ID):
            listed = folded(own_text(name)).rstrip(", ")
            yield Person(name.get(XML_ID), _reading_order(listed), listed, _rest(item, name))


def _terms(section: etree._Element) -> Iterator[Term]:
    """The abbreviations and terms with their meanings."""
    for item in section.iter(f"{TEI}item"):
        term = next(item.iter(f"{TEI}term"), None)
        if term is None:  # some are printed bold and not tagged
            term = item.find(f".//{TEI}hi")
        if term is not None:
            words = folded(own_text(term)).rstrip(_AFTER_NAME.replace(".", ""))
            yield Term(term.get(XML_ID) or "", words, _rest(item, term))


def _rest(item: etree._Element, name: etree._Element) -> str:
    """What an item says after the name that it begins with."""
    whole, first = folded(own_text(item)), folded(own_text(name))
    return whole[whole.find(first) + len(first) :].strip(_AFTER_NAME) if first in whole else whole


def _reading_order(name: str) -> str:
    """ "Alder, Ann B., Jr." -> "Ann B. Alder, Jr."; a name without a comma stays as it is."""
    surname, *rest = (part.strip() for part in name.replace(",”", "”").split(","))
    suffix = rest.pop() if len(rest) > 1 and _SUFFIX.match(rest[-1]) else ""
    given = re.sub(r",(?= “)", "", ", ".join(rest))
    full = f"{given} {surname}".strip()
    return f"{full}, {suffix}" if suffix else full


def _index(section: etree._Element) -> Iterator[IndexEntry]:
    """The back-of-book index, nested entries flattened: "Berlin" > "air corridors" -> "Berlin: air corridors"."""
    for item_list in section.iter(f"{TEI}list"):
        if local_name(item_list.getparent()) != "item":
            yield from _entries(item_list, "")


def _entries(item_list: etree._Element, above: str) -> Iterator[IndexEntry]:
    for item in item_list.iterfind(f"{TEI}item"):
        entry = _entry(item, above)
        if entry.phrase and (entry.pages or entry.letters or entry.see):
            yield entry
        for nested in item.iterfind(f"{TEI}list"):
            yield from _entries(nested, entry.phrase)


def _entry(item: etree._Element, above: str) -> IndexEntry:
    """An item's own words and where they lead; "10-16" names everything between, "288nn" the notes of a page."""
    words: list[str] = [item.text or ""]
    places: dict[str, list[str]] = {"pg_": [], "d": [], "in": []}
    in_notes: list[str] = []
    after = ""
    for child in item:
        tag = local_name(child)
        target = _TARGET.match(child.get("target") or "") if tag == "ref" else None
        kind, label = target.groups() if target else ("", "")
        if kind == "in":
            places[kind].append(folded(own_text(child)))
        elif kind:
            so_far = places[kind]
            if so_far and after.strip(" n") in ("-", "–"):
                so_far += _between(so_far[-1], label)
            so_far.append(label)
            if _points_to_notes(child):
                in_notes.append(label if kind == "pg_" else f"d{label}")
        elif tag not in ("", "list"):
            words.append(own_text(child))
        after = child.tail or ""
        words.append(_PLACES if kind in ("pg_", "d") else "")
        words.append(after)
    phrase, see = _phrase_and_see("".join(words), places["in"])
    whole = f"{above}: {phrase}" if above and phrase else phrase or above
    pages, letters = dict.fromkeys(places["pg_"]), dict.fromkeys(f"d{label}" for label in places["d"])
    return IndexEntry(whole, tuple(pages), tuple(letters), tuple(in_notes), see)


def _phrase_and_see(words: str, tagged: list[str]) -> tuple[str, tuple[str, ...]]:
    """The phrase, which ends where the places or a "See ..." begin, and the entries that the latter names."""
    told = folded(words)
    match = _SEE.search(told)
    phrase = told[: match.start() if match else None].partition(_PLACES)[0]
    if match and not tagged:
        where = match["where"].partition(_PLACES)[0].strip(" .,:()")
        tagged = [one.strip(" .,:()") for one in where.split(";")]
    phrase = _BLANK_INSIDE.sub("", phrase)
    return _without_end(phrase), tuple(filter(None, tagged))


def _without_end(phrase: str) -> str:
    """A phrase without the marks and the untagged pages at its end; the period of an initial stays."""
    phrase = phrase.rstrip(" ,;:–-(")
    while (match := _UNTAGGED_PAGE.search(phrase[-20:])) is not None:
        phrase = phrase[: len(phrase) - len(match.group())].rstrip(" ,;:–-(")
    return phrase if _INITIAL.search(phrase[-4:]) else phrase.rstrip(" .")


def _points_to_notes(ref: etree._Element) -> bool:
    """Whether a page is given as "288nn" or "288 n", whatever part of that is tagged."""
    after = (ref.tail or "").lstrip()
    if not after and (following := ref.getnext()) is not None and local_name(following) == "hi":
        after = own_text(following)
    return bool(_NOTE_MARKS.search(own_text(ref)) or (after[:1] == "n" and _NOTE_MARKS_AFTER.match(after)))


def _between(first: str, last: str) -> list[str]:
    """The numbers strictly between two; none for roman labels or for an unlikely range."""
    if not (first.isdigit() and last.isdigit() and int(last) - int(first) < 100):
        return []
    return [str(number) for number in range(int(first) + 1, int(last))]
