"""From a question to the passages that may answer it.

The nearest passages and those that hold its words are pooled, and everything in the pool is scored alike. See
`scoring` for what counts how much. Where there is a reranker, it reads the best of them again.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from qa_service.dialogue import Hit, Question
from qa_service.embedding import Embedder, Vectors
from qa_service.library.builds import Build
from qa_service.reranking import RERANKED, Reranker, rerank
from qa_service.retrieval.people import People
from qa_service.retrieval.query import content_words
from qa_service.retrieval.reading import Reading, read_question
from qa_service.retrieval.scoring import STANDARD, Floats, Pool, Weights, letters_of_the_talk, score

POOL = 100
"""How many passages each search puts into the pool."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Hits, best first; how the question was read; the wordings searched for, with their vectors, shape (w, d)."""

    hits: tuple[Hit, ...]
    reading: Reading
    wordings: tuple[str, ...]
    vectors: Vectors


def understand(question: Question, build: Build, embedder: Embedder) -> Retrieved:
    """The question read, with nothing retrieved yet."""
    people, years = _known(build)
    reading = read_question(question.clear, people, years)
    wordings = tuple(dict.fromkeys(people.spelt_out(wording) for wording in question.wordings))
    return Retrieved((), reading, wordings, np.concatenate([embedder.embed([wording]) for wording in wordings]))


def retrieve(
    question: Question,
    build: Build,
    embedder: Embedder,
    *,
    limit: int,
    weights: Weights = STANDARD,
    reranker: Reranker | None = None,
) -> Retrieved:
    """The passages that may answer the question, at most `limit`; the best reranked, if there is a reranker."""
    read = understand(question, build, embedder)
    found = _pool(question, build, read, _allowed(question, build), weights.columns)
    if found is None:
        return read
    pool, found_by = found
    scores = score(pool, build.outline, read.reading, question.focus, weights)
    wanted = max(limit, RERANKED) if reranker else limit
    order = np.lexsort((pool.rows, -np.round(scores, 9)))[:wanted]
    keys = [build.outline.keys[pool.rows[place]] for place in order]
    passages = build.catalogue.passages(keys)
    hits = tuple(
        Hit(
            passages[key],
            build.catalogue.letter(passages[key].ref),
            float(scores[place]),
            found_by[int(pool.rows[place])],
        )
        for key, place in zip(keys, order, strict=True)
    )
    if reranker and weights.reranker:
        hits = rerank(hits, read.wordings[-1], reranker, weights.reranker)
    return replace(read, hits=hits[:limit])


def _allowed(question: Question, build: Build) -> npt.NDArray[np.int64] | None:
    """The rows of the passages that pass the user's filters; None if there are none to pass."""
    if not question.filters:
        return None
    places = [build.outline.places[ref] for ref in build.catalogue.refs(question.filters)]
    return np.flatnonzero(np.isin(build.outline.letter, places))


def _pool(
    question: Question,
    build: Build,
    read: Retrieved,
    allowed: npt.NDArray[np.int64] | None,
    columns: Sequence[float],
) -> tuple[Pool, Mapping[int, tuple[str, ...]]] | None:
    """All that any search finds, with every score of each; None if nothing is found."""
    by_words = [build.lexical.scores(content_words(wording), columns) for wording in read.wordings]
    found: dict[int, dict[str, None]] = {}
    for scores, vector in zip(by_words, read.vectors, strict=True):
        for row in _nearest(build, vector, allowed):
            found.setdefault(row, {})["dense"] = None
        may = scores if allowed is None else scores.keys() & set(map(int, allowed))
        for row in heapq.nsmallest(POOL, may, key=lambda row: (-scores[row], row)):
            found.setdefault(row, {})["lexical"] = None
    for row in _talked_of(question, build, allowed):
        found.setdefault(row, {})["conversation"] = None
    if not found:
        return None
    rows = np.array(sorted(found), dtype=np.int64)
    pool = Pool(
        rows=rows,
        dense=_doubles(build.units.passages(rows) @ read.vectors.T),
        lexical=np.array([[scores.get(int(row), 0.0) for scores in by_words] for row in rows]),
        sentence=_doubles(build.units.nearest_sentence(rows, read.vectors)),
    )
    return pool, {row: tuple(names) for row, names in found.items()}


def _nearest(build: Build, vector: Vectors, allowed: npt.NDArray[np.int64] | None) -> list[int]:
    """The nearest passages: of all, as the index finds them; of some, by looking at each of them, which is quicker than
    telling the index which.
    """
    if allowed is None:
        return [build.outline.rows[key] for key, _ in build.vectors.nearest(vector, POOL)]
    nearness = build.units.passages(allowed) @ vector
    return [int(row) for row in allowed[np.argsort(-nearness, kind="stable")[:POOL]]]


def _talked_of(question: Question, build: Build, allowed: npt.NDArray[np.int64] | None) -> list[int]:
    """The passages of the letter just spoken of, or of those that may answer it."""
    outline, focus = build.outline, question.focus
    if focus is None or focus.letter not in outline.places:
        return []
    numbers = letters_of_the_talk(outline.letters, outline.places[focus.letter], wants_reply=focus.wants_reply)
    rows = np.flatnonzero(np.isin(outline.letter, numbers))
    return [int(row) for row in (rows if allowed is None else np.intersect1d(rows, allowed))]


def _known(build: Build) -> tuple[People, tuple[int, ...]]:
    """Who stands in the letters of a build, and the years they are of; read once for each build, and kept as long."""
    known = _KNOWN.get(build)
    if known is None:
        known = _KNOWN.setdefault(build, _read_known(build))
    return known


_KNOWN: WeakKeyDictionary[Build, tuple[People, tuple[int, ...]]] = WeakKeyDictionary()


def _read_known(build: Build) -> tuple[People, tuple[int, ...]]:
    persons = {volume.id: build.catalogue.apparatus(volume.id).persons for volume in build.catalogue.volumes()}
    years = {int(letter.first[:4]) for letter in build.outline.letters if letter.first}
    return People.of(build.outline, persons), tuple(sorted(years))


def _doubles(scores: Vectors) -> Floats:
    return np.asarray(scores, dtype=np.float64)
