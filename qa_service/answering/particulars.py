"""Days and names in a sentence, which can be checked word by word.

Read alike on both sides, in a claim and in the letter; what is read in the claim alone is not carried by the letter.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from qa_service.answering.numerals import DAYS_IN_WORDS, numbers_of
from qa_service.dating import MONTHS
from qa_service.retrieval.query import STOP_WORDS, stems

_DAY_WORDS = "|".join(sorted(DAYS_IN_WORDS, key=len, reverse=True)).replace("-", "[-‐‑ ]")
_NTH = rf"\d{{1,2}}(?:st|nd|rd|th)?|{_DAY_WORDS}"
_TO = r"(?:[^\S\n]*[-–][^\S\n]*|[^\S\n]+(?:and|or|to)[^\S\n]+)"
_MONTH = "|".join([*MONTHS, *(rf"{month[:3]}\b\.?" for month in MONTHS), r"Sept\b\.?"])
_DAY = re.compile(
    rf"(?<!\w)(?:(?P<iso>\d{{4}}-\d\d-\d\d)"
    rf"|(?:(?:(?P<since>\d{{1,2}}){_TO})?(?P<before>{_NTH})[^\S\n]+(?:day[^\S\n]+)?(?:of[^\S\n]+)?)?(?P<month>{_MONTH})(?!\w)"
    rf"(?(before)|(?:[^\S\n]+(?:the[^\S\n]+)?(?P<after>{_NTH})(?!\w)(?:{_TO}(?P<till>\d{{1,2}})(?![^\S\n]*[^\W_]))?)?)"
    r"(?:,?[^\S\n]+(?:of[^\S\n]+)?(?P<year>\d{4}))?)(?!\d)",
    re.IGNORECASE,
)
_BARE_DAY = re.compile(
    rf"\bthe\s+(?:(\d{{1,2}})(?:st|nd|rd|th)|({_DAY_WORDS}))"
    r"(?=\s*(?:[.,;:)—]|$|\b(?:and|or|but|in|at|by|to|of the month)\b))",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:[’'][^\W_]+)*")
_NUMBERED = re.compile(r"(?<![^\W_])([^\W\d_a-z][^\W\d_]*)[-‐‑–](\d+)\b")
"""What has a number in its name: "U–2", "SALT–1"."""
_COURTESY = frozenset("mr mrs ms miss m mm mme mlle messrs dr".split())
_SIDES = frozenset("west western east eastern north northern south southern".split())
"""No names where they stand alone: "the Western view"."""
_OPENERS = frozenset(
    """
    accordingly additionally afterward afterwards alongside although amid among another anybody apart because
    besides beyond certain concerning consequently conversely despite earlier either elsewhere even eventually
    everybody everyone except finally following furthermore given half hence however initially instead last later
    likewise many meanwhile moreover neither nevertheless next nobody none nonetheless nothing notwithstanding
    numerous one otherwise overall per perhaps previously quarter rather regarding regardless several similarly
    since somebody someone something still subsequently therefore though throughout thus together toward towards
    ultimately unless unlike via whatever whenever whereas whereupon whilst whoever within without
    """.split()
)
"""Words that begin sentences and name nobody."""
_SUBJECT = re.compile(
    r"\W*[^\W_]+(?:[’']s\b|[’'](?=\s)|\s+(?:and|or|who|whose|had|has|was|is|were|are|will|would|could|should|may|might"
    r"|did|does|said|told|wrote|asked|reported|says|tells|writes|asks|reports|informed|replied|agreed|offered)\b)"
)
"""A first word that somebody is called by: it owns or does something."""
_PEOPLES = tuple(
    frozenset(line.split(", "))
    for line in """\
us, usa, united states, america, american, americans, washington
ussr, soviet, soviets, soviet union, russia, russian, russians, moscow, kremlin
uk, britain, british, united kingdom, great britain, england, english, london
frg, federal republic of germany, federal republic, west germany, west german, west germans, bonn
gdr, german democratic republic, east germany, east german, east germans
germany, german, germans
france, french, paris
china, chinese, prc, people’s republic of china, peking, beijing
cuba, cuban, cubans, havana
un, united nations
nato, north atlantic treaty organization
europe, european, europeans
spain, spanish, spaniard, spaniards
poland, polish, poles
greece, greek, greeks
turkey, turkish, turks
denmark, danish, danes
sweden, swedish, swedes
finland, finnish, finns
netherlands, dutch
switzerland, swiss
norway, norwegian, norwegians
ireland, irish
thailand, thai, thais
philippines, philippine, filipino, filipinos
laos, laotian, laotians, lao
afghanistan, afghan, afghans""".splitlines()
)
"""A state, its people and its seat are called by each other's names."""
_ADJECTIVES = (
    ("n", ""), ("an", ""), ("an", "o"), ("ian", ""), ("ian", "e"), ("ian", "y"), ("ish", "land"), ("ish", "mark"),
    ("ish", ""), ("ese", ""), ("ese", "a"), ("i", ""),
)  # fmt: skip
"""How a people's name ends, and their country's: Cuban and Cuba, Brazilian and Brazil, Italian and Italy."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a sentence names; None for what it leaves open."""

    month: int
    day: int | None = None
    year: int | None = None

    def fits(self, known: "Day") -> bool:
        """Whether all that this says is said by the other as well."""
        return self.month == known.month and self.day in (None, known.day) and self.year in (None, known.year)


