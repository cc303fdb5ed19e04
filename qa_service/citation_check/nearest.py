"""The printed text most like a quotation that stands nowhere, and in which words the two differ."""

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

from qa_service.citation_check.damage import plain
from qa_service.citation_check.findings import Difference
from qa_service.texts import Span

_LEAST_ALIKE = 0.6
"""Share of words in common, by order (difflib's ratio), from which a text is called close."""
_MOST_WORDS = 120
_MARGIN = 8
"""Words beyond a quotation's own length in which it is looked for."""
_MARKS = ".,;:!?'\"“”‘’()[]—–-"
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like a quotation a part of a text is, 0 to 1."""

    ratio: float
    span: Span
    differences: tuple[Difference, ...]


def likeness(words: str, text: str) -> Likeness | None:
    """The part of a text most like a quotation; None if nothing is close. Of long quotations the beginning counts."""
    quoted = [match[0] for match in _WORD.finditer(words)][:_MOST_WORDS]
    printed = list(_WORD.finditer(text))
    start = _diagonal(list(map(_seed, quoted)), [_seed(match[0]) for match in printed])
    if start is None:
        return None
    first, last = max(0, start - _MARGIN), min(len(printed), start + len(quoted) + _MARGIN)
    ours, theirs = list(map(_key, quoted)), [_key(match[0]) for match in printed[first:last]]
    compared = SequenceMatcher(None, ours, theirs, autojunk=False)
    blocks = [block for block in compared.get_matching_blocks() if block.size]
    if not blocks:
        return None
    # The words before and after what the two share are no part of what is meant, beyond those that the quotation has.
    begin = max(0, blocks[0].b - blocks[0].a)
    end = min(last - first, blocks[-1].b + len(ours) - blocks[-1].a)
    window = theirs[begin:end]
    ratio = 2 * sum(block.size for block in blocks) / (len(ours) + len(window))
    if ratio < _LEAST_ALIKE:
        return None
    span = Span(printed[first + begin].start(), printed[first + end - 1].end())
    there = [match[0] for match in printed[first + begin : first + end]]
    return Likeness(ratio, span, tuple(_differences(quoted, ours, there, window)))


def _key(word: str) -> str:
    """A word with its marks, made plain, without quotation marks around it."""
    return plain(word)[0].strip("' ")


def _seed(word: str) -> str:
    return word.casefold().strip(_MARKS)


def _diagonal(ours: list[str], theirs: list[str]) -> int | None:
    """Where in the print a quotation would begin for most of its words to stand in their places."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(ours):
        places.setdefault(word, []).append(place)
    votes: Counter[int] = Counter()
    for at, word in enumerate(theirs):
        for place in places.get(word, ())[:4]:
            votes[(at - place) // 4] += 1
            votes[(at - place) // 4 + 1] += 1
    if not votes:
        return None
    bucket, count = max(votes.items(), key=lambda vote: (vote[1], -vote[0]))
    return max(0, (bucket - 1) * 4 + 2) if count >= min(3, len(ours)) else None


def _differences(quoted: list[str], ours: list[str], printed: list[str], theirs: list[str]) -> list[Difference]:
    return [
        Difference(" ".join(quoted[a:b]), " ".join(printed[c:d]))
        for tag, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
        if tag != "equal"
    ]
