"""The numbers that a text names, in digits or in words.

Not read: decades in words ("the sixties"), Roman numerals, a "half" or a "quarter" that stands alone, plurals that
count nothing ("thousands"), and words of other languages than English.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

_UNITS = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_NTH = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth"
).split()

DAYS_IN_WORDS = {
    **{word: day for day, word in enumerate([*_NTH, "twentieth"], start=1)},
    **{f"twenty-{word}": 20 + day for day, word in enumerate(_NTH[:9], start=1)},
    "thirtieth": 30,
    "thirty-first": 31,
}
"""The days of a month, as in "the twentieth of August"."""

_Kind = Literal["unit", "teen", "ten", "hundred", "dozen", "scale", "digits", "alone", "fraction", ""]
"""What a word can be in a number; empty for words that are none."""
_CARDINALS: dict[str, tuple[_Kind, float]] = {
    **{word: ("unit", value) for value, word in enumerate(_UNITS, start=1)},
    **{word: ("teen", value) for value, word in enumerate(_TEENS, start=10)},
    **{word: ("ten", 10 * value) for value, word in enumerate(_TENS, start=2)},
    "hundred": ("hundred", 100),
    "dozen": ("dozen", 12),
    "thousand": ("scale", 1e3),
    "million": ("scale", 1e6),
    "billion": ("scale", 1e9),
    "zero": ("alone", 0),
    "twice": ("alone", 2),
    "thrice": ("alone", 3),
    **dict.fromkeys(("half", "½"), ("fraction", 0.5)),
    **dict.fromkeys(("quarter", "quarters", "¼"), ("fraction", 0.25)),
    "¾": ("fraction", 0.75),
}
_ORDINALS: dict[str, tuple[_Kind, float]] = {
    **{word: ("unit" if value < 10 else "teen", value) for value, word in enumerate(_NTH, start=1)},
    **{f"{word[:-1]}ieth": ("ten", 10 * value) for value, word in enumerate(_TENS, start=2)},
    "hundredth": ("hundred", 100),
}
_ORDINALS |= {f"{word}s": what for word, what in _ORDINALS.items() if word not in ("first", "second")}  # "two thirds"

_TOKEN = re.compile(r"(\d{1,2}:\d\d|\d+(?:[.,]\d+)*)(?:(?:st|nd|rd|th)\b)?|[½¼¾]|[^\W\d_]+|[^\s\w]", re.IGNORECASE)
_DECADE = re.compile(r"(?<!\d)(\d{3}0)['’]?s\b")
_HYPHENS = frozenset("-‐‑–")
_PAIR = re.compile(
    r"\b(?:the|these|those|their|our|your) two (?=(?:men|sides|parties|leaders|countries|governments|states|powers"
    r"|nations|statesmen|capitals|correspondents)\b)",
    re.IGNORECASE,
)
"""The two of a correspondence are not counted in it."""
_VAGUE = {"one", "first"}
"""Mostly no numbers: "one of them", "at first"."""


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    kind: _Kind = ""
    value: float = 0
    ordinal: bool = False
    span: tuple[int, int] = (0, 0)


def numbers_of(text: str) -> dict[str, float]:
    """The numbers of a text, by its words for them: "three hundred and five" is 305 and nothing else."""
    plain = _DECADE.sub(" ; ", without_accents(text))
    tokens = [*_tokens(plain), *[_Token("")] * 4]
    found: dict[str, float] = {}
    at = 0
    while at < len(tokens) - 4:
        number = _Number()
        start = at
        while taken := number.take(tokens[at : at + 5]):
            at += taken
        if at > start:
            found[plain[tokens[start].span[0] : tokens[at - 1].span[1]]] = number.value
        else:
            at += 1
    return found


def numbers_claimed(text: str) -> dict[str, float]:
    """Those of them that somebody who says them must have from somewhere."""
    found = numbers_of(_PAIR.sub("the ", text))
    return {words: number for words, number in found.items() if words.lower() not in _VAGUE}


def is_ordinal(words: str) -> bool:
    """Whether a number's words are those of a place in an order, or of a day."""
    return bool(re.search(r"(?:st|nd|rd|th|s)$", words.lower()))


