"""Builds: made once in a folder of their own, verified, opened read-only."""

import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import structlog

from qa_service import __version__
from qa_service.embedding import Vectors
from qa_service.errors import BackendError, CorpusError, OutdatedError
from qa_service.library.catalogue import Catalogue
from qa_service.library.contents import Contents, write_catalogue
from qa_service.library.lexical import LexicalFields, LexicalIndex, write_lexical_index
from qa_service.library.manifest import FORMAT, Counts, Manifest, ReadFile, changed_files, digests
from qa_service.library.outline import Outline, read_outline
from qa_service.library.unit_vectors import UnitVectors, write_unit_vectors
from qa_service.library.vector_cache import VectorCache
from qa_service.library.vectors import ChromaIndex, ExactIndex, VectorIndex, write_vectors
from qa_service.library.verification import damage_of_sqlite, verify_build
from qa_service.texts import Passage

_SPACE_FACTOR = 3
"""A build is begun only with this many times its expected size free, so that a full disk never meets a half-written
one.
"""
_BYTES_A_PASSAGE = 12_000
_BYTES_A_SENTENCE = 1_000


@dataclass(frozen=True, slots=True)
class Plan:
    """All that goes into a build, ready to be written."""

    contents: Contents
    vectors: Vectors
    """For each of `contents.passages` a row, and after it one for each of its sentences; unit length."""
    lexical_fields: Callable[[Passage], LexicalFields]
    embedding_model: str
    embedding_backend: str
    cut: str
    content_digest: str


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Build:
    """An open build; everything in it is read-only and may be used from several threads."""

    id: str
    manifest: Manifest
    catalogue: Catalogue
    lexical: LexicalIndex
    vectors: VectorIndex
    units: UnitVectors
    outline: Outline
    degraded: str = ""
    """Why answers come from exact search instead of the collection; empty if all is well."""

    def close(self) -> None:
        self.vectors.close()
        self.catalogue.close()


