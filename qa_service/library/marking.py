"""Where words stand in a text, in any of their forms: found by the tokenizer and the stemmer of the lexical index."""

import re
import sqlite3
from collections.abc import Sequence

from qa_service.library.lexical import TOKENIZE, any_of
from qa_service.texts import Span

_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
"""Marks around what is found; Unicode keeps these code points from ever being characters."""
_MARKED = re.compile(f"{_OPEN}[^{_CLOSE}]*{_CLOSE}")
_NO_TEXT = str.maketrans(dict.fromkeys((_OPEN, _CLOSE, "\x00"), " "))


def marks_in(texts: Sequence[str], words: Sequence[str]) -> list[tuple[Span, ...]]:
    """For each text, where any of the words stands in it, in order; a word in parts ("toll-house") as a whole."""
    match = any_of(words)
    found: list[tuple[Span, ...]] = [()] * len(texts)
    if not match:
        return found
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute(f"CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='{TOKENIZE}')")
        rows = ((number, text.translate(_NO_TEXT)) for number, text in enumerate(texts))
        connection.executemany("INSERT INTO texts(rowid, text) VALUES (?, ?)", rows)
        query = "SELECT rowid, highlight(texts, 0, ?, ?) FROM texts WHERE texts MATCH ?"
        for number, marked in connection.execute(query, (_OPEN, _CLOSE, match)):
            found[number] = _spans(marked)
    finally:
        connection.close()
    return found


def _spans(marked: str) -> tuple[Span, ...]:
    """The marked places, counted without the marks."""
    return tuple(
        Span(match.start() - 2 * before, match.end() - 2 * before - 2)
        for before, match in enumerate(_MARKED.finditer(marked))
    )
