"""From a question to the passages that may answer it.

The nearest passages and those that hold its words are pooled, and everything in the pool is scored alike. See
`scoring` for what counts how much.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from qa_service.dialogue import Hit, Question
from qa_service.embedding import Embedder, Vectors
from qa_service.library.builds import Build
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
    reading = read_question(question.asked, people, years)
    wordings = tuple(dict.fromkeys(people.spelt_out(wording) for wording in question.wordings))
    return Retrieved((), reading, wordings, np.concatenate([embedder.embed([wording]) for wording in wordings]))


def retrieve(
    question: Question, build: Build, embedder: Embedder, *, limit: int, weights: Weights = STANDARD
) -> Retrieved:
    """The passages that may answer the question, at most `limit`."""
    read = understand(question, build, embedder)
    letters = [str(ref) for ref in build.catalogue.refs(question.filters)] if question.filters else None
    found = _pool(question, build, read, letters)
    if found is None:
        return read
    pool, found_by = found
    scores = score(pool, build.outline, read.reading, question.focus, weights)
    order = np.lexsort((pool.rows, -np.round(scores, 9)))[:limit]
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
    return replace(read, hits=hits)


def _pool(
    question: Question, build: Build, read: Retrieved, letters: list[str] | None
) -> tuple[Pool, Mapping[int, tuple[str, ...]]] | None:
    """All that any search finds, with every score of each; None if nothing is found."""
    outline = build.outline
    within = build.catalogue.filtered_letters(question.filters) if question.filters else None
    found: dict[int, dict[str, None]] = {}
    words = [content_words(wording) for wording in read.wordings]
    for number, vector in enumerate(read.vectors):
        for key, _ in build.vectors.nearest(vector, POOL, letters) if letters != [] else ():
            found.setdefault(outline.rows[key], {})["dense"] = None
        for key, _ in build.lexical.search(words[number], POOL, within):
            found.setdefault(outline.rows[key], {})["lexical"] = None
    if question.focus and question.focus.letter in outline.places and (letters is None or letters):
        for row in _talked_of(question, build, letters):
            found.setdefault(row, {})["conversation"] = None
    if not found:
        return None
    rows = np.array(sorted(found), dtype=np.int64)
    lexical = np.zeros((len(rows), len(words)))
    for number, some in enumerate(words):
        by_row = build.lexical.scores(some, rows)
        lexical[:, number] = [by_row.get(int(row), 0.0) for row in rows]
    pool = Pool(
        rows=rows,
        dense=_doubles(build.units.passages(rows) @ read.vectors.T),
        lexical=lexical,
        sentence=_doubles(build.units.nearest_sentence(rows, read.vectors)),
    )
    return pool, {row: tuple(names) for row, names in found.items()}


def _talked_of(question: Question, build: Build, letters: list[str] | None) -> list[int]:
    """The passages of the letter just spoken of, or of those that may answer it."""
    if question.focus is None:
        return []
    outline = build.outline
    place = outline.places[question.focus.letter]
    numbers = letters_of_the_talk(outline.letters, place, wants_reply=question.focus.wants_reply)
    kept = [n for n in numbers if letters is None or str(outline.letters[n].ref) in letters]
    return [int(row) for row in np.flatnonzero(np.isin(outline.letter, kept))]


@lru_cache(maxsize=4)
def _known(build: Build) -> tuple[People, tuple[int, ...]]:
    """Who stands in the letters of a build, and the years they are of; read once for each build."""
    persons = {volume.id: build.catalogue.apparatus(volume.id).persons for volume in build.catalogue.volumes()}
    years = {int(letter.first[:4]) for letter in build.outline.letters if letter.first}
    return People.of(build.outline, persons), tuple(sorted(years))


def _doubles(scores: Vectors) -> Floats:
    return np.asarray(scores, dtype=np.float64)
