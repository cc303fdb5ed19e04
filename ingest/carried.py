"""Whose message a telegram carries: a head of government's letter often went as a telegram of his foreign ministry.

The heading of such a telegram names offices ("From the Department of State to the Embassy in the Soviet Union"). Who
speaks is told by the signature at its end, or by its first words ("following message from the President"); he must be
a person whom the volume knows as a writer or recipient. He is added as the letter's `author`; its writer stays whom
the heading names.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from qa_service.texts import Letter, Party

_BEGINNING = 600
_SIGNATURE_LINES, _SIGNATURE_CHARACTERS = 3, 60
_CARRIES = re.compile(
    r"\b(?:message|letter|reply|communication|text)\b[^.:]{0,60}?\b(?:from|of|by)\s+"
    r"(?=((?:the\s+)?(?:[^\W\d_]+[ .]+){0,3}[^\W\d_]+))|\b(president)ial\s+(?:message|letter)"
    r"|\b(?:follow(?:s|ing)|text|translation)\b[^.:]{0,40}?\b(?:of|is)\s+([^\W\d_]+)['’]s\s+(?:letter|message|reply)\b",
    re.IGNORECASE,
)
_SALUTATION = re.compile(r"\W*(dear|esteemed|mr|your excellency)\b", re.IGNORECASE)
_INSTITUTION = re.compile(
    r"\b(of|the|in|at|for|to|and|department|embassy|legation|consulate|mission|government|council|committee|staff|office"
    r"|bureau|agency|ministry|delegation|group|house|commission|board|chiefs|chancellery)\b",
    re.IGNORECASE,
)
_FAR = 10**6


def is_person(name: str) -> bool:
    """Whether the name of a party is a person's, as far as its words tell."""
    return not _INSTITUTION.search(name)


def with_authors(letters: Sequence[Letter]) -> list[Letter]:
    """The letters of one volume, those that carry somebody's message with its author among their parties."""
    plain = [replace(one, parties=tuple(party for party in one.parties if party.role != "author")) for one in letters]
    known = [(letter, party) for letter in plain for party in letter.parties if is_person(party.name)]
    return [_with_author(letter, known) for letter in plain]


def _with_author(letter: Letter, known: Sequence[tuple[Letter, Party]]) -> Letter:
    writers = [party for party in letter.parties if party.role == "writer"]
    if not writers or any(is_person(party.name) for party in writers):
        return letter
    for said in _says_who(letter.text):
        if author := _meant(said, letter, known):
            return replace(letter, parties=(*letter.parties, replace(author, role="author")))
    return letter


def _says_who(text: str) -> Iterator[str]:
    """What may name the author: words of the beginning first, then short lines at the end."""
    for match in _CARRIES.finditer(text[:_BEGINNING]):
        yield re.split(r"\bto\b", match[1] or match[2] or match[3])[0]  # "message from the President to Chairman N."
    lines = [line for line in text.splitlines() if line.strip()][-_SIGNATURE_LINES:]
    if lines and re.fullmatch(r"\w+", lines[-1].strip()):
        lines.pop()  # "Rusk": who signed the telegram, not what it carries
    yield from (line for line in lines if len(line) <= _SIGNATURE_CHARACTERS and not _SALUTATION.match(line))


def _meant(said: str, letter: Letter, known: Iterable[tuple[Letter, Party]]) -> Party | None:
    """Who is meant: somebody of that surname, else who holds that office, in the letter nearest in time."""
    words = {word.lower() for word in re.findall(r"[^\W\d_]+", said)}
    by_name = [(other, party) for other, party in known if _surname(party.name) in words]
    by_office = [(other, party) for other, party in known if party.office and _is_office(party.office, words)]
    found = by_name or by_office
    return min(found, key=lambda pair: _apart(pair[0], letter))[1] if found else None


def _surname(name: str) -> str:
    words = re.findall(r"[^\W\d_]{2,}", name.lower())
    words = [word for word in words if word not in ("jr", "sr")]
    return words[-1] if words else ""


def _is_office(office: str, words: set[str]) -> bool:
    held = re.findall(r"[^\W\d_]+", office.lower())
    return bool(held) and held[0] in ("president", "chairman", "premier", "chancellor", "king") and held[0] in words


def _apart(one: Letter, other: Letter) -> int:
    if not (one.date and other.date):
        return _FAR
    return abs((date.fromisoformat(one.date) - date.fromisoformat(other.date)).days)
