"""Full-text search over the passages, by BM25, in the catalogue's own database (SQLite FTS5)."""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from sqlalchemy import Engine, Select, bindparam, text
from sqlalchemy.dialects import sqlite

from qa_service.texts import Passage

LexicalFields = tuple[str, str, str, str, str]
"""Header, body, notes, index phrases and neighbouring words of a passage."""

COLUMN_WEIGHTS = (0.5, 1.0, 0.7, 0.5, 0.3)
"""BM25 weights of the five fields."""


def write_lexical_index(path: Path, passages: Iterable[Passage], fields: Callable[[Passage], LexicalFields]) -> None:
    """Add the index to a new `library.sqlite`."""
    import sqlite3

    connection = sqlite3.connect(path)
    with connection:
        connection.execute(
            "CREATE VIRTUAL TABLE passages_fts USING fts5(header, body, notes, phrases, around, "
            "content='', tokenize='porter unicode61 remove_diacritics 2')"
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

    def search(
        self,
        words: Sequence[str],
        limit: int,
        letters: Select[tuple[str, str]] | None,
        *,
        weights: Sequence[float] = COLUMN_WEIGHTS,
    ) -> list[tuple[str, float]]:
        """Passages that hold any of the words.

        Args:
            words: as typed; the index stems them.
            letters: a select of (volume, id) to keep to.
            weights: of the five fields.
        Returns: (passage key, BM25 score), best first; higher is better; ties by key.
        """
        match = _any_of(words)
        if not match:
            return []
        within = ""
        if letters is not None:
            compiled = letters.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
            within = f"AND (passages.volume, passages.letter) IN ({_escaped(str(compiled))})"
        by_column = ", ".join(map(str, weights))
        query = text(
            f"SELECT passages.key, -bm25(passages_fts, {by_column}) AS score FROM passages_fts "
            f"JOIN passages ON passages.number = passages_fts.rowid WHERE passages_fts MATCH :match {within} "
            "ORDER BY score DESC, passages.key LIMIT :limit"
        ).bindparams(bindparam("match", match), bindparam("limit", limit))
        with self._engine.connect() as connection:
            return [(row.key, row.score) for row in connection.execute(query)]

    def scores(self, words: Sequence[str], rows: Iterable[int]) -> dict[int, float]:
        """The BM25 scores of some passages, by their row in the outline; a passage without any of the words is absent."""
        match = _any_of(words)
        if not match:
            return {}
        by_column = ", ".join(map(str, COLUMN_WEIGHTS))
        numbers = ", ".join(str(int(row) + 1) for row in rows)
        query = text(
            f"SELECT rowid, -bm25(passages_fts, {by_column}) AS score FROM passages_fts "
            f"WHERE passages_fts MATCH :match AND rowid IN ({numbers})"
        )
        with self._engine.connect() as connection:
            return {row.rowid - 1: row.score for row in connection.execute(query, {"match": match})}

    def passages_with(self, word: str) -> int:
        """In how many passages the word stands, in any of its forms."""
        match = _any_of([word])
        if not match:
            return 0
        with self._engine.connect() as connection:
            query = text("SELECT count(*) FROM passages_fts WHERE passages_fts MATCH :match")
            return int(connection.execute(query, {"match": match}).scalar_one())

    def size(self) -> int:
        """How many passages the index holds."""
        with self._engine.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM passages_fts")).scalar_one())


def _any_of(words: Sequence[str]) -> str:
    """An FTS5 expression; each word is quoted, so that no character of it is an operator."""
    plain = [re.sub(r'["\x00]', " ", word).strip() for word in words]
    return " OR ".join(f'"{word}"' for word in plain if re.search(r"\w", word))


def _escaped(sql: str) -> str:
    return sql.replace(":", "\\:")
