"""The one door to Chroma: rows go in once, keys and distances come out; and the exact search that stands in for it.

Chroma rewrites its index files in place and its memory is not shared between processes, so one process holds a folder
at a time, by a lock, and a folder is written once. Vectors are always ours: Chroma gets no embedding function.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from filelock import FileLock, Timeout

from qa_service.embedding import Vectors
from qa_service.errors import BackendError

COLLECTION = "letters"
_ROWS_AT_ONCE = 1000


class VectorIndex(Protocol):
    """Finds the nearest passages to a vector."""

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """(passage key, cosine distance), nearest first, ties by key."""
        ...

    def close(self) -> None: ...


def write_vectors(folder: Path, keys: Sequence[str], letters: Sequence[str], vectors: Vectors) -> None:
    """Make a new collection of passage keys with their letters (as metadata) and vectors, shape (len(keys), d).

    Chroma writes its index to disk whenever `sync_threshold` rows have come, and keeps later ones in a log that every
    opening replays into files it then rewrites. With the threshold at the number of rows, the index is written once and
    whole, and reading never changes its files again (measured from 2 to 2,500 rows).
    """
    persisted_once = {"sync_threshold": max(2, len(keys)), "batch_size": max(2, min(100, len(keys)))}
    index = {"space": "cosine", "ef_construction": 200, "ef_search": 400, "max_neighbors": 32, **persisted_once}
    with _chroma(folder) as client:
        collection = client.create_collection(COLLECTION, embedding_function=None, configuration={"hnsw": index})
        for at in range(0, len(keys), _ROWS_AT_ONCE):
            rows = slice(at, at + _ROWS_AT_ONCE)
            metadatas = [{"letter": letter} for letter in letters[rows]]
            collection.add(ids=list(keys[rows]), embeddings=vectors[rows], metadatas=metadatas)


class ChromaIndex:
    """A published collection, held by this process until `close`.

    Args:
        lock_timeout_s: how long to wait for another process that holds the folder.
    Raises: BackendError if another process holds it, or if Chroma cannot open it.
    """

    def __init__(self, folder: Path, *, lock_timeout_s: float = 5) -> None:
        self._lock = FileLock(folder.parent / "chroma.lock", thread_local=False)
        try:
            self._lock.acquire(timeout=lock_timeout_s)
        except Timeout as error:
            raise BackendError(
                f"{folder} is in use by another process; ask through the running service, or stop it first",
                retryable=True,
            ) from error
        try:
            with _foreign_errors("open"):
                self._client = _open(folder)
                self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
        except BackendError:
            self._lock.release()
            raise

    def close(self) -> None:
        try:
            with _foreign_errors("close"):
                self._client.close()
        finally:
            self._lock.release()

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        if not np.isfinite(vector).all():
            raise BackendError("the question's vector is not finite")
        with _foreign_errors("search"):
            found = self._collection.query(query_embeddings=vector[None, :], n_results=limit, include=["distances"])
        return _sorted(list(zip(found["ids"][0], map(float, found["distances"][0]), strict=True)))

    def rows(self) -> Iterator[tuple[list[str], Vectors]]:
        """All rows, some at a time: keys and vectors."""
        offset = 0
        while True:
            with _foreign_errors("read"):
                rows = self._collection.get(limit=_ROWS_AT_ONCE, offset=offset, include=["embeddings"])
            if not rows["ids"]:
                return
            yield rows["ids"], np.asarray(rows["embeddings"], dtype=np.float32)
            offset += len(rows["ids"])


class ExactIndex:
    """Exact search over vectors in memory, for a build whose collection is damaged."""

    def __init__(self, keys: Sequence[str], vectors: Vectors) -> None:
        self._keys, self._vectors = list(keys), vectors

    def close(self) -> None:
        """Nothing to give back."""

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        distances = 1 - self._vectors @ vector
        return _sorted([(key, float(distance)) for key, distance in zip(self._keys, distances, strict=True)])[:limit]


def _sorted(found: list[tuple[str, float]]) -> list[tuple[str, float]]:
    return sorted(found, key=lambda row: (row[1], row[0]))


@contextmanager
def _chroma(folder: Path) -> Iterator[Any]:
    with _foreign_errors("write"):
        client = _open(folder)
        try:
            yield client
        finally:
            client.close()


def _open(folder: Path) -> Any:
    import chromadb

    settings = chromadb.Settings(anonymized_telemetry=False, is_persistent=True, persist_directory=str(folder))
    return chromadb.PersistentClient(str(folder), settings=settings)


@contextmanager
def _foreign_errors(doing: str) -> Iterator[None]:
    """Chroma's errors become BackendError, the panics of its Rust core too (they derive from BaseException)."""
    try:
        yield
    except BackendError:
        raise
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise BackendError(f"Chroma could not {doing}: {type(error).__name__}: {error}") from error
        raise
