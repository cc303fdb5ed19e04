"""Names of persons, as reference managers want them.

Only the editors' names are parted into family and given names: the last word of a name is its family name for the
historians who edit these volumes, but not for all who wrote the letters (Zhou Enlai, Ho Chi Minh), and the letters'
JSON does not tell. A name that is not parted is printed and sorted as it stands.
"""

import re
from dataclasses import dataclass

from qa_service.texts import Party

_SUFFIX = re.compile(r",? (?P<suffix>Jr\.?|Sr\.?|I{2,3}|IV)$")
_PARTICLE = re.compile(r"(?:van|von|der|den|de|du|la|le|st\.?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Name:
    """`family` alone is a name as it stands, of a person or a body."""

    family: str
    given: str = ""
    suffix: str = ""


def editors(text: str) -> list[Name]:
    """ "William F. Sanford, Jr. and Laurie Van Hook" -> Sanford, William F., Jr.; Van Hook, Laurie."""
    return [_parted(name) for name in text.split(" and ") if name]


def correspondents(text: str) -> list[Name]:
    """Each person of "A and B", as they stand; a body, which may have "and" in its own name, is one."""
    names = text.split(" and ")
    persons = all(name and Party("writer", name).is_person for name in names)
    return [Name(name) for name in (names if persons else [text]) if name]


def _parted(name: str) -> Name:
    match = _SUFFIX.search(name)
    words = (name[: match.start()] if match else name).split(" ")
    if len(words) < 2 or "," in " ".join(words):
        return Name(name)
    first = len(words) - 1
    while first > 1 and _PARTICLE.fullmatch(words[first - 1]):
        first -= 1
    return Name(" ".join(words[first:]), " ".join(words[:first]), match["suffix"] if match else "")
