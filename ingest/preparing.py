"""Letters to passages with vectors: cut what is new, take over what is not, embed only texts never embedded before."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.passages import CUT_VERSION, cut_letter
from qa_service.embedding import Embedder, Vectors
from qa_service.library.builds import vectors_name
from qa_service.library.vector_cache import VectorCache, text_digest
from qa_service.texts import Letter, LetterRef, Passage

_EMBEDDED_AT_ONCE = 256

Progress = Callable[[str, int, int], None]
"""Told of every step: stage, done, total."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A passage, the digest of what is embedded for it, and that text itself if it was cut just now."""

    passage: Passage
    digest: str
    text: str | None = None


class Preparation:
    """Cuts and embeds with one model; `name` says everything that decides how."""

    def __init__(self, embedder: Embedder, cache: VectorCache, *, passage_tokens: int, progress: Progress) -> None:
        self._embedder, self._cache = embedder, cache
        self._passage_tokens, self._progress = passage_tokens, progress
        self._vectors_name = vectors_name(embedder.name, embedder.backend)
        self.name = f"{CUT_VERSION}/{passage_tokens}/{self._vectors_name}"

    def reusable(self, earlier: Iterable[tuple[Passage, str]]) -> dict[LetterRef, list[Prepared]]:
        """Passages of an earlier build, by letter, where every vector of the letter is still in the cache."""
        by_letter: dict[LetterRef, list[Prepared]] = {}
        for passage, digest in earlier:
            by_letter.setdefault(passage.ref, []).append(Prepared(passage, digest))
        cached = self._cache.get(self._vectors_name, [one.digest for found in by_letter.values() for one in found])
        return {ref: found for ref, found in by_letter.items() if all(one.digest in cached for one in found)}

    def cut(self, letters: Sequence[Letter], reusable: Mapping[LetterRef, list[Prepared]]) -> list[Prepared]:
        """The passages of all letters, in the order of the letters."""
        prepared: list[Prepared] = []
        for number, letter in enumerate(letters):
            self._progress("cutting", number, len(letters))
            prepared += reusable.get(letter.ref) or self._cut(letter)
        self._progress("cutting", len(letters), len(letters))
        return prepared

    def embed(self, prepared: Sequence[Prepared]) -> tuple[Vectors, int]:
        """A vector for each passage, shape (n, d), and how many texts had to be embedded.

        New vectors go into the cache as they are made, so that a killed ingest goes on where it was.
        """
        vectors = self._cache.get(self._vectors_name, [one.digest for one in prepared])
        new = {one.digest: one.text for one in prepared if one.text is not None and one.digest not in vectors}
        digests = sorted(new, key=lambda digest: len(new[digest]))  # batches of equal length pad little
        for at in range(0, len(digests), _EMBEDDED_AT_ONCE):
            self._progress("embedding", at, len(digests))
            some = digests[at : at + _EMBEDDED_AT_ONCE]
            made = dict(zip(some, self._embedder.embed([new[digest] for digest in some]), strict=True))
            self._cache.put(self._vectors_name, made)
            vectors |= made
        self._progress("embedding", len(digests), len(digests))
        return np.stack([vectors[one.digest] for one in prepared]), len(digests)

    def _cut(self, letter: Letter) -> list[Prepared]:
        cuts = cut_letter(
            letter,
            passage_tokens=self._passage_tokens,
            max_tokens=self._embedder.max_tokens,
            count_tokens=self._embedder.count_tokens,
        )
        return [Prepared(cut.passage, text_digest(cut.embedded_text), cut.embedded_text) for cut in cuts]
