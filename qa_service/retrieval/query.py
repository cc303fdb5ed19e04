"""What a question says, read from its words alone."""

import re
import threading
from functools import lru_cache

import snowballstemmer

_STEMMER = snowballstemmer.stemmer("english")
_STEMMING = threading.Lock()
_STEM_WORD = re.compile(r"[^\W_]+")
_WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")

STOP_WORDS = frozenset(
    """
    a about above after again against all also am an and any anyone anything are as at be because been before
    being below between both but by can cannot could d did do does doing don during each ever few for from further
    had has have having he her here hers herself him himself his how i if in into is it its itself just ll m may
    me might more most much must my myself no nor not now of off on once only or other our ours ourselves out over
    own please re s same shall she should so some such t tell than that the their theirs them themselves then
    there these they this those through to too under until up upon us ve very was we were what whatever when where
    whether which while who whom whose why will with would yes yet you your yours yourself according say says said
    letter letters exactly exact anything everything kind sort happen happens happened
    """.split()
)
"""Words that say nothing of what is asked for."""


def content_words(question: str) -> tuple[str, ...]:
    """The question's words that say what it is about, each once, in order, in lower case."""
    return tuple(word for word in words_of(question) if word not in STOP_WORDS and (len(word) > 1 or word.isdigit()))


def words_of(text: str) -> tuple[str, ...]:
    """All words of a text, each once, in order, in lower case and without the possessive."""
    words = (word.lower().replace("’", "'").removesuffix("'s") for word in _WORD.findall(text))
    return tuple(dict.fromkeys(words))


def stems(text: str) -> frozenset[str]:
    """The stems of a text's words (Porter's second algorithm, as the Snowball project has it)."""
    return frozenset(map(_stem, _STEM_WORD.findall(text.lower())))


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    """The stemmer keeps its state in itself, so one thread at a time may use it."""
    with _STEMMING:
        return str(_STEMMER.stemWord(word))


def names_in(question: str) -> tuple[str, ...]:
    """The question's capitalized words that are not merely the first of a sentence, each once, in order."""
    found = []
    for sentence in re.split(r"(?<=[.?!])\s+", question):
        for number, match in enumerate(_WORD.finditer(sentence)):
            word = re.sub(r"['’]s?$", "", match.group())
            if word[:1].isupper() and word.lower() not in STOP_WORDS and (number or word.isupper()):
                found.append(word)
    return tuple(dict.fromkeys(found))
