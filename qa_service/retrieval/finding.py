"""The letters in which all of some words stand, exactly: nothing that is merely near, and nothing left out."""

import numpy as np

from qa_service.library.builds import Build
from qa_service.library.marking import marks_in
from qa_service.library.outline import LetterFacts
from qa_service.retrieval.query import words_of


def letters_with(words: str, build: Build) -> frozenset[int]:
    """The letters, by their place in the outline, that hold every word in text, heading or notes, in any of its forms;
    none if there is no word.
    """
    outline = build.outline
    # Of some letters only images were published: they have no passage, so the index does not know their headings.
    unread = np.setdiff1d(np.arange(len(outline.letters)), outline.letter)
    headings = [_heading(outline.letters[place]) for place in unread]
    found: frozenset[int] | None = None
    for word in words_of(words):
        marked = zip(unread, marks_in(headings, [word]), strict=True)
        holding = {int(place) for place, marks in marked if marks}
        holding |= set(map(int, outline.letter[build.lexical.rows_of(word)]))
        found = frozenset(holding if found is None else found & holding)
        if not found:
            break
    return found or frozenset()


def _heading(letter: LetterFacts) -> str:
    return "\n".join([letter.title, *(party.name for party in letter.parties)])
