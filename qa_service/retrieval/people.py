"""Whom a question may mean: names, nicknames, offices and sides, as the loaded letters give them.

Everything about the letters themselves is taken from their parties, the lists of persons and the places of writing.
Only what everybody says but no letter does (nicknames, capitals, peoples) stands in tables here.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from qa_service.apparatus import Person
from qa_service.library.outline import Outline
from qa_service.texts import Party

NICKNAMES: Mapping[str, tuple[str, ...]] = {
    "jfk": ("kennedy", "john"),
    "rfk": ("kennedy", "robert"),
    "bobby": ("kennedy", "robert"),
    "jackie": ("kennedy", "jacqueline"),
    "lbj": ("johnson", "lyndon"),
    "ike": ("eisenhower", "dwight"),
    "fdr": ("roosevelt", "franklin"),
    "zbig": ("brzezinski", "zbigniew"),
    "nikita": ("khrushchev", "nikita"),
    "fidel": ("castro", "fidel"),
}
"""General usage: a nickname and the words that must stand in the person's name."""

_OFFICES = (
    "president", "prime minister", "premier", "chancellor", "chairman", "general secretary", "foreign minister",
    "foreign secretary", "secretary of state", "secretary of defense", "attorney general", "ambassador", "minister",
    "king", "queen", "shah", "pope", "counselor", "consul general",
)  # fmt: skip
_SIDES: Mapping[str, tuple[str, str]] = {
    "American": (
        r"washington|(the )?white house|(the )?american (side|president|leader|government)|the americans?"
        r"|u\.?s\.? (president|side|government)",
        r"united states|u\.s\.|american|department of state|white house|senator|central intelligence",
    ),
    "Soviet": (
        r"moscow|(the )?kremlin|(the )?soviet (leader|side|government|union|premier)|the soviets?|the russians?|ussr",
        r"soviet|ussr|u\.s\.s\.r",
    ),
    "British": (
        r"london|the british|british (side|government)|downing street",
        r"british|united kingdom|great britain",
    ),
    "French": (r"paris|the french|french (side|government)|the quai d.orsay", r"\bfrench|\bfrance"),
    "German": (r"bonn|the germans|german (side|government)", r"german"),
    "Chinese": (r"beijing|peking|the chinese|chinese (side|government)", r"chin(a|ese)"),
    "Cuban": (r"havana|the cubans?|cuban (side|government)", r"cuba"),
    "Turkish": (r"ankara|the turks|turkish (side|government)", r"turk"),
    "Greek": (r"athens|the greeks|greek (side|government)", r"gree(k|ce)"),
    "Guatemalan": (r"guatemala city|the guatemalans?|guatemalan (side|government)", r"guatemala"),
    "Iranian": (r"t[ei]hran|the iranians?|iranian (side|government)", r"iran"),
    "Indian": (r"new delhi|the indians|indian (side|government)", r"\bindia\b|\bindian"),
    "Chilean": (r"santiago|the chileans|chilean (side|government)", r"chile"),
}
"""A side, the words by which questions call it, and those that tell it in an office or a person's description."""
_POSTED = re.compile(
    r"\b(?:ambassador|minister|charg\S*|counsel\w*|embassy|legation|consul\w*|mission)\b[\w\s]*?"
    r"\b(?:to|in|at)\s+(?:the\s+)?[\w\s]+?(?=;|,|$|until|from)",
    re.IGNORECASE,
)
_TITLES = frozenset({"jr", "sr", "mr", "mrs", "lord", "prince", "general", "sir", "dr", "king", "queen"})
_USUAL_HOLDER = 0.15
"""Who holds an office in less than this share of its mentions is not meant by the office alone."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a question, `start` to `end`, and the parties that they may mean, by name."""

    start: int
    end: int
    names: frozenset[str]