@dataclass(frozen=True, slots=True)
class Names:
    """A text as names are looked up in it: its words, bare and in lower case, their stems, and countries of peoples."""

    text: str
    words: frozenset[str]

    @classmethod
    def of(cls, text: str) -> "Names":
        bare = [*_bare_words(text), *_numbered(text)]
        low = {word.lower() for word in bare if word[0].isupper() or word not in STOP_WORDS}  # "us" is not the US
        countries = {country for word in bare if word[0].isupper() for country in _countries(word.lower())}
        return cls(text, frozenset(low | countries) | stems(" ".join(low)))

    def has(self, name: str) -> bool:
        """Whether the name stands there, in another form of its own, or another name of the same people, or spelled
        out where it is an abbreviation.
        """
        low = name.lower()
        if low in self.words or low in _COURTESY:
            return True
        if "-" in low:
            return False
        if stems(low) <= self.words:
            return True
        return self._has_people(low) or (name.isupper() and 2 <= len(name) <= 6 and self._spells_out(name))

    def _has_people(self, low: str) -> bool:
        if any(country in self.words for country in _countries(low)):
            return True
        text = self.text.lower()
        alike = {other for people in _PEOPLES if low in people for other in people}
        return any(other in self.words or (" " in other and other in text) for other in alike)

    def _spells_out(self, abbreviation: str) -> bool:
        spelled = r"\s+(?:(?:of|the|and|for|on)\s+){0,2}".join(rf"{letter}[^\W\d_]+" for letter in abbreviation)
        return bool(re.search(rf"\b{spelled}", self.text))


def days_of(text: str) -> dict[str, Day]:
    """The days and months that a text names, by its words for them; of "May 4–9" the first and the last."""
    found = {}
    for match in _DAY.finditer(text):
        if day := _day(match):
            found[match.group()] = day
            if other := match["since"] or match["till"]:
                found[f"{other} {match['month']}"] = Day(day.month, int(other), day.year)
    return found


def without_numbered_names(text: str) -> str:
    return _NUMBERED.sub(" ", text)


def without_days(text: str) -> str:
    return _DAY.sub(lambda match: " " if _day(match) else match.group(), text)


def bare_days(text: str) -> set[int]:
    """The days that a text names without their month: 24 for "on the 24th"."""
    return {
        int(digits) if digits else DAYS_IN_WORDS[re.sub(r"[‐‑ ]", "-", words.lower())]
        for digits, words in _BARE_DAY.findall(text)
    }


def names_of(sentence: str, is_name: Callable[[str], bool], is_word: Callable[[str], bool]) -> list[str]:
    """The capitalized words of one sentence, with abbreviations; its first word only if it is no common one.

    Args:
        is_name: whether a word, in lower case, is known to be a name.
        is_word: whether it stands in the letters at all.
    """
    found = []
    words = list(_bare_words(re.sub(r"(?<![\w.])[^\W\d_a-z]\.\s", " ", sentence)))  # initials
    for number, (word, following) in enumerate(zip(words, [*words, ""][1:], strict=True)):
        low = word.lower()
        if not word[:1].isupper() or (low in STOP_WORDS and word not in ("US", "WHO")):
            continue
        if low in _SIDES and not following[:1].isupper():
            continue
        if number or word[1:2].isupper() or is_name(low) or _is_no_common_word(sentence, low, is_word):
            found.append(word)
    return [*found, *_numbered(sentence)]


def _bare_words(text: str) -> Iterator[str]:
    """Words without a possessive, abbreviations without their full stops; of "Anglo-American" both."""
    for match in _WORD.finditer(text):
        word = match.group()
        yield word.replace(".", "") if "." in word else re.sub(r"[’']s?$", "", word)


def _numbered(text: str) -> list[str]:
    return [f"{name}-{number}" for name, number in _NUMBERED.findall(text)]


def _is_no_common_word(sentence: str, first: str, is_word: Callable[[str], bool]) -> bool:
    """Whether a sentence's first word, unknown to the letters, must be taken for a name."""
    if first in _OPENERS or numbers_of(first) or is_word(first):
        return False
    return not first.endswith(("ing", "ed", "ly")) or bool(_SUBJECT.match(sentence))


def _countries(people: str) -> Iterator[str]:
    for one in {people, people.removesuffix("s")}:
        for ending, other in _ADJECTIVES:
            if one.endswith(ending) and len(one) - len(ending) >= 3:
                yield one.removesuffix(ending) + other


def _day(match: re.Match[str]) -> Day | None:
    """None for words that are mostly no month: "may", "march", "august", "Jan" with no number beside them."""
    if match["iso"]:
        year, number, day = map(int, match["iso"].split("-"))
        return Day(number, day, year) if 1 <= number <= 12 else None
    month, nth, in_year = match["month"], match["before"] or match["after"], match["year"]
    if month in ("may", "march", "mar", "dec"):
        return None
    if not (nth or in_year) and (month.islower() or month.title() not in MONTHS):
        return None
    if nth and not 1 <= _number(nth) <= 31:
        return None
    return Day(_month(month), _number(nth) if nth else None, int(in_year) if in_year else None)


def _month(words: str) -> int:
    return [one[:3] for one in MONTHS].index(words[:3].title()) + 1


def _number(nth: str) -> int:
    digits = re.match(r"\d+", nth)
    return int(digits.group()) if digits else DAYS_IN_WORDS[re.sub(r"[‐‑ ]", "-", nth.lower())]