def decades_of(text: str) -> set[int]:
    """The decades named in digits: 1920 for "the 1920s"."""
    return {int(decade) for decade in _DECADE.findall(text)}


def without_accents(text: str) -> str:
    """ "nót" is "not"."""
    return "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))


def _tokens(text: str) -> Iterator[_Token]:
    before = ""
    for match in _TOKEN.finditer(text):
        word, digits = match.group().lower(), match.group(1)
        if digits:
            yield _Token(word, "digits", _digits(digits), ordinal=word != digits, span=match.span())
        elif word in _CARDINALS:
            yield _Token(word, *_CARDINALS[word], span=match.span())
        elif word in _ORDINALS and (before, word) != ("per", "second"):
            yield _Token(word, *_ORDINALS[word], ordinal=True, span=match.span())
        else:
            yield _Token(word, span=match.span())
        before = word


class _Number:
    """A number that is being read."""

    def __init__(self) -> None:
        self._whole = self._part = 0.0
        """What is multiplied by a scale already, and what may yet be."""
        self._scale = 1.0
        self._last: _Kind = ""
        self._closed = False

    @property
    def value(self) -> float:
        return self._whole + self._part

    def take(self, ahead: Sequence[_Token]) -> int:
        """How many of the next five tokens are its next part; 0 if it has ended."""
        words = [token.word for token in ahead]
        if self._closed:
            return 0
        if not self._last:
            return self._begin(ahead, words)
        if fraction := self._with_fraction(ahead, words):
            return fraction
        joined = words[0] in _HYPHENS or (words[0] == "and" and self._last in ("hundred", "scale"))
        token = ahead[joined]
        if not self._add(token):
            return 0
        self._last, self._closed = token.kind, token.ordinal
        return joined + 1

    def _begin(self, ahead: Sequence[_Token], words: Sequence[str]) -> int:
        first = ahead[0]
        if words[:2] == ["half", "a"] and ahead[2].kind in ("scale", "dozen"):
            self._part, self._closed = ahead[2].value / 2, True
            return 3
        if first.kind in ("", "fraction"):
            return 0
        self._last, self._closed = first.kind, first.ordinal
        if first.kind == "scale":
            self._whole = self._scale = first.value
        else:
            self._part = first.value
        return 1

    def _with_fraction(self, ahead: Sequence[_Token], words: Sequence[str]) -> int:
        """Of "5½", "five and a half", "five and three quarters", "five miles and a half"."""
        if words[0] in ("½", "¼", "¾"):
            return self._end_in(ahead[0].value, 1)
        unit = not ahead[0].kind and words[0].isalpha() and words[0] != "and"
        joint, times, fraction, *after = range(unit, 5)
        if words[joint] != "and" or words[times] not in ("a", "one", "three") or ahead[fraction].kind != "fraction":
            return 0
        if unit and (words[after[0]] in {"of", *_HYPHENS} or ahead[after[0]].kind):
            return 0  # "five men and a quarter of the women"
        return self._end_in(ahead[fraction].value * (3 if words[times] == "three" else 1), fraction + 1)

    def _end_in(self, fraction: float, taken: int) -> int:
        self._part += fraction * (self._scale if self._last == "scale" else 1)
        self._last = "fraction"
        return taken

    def _add(self, token: _Token) -> bool:
        smaller = {"hundred": ("unit", "teen", "ten"), "scale": ("unit", "teen", "ten"), "ten": ("unit",)}
        if token.kind in smaller.get(self._last, ()):
            self._part += token.value
        elif token.kind in ("teen", "ten") and self._last == "teen" and 13 <= self._part <= 19:
            self._part = self._part * 100 + token.value  # "nineteen sixty-one"
        elif token.kind in ("hundred", "dozen") and 0 < self._part < 100:
            self._part *= token.value
        elif token.kind == "scale" and self._part:
            self._whole, self._part, self._scale = self._whole + self._part * token.value, 0.0, token.value
        else:
            return False
        return True


def _digits(text: str) -> float:
    """ "1,080" is 1080, "1.5" is 1.5; other groupings are read without their marks. The time "2:15" is no two and no
    fifteen.
    """
    plain = text.replace(",", "").replace(":", ".")
    return float(plain) if plain.count(".") <= 1 else float(plain.replace(".", ""))