@dataclass(frozen=True)
class People:
    """The parties of the loaded letters, by the words that may mean them."""

    surnames: Mapping[str, frozenset[str]]
    offices: Mapping[str, frozenset[str]]
    sides: Mapping[str, frozenset[str]]
    words: Mapping[str, tuple[str, ...]] = field(repr=False)
    """The words of each name, in lower case."""

    @classmethod
    def of(cls, outline: Outline, persons: Mapping[str, Iterable[Person]]) -> "People":
        """From all letters, and the lists of persons by volume."""
        described = {(volume, one.id): one.description for volume, listed in persons.items() for one in listed}
        words: dict[str, tuple[str, ...]] = {}
        surnames: dict[str, set[str]] = defaultdict(set)
        held: dict[str, Counter[str]] = defaultdict(Counter)
        sides: dict[str, Counter[str]] = defaultdict(Counter)
        for letter in outline.letters:
            for party in letter.parties:
                said = described.get((letter.ref.volume, party.person or ""), "")
                sides[party.name].update(_sides_of(party, said))
                if not party.is_person:
                    continue
                words[party.name] = _name_words(party.name)
                if words[party.name]:
                    surnames[words[party.name][-1]].add(party.name)
                for office in _offices_of(party):
                    held[office][party.name] += 1
        usual = {
            office: frozenset(name for name, count in names.items() if count >= _USUAL_HOLDER * names.total())
            for office, names in held.items()
        }
        by_side: dict[str, set[str]] = defaultdict(set)
        for name, counts in sides.items():
            if counts:
                by_side[counts.most_common(1)[0][0]].add(name)
        return cls(_frozen(surnames), usual, _frozen(by_side), words)

    def mentions(self, question: str) -> list[Mention]:
        """Everybody that a question may mean, in the order of its words; nothing is taken twice."""
        found: list[Mention] = []
        for mention in (
            *self._nicknames(question),
            *self._named(question),
            *self._by_office(question),
            *self._by_side(question),
        ):
            if mention.names and not any(one.start < mention.end and mention.start < one.end for one in found):
                found.append(mention)
        return sorted(found, key=lambda mention: mention.start)

    def spelt_out(self, question: str) -> str:
        """The question with nicknames replaced by the surnames they stand for, where such a person is loaded."""
        for mention in reversed(list(self._nicknames(question))):
            names = sorted(self.words[name] for name in mention.names)
            if names:
                given = question[mention.start : mention.end].lower().split()[0] in ("jackie", "bobby", "rfk")
                chosen = names[0] if given else names[0][-1:]
                question = f"{question[: mention.start]}{' '.join(chosen).title()}{question[mention.end :]}"
        return question

    def _nicknames(self, question: str) -> Iterator[Mention]:
        for match in re.finditer(rf"\b(?:{'|'.join(NICKNAMES)})\b", question, re.IGNORECASE):
            if wanted := NICKNAMES.get(match.group().lower()):  # the pattern also takes "ı" for "i"
                surname = re.compile(rf"\s+(?:[A-Z]\.\s*)*{wanted[0]}\b", re.IGNORECASE).match(question, match.end())
                end = surname.end() if surname else match.end()  # "Nikita S. Khrushchev" is one person, once
                yield Mention(match.start(), end, self._with_words(wanted))
        initials = re.search(r"(?<![\w.&-])[A-Z](?![\w.&'’-])", question)
        if initials and initials.group() not in "AI":  # "what does he tell K?", where only one surname begins so
            names = [
                name for last, some in self.surnames.items() if last[0] == initials.group().lower() for name in some
            ]
            yield Mention(*initials.span(), frozenset(names if len({self.words[n][-1] for n in names}) == 1 else ()))

    def _with_words(self, wanted: tuple[str, ...]) -> frozenset[str]:
        return frozenset(
            name for name in self.surnames.get(wanted[0], ()) if all(word in self.words[name] for word in wanted)
        )

    def _named(self, question: str) -> Iterator[Mention]:
        """Surnames, narrowed by a given name before them if one of that name is loaded."""
        for match in re.finditer(r"[^\W\d_]+", question):
            last = match.group().lower()
            names = self.surnames.get(last)
            if names is None or (last == match.group() and last in _COMMON_WORDS):
                continue
            before = re.search(r"([^\W\d_]+)\.?\s+(?:[A-Z]\.\s+)?$", question[: match.start()])
            given = before.group(1).lower() if before else ""
            narrowed = frozenset(name for name in names if given in self.words[name][:-1])
            yield Mention(*match.span(), narrowed or names)

    def _by_office(self, question: str) -> Iterator[Mention]:
        for office in sorted(self.offices, key=len, reverse=True):
            for match in re.finditer(
                rf"\b(?:the\s+)?{office}\b(?!-)(?:\s+(?P<next>[^\W\d_]+))?", question, re.IGNORECASE
            ):
                following = (match["next"] or "").lower()
                if following in self.surnames or following in ("of", "in", "to"):
                    continue  # "Chairman Khrushchev": the name says it
                end = match.start("next") if match["next"] else match.end()
                yield Mention(match.start(), len(question[:end].rstrip()), self.offices[office])

    def _by_side(self, question: str) -> Iterator[Mention]:
        for side, (called, _) in _SIDES.items():
            for match in re.finditer(rf"\b(?:{called})\b", question, re.IGNORECASE):
                if not re.search(r"\b(in|at|near)\s+$", question[: match.start()], re.IGNORECASE):
                    yield Mention(*match.span(), self.sides.get(side, frozenset()))


_COMMON_WORDS = frozenset(
    "white brown green black gray grey young long short hill rice bush wood stone park bell cook baker hunter page "
    "note may king day west north field church price case lane hall hand rose love wise".split()
)
"""Surnames that are words of any question too, and only count as names with a capital."""


def _name_words(name: str) -> tuple[str, ...]:
    return tuple(word for word in re.findall(r"[^\W\d_]{2,}", name.lower()) if word not in _TITLES)


def _offices_of(party: Party) -> Iterator[str]:
    office = (party.office or "").lower()
    for known in _OFFICES:
        if re.search(rf"\b{known}\b", office):
            yield known
            return


def _sides_of(party: Party, description: str) -> Iterator[str]:
    said = _POSTED.sub("", f"{description}; {party.office or ''}; {party.name}")
    for side, (_, tells) in _SIDES.items():
        if re.search(tells, said, re.IGNORECASE):
            yield side
            return


def _frozen(sets: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {key: frozenset(values) for key, values in sets.items()}
