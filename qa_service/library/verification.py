"""Is a build sound? Read in a fresh process, because a damaged index can take its reader down with it."""

import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from qa_service.embedding import Vectors
from qa_service.errors import QAServiceError
from qa_service.library.catalogue import Catalogue
from qa_service.library.lexical import LexicalIndex
from qa_service.library.manifest import Manifest, changed_files
from qa_service.library.unit_vectors import UnitVectors
from qa_service.library.vectors import ChromaIndex

_SELF_QUERIES = 200
_MAX_DISTANCE = 1e-4
_HALF_PRECISION = 1e-3


def verify_build(folder: Path) -> list[str]:
    """What is wrong with a build, a line each; empty if it is sound.

    Works on a copy of the collection, so that nothing that answers is touched and a running service is not disturbed.
    """
    command = [sys.executable, "-P", "-m", "qa_service.library.verification", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        return [f"reading the build ended its process with status {done.returncode}: {last}"]
    problems: list[str] = json.loads(done.stdout.splitlines()[-1])
    return problems


def problems_of(folder: Path) -> list[str]:
    """The check itself; call `verify_build`, which does it in a process of its own."""
    try:
        manifest = Manifest.load(folder)
        if changed := changed_files(folder, manifest):
            return [f"changed or missing since the build was made: {', '.join(changed)}"]
        if damage := damage_of_sqlite(folder / "chroma" / "chroma.sqlite3"):
            return [damage]
        return _catalogue_problems(folder, manifest) + _vector_problems(folder, manifest)
    except QAServiceError as error:
        return [str(error)]


def damage_of_sqlite(path: Path) -> str | None:
    """What SQLite's own quick check finds, or None."""
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            found = [row[0] for row in connection.execute("PRAGMA quick_check(1)")]
        finally:
            connection.close()
    except sqlite3.Error as error:
        found = [str(error)]
    return None if found == ["ok"] else f"{path.name}: {found[0]}"


def _catalogue_problems(folder: Path, manifest: Manifest) -> list[str]:
    catalogue = Catalogue(folder / "library.sqlite")
    try:
        letters = list(catalogue.letters())
        passages = list(catalogue.all_passages())
        found = {
            "volumes": len(catalogue.volumes()),
            "letters": len(letters),
            "notes": sum(len(letter.notes) for letter in letters),
            "passages": len(passages),
            "sentences": sum(len(one.sentences) for one in passages),
        }
        problems = [
            f"the manifest counts {expected} {name}, the catalogue {found[name]}"
            for name, expected in manifest.counts.model_dump().items()
            if expected != found[name]
        ]
        if (indexed := LexicalIndex(catalogue.engine).size()) != len(passages):
            problems.append(f"the lexical index holds {indexed} of {len(passages)} passages")
        return problems
    finally:
        catalogue.close()


def _vector_problems(folder: Path, manifest: Manifest) -> list[str]:
    catalogue = Catalogue(folder / "library.sqlite")
    stored = list(catalogue.all_passages())
    catalogue.close()
    expected = {one.passage.key for one in stored}
    units = UnitVectors(folder, [len(one.sentences) for one in stored])
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch, "chroma")
        shutil.copytree(folder / "chroma", copy)
        index = ChromaIndex(copy)
        keys: list[str] = []
        parts = []
        for some_keys, some_vectors in index.rows():
            keys += some_keys
            parts.append(some_vectors)
        vectors = np.concatenate(parts) if parts else np.zeros((0, 1), dtype=np.float32)
        problems = []
        if set(keys) != expected or len(keys) != len(expected):
            problems.append(f"the collection holds {len(keys)} vectors for {len(expected)} passages")
        if not np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3):
            problems.append("a vector is not of unit length")
        if expected == set(keys) and _apart(units, [one.passage.key for one in stored], keys, vectors):
            problems.append("the collection and the file of vectors differ")
        step = max(1, len(keys) // _SELF_QUERIES)
        lost = [
            keys[row]
            for row in range(0, len(keys), step)
            if not any(distance <= _MAX_DISTANCE for _, distance in index.nearest(vectors[row], 1))
        ]
        if lost:
            problems.append(f"{len(lost)} passages do not find themselves, the first is {lost[0]}")
        index.close()
        return problems


def _apart(units: UnitVectors, in_order: list[str], keys: list[str], vectors: Vectors) -> bool:
    """Whether the file of vectors holds others than the collection."""
    place = {key: row for row, key in enumerate(keys)}
    collected = vectors[[place[key] for key in in_order]]
    return bool((np.sum(collected * units.passages(np.arange(len(in_order))), axis=1) < 1 - _HALF_PRECISION).any())


if __name__ == "__main__":
    print(json.dumps(problems_of(Path(sys.argv[1]))))
