"""Full-text search over the passages, by BM25, in the catalogue's own database (SQLite FTS5)."""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from sqlalchemy import Engine, text

from qa_service.texts import Passage

LexicalFields = tuple[str, str, str, str, str]
"""Header, body, notes, index phrases and neighbouring words of a passage."""

COLUMN_WEIGHTS = (0.5, 1.0, 0.7, 0.5, 0.3)
"""BM25 weights of the five fields."""

TOKENIZE = "porter unicode61 remove_diacritics 2"
"""How the index parts a text into words, and stems them."""


def write_lexical_index(path: Path, passages: Iterable[Passage], fields: Callable[[Passage], LexicalFields]) -> None:
    """Add the index to a new `library.sqlite`."""
    import sqlite3

    connection = sqlite3.connect(path)
    with connection:
        connection.execute(
            "CREATE VIRTUAL TABLE passages_fts USING fts5(header, body, notes, phrases, around, "
            f"content='', tokenize='{TOKENIZE}')"
        )
        connection.executemany(
            "INSERT INTO passages_fts(rowid, header, body, notes, phrases, around) "
            "SELECT number, ?, ?, ?, ?, ? FROM passages WHERE key = ?",
            ((*fields(passage), passage.key) for passage in passages),
        )
        connection.execute("INSERT INTO passages_fts(passages_fts) VALUES ('optimize')")
    connection.close()


class LexicalIndex:
    """The published index; safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def scores(self, words: Sequence[str], weights: Sequence[float] = COLUMN_WEIGHTS) -> dict[int, float]:
        """The BM25 scores of all passages that hold any of the words, by their row in the outline; higher is better.

        All of them, because fetching them is quicker than sorting them in the database, or than asking for some.

        Args:
            words: as typed; the index stems them.
            weights: of the five fields.
        """
        match = any_of(words)
        if not match:
            return {}
        query = text(
            f"SELECT rowid, -bm25(passages_fts, {', '.join(map(str, weights))}) "
            "FROM passages_fts WHERE passages_fts MATCH :match"
        )
        with self._engine.connect() as connection:
            return {number - 1: score for number, score in connection.execute(query, {"match": match}).all()}

    def rows_of(self, word: str) -> list[int]:
        """The passages in which the word stands itself, in any of its forms, by their row in the outline: in the text,
        the heading or the notes, not in the editors' index or beside it.
        """
        match = any_of([word])
        if not match:
            return []
        query = text("SELECT rowid FROM passages_fts WHERE passages_fts MATCH :match")
        with self._engine.connect() as connection:
            numbers = connection.execute(query, {"match": f"{{header body notes}} : {match}"}).scalars()
            return [number - 1 for number in numbers]

    def passages_with(self, word: str) -> int:
        """In how many passages the word stands, in any of its forms."""
        match = any_of([word])
        if not match:
            return 0
        with self._engine.connect() as connection:
            query = text("SELECT count(*) FROM passages_fts WHERE passages_fts MATCH :match")
            return int(connection.execute(query, {"match": match}).scalar_one())

    def size(self) -> int:
        """How many passages the index holds."""
        with self._engine.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM passages_fts")).scalar_one())


def any_of(words: Sequence[str]) -> str:
    """An FTS5 expression, empty if there is no word; each is quoted, so that no character of it is an operator."""
    plain = [re.sub(r'["\x00]', " ", word).strip() for word in words]
    return " OR ".join(f'"{word}"' for word in plain if re.search(r"\w", word))
