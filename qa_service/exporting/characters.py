"""What every form does to text before its own escaping: it may hold anything, and no form may break on it."""

import re
from urllib.parse import quote

_BLANKS = re.compile("[\x09-\x0d\x1c-\x20\x85\u2028\u2029]+")
_UNPRINTABLE = re.compile("[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Control characters, lone surrogates and what else XML 1.0 cannot hold."""
_DIRECTIONS = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys("\u2066\u2067\u2068", "\u2069")
"""Characters that change the direction of what follows, and those that end it."""
_WEB = re.compile(r"https?://[^/?#]", re.IGNORECASE)


def one_line(text: str) -> str:
    """The text in one line, line ends and runs of blanks as one blank, without characters that no form can hold.

    A change of writing direction that it leaves open is closed at its end: what stands behind it is not turned round.
    """
    line = _UNPRINTABLE.sub("", _BLANKS.sub(" ", text)).strip(" ")
    return line + _closing(line)


def _closing(line: str) -> str:
    """What closes the embeddings, overrides and isolates that are open at the line's end (Unicode Annex 9)."""
    still_open: list[str] = []
    for character in line:
        if closing := _DIRECTIONS.get(character):
            still_open.append(closing)
        elif still_open and character == still_open[-1]:
            still_open.pop()
    return "".join(reversed(still_open))


def web_address(text: str | None) -> str | None:
    """The address with everything percent-encoded that could end it; None for what is no address on the web."""
    return quote(text, safe="/:#?&=%+,;@~._-", errors="ignore") if text and _WEB.match(text) else None