def make_build(builds: Path, plan: Plan, *, verify: Callable[[Path], list[str]] = verify_build) -> Manifest:
    """Write a build under `builds` and verify it, in a fresh process unless told otherwise.

    Until it is whole and verified it lies in a folder whose name begins with a dot, which nothing opens.
    Raises: BackendError if the disk is too full or the writing fails, CorpusError if the build does not verify.
    """
    builds.mkdir(parents=True, exist_ok=True)
    sweep(builds)
    passages = plan.contents.passages
    sentences = sum(len(one.sentences) for one in passages)
    needed = _SPACE_FACTOR * (_BYTES_A_PASSAGE * len(passages) + _BYTES_A_SENTENCE * sentences)
    free = shutil.disk_usage(builds).free
    if free < needed:
        raise BackendError(f"expected {needed >> 20} MiB free in {builds} to build safely, found {free >> 20} MiB")
    id = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{plan.content_digest[:8]}-{secrets.token_hex(2)}"
    folder = builds / f".{id}"
    try:
        manifest = _write(folder, id, plan)
        if problems := verify(folder):
            raise CorpusError(f"the new build does not verify and was not published: {'; '.join(problems)}")
        folder.rename(builds / id)
        return manifest
    except OSError as error:
        raise BackendError(f"the build could not be written: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(folder: Path, id: str, plan: Plan) -> Manifest:
    contents = plan.contents
    folder.mkdir()
    write_catalogue(folder / "library.sqlite", contents)
    passages = [one.passage for one in contents.passages]
    write_lexical_index(folder / "library.sqlite", passages, plan.lexical_fields)
    write_unit_vectors(folder, plan.vectors)
    units = np.cumsum([0] + [1 + len(one.sentences) for one in contents.passages[:-1]])
    letters = [str(passage.ref) for passage in passages]
    write_vectors(folder / "chroma", [passage.key for passage in passages], letters, plan.vectors[units])
    read_from = list(contents.sources.values())
    manifest = Manifest(
        format=FORMAT,
        build=id,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        code_version=__version__,
        embedding_model=plan.embedding_model,
        embedding_backend=plan.embedding_backend,
        cut=plan.cut,
        content_digest=plan.content_digest,
        counts=Counts(
            volumes=len(contents.volumes),
            letters=len(contents.letters),
            notes=sum(len(letter.notes) for letter in contents.letters),
            passages=len(contents.passages),
            sentences=sum(len(one.sentences) for one in contents.passages),
        ),
        read=tuple(
            ReadFile(name=Path(f.path).name, digest=f.digest, form=f.form, letters=read_from.count(f.digest))
            for f in contents.files
        ),
        files=digests(folder),
    )
    manifest.write(folder)
    return manifest


def sweep(builds: Path) -> None:
    """Remove what killed ingests left behind; call it under the ingest lock only."""
    for left in builds.glob(".*"):
        shutil.rmtree(left, ignore_errors=True)


def list_builds(builds: Path) -> list[Manifest]:
    """The builds in the folder, oldest first; one without a usable manifest is left out."""
    manifests = []
    for folder in sorted(builds.glob("[0-9]*")):
        try:
            manifests.append(Manifest.load(folder))
        except CorpusError as error:
            structlog.get_logger().warning("build_left_out", build=folder.name, reason=str(error))
    return manifests


def outdated_builds(builds: Path) -> list[Path]:
    """The folders of builds that only another version could read."""
    found = []
    for folder in builds.glob("[0-9]*"):
        try:
            Manifest.load(folder)
        except OutdatedError:
            found.append(folder)
        except CorpusError:
            continue  # damaged, and for a person to look at
    return found


def open_build(folder: Path, cache: VectorCache, *, lock_timeout_s: float = 5) -> Build:
    """Open a build, after the digests of its files show that it is what was verified.

    Where only the collection is damaged and every vector is still in the cache, the build answers by exact search and
    says so in `degraded`.

    Raises: CorpusError if the build is damaged beyond that, BackendError if another process holds it.
    """
    manifest = Manifest.load(folder)
    changed = changed_files(folder, manifest)
    if any(not name.startswith("chroma") for name in changed):
        raise CorpusError(f"build {folder.name} is damaged: {', '.join(changed)} changed since it was made")
    catalogue = Catalogue(folder / "library.sqlite")
    damage = (
        f"{changed[0]} changed since it was made" if changed else damage_of_sqlite(folder / "chroma/chroma.sqlite3")
    )
    vectors: VectorIndex
    try:
        vectors = _stand_in(catalogue, manifest, cache, damage) if damage else _chroma(folder, lock_timeout_s)
    except _Damaged as found:
        damage = str(found)
        vectors = _stand_in(catalogue, manifest, cache, damage)
    except BackendError:
        catalogue.close()
        raise
    return _opened(folder, manifest, catalogue, vectors, damage or "")


def _opened(folder: Path, manifest: Manifest, catalogue: Catalogue, vectors: VectorIndex, degraded: str = "") -> Build:
    outline = read_outline(catalogue.engine)
    units = UnitVectors(folder, outline.sentences)
    lexical = LexicalIndex(catalogue.engine)
    return Build(manifest.build, manifest, catalogue, lexical, vectors, units, outline, degraded)


def open_beside(folder: Path, cache: VectorCache) -> Build:
    """Open a build for exact search over the cached vectors: any number of processes may, also beside a service.

    Raises: CorpusError if a vector is not in the cache any more.
    """
    manifest = Manifest.load(folder)
    catalogue = Catalogue(folder / "library.sqlite")
    vectors = _exact(catalogue, manifest, cache, "exact search was asked for")
    return _opened(folder, manifest, catalogue, vectors)


class _Damaged(Exception):
    """Chroma cannot open a collection whose files seem sound."""


def _chroma(folder: Path, lock_timeout_s: float) -> ChromaIndex:
    try:
        return ChromaIndex(folder / "chroma", lock_timeout_s=lock_timeout_s)
    except BackendError as error:
        if error.retryable:  # another process holds it; nothing is damaged
            raise
        raise _Damaged(str(error)) from error


def _stand_in(catalogue: Catalogue, manifest: Manifest, cache: VectorCache, damage: str) -> ExactIndex:
    """Exact search instead of a damaged collection. Raises CorpusError if a vector is missing."""
    structlog.get_logger().error("build_degraded", build=manifest.build, reason=damage)
    return _exact(catalogue, manifest, cache, f"it is damaged, {damage}")


def _exact(catalogue: Catalogue, manifest: Manifest, cache: VectorCache, why: str) -> ExactIndex:
    stored = list(catalogue.all_passages())
    passages, embedded = [one.passage for one in stored], [one.embedded for one in stored]
    vectors = cache.get(vectors_name(manifest.embedding_model, manifest.embedding_backend), embedded)
    if missing := sum(digest not in vectors for digest in embedded):
        catalogue.close()
        raise CorpusError(
            f"build {manifest.build} cannot be searched exactly ({why}): "
            f"{missing} vectors are not in the cache; ingest anew"
        )
    return ExactIndex(
        [passage.key for passage in passages],
        np.stack([vectors[digest] for digest in embedded]),
    )


def vectors_name(model: str, backend: str) -> str:
    """The name under which the vector cache keeps what this model gives in this backend."""
    return f"{model}/{backend}"
