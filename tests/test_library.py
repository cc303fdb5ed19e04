"""Builds: made whole, verified, refused when damaged, opened once."""

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ingest.readers.files import find_sources, read
from ingest.resolving import resolve
from qa_service.apparatus import Apparatus
from qa_service.dialogue import Filters
from qa_service.errors import BackendError, CorpusError, UnknownError
from qa_service.home import Home
from qa_service.library.builds import Build, list_builds, open_build
from qa_service.library.manifest import Manifest, changed_files, digests
from qa_service.library.vector_cache import VectorCache
from qa_service.library.vectors import ChromaIndex, ExactIndex, write_vectors
from qa_service.library.verification import problems_of, verify_build
from qa_service.texts import LetterRef
from tests.builders import SAMPLE, SAMPLE_VOLUME, WordEmbedder
from tests.conftest import open_active


def build_folder(home: Path) -> Path:
    return Home(home).builds / list_builds(Home(home).builds)[-1].build


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory, sample_home: Path) -> Build:
    return open_active(Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("open") / "home")))


def test_a_build_verifies(sample_home: Path) -> None:
    assert verify_build(build_folder(sample_home)) == []


def test_opening_and_searching_change_no_file_that_is_digested(home: Path) -> None:
    folder = build_folder(home)
    build = open_active(home)
    vector = WordEmbedder().embed(["the harbour"])[0]
    assert len(build.vectors.nearest(vector, 10)) == 10
    build.close()
    assert changed_files(folder, Manifest.load(folder)) == []


def test_all_that_was_read_comes_out_as_it_went_in(build: Build) -> None:
    (source,) = find_sources([SAMPLE / f"{SAMPLE_VOLUME}.xml"])
    reading = read(source, source.content())
    assert reading is not None
    resolved = resolve(reading.letters, {SAMPLE_VOLUME: reading.volume})
    assert list(build.catalogue.letters()) == resolved
    assert build.catalogue.volumes() == (reading.volume,)
    assert build.catalogue.apparatus(SAMPLE_VOLUME) == reading.apparatus
    assert build.catalogue.apparatus("other") == Apparatus()
    with pytest.raises(UnknownError, match="d99"):
        build.catalogue.letter(LetterRef(SAMPLE_VOLUME, "d99"))


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (Filters(kinds=("Telegram",)), ["d3", "d14"]),
        (Filters(writers=("hasterlind",), date_from="1929-01-01"), ["d15"]),
        (Filters(writers=("Aurel Hasterlind", "Legation"), date_to="1927-04-10"), ["d1", "d3"]),
        (Filters(letters=(f"{SAMPLE_VOLUME}/d2", "other/d3")), ["d2"]),
        (Filters(date_from="1927-08-01", date_to="1927-08-31"), ["d6"]),
        (Filters(date_from="1928-05-07", date_to="1928-05-07"), ["d10"]),
        (Filters(volumes=("other",)), []),
        (Filters(recipients=("100%_",)), []),
    ],
)
def test_filters(build: Build, filters: Filters, ids: list[str]) -> None:
    assert [ref.id for ref in build.catalogue.refs(filters)] == ids


def test_the_lexical_index_stems_and_takes_any_character(build: Build) -> None:
    assert build.lexical.passages_with("harbours") == build.lexical.passages_with("harbour") > 0
    assert build.lexical.passages_with('"NEAR(') == 0
    odd = build.lexical.scores(['a" OR body:', "", "*", "AND"])
    assert odd == build.lexical.scores(["a OR body", "and"])
    assert build.lexical.scores([]) == build.lexical.scores(["*", ""]) == {}


def test_the_lexical_index_scores_all_passages_with_a_word_by_their_row(build: Build) -> None:
    scores = build.lexical.scores(["lantern"])
    assert len(scores) == build.lexical.passages_with("lantern")
    assert all(score > 0 for score in scores.values())
    best = build.catalogue.passages([build.outline.keys[max(scores, key=lambda row: scores[row])]])
    assert "lantern" in next(iter(best.values())).text.lower()


