"""The vectors of all passages and sentences, for scoring what a search has found; a file that is read as it is needed.

Chroma finds the nearest passages. How near each passage of a pool is, and each of its sentences, is read here: passage
by passage one row for the passage and one for each of its sentences. Half precision is enough for that (cosines differ
by less than 0.001), and a library of a hundred thousand sentences takes 75 MB of disk and little memory.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from qa_service.embedding import Vectors
from qa_service.errors import CorpusError

NAME = "vectors.npy"


def write_unit_vectors(folder: Path, vectors: Vectors) -> None:
    """Write the file of a new build; vectors have shape (units, d)."""
    np.save(folder / NAME, vectors.astype(np.float16))


class UnitVectors:
    """The published file; safe to use from several threads.

    Args:
        sentences: how many sentences each passage has, in the order of the passages.
    Raises: CorpusError if the file does not hold a row for each unit.
    """

    def __init__(self, folder: Path, sentences: npt.ArrayLike) -> None:
        ends = np.cumsum(np.asarray(sentences, dtype=np.int64) + 1)
        self._starts: npt.NDArray[np.int64] = np.concatenate([[0], ends]).astype(np.int64)
        try:
            self._rows = np.load(folder / NAME, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise CorpusError(f"build {folder.name}: the vectors cannot be read: {error}") from error
        if len(self._rows) != self._starts[-1]:
            raise CorpusError(f"build {folder.name}: {len(self._rows)} vectors for {self._starts[-1]} units")

    def __len__(self) -> int:
        return len(self._rows)

    def passages(self, rows: npt.NDArray[np.int64]) -> Vectors:
        """The vectors of some passages, by their place in the catalogue; shape (len(rows), d)."""
        return np.asarray(self._rows[self._starts[rows]], dtype=np.float32)

    def sentences(self, row: int) -> Vectors:
        """The vectors of a passage's sentences, shape (sentences, d)."""
        return np.asarray(self._rows[self._starts[row] + 1 : self._starts[row + 1]], dtype=np.float32)

    def nearest_sentence(self, rows: npt.NDArray[np.int64], vectors: Vectors) -> npt.NDArray[np.float32]:
        """How near each passage's nearest sentence is to each of some vectors, as cosines.

        Args:
            vectors: shape (w, d).
        Returns: shape (len(rows), w); of a passage without sentences, the passage's own nearness.
        """
        starts, ends = self._starts[rows] + 1, self._starts[rows + 1]
        starts = np.where(starts == ends, starts - 1, starts)
        taken = np.concatenate([np.arange(start, end) for start, end in zip(starts, ends, strict=True)])
        nearness = np.asarray(self._rows[taken], dtype=np.float32) @ vectors.T
        firsts = np.concatenate([[0], np.cumsum(ends - starts)[:-1]])
        return np.asarray(np.maximum.reduceat(nearness, firsts, axis=0), dtype=np.float32)
