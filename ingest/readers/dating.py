"""When a letter was written, from all that a volume says of it, and which of that was taken.

The dateline comes first: its encoding, or its words where it has none. Where the two name different days, what the
heading or the document's own encoding says decides, and the dateline's encoding where neither speaks. A coarse
dateline ("May 1980") makes the date coarse, however exactly it is encoded. Without a dateline the document's encoding
counts, then the heading; last, as a date that is not certain, a day on which by its source note the letter was drafted,
handed over or received.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from qa_service.dating import MONTHS, DateSource, Dating, long_date

_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?"
    r"|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_DAY_OF = r"\d{1,2}(?:st|nd|rd|th|d)?"
_RANGE = rf"(?:\s?(?:[-–]|and|to)\s?(?:(?P<last_month>{_MONTH})\s+)?(?P<last>{_DAY_OF}))?"
_WRITTEN = re.compile(
    rf"\b(?P<month>{_MONTH})\s+(?P<day>{_DAY_OF}){_RANGE}(?:,\s*|\s+)(?P<year>\d{{4}})\b"
    rf"|\b(?P<day2>{_DAY_OF})(?:\s+(?:day\s+)?of)?\s+(?P<month2>{_MONTH}),?\s+(?P<year2>\d{{4}})\b"
    rf"|\b(?P<month3>{_MONTH}),?\s+(?P<year3>\d{{4}})\b",
    re.IGNORECASE,
)
_ENDS_WITH_COMMA = re.compile(r"(?:^|[,\[(—–])\s*$")
_YEAR = re.compile(r"\d{4}")
_IN_NOTE = re.compile(
    r"\b(?:[Dd]ated|[Mm]ade|[Hh]anded|[Dd]elivered|[Gg]iven|[Pp]resented|[Cc]onveyed|[Tt]ransmitted|[Ss]ent|[Ff]orwarded"
    r"|[Rr]eceived|[Dd]rafted|[Pp]repared)\b"
    rf"[^.]{{0,90}}?\b(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})(?:,\s+(?P<year>\d{{4}}))?\b"
)
_DAY = re.compile(rf"\b(?:{_MONTH})\s+\d{{1,2}}\b(?!,?\s+\d{{4}})")
_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d:\d\d))?)?)?")


@dataclass(frozen=True, slots=True)
class Said:
    """What a volume says of a document's date.

    The words and the attributes of its dateline; the attributes that the edition gives the document itself (`earliest`,
    `latest`); its heading and its source note; the heading of its section, which in microfiche supplements has the
    month and year ("May 1961") of the days in headings ("May 4"). `neighbour` is an ISO day of a letter printed nearby,
    for days that a note names without a year.
    """

    dateline: str = ""
    attributes: Mapping[str, str] | None = None
    earliest: str = ""
    latest: str = ""
    heading: str = ""
    section: str = ""
    source_note: str = ""
    neighbour: str | None = None


def date_of(said: Said) -> tuple[Dating | None, tuple[str, str] | None]:
    """The dating; and where it was not plain, what was done, and with which dates."""
    headed = date_in(said.heading, "heading") or _by_section(said)
    encoded = _encoded(said.attributes or {}, said.dateline)
    if encoded and not headed and long_date(encoded.first) in said.dateline:
        return encoded, None  # nine times in ten
    printed = date_in(said.dateline)
    document = _range(said.earliest, said.latest, "encoding")
    if encoded and printed and not _meet(encoded, printed):
        witness = headed or document
        taken = printed if witness and _meet(witness, printed) else encoded
        return taken, ("dateline and its encoding name different days", f"{printed}, {encoded}: {taken} taken")
    coarse = encoded and printed and printed.precision == "month" and encoded.first == encoded.last
    found = printed if coarse else encoded or printed
    if found and headed and not _meet(found, headed):
        return found, ("heading and dateline name different days", f"{headed}, {found}: the dateline's taken")
    if found:
        return found, None
    if document:
        undated = "undated" in said.dateline.lower()
        return replace(document, certain=document.certain and not undated), None
    if headed:
        return headed, ("no dateline, the date in the heading taken", str(headed))
    noted = _noted(said.source_note, said.neighbour)
    return noted, ("undated, a day that the source note names taken", long_date(noted.first)) if noted else None


def date_in(words: str, taken_from: DateSource = "dateline") -> Dating | None:
    """The first date in some words: "May 4, 1928", "4 May 1928", "May 4–9, 1928" or "May 1928"; None without one."""
    for match in _WRITTEN.finditer(words) if _YEAR.search(words) else ():
        if taken_from == "heading" and not _ENDS_WITH_COMMA.search(words[: match.start()][-3:]):
            continue  # of what the heading is about: "Memorandum on the Treaty of May 4, 1898"
        part = match.groupdict()
        month = _month(part["month"] or part["month2"] or part["month3"])
        year = int(part["year"] or part["year2"] or part["year3"])
        day = _digits(part["day"] or part["day2"])
        first = _iso(year, month, day or 1)
        last_month = _month(part["last_month"]) if part["last_month"] else month
        last = _iso(year, last_month, _digits(part["last"]) or day or monthrange(year, month)[1])
        if first and last and first <= last:
            certain = "?" not in words[match.end() : match.end() + 2]
            return Dating(first, last, "day" if day else "month", taken_from, certain, match.group())
    return None


def _month(name: str) -> int:
    return next(number for number, month in enumerate(MONTHS, start=1) if month[:3] == name[:3].capitalize())


def _digits(day: str | None) -> int | None:
    return int(re.sub(r"\D", "", day)) if day else None


def _by_section(said: Said) -> Dating | None:
    month = date_in(said.section) if said.section and not said.dateline else None
    day = _DAY.search(said.heading) if month and month.precision == "month" else None
    found = date_in(f"{day.group()}, {month.first[:4]}") if month and day else None
    return replace(found, taken_from="heading") if found and month and _meet(found, month) else None


def _encoded(attributes: Mapping[str, str], words: str) -> Dating | None:
    """The date that a TEI element's attributes give (TEI P5, att.datable.w3c)."""
    exact = attributes.get("when") or attributes.get("from") or ""
    if exact:
        found = _range(exact, attributes.get("when") or attributes.get("to") or exact, "dateline")
        certain = "?" not in words and "undated" not in words.lower()
        return replace(found, certain=certain, words=words) if found else None
    earliest, latest = attributes.get("notBefore", ""), attributes.get("notAfter", "")
    found = _range(earliest or latest, latest or earliest, "dateline")
    return replace(found, certain=False, words=words) if found else None


