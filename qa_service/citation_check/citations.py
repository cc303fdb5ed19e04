"""Citations in running text: printed forms, short forms, links and ids.

Sources: the Office of the Historian's page "Citing FRUS"; The Chicago Manual of Style 18 (notes, short forms, "ibid.");
the addresses of history.state.gov (see `answering.citing`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from qa_service.citation_check.findings import Cited
from qa_service.citation_check.volume_names import VolumeNames
from qa_service.texts import Span

_LABEL = r"\d{1,4}|[ivxlcIVXLC]{1,8}"
_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?history\.state\.gov/historicaldocuments/(?P<volume>[\w-]{4,60})"
    r"(?:/(?P<element>[\w-]{1,60}))?/?(?:\?[\w=&%.+-]{0,200})?(?:#(?P<fragment>[\w.:-]{1,100}))?"
)
_ID = re.compile(
    r"(?<![\w/.-])(?P<volume>[A-Za-z][\w-]{1,60})/(?P<element>(?:d\d|pg_)[\w-]{0,40})(?:#(?P<fragment>\w{1,60}))?"
)
_DOCUMENT = re.compile(
    r"(?<!\w)(?:(?P<many>[Dd]ocuments|DOCUMENTS|[Dd]ocs\.?)|[Dd]ocument|DOCUMENT|[Dd]oc\.?)\s{0,3}(?:[Nn]o\.\s?)?"
    r"(?P<number>\d{1,4}[A-Za-z]?)(?!\w)"
)
_NUMBER = re.compile(r"(?:[Nn]o\.|#)\s?(?P<number>\d{1,4}[A-Za-z]?)(?!\w)")
_FURTHER = re.compile(r"(?:,\s?(?:and\s|&\s)?|\s(?:and|&)\s|\s?[-–—]\s?)(?P<number>\d{1,4}[A-Za-z]?)(?!\w)")
_PAGE = re.compile(
    rf"(?<!\w)(?:pp?\.|pp?(?=\s?\d)|[Pp]ages?(?=\s))\s{{0,3}}(?P<first>{_LABEL})"
    rf"(?:\s?[-‐‑–—]\s?(?P<last>{_LABEL})(?!\w))?(?:n\.?\s?(?P<note>\d{{1,3}})|(?!\w))"
)
_BARE_PAGE = re.compile(
    r"(?:,?\s|(?<=:))(?P<first>(?!1[789]\d\d|20\d\d)\d{1,4})(?:\s?[-‐‑–—]\s?(?P<last>\d{1,4}))?"
    r"(?:n\.?\s?(?P<note>\d{1,3}))?(?![\w:/])"
)
_NOTE = re.compile(
    r"(?<!\w)(?:(?P<source>[Ss]ource\s[Nn]ote)|(?:nn?\.|[Ff]n\.?|[Ff]ootnotes?|[Nn]otes?)\s{0,3}(?P<number>\d{1,3})(?!\w))"
)
_IBID = re.compile(r"(?<!\w)[Ii]bid(?:\.|(?!\w))")
_JOINED = re.compile(r"[\s,:(]*(?:at\s|in\s|to\s)?")
_UP_TO_THE_DOCUMENT = re.compile(r"[^;“”„«»\"\x00]{0,300}")
_OF_THE_TEXT = re.compile(r"d\d|pg_")
_OF_A_LETTER = re.compile(r"(?P<letter>[\w-]+?)(?P<note>fn\w+)?$")


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation in a pasted text, and the place it names."""

    kind: Literal["citation", "link"]
    span: Span
    cited: Cited


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a citation: of a link or an id the whole, else one of volume, document, page, note, "ibid."."""

    name: Literal["link", "volume", "document", "page", "note", "ibid"]
    span: Span
    cited: Cited


def citations_in(
    text: str, names: VolumeNames, paragraphs: Sequence[Span], *, without: Iterable[Span] = ()
) -> list[Citation]:
    """The citations of a text in order.

    What a short form leaves out is taken from the citation before it: "ibid." takes all, "Document 21" the volume, and
    a page alone takes volume and document.

    Args:
        paragraphs: those of the text; no citation reaches over the end of one.
        without: parts of the text, in order, in which none is looked for.
    """
    blanked = _blanked(_only(text, paragraphs), without)
    found: list[Citation] = []
    group: list[_Part] = []
    for part in _parts(blanked, names):
        if group and not _goes_on(group, part, blanked):
            found.append(_joined(group, found))
            group = []
        group.append(part)
    if group:
        found.append(_joined(group, found))
    return found


def _only(text: str, paragraphs: Sequence[Span]) -> str:
    ends = [0, *(paragraph.end for paragraph in paragraphs)]
    starts = [*(paragraph.start for paragraph in paragraphs), len(text)]
    return _blanked(text, map(Span, ends, starts))


def _blanked(text: str, spans: Iterable[Span]) -> str:
    """The text with NUL, which no pattern takes, in some parts of it."""
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], "\x00" * (span.end - span.start)]
        at = span.end
    return "".join([*parts, text[at:]])


def _joined(parts: list[_Part], before: list[Citation]) -> Citation:
    span = Span(parts[0].span.start, parts[-1].span.end)
    if parts[0].name == "link":
        return Citation("link", span, parts[0].cited)
    cited = Cited()
    if before and parts[0].name == "ibid":
        last = before[-1].cited
        cited = replace(last, note=None) if len(parts) > 1 else last
    elif before and not any(part.name == "volume" for part in parts):
        last = before[-1].cited
        cited = Cited(last.volumes)
        if parts[0].name != "document":
            cited = replace(cited, document=last.document, letter=last.letter)
        if parts[0].name == "note":
            cited = replace(cited, first_page=last.first_page, last_page=last.last_page)
    for part in parts:
        given = {name: value for name in Cited.__slots__ if (value := getattr(part.cited, name))}
        cited = replace(cited, **given)
    return Citation("citation", span, cited)


def _goes_on(group: list[_Part], part: _Part, text: str) -> bool:
    """Whether a part belongs to the citation whose parts these are."""
    names = [one.name for one in group]
    if "link" in names or part.name in ("link", "ibid") or part.name in names:
        return False
    between = text[group[-1].span.end : part.span.start]
    if names[-1] == "volume" and part.name in ("document", "page"):
        return _UP_TO_THE_DOCUMENT.fullmatch(between) is not None
    if part.name == "volume":
        return names == ["document"] and re.fullmatch(r"[\s,(]*(?:(?:in|of)\s)?", between) is not None
    return _JOINED.fullmatch(between) is not None


def _parts(text: str, names: VolumeNames) -> Iterator[_Part]:
    """All parts of citations in a text, in order, none over another; links first, then what is longest."""
    taken = bytearray(len(text))
    found: list[_Part] = []

    def take(parts: Iterable[_Part]) -> None:
        for part in parts:
            if not any(taken[part.span.start : part.span.end]):
                taken[part.span.start : part.span.end] = b"\x01" * (part.span.end - part.span.start)
                found.append(part)

    take(_links(text, names))
    take(_Part("volume", Span(*m.span()), Cited(names.meant(m))) for m in names.pattern.finditer(text))
    take(_documents(text))
    take(_numbers(text, found))
    take(_Part("page", Span(*m.span()), _pages(m)) for m in _PAGE.finditer(text))
    take(_bare_pages(text, found))
    take(_notes(text))
    take(_Part("ibid", Span(*m.span()), Cited()) for m in _IBID.finditer(text))
    return iter(sorted(found, key=lambda part: part.span))


def _links(text: str, names: VolumeNames) -> Iterator[_Part]:
    for match in _LINK.finditer(text):
        yield _Part("link", Span(*match.span()), _of_link(match))
    for match in _ID.finditer(text):
        if names.knows(match["volume"]):
            yield _Part("link", Span(*match.span()), _of_link(match))


def _of_link(match: re.Match[str]) -> Cited:
    element, fragment = match["element"] or "", (match["fragment"] or "").rstrip(".:-")
    cited = Cited((match["volume"],))
    if element.startswith("pg_"):
        cited = replace(cited, first_page=element[3:], last_page=element[3:])
    elif _OF_THE_TEXT.match(element) and (of_a_letter := _OF_A_LETTER.match(element)):
        note = of_a_letter["note"]
        cited = replace(cited, letter=of_a_letter["letter"], note=note[2:] if note else None)
    if fragment.startswith("pg_"):
        cited = replace(cited, first_page=fragment[3:], last_page=fragment[3:])
    elif note := re.fullmatch(r"(?:d\w+?)?fn(\d+)", fragment):
        cited = replace(cited, note=note[1])
    return cited if cited.note != "0" else replace(cited, note="source note")


def _documents(text: str) -> Iterator[_Part]:
    for match in _DOCUMENT.finditer(text):
        yield _Part("document", Span(*match.span()), Cited(document=match["number"]))
        further = _FURTHER.match(text, match.end()) if match["many"] else None
        while further:
            yield _Part("document", Span(further.start("number"), further.end()), Cited(document=further["number"]))
            further = _FURTHER.match(text, further.end())


def _numbers(text: str, found: list[_Part]) -> Iterator[_Part]:
    """ "No. 21" is a document right after a volume, and elsewhere the number of a telegram or of anything."""
    for end in [part.span.end for part in found if part.name == "volume"]:
        blanks = re.compile(r",?\s{0,3}").match(text, end)
        match = _NUMBER.match(text, blanks.end() if blanks else end)
        if match:
            yield _Part("document", Span(*match.span()), Cited(document=match["number"]))


def _bare_pages(text: str, found: list[_Part]) -> Iterator[_Part]:
    """Pages without "p.": right after a volume, a document, "ibid." or the imprint that follows a volume."""
    ends = [part.span.end for part in found if part.name in ("volume", "document")]
    ends += [match.end() for match in _IBID.finditer(text)]
    imprints = (re.compile(r"[^()\n;“”\"]{0,200}\([^()\n]{0,100}\)").match(text, end) for end in ends)
    for end in [*ends, *(imprint.end() for imprint in imprints if imprint)]:
        match = _BARE_PAGE.match(text, end)
        if match:
            yield _Part("page", Span(match.start("first"), match.end()), _pages(match))


def _notes(text: str) -> Iterator[_Part]:
    for match in _NOTE.finditer(text):
        note = "source note" if match["source"] or match["number"] == "0" else match["number"]
        yield _Part("note", Span(*match.span()), Cited(note=note))


def _pages(match: re.Match[str]) -> Cited:
    first, last = match["first"], match["last"] or match["first"]
    if first.isdigit() and last.isdigit() and len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return Cited(first_page=first, last_page=last, note=match["note"])
