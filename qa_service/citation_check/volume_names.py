"""How volumes are named in citations: by series, years, number and part; by title; by id."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from qa_service.texts import Volume

FRUS = "Foreign Relations of the United States"
_FRUS_NAMES = (FRUS, "Foreign Relations", "FRUS", "F.R.U.S.")
_YEARS = r"(?P<first>1[789]\d\d|20\d\d)(?:\s?[-‐‑–—/]\s?(?P<last>\d{4}|\d{2})(?!\d))?"
_NUMBER = (
    r"(?:(?:[Vv]ol(?:ume|\.)?|VOLUME)\s{0,3}|(?=E[-‐‑–—]\d))"
    r"(?P<number>E\s?[-‐‑–—]?\s?\d{1,2}|[IVXL]{1,8}|\d{1,2})(?!\w)"
)
_PART = r"(?:[Pp]art|[Pp]t\.?)\s{0,3}(?P<part>\d{1,2}|[IVX]{1,5})(?!\w)"
_AFTER_SERIES = (
    rf"[,:;]?\s{{0,3}}(?:Diplomatic Papers,?\s{{1,3}})?{_YEARS}"
    rf"(?:[,;:]?\s{{0,3}}(?:{_NUMBER}(?:[,;]?\s{{0,3}}{_PART})?|(?P<short>\d{{1,2}}):(?=\d)))?"
)
_ID = re.compile(r"frus(\d{4})(?:-(\d{2,4}))?(?:v(e?)(\d+))?(?:p(\d+))?")
_IN_TITLE = re.compile(rf"{_YEARS}(?:[,;:]?\s{{0,3}}{_NUMBER}(?:[,;]?\s{{0,3}}{_PART})?)?")
_LONGEST_NAME = 200
_SMALLEST_TITLE = 3
"""Words of a title that are enough to know a volume by."""


@dataclass(frozen=True, slots=True)
class Named:
    """A volume as a citation names it, by series (in lower case), years, number ("6", "e9") and part."""

    series: str
    first: str
    last: str
    number: str = ""
    part: str = ""

    @property
    def frus_id(self) -> str:
        """The id that the Office of the Historian gives such a volume."""
        years = self.first if self.last == self.first else f"{self.first}-{self.last[2:]}"
        number = re.sub(r"\d+", lambda match: f"{int(match[0]):02d}", self.number)
        return f"frus{years}{f'v{number}' if number else ''}{f'p{self.part}' if self.part else ''}"


class VolumeNames:
    """The names of some volumes, to be found in text and understood.

    Args:
        volumes: those that are loaded.
    """

    def __init__(self, volumes: Iterable[Volume]) -> None:
        self._volumes = {volume.id: volume for volume in volumes}
        self._named = {id: named for id, volume in self._volumes.items() if (named := _named_of(volume))}

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds a volume by id, by its whole title, or by series, years and number."""
        ids = "|".join(map(re.escape, sorted(self._volumes, key=len, reverse=True)))
        titles = sorted({volume.title for volume in self._volumes.values()}, key=len, reverse=True)
        whole = [_flexible(title) for title in titles if len(_words(title)) >= _SMALLEST_TITLE]
        others = sorted(
            {volume.series for volume in self._volumes.values()} - {"", *_FRUS_NAMES}, key=len, reverse=True
        )
        series = "|".join([*(_flexible(name) for name in (*others, *_FRUS_NAMES)), "frus"])
        title = f"(?P<title>{'|'.join(whole)})|" if whole else ""
        id = rf"(?P<id>{f'{ids}|' if ids else ''}frus\d{{4}}(?:-\d\d+)?[A-Za-z][\w-]{{0,30}})(?![\w/])"
        return re.compile(rf"(?<![\w/-])(?:{id}|{title}(?P<series>{series}){_AFTER_SERIES})")

    def meant(self, match: re.Match[str]) -> tuple[str, ...]:
        """The ids of the volumes that a match of `pattern` may mean; loaded ones, if there are any."""
        if id := match["id"]:
            return (id,)
        if title := match.groupdict().get("title"):
            return tuple(id for id, volume in self._volumes.items() if _words(volume.title) == _words(title))
        named = _named_by(match, _series(match["series"]))
        alike = tuple(
            id
            for id, one in self._named.items()
            if (one.series, one.first, one.last) == (named.series, named.first, named.last)
            and (not named.number or one.number == named.number)
            and (not named.part or one.part == named.part)
        )
        if len(alike) > 1:  # those whose name follows in the citation, as in "1952–1954, Guatemala"
            following = " ".join(_words(match.string[match.end() : match.end() + _LONGEST_NAME]))
            alike = tuple(id for id in alike if self._is_called(id, following)) or alike
        return alike or ((named.frus_id,) if named.series == FRUS.lower() else (match[0],))

    def _is_called(self, id: str, words: str) -> bool:
        name = " ".join(_words(self._volumes[id].name))
        return bool(name) and f"{words} ".startswith(f"{name} ")

    def knows(self, id: str) -> bool:
        """Whether it is the id of a loaded volume, or of the form that Foreign Relations volumes have."""
        return id in self._volumes or _ID.match(id) is not None


def _named_of(volume: Volume) -> Named | None:
    if match := _ID.fullmatch(volume.id):
        first, last, electronic, number, part = match.groups()
        numbered = f"{electronic}{int(number)}" if number else ""
        return Named(FRUS.lower(), first, _whole_year(first, last), numbered, part or "")
    match_in_title = _IN_TITLE.search(volume.title or f"{volume.subseries}, {volume.number}")
    return _named_by(match_in_title, _series(volume.series)) if match_in_title and volume.series else None


def _named_by(match: re.Match[str], series: str) -> Named:
    parts = match.groupdict()
    number = re.sub(r"\W", "", parts["number"] or parts.get("short") or "").lower()
    number = str(roman) if (roman := roman_value(number)) else number
    number = re.sub(r"\d+", lambda digits: str(int(digits[0])), number)
    part = parts["part"] or ""
    part = str(roman) if (roman := roman_value(part.lower())) else part
    return Named(series, parts["first"], _whole_year(parts["first"], parts["last"]), number, part)


def _series(name: str) -> str:
    names = {" ".join(_words(frus)) for frus in _FRUS_NAMES}
    words = " ".join(_words(name))
    return FRUS.lower() if words in names else words


def _whole_year(first: str, last: str | None) -> str:
    return first if not last else first[: 4 - len(last)] + last


def roman_value(text: str) -> int:
    """The value of a Roman numeral in lower case; 0 if it is none."""
    if not re.fullmatch(r"(?=.)c{0,3}(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})", text):
        return 0
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}[letter] for letter in text]
    return sum(-one if one < following else one for one, following in zip(values, [*values[1:], 0], strict=True))


def _words(name: str) -> list[str]:
    return re.findall(r"\w+", name.lower())


def _flexible(name: str) -> str:
    """A pattern that finds a name whatever stands between its words."""
    return r"\W{1,4}".join(map(re.escape, re.findall(r"\w+", name))) + (r"\.?" if name.endswith(".") else "")
