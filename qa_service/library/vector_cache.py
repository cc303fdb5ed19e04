"""Vectors kept by text and model, so that no text is embedded twice."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from sqlalchemy import URL, Column, LargeBinary, MetaData, String, Table, create_engine, event, select

from qa_service.embedding import Vectors

_metadata = MetaData()
_vectors = Table(
    "vectors",
    _metadata,
    Column("model", String, primary_key=True),
    Column("text", String, primary_key=True, doc="SHA-256 of the text"),
    Column("vector", LargeBinary, nullable=False, doc="little-endian float32"),
)
_AT_ONCE = 500


def text_digest(text: str) -> str:
    """What a text is known by in the cache."""
    return hashlib.sha256(text.encode()).hexdigest()


class VectorCache:
    """A cache in one SQLite file; several processes may use it at once."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._engine = create_engine(URL.create("sqlite", database=str(path)))
        event.listen(self._engine, "connect", _set_pragmas)
        _metadata.create_all(self._engine)

    def close(self) -> None:
        self._engine.dispose()

    def get(self, model: str, digests: Sequence[str]) -> dict[str, Vectors]:
        """The vectors that are there, by text digest, each of shape (d,)."""
        found: dict[str, Vectors] = {}
        with self._engine.connect() as connection:
            for at in range(0, len(digests), _AT_ONCE):
                wanted = _vectors.c.text.in_(digests[at : at + _AT_ONCE])
                for row in connection.execute(select(_vectors).where(_vectors.c.model == model, wanted)):
                    found[row.text] = np.frombuffer(row.vector, dtype="<f4")
        return found

    def put(self, model: str, vectors: Mapping[str, Vectors]) -> None:
        """Keep vectors by text digest; those kept before stay as they are."""
        rows = [
            {"model": model, "text": digest, "vector": np.asarray(vector, dtype="<f4").tobytes()}
            for digest, vector in vectors.items()
        ]
        if rows:
            with self._engine.begin() as connection:
                connection.execute(_vectors.insert().prefix_with("OR IGNORE"), rows)


def _set_pragmas(connection, _record) -> None:  # type: ignore[no-untyped-def]
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")