def test_each_field_of_the_lexical_index_counts_what_it_weighs(build: Build) -> None:
    """Of the header, body, notes, phrases and neighbours, only the one that is weighed lends a score."""
    only = [build.lexical.scores(["lantern"], [float(at == field) for at in range(5)]) for field in range(5)]
    keys = build.outline.keys
    body = {keys[row] for row, score in only[1].items() if score > 1e-3}
    around = {keys[row] for row, score in only[4].items() if score > 1e-3}
    passages = build.catalogue.passages(list(keys))
    assert body == {key for key in keys if passages[key].note is None and "lantern" in passages[key].text.lower()}
    assert around
    assert any("lantern" not in passages[key].text.lower() for key in around)


def test_popular_names_of_the_index_find_passages(build: Build) -> None:
    assert build.lexical.scores(["Sackwar"]) == {}
    assert build.lexical.scores(["Scare"])


def test_chroma_and_exact_search_agree(build: Build) -> None:
    keys, parts = zip(*build.vectors.rows(), strict=True)  # type: ignore[attr-defined]
    all_keys = [key for some in keys for key in some]
    exact = ExactIndex(all_keys, np.concatenate(parts))
    question = WordEmbedder().embed(["the ships in the ice of the harbour"])[0]
    ours, theirs = exact.nearest(question, 20), build.vectors.nearest(question, 20)
    assert [key for key, _ in ours] == [key for key, _ in theirs]
    assert np.allclose([d for _, d in ours], [d for _, d in theirs], atol=1e-5)


def test_a_vector_that_is_not_finite_is_refused(build: Build) -> None:
    with pytest.raises(BackendError, match="finite"):
        build.vectors.nearest(np.full(512, np.nan, dtype=np.float32), 5)


