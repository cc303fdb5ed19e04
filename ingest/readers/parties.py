"""Who wrote to whom, with their offices, from the words of a heading."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.readers.headings import OTHER_KIND, first_sentence, kind_of
from qa_service.apparatus import Person
from qa_service.dating import MONTHS
from qa_service.texts import Party

Role = Literal["writer", "recipient"]
_ROLES: tuple[Role, Role] = ("writer", "recipient")
_FROM = re.compile(r"\b(?:[Ff]rom|[Bb]y)\s+(?:the\s+)?")
_ONLY_TO = re.compile(r"^[A-Z]\w+(?:\s(?:No\.\s)?\d+)?\s+to\s+(?:the\s+)?(?=[A-Z])")
_TO = re.compile(r",?\s+to\s+(?:the\s+)?")
_HONORIFICS = (
    "The", "Mr", "Mrs", "Miss", "Messrs", "Dr", "Sir", "Lord", "Lady", "Earl", "Count", "Baron", "Viscount", "Marquis",
    "Duke", "Prince", "Princess", "King", "Queen", "Emperor", "M", "Mme", "Señor", "Don", "President", "Vice President",
    "Prime Minister", "Premier", "Chancellor", "Chairman", "Secretary", "Minister", "Ambassador", "Consul", "Chargé",
    "Commissioner", "Governor", "Senator", "General", "Admiral", "Marshal", "Commodore", "Captain", "Colonel", "Acting",
)  # fmt: skip
_STARTS_WITH_A_PARTY = re.compile(rf"(?:{'|'.join(_HONORIFICS)})\b\.?[\s-]")
_GOES_ON_WITH_TO = re.compile(
    r"\b(?:Assistant|Advis[eo]r|Counsel(?:or)?|Ambassador|Representative|Delegat(?:e|ion)|Missions?|Minister|Envoy|Aide"
    r"|Liaison|Observer)$"
)
"""Offices that are held to something: the "to" after them does not lead to the recipient."""
_CONVERSATION = re.compile(r"\b(?:[Cc]onversation|[Dd]iscussion|[Mm]eeting)\b")
"""Who talked is neither writer nor recipient, whatever the tags say."""
_LONGEST, _LONGEST_OFFICE = 1000, 30
_SAYS_LITTLE = frozenset(
    "state states united affairs department national office from until thereafter july june".split()
)
_BEFORE_OFFICE = re.compile(r"\b(?:[Ff]rom|[Bb]y|[Bb]etween)\s+(?:the\s+)?")
_DATE_AFTER = re.compile(rf",\s+(?:\d{{1,2}}\s+)?(?:{'|'.join(MONTHS)})\b.*$")
_LAST_WORD = re.compile(r"^(.*\b(?!(?:in|of|to|at|for|and|the)\b)[\w’'-]+)\s+([A-Z][\w’'-]+)$")
_OF_AN_OFFICE = re.compile(r"^((?:[A-Z][\w.’'-]*\s)*[A-Z][\w’'-]+) of (?:the )?(.+)$")
_IN_A_PLACE = re.compile(r"\b(?:in|at|of)\s+$")
_IN_BRACKETS = re.compile(r"^(.*\S)\s*\(([^()]+)\)$")
_OFFICES = (
    r"General Secretar(?:y|ies)", "Secretary of State", "Secretary", "President(?:-elect)?", "Presidents", "Chairman",
    "Chairmen", "Prime Minister", "Premier", "Chancellor", "Attorney General", "Foreign (?:Minister|Secretary)",
    "Minister", "Ambassador", "Senator", "Governor", "King", "Queen", "Emperor", "General", "Admiral", "Marshal",
    "Colonel",
)  # fmt: skip
_TITLED = re.compile(rf"^((?:.*\s)?(?:{'|'.join(_OFFICES)}))\s+((?:[A-Z][\w.’'-]*\s?)+)$")
_INSTITUTION = re.compile(r"\b(?:Embass|Legation|Mission|Delegation|Department|Consulate|Assembly|Council|Committee)")


@dataclass(frozen=True, slots=True)
class Tagged:
    """A party's name as a heading tags it: the words, where they stand in the heading, "from" or "to", the id of the
    person where it gives one, and whether it is a person at all and not an institution. Without a role it is a name in
    the heading of which the tag does not say more.
    """

    words: str
    start: int
    role: str
    person: str = ""
    is_person: bool = True


class Persons:
    """A volume's list of persons, by id and by surname."""

    def __init__(self, persons: Iterable[Person] = ()) -> None:
        self.by_id = {person.id: person for person in persons}
        self._by_surname: dict[str, list[Person]] = {}
        for person in self.by_id.values():
            self._by_surname.setdefault(_surname(person.listed.partition(",")[0]), []).append(person)

    def named(self, name: str) -> list[Person]:
        """All of the surname with which a name ends."""
        return self._by_surname.get(_surname(name), [])

    def against(self, parties: Iterable[Party]) -> list[Party]:
        """The parties whose office has nothing in common with what the list says of the person."""
        return [
            party
            for party in parties
            if party.person in self.by_id and not _fits(self.by_id[party.person], (), party.office)
        ]

    def only(self, name: str, office: str | None) -> Person | None:
        """The person of that surname whom the given names and the office fit, if there is just one."""
        given = name.split()[:-1]
        found = [person for person in self.named(name) if _fits(person, given, office)]
        return found[0] if len(found) == 1 else None


