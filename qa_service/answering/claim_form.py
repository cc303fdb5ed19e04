"""The form of a claim: one plain sentence, with words of the letter between its quotation marks or none."""

import re
import unicodedata
from collections.abc import Iterator

from qa_service.sentences import sentences_of

LONGEST_CLAIM = 700
_MARKS = re.compile(
    r"\[[^\w\]\[]{0,3}\w{0,8}\d[\w,;–\s-]{0,12}\]|\w:/|www\.|\w\.(?:com|org|net|gov|edu|int|info|io)\b"
    r"|\b(?:javascript|mailto|data):|<\s*[a-z/!?]|&#?\w+;|[*`{}|\\]|__|\]\(|^\s*(?:#|>|[-–•]\s)",
    re.IGNORECASE,
)
_TYPOGRAPHY = frozenset("–—‐‑‘’“”„«»‚…°§£€½¼¾·•′″")
_STRAIGHT = {**dict.fromkeys(map(ord, "“”„‟«»″"), '"'), **dict.fromkeys(map(ord, "‘’‚‛′`"), "'")}
_DOUBLE = re.compile(r'"([^"]*)"')
_SINGLE = re.compile(r"(?<![^\W_])'(?=\w)([^\"]{1,700}?)(?<=[\w.,;:!?…])'(?![^\W_])")


def faults_of_form(text: str) -> Iterator[str]:
    """What no claim may be, whatever it quotes."""
    if len(text) > LONGEST_CLAIM:
        yield f"it is longer than {LONGEST_CLAIM} characters"
        return
    if _MARKS.search(text):
        yield "it holds a citation mark, a link or markup"
    unquoted = without_quotations(text, instead="so")
    if len(sentences_of(unquoted)) > 1:
        yield "it is more than one sentence"
    if '"' in _DOUBLE.sub("", _folded(text)):
        yield "words between quotation marks are not closed"


def quotations_of(text: str) -> list[str]:
    """The words between quotation marks of any kind; an apostrophe opens nothing."""
    folded = _folded(text)
    return [*_DOUBLE.findall(folded), *_SINGLE.findall(_DOUBLE.sub(" ", folded))]


def without_quotations(text: str, *, instead: str = " ") -> str:
    return _SINGLE.sub(instead, _DOUBLE.sub(instead, _folded(text)))


def strange_character(word: str) -> str | None:
    """The first character of a word in which English is not printed: a letter or digit of another script, which may
    look like one of ours, a raised digit, a mark that is not seen. Accents of the Latin alphabets are none.
    """
    return next((one for one in unicodedata.normalize("NFC", word) if not _is_plain(one)), None)


def _is_plain(character: str) -> bool:
    code = ord(character)
    latin = 0xC0 <= code < 0x250 or 0x1E00 <= code < 0x1F00
    return 0x20 <= code < 0x7F or (latin and character.isalpha()) or character in _TYPOGRAPHY


def _folded(text: str) -> str:
    """With straight quotation marks, and nothing else changed."""
    return text.translate(_STRAIGHT)
