"""Letters to passages with vectors: cut what is new, take over what is not, embed only texts never embedded before."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.passages import CUT_VERSION, cut_letter
from qa_service.embedding import Embedder, Vectors
from qa_service.library.builds import vectors_name
from qa_service.library.contents import StoredPassage
from qa_service.library.vector_cache import VectorCache, text_digest
from qa_service.texts import Letter, LetterRef, Passage, Span

_EMBEDDED_AT_ONCE = 256

Progress = Callable[[str, int, int], None]
"""Told of every step: stage, done, total."""


@dataclass(frozen=True, slots=True)
class Embeddable:
    """The digest of a text that is embedded, and the text itself if it was cut just now."""

    digest: str
    text: str | None = None

    @classmethod
    def of(cls, text: str) -> "Embeddable":
        return cls(text_digest(text), text)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A passage with what is embedded for it, and its sentences with what is embedded for each."""

    passage: Passage
    whole: Embeddable
    sentences: tuple[tuple[Span, Embeddable], ...]

    @property
    def units(self) -> Iterator[Embeddable]:
        """All that is embedded of it: the passage, then its sentences."""
        yield self.whole
        for _, sentence in self.sentences:
            yield sentence

    @property
    def stored(self) -> StoredPassage:
        """As a build keeps it."""
        sentences = tuple((span, sentence.digest) for span, sentence in self.sentences)
        return StoredPassage(self.passage, self.whole.digest, sentences)


class Preparation:
    """Cuts and embeds with one model; `name` says everything that decides how."""

    def __init__(self, embedder: Embedder, cache: VectorCache, *, passage_tokens: int, progress: Progress) -> None:
        self._embedder, self._cache = embedder, cache
        self._passage_tokens, self._progress = passage_tokens, progress
        self._vectors_name = vectors_name(embedder.name, embedder.backend)
        self.name = f"{CUT_VERSION}/{passage_tokens}/{self._vectors_name}"

    def reusable(self, earlier: Iterable[StoredPassage]) -> dict[LetterRef, list[Prepared]]:
        """Passages of an earlier build, by letter, where every vector of the letter is still in the cache."""
        by_letter: dict[LetterRef, list[Prepared]] = {}
        for one in earlier:
            sentences = tuple((span, Embeddable(digest)) for span, digest in one.sentences)
            by_letter.setdefault(one.passage.ref, []).append(Prepared(one.passage, Embeddable(one.embedded), sentences))
        digests = [unit.digest for found in by_letter.values() for one in found for unit in one.units]
        cached = self._cache.get(self._vectors_name, digests)
        return {
            ref: found
            for ref, found in by_letter.items()
            if all(unit.digest in cached for one in found for unit in one.units)
        }

    def cut(self, letters: Sequence[Letter], reusable: Mapping[LetterRef, list[Prepared]]) -> list[Prepared]:
        """The passages of all letters, in the order of the letters."""
        prepared: list[Prepared] = []
        for number, letter in enumerate(letters):
            self._progress("cutting", number, len(letters))
            prepared += reusable.get(letter.ref) or self._cut(letter)
        self._progress("cutting", len(letters), len(letters))
        return prepared

    def embed(self, prepared: Sequence[Prepared]) -> tuple[Vectors, int]:
        """A vector for each unit of each passage, shape (units, d), and how many texts had to be embedded.

        New vectors go into the cache as they are made, so that a killed ingest goes on where it was.
        """
        units = [unit for one in prepared for unit in one.units]
        vectors = self._cache.get(self._vectors_name, [unit.digest for unit in units])
        new = {unit.digest: unit.text for unit in units if unit.text is not None and unit.digest not in vectors}
        digests = sorted(new, key=lambda digest: len(new[digest]))  # batches of equal length pad little
        for at in range(0, len(digests), _EMBEDDED_AT_ONCE):
            self._progress("embedding", at, len(digests))
            some = digests[at : at + _EMBEDDED_AT_ONCE]
            made = dict(zip(some, self._embedder.embed([new[digest] for digest in some]), strict=True))
            self._cache.put(self._vectors_name, made)
            vectors |= made
        self._progress("embedding", len(digests), len(digests))
        return np.stack([vectors[unit.digest] for unit in units]), len(digests)

    def _cut(self, letter: Letter) -> list[Prepared]:
        cuts = cut_letter(
            letter,
            passage_tokens=self._passage_tokens,
            max_tokens=self._embedder.max_tokens,
            count_tokens=self._embedder.count_tokens,
        )
        return [
            Prepared(
                cut.passage,
                Embeddable.of(cut.embedded_text),
                tuple((span, Embeddable.of(text)) for span, text in cut.sentences),
            )
            for cut in cuts
        ]
