"""What a build says of itself: what was read, how much there is, and the digests of its files."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from qa_service.errors import CorpusError, OutdatedError

FORMAT = 4
"""Goes up when older code could not answer from a build, or newer code from an older one."""
NAME = "manifest.json"


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReadFile(Frozen):
    """A file that letters were read from."""

    name: str
    digest: str
    form: str
    letters: int


class Counts(Frozen):
    volumes: int
    letters: int
    notes: int
    passages: int
    sentences: int


class Manifest(Frozen):
    """`manifest.json` of a build."""

    format: int
    build: str
    created_at: str
    code_version: str
    embedding_model: str
    embedding_backend: str
    cut: str
    """How letters were cut and embedded; passages of builds with the same name can be taken over."""
    content_digest: str
    """Of the letters and of everything that decides how they are cut and embedded: equal digests, nothing to build."""
    counts: Counts
    read: tuple[ReadFile, ...]
    files: dict[str, str]
    """SHA-256 of every file that nothing may change, by its path in the build."""

    @property
    def digest(self) -> str:
        """SHA-256 of the whole manifest, which holds the digests of the build's files: it names this very build."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def write(self, folder: Path) -> None:
        (folder / NAME).write_text(self.model_dump_json(indent=2), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Manifest":
        """Raises CorpusError if there is none or it cannot be read, OutdatedError if it is of another format."""
        try:
            given = json.loads((folder / NAME).read_bytes())
            if given["format"] != FORMAT:
                raise OutdatedError(
                    f"build {folder.name} was made by another version of this program (format {given['format']}, "
                    f"this one reads {FORMAT}): ingest the letters anew"
                )
            return cls.model_validate(given)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CorpusError(f"build {folder.name}: no usable manifest: {_first_line(error)}") from error


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of the files that must not change: the catalogue, the vectors and their index.

    Not Chroma's SQLite file, which opening rewrites, nor the index of a single row, which is never written whole.
    """
    return {str(path.relative_to(folder)): _digest(path) for path in sorted(_fixed_files(folder))}


def changed_files(folder: Path, manifest: Manifest) -> list[str]:
    """The files that are not what they were when the build was made; missing ones included."""
    now = digests(folder)
    return sorted(name for name in manifest.files.keys() | now.keys() if manifest.files.get(name) != now.get(name))


def _fixed_files(folder: Path) -> Iterator[Path]:
    yield from folder.glob("library.sqlite*")
    yield from folder.glob("vectors.npy")
    for index in folder.glob("chroma/*/index_metadata.pickle"):
        yield from index.parent.iterdir()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