def _fits(person: Person, given: Sequence[str], office: str | None) -> bool:
    """Whether the first given name is one of the person's, and an office shares a telling word with the description."""
    if given and not any(_same_given(given[0].strip("."), one.strip(".“”()")) for one in person.name.split()[:-1]):
        return False
    told, asked = _telling(person.description), _telling(office or "")
    return not asked or not told or bool(asked & told)


def _same_given(one: str, other: str) -> bool:
    """Two given names, or a given name and its initial; "Jacqueline" is not "John"."""
    return one == other or (1 in (len(one), len(other)) and one[:1] == other[:1])


def _telling(words: str) -> set[str]:
    """The beginnings of the words that tell offices apart ("Chairman" and "Chairmen" alike)."""
    return {word[:6] for word in set(re.findall(r"[a-z]{4,}", words.lower())) - _SAYS_LITTLE}


def parties_of(title: str) -> tuple[str | None, str | None]:
    """Writer and recipient as the title names them.

    "Letter From A to B" -> (A, B); "The Ambassador in X (A) to the Department of State" and "Mr. A to Mr. B." too,
    as older volumes have it. Of several "to", the last one that no office claims parts the two.
    """
    title = first_sentence(title[:_LONGEST]).rstrip(".")
    if _CONVERSATION.search(title):
        return None, None
    start = _FROM.search(title)
    if start is None and (only := _ONLY_TO.match(title)) and kind_of(title) != OTHER_KIND:
        return None, _DATE_AFTER.sub("", title[only.end() :])
    if start is None and (kind_of(title) != OTHER_KIND or not _STARTS_WITH_A_PARTY.match(title)):
        return None, None
    parties = _DATE_AFTER.sub("", title[start.end() :] if start else title.removeprefix("The "))
    parting = _parting(parties) or next(_TO.finditer(parties), None)
    if parting is None:
        return (parties, None) if start else (None, None)
    return parties[: parting.start()], parties[parting.end() :]


def _parting(words: str) -> re.Match[str] | None:
    """The "to" between writer and recipient: the last that no office claims."""
    places = [
        place
        for place in _TO.finditer(words)
        if not _GOES_ON_WITH_TO.search(words[max(0, place.start() - _LONGEST_OFFICE) : place.start()])
    ]
    return places[-1] if places else None


def office_and_name(words: str, persons: Persons) -> tuple[str | None, str]:
    """ "Ambassador in X (Alder)" -> ("Ambassador in X", "Alder"); "Chairman Birch" and, where the list of persons has
    a Cedar, "Director Cedar" and "Ann Cedar of the Council" too. Without a name there is no office.
    """
    if match := _IN_BRACKETS.match(words):
        return match.group(1), match.group(2)
    if (match := _TITLED.match(words)) and not _INSTITUTION.search(words):
        return match.group(1), match.group(2)
    if (match := _OF_AN_OFFICE.match(words)) and persons.named(match.group(1)):
        return match.group(2), match.group(1)
    if (match := _LAST_WORD.match(words)) and persons.named(match.group(2)):
        return match.group(1), match.group(2)
    return None, words


