"""The names and numbers of a question, and how many of them the best letters lack.

Nouns and verbs of a question are mostly paraphrased, names and numbers are not: a letter that lacks them is seldom the
one that answers.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence

from qa_service.dialogue import Hit
from qa_service.retrieval.query import STOP_WORDS, names_in
from qa_service.retrieval.reading import Reading
from qa_service.texts import Letter

LETTERS_READ = 5
_COUNTED = 2
_COMMON = 0.1
_SMALL = 1000
"""A name that stands in a larger share of the passages tells nothing, unless there are only few passages."""
_TITLES = frozenset(
    "mr mrs president chairman premier prime minister secretary general ambassador dr professor state department"
    " dept embassy government chancellor colonel queen king lord captain american soviet russian volume document"
    " page".split()
)
_ENDING = re.compile(r"(ians?|ans?|ns?|ish|ese|is|i|ey|y|ia|a|e|s)$")
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(1[789]|20)\d\d")


def telling_names(
    question: str, reading: Reading, known: Collection[str], passages_with: Callable[[str], int], passages: int
) -> list[str]:
    """The question's names and numbers, in lower case, but for parties, days, titles, and what stands everywhere.

    Args:
        known: the names of the letters, in lower case.
        passages_with: in how many passages a word stands.
        passages: how many there are.
    """
    capital = {word for name in names_in(question) for word in _WORD.findall(name)}
    of_days = {word for days in reading.days for word in _WORD.findall(days.words.lower())}
    found: dict[str, None] = {}
    for match in _WORD.finditer(question):
        word = re.sub(r"(?<=\d)s$", "", match.group().lower())  # "SS-4s"
        if any(mention.start <= match.start() < mention.end for mention in reading.mentions):
            continue
        if len(word) < 2 or word in of_days or word in _TITLES or word in STOP_WORDS or _YEAR.fullmatch(word):
            continue
        is_name = match.group() in capital or word.isdigit() or word in known
        if is_name and (passages <= _SMALL or passages_with(word) <= _COMMON * passages):
            found[word] = None
    return list(found)


def names_lacked(names: Sequence[str], hits: Sequence[Hit]) -> int:
    """How many names the letter of the best hit lacks, and how many that one of the first letters lacks which lacks
    fewest; each counts up to two, so 0 to 4.
    """
    letters = {hit.letter.ref: hit.letter for hit in reversed(hits)}
    first = list(dict.fromkeys(hit.letter.ref for hit in hits))[:LETTERS_READ]
    lacks = [min(_COUNTED, _lacked_in(letters[ref], names)) for ref in first]
    return lacks[0] + min(lacks) if lacks else 0


def _lacked_in(letter: Letter, names: Sequence[str]) -> int:
    said = _plain(" ".join([letter.title, letter.text, *(note.text for note in letter.notes)]))
    said = f"{said} {said.replace('-', '')}"  # "Viet-Nam" is Vietnam
    return sum(not _stands(_root(_plain(name)), said) for name in names)


def _plain(text: str) -> str:
    """In lower case, without accents: editions write "Guantanamo" and "Guantánamo"."""
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(character for character in parts if not unicodedata.combining(character))


def _stands(root: str, said: str) -> bool:
    return root in said and re.search(rf"(?<!\w){re.escape(root)}\w{{0,4}}(?!\w)", said) is not None


def _root(name: str) -> str:
    """A name without what makes peoples of lands: Turkey and Turkish are one."""
    while len(name) > 4 and (ending := _ENDING.search(name)) and ending.start() >= 4:
        name = name[: ending.start()]
    return name