def _range(first: str, last: str, taken_from: DateSource) -> Dating | None:
    """From one ISO date to another, each a year, a month, a day or a minute; a range of days is not certain if it is
    the edition's own.
    """
    begin, end = _ISO.match(first), _ISO.match(last)
    if not (begin and end):
        return None
    year, month, day, time = begin.groups()
    from_day = _iso(int(year), int(month or 1), int(day or 1))
    year, month, day = end.groups()[:3]
    if not (from_day and _iso(int(year), int(month or 1), int(day or 1))):
        return None
    to_day = _iso(int(year), int(month or 12), int(day or monthrange(int(year), int(month or 12))[1]))
    if to_day is None or to_day < from_day:
        return None
    if taken_from == "encoding":
        return Dating(from_day, to_day, "day", taken_from, certain=from_day == to_day)
    precision = "minute" if time else "day" if begin.group(3) else "month" if begin.group(2) else "year"
    return Dating(from_day, to_day, precision, taken_from, time=time)  # type: ignore[arg-type]


def _noted(note: str, neighbour: str | None) -> Dating | None:
    for match in _IN_NOTE.finditer(note):
        month, day = _month(match["month"]), int(match["day"])
        years = [int(match["year"])] if match["year"] else []
        if neighbour and not years:
            years = [int(neighbour[:4]) + step for step in (0, -1, 1)]
        days = [found for year in years if (found := _iso(year, month, day))]
        if days:
            near = min(days, key=lambda one: abs(_number(one) - _number(neighbour or one)))
            return Dating(near, near, "day", "note", certain=False, words=match.group())
    return None


def _meet(one: Dating, other: Dating) -> bool:
    return one.first <= other.last and other.first <= one.last


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _number(day: str) -> int:
    return date.fromisoformat(day).toordinal()
