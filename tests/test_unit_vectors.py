"""The file of vectors: rows of passages and sentences, read as they are needed."""

from pathlib import Path

import numpy as np
import pytest

from qa_service.embedding import Vectors
from qa_service.errors import CorpusError
from qa_service.library.builds import Build
from qa_service.library.unit_vectors import NAME, UnitVectors, write_unit_vectors
from tests.builders import WordEmbedder
from tests.conftest import open_active

SENTENCES = [2, 0, 1, 3, 0]
ALL = np.arange(len(SENTENCES))
HALF_PRECISION = 1e-3


def unit_vectors(count: int, *, seed: int = 1) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, 24)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


VECTORS = unit_vectors(len(SENTENCES) + sum(SENTENCES))


@pytest.fixture
def units(tmp_path: Path) -> UnitVectors:
    write_unit_vectors(tmp_path, VECTORS)
    return UnitVectors(tmp_path, SENTENCES)


def rows_of(place: int) -> tuple[Vectors, Vectors]:
    """The vector of a passage and those of its sentences, counted by hand."""
    at = sum(1 + count for count in SENTENCES[:place])
    return VECTORS[at], VECTORS[at + 1 : at + 1 + SENTENCES[place]]


def test_passages_and_sentences_are_those_written(units: UnitVectors) -> None:
    assert len(units) == len(VECTORS)
    for place in range(len(SENTENCES)):
        passage, sentences = rows_of(place)
        assert units.passages(np.array([place])) == pytest.approx(passage[None], abs=HALF_PRECISION)
        assert units.sentences(place).shape == sentences.shape
        assert units.sentences(place) == pytest.approx(sentences, abs=HALF_PRECISION)


def test_passages_come_in_the_order_asked_for(units: UnitVectors) -> None:
    found = units.passages(np.array([3, 0, 3]))
    assert found == pytest.approx(np.stack([rows_of(place)[0] for place in (3, 0, 3)]), abs=HALF_PRECISION)
    assert found.dtype == np.float32


@pytest.mark.parametrize("rows", [[0, 1, 2, 3, 4], [3], [1], [4, 1], [3, 0, 3]])
def test_the_nearest_sentence_is_that_of_direct_dot_products(units: UnitVectors, rows: list[int]) -> None:
    asked = unit_vectors(3, seed=2)
    expected = []
    for row in rows:
        passage, sentences = rows_of(row)
        candidates = list(sentences) or [passage]  # without sentences, the passage's own nearness
        expected.append([max(float(one @ vector) for one in candidates) for vector in asked])
    found = units.nearest_sentence(np.array(rows), asked)
    assert found.shape == (len(rows), 3)
    assert found == pytest.approx(np.array(expected), abs=2 * HALF_PRECISION)


@pytest.mark.parametrize("how", ["gone", "empty", "torn", "garbage", "a row short", "a row too many", "pickled"])
def test_a_file_that_does_not_hold_a_row_for_each_unit_is_refused(tmp_path: Path, how: str) -> None:
    write_unit_vectors(tmp_path, VECTORS)
    path = tmp_path / NAME
    content = path.read_bytes()
    if how == "gone":
        path.unlink()
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "torn":
        path.write_bytes(content[: len(content) // 2])
    elif how == "garbage":
        path.write_bytes(b"\x00" * len(content))
    elif how == "a row short":
        write_unit_vectors(tmp_path, VECTORS[:-1])
    elif how == "a row too many":
        write_unit_vectors(tmp_path, unit_vectors(len(VECTORS) + 1))
    else:
        np.save(path, np.array([{}] * len(VECTORS), dtype=object), allow_pickle=True)
    with pytest.raises(CorpusError, match=f"build {tmp_path.name}"):
        UnitVectors(tmp_path, SENTENCES)


def test_of_the_sample_each_unit_has_the_vector_of_its_text(sample_build: Build) -> None:
    """Passages agree with what the index of passages holds, and a sentence is nearest to itself."""
    build, embedder = sample_build, WordEmbedder()
    row = next(row for row in range(len(build.outline.keys)) if build.outline.sentences[row] >= 3)
    key = build.outline.keys[row]
    texts = [span.of(build.catalogue.letter(build.outline.letters[build.outline.letter[row]].ref).text)
             for span in build.catalogue.sentences_of([key])[key]]  # fmt: skip
    nearness = build.units.sentences(row) @ embedder.embed(texts).T
    assert nearness.argmax(axis=1).tolist() == list(range(len(texts)))
    vector = build.units.passages(np.array([row]))[0]
    assert build.vectors.nearest(vector, 1)[0][0] == key


@pytest.fixture(scope="module")
def sample_build(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    import shutil

    return open_active(Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("units") / "home")))
