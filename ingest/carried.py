"""Whose message a telegram carries: a head of government's letter often went as a telegram of his foreign ministry.

The heading of such a telegram names offices ("From the Department of State to the Embassy in the Soviet Union"). Who
speaks is told by the signature at its end, or by its first words ("following message from the President"); he must be
a person whom the volume knows as a writer or recipient. He is added as the letter's `author`; its writer stays whom
the heading names.
"""

import re
from collections.abc import Iterator, Sequence
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
_NAME_WORDS = 4
"""A signature of no more words is a name, and nothing but a name: "Sincerely, John F. Kennedy"."""
_FAR = 10**6


def with_authors(letters: Sequence[Letter]) -> list[Letter]:
    """The letters of one volume, those that carry somebody's message with its author among their parties."""
    plain = [replace(one, parties=tuple(party for party in one.parties if party.role != "author")) for one in letters]
    known = [(letter, party) for letter in plain for party in letter.parties if party.is_person]
    return [_with_author(letter, known) for letter in plain]


def _with_author(letter: Letter, known: Sequence[tuple[Letter, Party]]) -> Letter:
    writers = [party for party in letter.parties if party.role == "writer"]
    if not writers or any(party.is_person for party in writers):
        return letter
    signatures = list(_signatures(letter.text))
    said = [*_first_words(letter.text), *signatures]
    author = next((found for words in said if (found := _meant(words, letter, known))), None)
    if author is None:
        return letter
    signed = (_named(line, letter, known) for line in signatures if len(line.split()) <= _NAME_WORDS)
    authors = {party.name: replace(party, role="author") for party in (author, *signed) if party}
    return replace(letter, parties=(*letter.parties, *authors.values()))


def _first_words(text: str) -> Iterator[str]:
    """What the beginning calls the author."""
    for match in _CARRIES.finditer(text[:_BEGINNING]):
        yield re.split(r"\bto\b", match[1] or match[2] or match[3])[0]  # "message from the President to Chairman N."


def _signatures(text: str) -> Iterator[str]:
    """Short lines at the end, but for the last if it is a word alone ("Rusk"): that is who signed the telegram."""
    lines = [line for line in text.splitlines() if line.strip()][-_SIGNATURE_LINES:]
    if lines and re.fullmatch(r"\w+", lines[-1].strip()):
        lines.pop()
    yield from (line for line in lines if len(line) <= _SIGNATURE_CHARACTERS and not _SALUTATION.match(line))


def _meant(said: str, letter: Letter, known: Sequence[tuple[Letter, Party]]) -> Party | None:
    """Who is meant: somebody of that surname, else who holds that office, in the letter nearest in time."""
    words = _words(said)
    by_office = [(other, party) for other, party in known if party.office and _is_office(party.office, words)]
    return _named(said, letter, known) or _nearest(by_office, letter)


def _named(said: str, letter: Letter, known: Sequence[tuple[Letter, Party]]) -> Party | None:
    """Somebody whose surname is said, in the letter nearest in time."""
    words = _words(said)
    return _nearest([(other, party) for other, party in known if _surname(party.name) in words], letter)


def _nearest(found: Sequence[tuple[Letter, Party]], letter: Letter) -> Party | None:
    return min(found, key=lambda pair: _apart(pair[0], letter))[1] if found else None


def _words(said: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[^\W\d_]+", said)}


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
