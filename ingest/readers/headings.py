"""What headings say of a letter, in the editors' own set phrases: its number and its kind."""

import re

_NUMBER = re.compile(r"^\[?(?:No\.?\s*)?\[?(\d+[A-Za-z]?)\]?\.?\]?\s+")
OTHER_KIND = "document"
_KINDS = (
    "memorandum of conversation", "memorandum of a conversation", "memorandum of telephone conversation",
    "editorial note", "intelligence report", "national intelligence estimate", "special national intelligence estimate",
    "backchannel message", "oral message", "informal communication", "circular telegram", "action memorandum",
    "information memorandum", "briefing memorandum", "letter", "message", "telegram", "memorandum", "note", "despatch",
    "dispatch", "airgram", "report", "paper", "minutes", "statement", "address", "instruction", "notes", "record",
)  # fmt: skip
_KIND = re.compile("|".join(sorted(_KINDS, key=len, reverse=True)))
_FIRST_SENTENCE_END = re.compile(
    "".join(rf"(?<!\b{title})" for title in ("Mr", "Mrs", "Messrs", "Dr", "Gen", "Col", "Lt", "Adm", "Sen", "No", "St"))
    + r"(?<=[\da-z)])\.\s"
)


def number_and_title(heading: str) -> tuple[str, str]:
    """ "21. Letter From A to B" -> ("21", "Letter From A to B"); no number gives ""."""
    match = _NUMBER.match(heading)
    return (match.group(1), heading[match.end() :]) if match else ("", heading)


def first_sentence(title: str) -> str:
    """The title without the summary that microfiche supplements print after it."""
    return _FIRST_SENTENCE_END.split(title, maxsplit=1)[0] if ". " in title else title


def kind_of(title: str) -> str:
    """The kind of document its title names, in lower case; "document" where it names none of the usual ones."""
    match = _KIND.search(title.lower())
    return match.group() if match else OTHER_KIND
