"""What headings say of a letter, in the editors' own set phrases: its number and its kind."""

import re

_NUMBER = re.compile(r"^\[?(?:No\.?\s*\[?(\d+[A-Za-z]?)\]?\.?|\[?(\d+[A-Za-z]?)(?:\]?\.|\]))\]?\s+")
OTHER_KIND = "document"
_KINDS = (
    "memorandum of conversation", "memorandum of a conversation", "memorandum of telephone conversation",
    "editorial note", "intelligence report", "national intelligence estimate", "special national intelligence estimate",
    "backchannel message", "oral message", "informal communication", "circular telegram", "action memorandum",
    "information memorandum", "briefing memorandum", "letter", "message", "telegram", "memorandum", "note", "despatch",
    "dispatch", "airgram", "diary entry", "intelligence brief", "intelligence assessment",
    "intelligence information cable", "summary of conclusions", "study", "report", "paper", "minutes", "statement",
    "address", "instruction", "notes", "record",
)  # fmt: skip
_KIND = re.compile(rf"\b(?:{'|'.join(sorted(_KINDS, key=len, reverse=True))})\b")
_ABBREVIATED = (
    "Mr", "Mrs", "Messrs", "Dr", "Prof", "Gen", "Brig", "Maj", "Col", "Capt", "Lt", "Adm", "Amb", "Sen", "Rep", "Gov",
    "No", "St",
)  # fmt: skip
_FIRST_SENTENCE_END = re.compile("".join(rf"(?<!\b{title})" for title in _ABBREVIATED) + r"(?<=[\da-z)])\.\s")


def number_and_title(heading: str) -> tuple[str, str]:
    """ "21. Letter From A to B" -> ("21", "Letter From A to B"); no number gives ""."""
    match = _NUMBER.match(heading)
    return (match.group(1) or match.group(2), heading[match.end() :]) if match else ("", heading)


def first_sentence(title: str) -> str:
    """The title without the summary that microfiche supplements print after it."""
    return _FIRST_SENTENCE_END.split(title, maxsplit=1)[0] if ". " in title else title


def kind_of(title: str) -> str:
    """The kind of document its title names, in lower case; "document" where it names none of the usual ones."""
    match = _KIND.search(first_sentence(title).lower())
    return match.group().replace("of a conversation", "of conversation") if match else OTHER_KIND
