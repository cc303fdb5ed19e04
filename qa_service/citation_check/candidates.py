"""Which letters may hold a quotation, by the full-text index; the strict comparison is for later."""

import re
from collections.abc import Callable

from qa_service.library.builds import Build
from qa_service.texts import Letter

_PHRASE_WORDS = 4
_MOST_PHRASES = 8
_MOST_WORDS = 8
_MOST_LETTERS = 100
_WEIGHTS = (0.0, 1.0, 1.0, 0.0, 0.3)
"""Of header, body, notes, index phrases and neighbouring words: what a quotation can stand in counts."""


def by_phrases(words: str, build: Build) -> list[Letter]:
    """Letters that hold phrases of these words, likeliest first.

    Phrases are four words long and spread over the quotation; damaged words spoil those they stand in and no others.
    """
    return _letters(build.lexical.scores(_phrases(words), _WEIGHTS), build)


def by_words(words: str, build: Build) -> list[Letter]:
    """Letters with the most of the longest of these words, which are seldom the commonest, likeliest first."""
    longest = sorted(set(_plain_words(words)), key=lambda word: (-len(word), word))[:_MOST_WORDS]
    return _letters(build.lexical.scores(longest, _WEIGHTS), build)


def word_lookup(build: Build) -> Callable[[str], bool]:
    """Whether a form stands in the letters as a word; each is looked up once."""
    known: dict[str, bool] = {}

    def is_word(form: str) -> bool:
        if form not in known:
            known[form] = build.lexical.passages_with(form) > 0
        return known[form]

    return is_word


def _letters(scores: dict[int, float], build: Build) -> list[Letter]:
    letter_of = build.outline.letter.tolist()
    best: dict[int, float] = {}
    for row, score in scores.items():
        letter = letter_of[row]
        if score > best.get(letter, 0.0):
            best[letter] = score
    ordered = sorted(best, key=lambda letter: (-best[letter], letter))
    return [build.catalogue.letter(build.outline.letters[letter].ref) for letter in ordered[:_MOST_LETTERS]]


def _plain_words(words: str) -> list[str]:
    return re.findall(r"[^\W_]+", re.sub(r"(?<=\w)[-‐‑]\s+(?=\w)", "", words).replace("\u00ad", ""))


def _phrases(words: str) -> list[str]:
    plain = _plain_words(words)
    starts = range(0, max(1, len(plain) - _PHRASE_WORDS + 1), _PHRASE_WORDS)
    return _some([" ".join(plain[start : start + _PHRASE_WORDS]) for start in starts], _MOST_PHRASES)


def _some(many: list[str], most: int) -> list[str]:
    """At most so many of them, spread evenly."""
    return many if len(many) <= most else [many[number * len(many) // most] for number in range(most)]
