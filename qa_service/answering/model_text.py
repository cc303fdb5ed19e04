"""Text that a model has said, before anything else is done with it."""

import unicodedata

_BLANKS = "\n\t\r"
_DROPPED = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
"""Marks that are not seen and turn nothing around; for code they would part a number or a "not" that a reader sees."""


def plain_line(text: str) -> str:
    """The text in one line. Raises: ValueError for control characters, direction marks, half
    characters, and a text that holds nothing.
    """
    plain = text.translate(_DROPPED)
    for character in plain:
        if unicodedata.category(character).startswith("C") and character not in _BLANKS:
            raise ValueError(f"holds the character U+{ord(character):04X}, which is no text")
    line = " ".join(plain.split())
    if not line:
        raise ValueError("holds no text")
    return line


def sendable(text: str) -> str:
    """What a model has said, as it can be sent to one again: half characters, which no encoding holds, replaced."""
    return text.encode("utf-8", errors="replace").decode("utf-8")