def read_parties(title: str, tagged: Sequence[Tagged], persons: Persons) -> tuple[Party, ...]:
    """Writers and recipients with their offices.

    Tagged names come as the list of persons writes them in full. Which of the two a name is, its place in "From ... to
    ..." decides, because tags are sometimes wrong there. Where both come out as one person, or nothing is tagged,
    the heading's own words are taken.
    """
    if _CONVERSATION.search(title):
        return ()
    said = dict(zip(_ROLES, parties_of(title), strict=True))
    boundary = title.rfind(said["recipient"]) if said["recipient"] else None
    found: dict[str, list[Party]] = {role: [] for role in _ROLES}
    read_to = 0
    for name in tagged:
        by_place = name.role == "to" if boundary is None else name.start >= boundary
        role: Role = "recipient" if by_place else "writer"
        between = title[read_to : name.start]
        if not name.role and (not said[role] or _IN_A_PLACE.search(between) or not _goes_on(found[role], between)):
            continue
        before = title[max(read_to, (boundary or 0) if by_place else 0) : name.start]
        second, read_to = read_to > 0, name.start + len(name.words)
        office = None
        if name.is_person:
            office = _office_before(before, of_another=second) or _office_after(title[read_to:])
            if office is None and found[role]:
                office = found[role][-1].office  # "Chairmen A and B"
        found[role].append(_party(role, name, office, persons))
    if found["writer"] and [party.name for party in found["writer"]] == [party.name for party in found["recipient"]]:
        found, persons = {role: [] for role in _ROLES}, Persons()
    for role in _ROLES:
        found[role] = found[role] or [_untagged(role, one, persons) for one in _each(said[role])]
    return tuple(party for role in _ROLES for party in found[role])


def _each(words: str | None) -> list[str]:
    """ "Minister (A) and the Chargé (B)" -> both; without brackets the words stay together."""
    return re.split(r"(?<=\)),?\s+(?:and\s+)?(?:the\s+)?(?=[A-Z].*\))", words) if words else []


def _untagged(role: Role, words: str, persons: Persons) -> Party:
    office, name = office_and_name(words, persons)
    person = persons.only(name, office) if office else None
    return _named(role, person, name if _IN_BRACKETS.match(words) else words, office)


def _goes_on(found: Sequence[Party], between: str) -> bool:
    """Whether a name is the first of its side, or is joined to the one before."""
    return not found or re.match(r"\)?(?:,| and\b)", between) is not None


def _party(role: Role, name: Tagged, office: str | None, persons: Persons) -> Party:
    person = persons.by_id.get(name.person)
    if name.is_person and (person is None or not _fits(person, (), office)):
        person = persons.only(name.words, office) or person
    if person and office:
        office = " ".join(_without(office.split(), person.name.split())) or None
    return _named(role, person, name.words, office)


def _without(office: list[str], name: list[str]) -> list[str]:
    """An office without the given names at its end."""
    while office and office[-1] in name:
        office = office[:-1]
    return office


def _named(role: Role, person: Person | None, words: str, office: str | None) -> Party:
    return Party(role, person.name if person else words, office, person.id if person else None)


def _office_before(words: str, *, of_another: bool) -> str | None:
    """The office in the words before a name: "Letter From President " -> "President".

    Args:
        of_another: the words stand after the name of another party, so that they may begin with its office.
    """
    if starts := [match.end() for match in _BEFORE_OFFICE.finditer(words)]:
        words = words[starts[-1] :]
    if of_another and (parting := _parting(words)):
        words = words[parting.end() :]
    return re.sub(r"^(?:(?:the|and|for|The)\b\s*)+", "", words.strip("().,; ")) or None


def _office_after(words: str) -> str | None:
    """ " of the Council to the King" -> "Council"."""
    match = re.match(r",? of (?:the )?(.+)", words)
    if not match:
        return None
    parting = _parting(match.group(1))
    return match.group(1)[: parting.start() if parting else None].strip(" ,.")


def _surname(name: str) -> str:
    return re.sub(r",? (?:Jr|Sr)\.?$", "", name).rpartition(" ")[2].strip(".,").lower()
