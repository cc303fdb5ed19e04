"""What may differ between a quotation and the print: typography, and the damage that OCR does. Never a word.

Typography: kinds and lengths of blanks, kinds of quotation marks (single or double), kinds of dashes and the blanks
around them, ligatures, soft hyphens and other invisible characters, composed or decomposed accents.

Damage, and nothing else: l, 1 and I taken for each other; O and 0; rn and m; a word broken by a hyphen and a blank
("impor-\\ntant"); a blank lost between two words ("ofthe"). Two forms that are both words are two words all the same:

- rn and m, and lost blanks, count as damage only if the pasted form stands nowhere in the letters and is not one of
  `_WORDS_OF_THEIR_OWN` ("modem" is not "modern", "nowhere" not "now here", "cannot" not "can not");
- a number is never taken for capital letters of the same shape ("11" is not "II"), and digits not for other digits.
"""

import re
import unicodedata
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from qa_service.answering.checking import fold

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
INVISIBLE = frozenset(
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_QUOTATION_MARKS = frozenset("\"'‹›")
_CONFUSED = (frozenset("l1I"), frozenset("O0"))
_SKELETON = str.maketrans({"i": "l", "1": "l", "0": "o", "m": "rn"})
_NO_WORD = re.compile(r"[\W_]+")
_WORD_PART = re.compile(r"[^\W_]*")

_WORDS_OF_THEIR_OWN = frozenset(
    "almighty almost alone already alright also altogether always another anybody anyhow anymore anyone anything "
    "anyway anywhere apart aside await awhile become before behind below beside bum burn cannot chum churn comer "
    "comers comet comets corner corners cornet cornets dam darn downright everybody everyday everyone everything "
    "everywhere forever furthermore gamer gamers garner garners however indeed inside insofar instead into maybe "
    "meantime meanwhile modem modems modern mom moreover morn myself nevertheless nobody nonetheless notable "
    "nothing nowhere onto ourselves outside overall percent somebody someday somehow someone something sometime "
    "sometimes somewhat somewhere stem stems stern sterns themselves thereby therefore therein today together tom "
    "tomorrow tonight torn undergo until upon whatever whenever whereas wherever whichever whoever within without "
    "yam yams yarn yarns yourself".split()
)
"""Words that damage could make of others; the letters' own words are asked for beside these."""
_TWO_WORDS = frozenset({frozenset({"Al", "AI"}), frozenset({"Ill", "III"})})


def skeleton(text: str) -> str:
    """Letters and digits alone, with all that may be confused made one: texts that agree have equal skeletons, and
    some that do not.
    """
    return _NO_WORD.sub("", unicodedata.normalize("NFKD", text).casefold()).translate(_SKELETON)


printed_skeleton = lru_cache(maxsize=2048)(skeleton)
"""The skeleton of a letter or note; the last ones are kept, because one text mostly quotes the same letters."""


@lru_cache(maxsize=4096)
def _skeleton_of_character(character: str) -> str:
    return skeleton(character)


@lru_cache(maxsize=256)
def mapped_skeleton(text: str) -> tuple[str, Sequence[int]]:
    """The skeleton, and for each of its characters the offset it came from."""
    parts: list[str] = []
    offsets = array("I")
    for offset, character in enumerate(text):
        part = _skeleton_of_character(character)
        parts.append(part)
        offsets.extend([offset] * len(part))
    return "".join(parts), offsets


def plain(text: str) -> tuple[str, list[int]]:
    """A text with its typography made one, and for each of its characters the offset it came from."""
    characters: list[str] = []
    offsets: list[int] = []
    for character, offset in zip(*fold(text), strict=True):
        for one in unicodedata.normalize("NFD", _LIGATURES.get(character, character)):
            last = characters[-1] if characters else ""
            one = "'" if one in _QUOTATION_MARKS else one
            if one in INVISIBLE or (one in "'-" and one == last) or (one == " " and last in (" ", "-")):
                continue
            if one == "-" and last == " ":
                characters.pop(), offsets.pop()
                if characters and characters[-1] == "-":
                    continue
            characters.append(one)
            offsets.append(offset)
    return "".join(characters), offsets


@dataclass(frozen=True, slots=True)
class Agreement:
    """That a quotation agrees with the print: how far in the print, and what it takes to say so."""

    end: int
    ocr: bool
    first_letter: bool


@dataclass(slots=True)
class _Doubts:
    """What agreement hangs on: pasted forms that must not be words, and forms that must not be two words."""

    forms: set[str] = field(default_factory=set)
    pairs: set[tuple[str, str]] = field(default_factory=set)

    def hold(self, is_word: Callable[[str], bool]) -> bool:
        return not any(map(_are_two_words, self.pairs)) and not any(
            form.casefold() in _WORDS_OF_THEIR_OWN or is_word(form) for form in self.forms
        )


def agree(
    quoted: str, printed: str, *, breaks: frozenset[int], free: frozenset[int], is_word: Callable[[str], bool]
) -> Agreement | None:
    """Whether `printed` begins with `quoted`, both made `plain`; None if a word differs.

    Args:
        breaks: places of `quoted` where a hyphen with a blank after it may have broken a word.
        free: places of `quoted` where the case may differ.
        is_word: whether a form stands in the letters as a word.
    """
    doubts = _Doubts()
    at = to = 0
    ocr = first_letter = False
    while at < len(quoted):
        if to >= len(printed):
            return None
        one, other = quoted[at], printed[to]
        if one == other:
            at, to = at + 1, to + 1
            continue
        if at in free and one.casefold() == other.casefold():
            first_letter = True
            at, to = at + 1, to + 1
            continue
        step = _damaged(quoted, at, printed, to, at in breaks, doubts)
        if step is None:
            return None
        ocr = True
        at, to = at + step[0], to + step[1]
    return Agreement(to, ocr, first_letter) if doubts.hold(is_word) else None


def _damaged(quoted: str, at: int, printed: str, to: int, broken: bool, doubts: _Doubts) -> tuple[int, int] | None:
    """How many characters of each are one damaged place; None if it is none."""
    one, other = quoted[at], printed[to]
    if broken:
        return 1, 0
    if other == " " and at > 0 and quoted[at - 1].isalpha() and one.isalpha():
        doubts.forms.add(_word_at(quoted, at))
        return 0, 1
    if any(one in those and other in those for those in _CONFUSED):
        doubts.pairs.add((_word_at(quoted, at), _word_at(printed, to)))
        return 1, 1
    if one == "m" and printed.startswith("rn", to):
        doubts.forms.add(_word_at(quoted, at))
        return 1, 2
    if other == "m" and quoted.startswith("rn", at):
        doubts.forms.add(_word_at(quoted, at))
        return 2, 1
    return None


def _word_at(text: str, at: int) -> str:
    """The word that holds this place; at most 40 characters to either side."""
    before = _WORD_PART.match(text[max(0, at - 40) : at][::-1])
    after = _WORD_PART.match(text, at, at + 40)
    return (before[0][::-1] if before else "") + (after[0] if after else "")


def _are_two_words(pair: tuple[str, str]) -> bool:
    one, other = pair
    if frozenset(pair) in _TWO_WORDS:
        return True
    number, letters = (one, other) if one.isdigit() else (other, one)
    return len(number) > 1 and number.isdigit() and letters.isalpha() and letters.isupper()