def test_a_second_process_is_refused_with_the_remedy(home: Path) -> None:
    build = open_active(home)
    folder = build_folder(home) / "chroma"
    code = (
        "from pathlib import Path; from qa_service.library.vectors import ChromaIndex; "
        f"ChromaIndex(Path({str(folder)!r}), lock_timeout_s=0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode
    assert "in use by another process" in done.stderr
    build.close()
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_verifying_does_not_disturb_who_holds_the_build(home: Path) -> None:
    build = open_active(home)
    assert verify_build(build_folder(home)) == []
    build.close()


def damage(folder: Path, how: str) -> None:
    catalogue, chroma = folder / "library.sqlite", folder / "chroma" / "chroma.sqlite3"
    if how == "catalogue torn":
        catalogue.write_bytes(catalogue.read_bytes()[:-4096])
    elif how == "catalogue changed":
        content = bytearray(catalogue.read_bytes())
        content[len(content) // 2] ^= 0xFF
        catalogue.write_bytes(content)
    elif how == "vectors torn":
        (folder / "vectors.npy").write_bytes((folder / "vectors.npy").read_bytes()[:-4096])
    elif how == "vectors gone":
        (folder / "vectors.npy").unlink()
    elif how == "manifest gone":
        (folder / "manifest.json").unlink()
    elif how == "collection torn":
        chroma.write_bytes(chroma.read_bytes()[: chroma.stat().st_size // 2])
    elif how == "collection garbage":
        chroma.write_bytes(b"\x00" * chroma.stat().st_size)
    elif how == "collection gone":
        chroma.unlink()
    elif how == "a file too many":
        next(path for path in folder.glob("chroma/*") if path.is_dir()).joinpath("extra.bin").write_bytes(b"x")
    elif how.endswith((".bin", ".pickle")):
        path = next(folder.glob(f"chroma/*/{how}"))
        path.write_bytes(path.read_bytes()[:-1] + b"\x7f")
    elif how == "collection unknown":
        with sqlite3.connect(chroma) as connection:
            connection.execute("DELETE FROM collections")
    else:
        with sqlite3.connect(chroma) as connection:
            connection.execute("DELETE FROM embeddings WHERE id = (SELECT max(id) FROM embeddings)")


CATALOGUE_DAMAGE = ["catalogue torn", "catalogue changed", "vectors torn", "vectors gone", "manifest gone"]
INDEX_FILES = ["data_level0.bin", "header.bin", "index_metadata.pickle", "length.bin", "link_lists.bin"]
COLLECTION_DAMAGE = [
    "collection torn",
    "collection garbage",
    "collection gone",
    "a file too many",
    "collection unknown",
    *INDEX_FILES,
]


@pytest.mark.parametrize("how", [*CATALOGUE_DAMAGE, *COLLECTION_DAMAGE, "a vector missing"])
def test_damage_is_found(home: Path, how: str) -> None:
    folder = build_folder(home)
    damage(folder, how)
    assert problems_of(folder)


@pytest.mark.parametrize("how", CATALOGUE_DAMAGE)
def test_a_damaged_catalogue_or_file_of_vectors_is_not_opened(home: Path, how: str) -> None:
    damage(build_folder(home), how)
    with pytest.raises(CorpusError, match="manifest" if how == "manifest gone" else "damaged"):
        open_active(home)


@pytest.mark.parametrize("how", COLLECTION_DAMAGE)
def test_a_damaged_collection_is_answered_for_by_exact_search(home: Path, how: str) -> None:
    sound = open_active(home)
    vector = WordEmbedder().embed(["the seized steamer and its casks"])[0]
    expected = [key for key, _ in sound.vectors.nearest(vector, 10)]
    sound.close()
    damage(build_folder(home), how)
    build = open_active(home)
    assert build.degraded
    assert [key for key, _ in build.vectors.nearest(vector, 10)] == expected
    build.close()


def test_a_damaged_collection_without_cached_vectors_is_refused(home: Path) -> None:
    damage(build_folder(home), "collection gone")
    Home(home).vector_cache.unlink()
    with pytest.raises(CorpusError, match="ingest anew"):
        open_build(build_folder(home), VectorCache(Home(home).vector_cache))


def test_a_file_of_other_vectors_than_the_collection_is_found(home: Path) -> None:
    """Also where the manifest vouches for the file, so that only comparing the two can tell."""
    folder = build_folder(home)
    vectors = np.load(folder / "vectors.npy")
    np.save(folder / "vectors.npy", vectors[::-1])
    manifest = Manifest.load(folder)
    manifest.model_copy(update={"files": digests(folder)}).write(folder)
    assert problems_of(folder) == ["the collection and the file of vectors differ"]


def test_a_process_that_dies_while_verifying_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    assert "no usable manifest" in verify_build(tmp_path)[0]
    assert problems_of(tmp_path) == verify_build(tmp_path)


def test_the_vector_cache_keeps_models_apart(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "cache" / "vectors.sqlite")
    cache.put("one", {"a": np.ones(3, dtype=np.float32)})
    cache.put("one", {"a": np.zeros(3, dtype=np.float32)})
    assert cache.get("one", ["a", "b"])["a"].tolist() == [1, 1, 1]
    assert cache.get("two", ["a"]) == {}
    many = {str(number): np.full(3, number, dtype=np.float32) for number in range(1200)}
    cache.put("many", many)
    assert len(cache.get("many", list(many))) == 1200


def test_more_rows_than_one_batch(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(1500, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    letters = [f"v/d{number}" for number in range(1500)]
    keys = [f"{letter}:0-1" for letter in letters]
    write_vectors(tmp_path / "b" / "chroma", keys, letters, vectors)
    index, exact = ChromaIndex(tmp_path / "b" / "chroma"), ExactIndex(keys, vectors)
    assert [key for key, _ in index.nearest(vectors[7], 5)] == [key for key, _ in exact.nearest(vectors[7], 5)]
    assert sum(len(some) for some, _ in index.rows()) == 1500
    index.close()
