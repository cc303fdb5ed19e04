"""What headings, datelines and source notes say of a letter, in the editors' own set phrases."""

import re
from datetime import date, datetime

from qa_service.texts import MONTHS

_NUMBER = re.compile(r"^\[?(?:No\.?\s*)?\[?(\d+[A-Za-z]?)\]?\.?\]?\s+")
_FROM = re.compile(r"\b[Ff]rom\s+(?:the\s+)?")
_TO = re.compile(r",?\s+to\s+(?:the\s+)?")
_GOES_ON_WITH_TO = re.compile(
    r"\b(?:Assistant|Advis[eo]r|Counsel(?:or)?|Ambassador|Representative|Delegat(?:e|ion)|Mission|Minister|Envoy|Aide"
    r"|Liaison|Observer)$"
)
"""Offices that are held to something: the "to" after them does not lead to the recipient."""
OTHER_KIND = "document"
_KINDS = (
    "memorandum of conversation", "memorandum of a conversation", "memorandum of telephone conversation",
    "editorial note", "intelligence report", "national intelligence estimate", "special national intelligence estimate",
    "backchannel message", "oral message", "informal communication", "circular telegram", "action memorandum",
    "information memorandum", "briefing memorandum", "letter", "message", "telegram", "memorandum", "note", "despatch",
    "dispatch", "airgram", "report", "paper", "minutes", "statement", "address", "instruction", "notes", "record",
)  # fmt: skip
_MARKINGS = (
    "Top Secret", "Secret", "Confidential", "Limited Official Use", "Official Use Only", "Restricted",
    "Unclassified", "No classification marking",
)  # fmt: skip
_CLASSIFICATION = re.compile(rf"(?:^|[.;]\s+)({'|'.join(_MARKINGS)})\b")
_DAY = re.compile(rf"\b({'|'.join(MONTHS)})\s+(\d{{1,2}}),\s+(\d{{4}})\b")


def number_and_title(heading: str) -> tuple[str, str]:
    """ "21. Letter From A to B" -> ("21", "Letter From A to B"); no number gives ""."""
    match = _NUMBER.match(heading)
    return (match.group(1), heading[match.end() :]) if match else ("", heading)


def kind_of(title: str) -> str:
    """The kind of document its title names, in lower case; "document" where it names none of the usual ones."""
    lowered = title.lower()
    found = [(position, -len(kind), kind) for kind in _KINDS if (position := lowered.find(kind)) >= 0]
    return min(found)[2] if found else OTHER_KIND


def parties_of(title: str) -> tuple[str | None, str | None]:
    """Writer and recipient as the title names them.

    "Letter From A to B" -> (A, B); "The Ambassador in X (A) to the Department of State" too, as older volumes have
    it. Of several "to", the last one that no office claims parts the two.
    """
    start = _FROM.search(title)
    if start is None and (kind_of(title) != OTHER_KIND or not title.startswith("The ")):
        return None, None
    parties = title[start.end() :] if start else title.removeprefix("The ")
    places = list(_TO.finditer(parties))
    unclaimed = [place for place in places if not _GOES_ON_WITH_TO.search(parties[: place.start()])]
    if not places:
        return None, None
    parting = (unclaimed or places)[-1]
    return parties[: parting.start()], parties[parting.end() :]


def classification_of(source_note: str) -> str | None:
    """The marking that a source note gives, such as "Top Secret", or None."""
    match = _CLASSIFICATION.search(source_note)
    return match.group(1) if match else None


def marking_in(text: str) -> str | None:
    """The marking that stands alone in one of a letter's first paragraphs, as older volumes print it ("Top Secret")."""
    for paragraph in text.split("\n\n", 5)[:5]:
        line = paragraph.split("\n")[0].strip("[]. ")
        for marking in _MARKINGS:
            if line.lower() == marking.lower() or line.lower() == f"{marking} eyes only".lower():
                return marking
    return None


def iso_day(text: str) -> str | None:
    """The ISO day at the head of a TEI date attribute ("1961-01-21T18:34:00" -> "1961-01-21"); None if not a day."""
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return None


def day_in(dateline: str) -> str | None:
    """The first "Month D, YYYY" of a dateline as an ISO day, or None."""
    match = _DAY.search(dateline)
    if not match:
        return None
    try:
        return datetime.strptime(" ".join(match.groups()), "%B %d %Y").date().isoformat()
    except ValueError:
        return None
