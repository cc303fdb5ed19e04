"""Which files there are, which form each has (told by content, never by name), and how each is read."""

import codecs
import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.readers import plain, saved_page, tei
from ingest.readers.facts import FACTS
from ingest.readers.reading import Reading
from qa_service.errors import InputError

READER_VERSION = "9"
"""Goes up whenever a reader gives other letters for the same file, so that unchanged files are read again."""

MAX_FILE_BYTES = 32 * 1024 * 1024
"""Three times the largest volume of the series; in memory, a volume takes some ten times its size."""
FACTS_FILE = "letters.toml"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its bytes' digest together with what `letters.toml` says of it."""

    path: Path
    facts: Mapping[str, Any] = field(default_factory=dict)
    named: bool = False
    """Whether the user named this very file, rather than a folder it lies in."""

    def content(self) -> bytes:
        """Raises InputError if the file is too large or cannot be read."""
        try:
            size = self.path.stat().st_size
            if size > MAX_FILE_BYTES:
                raise InputError(f"{self.path}: expected at most {MAX_FILE_BYTES >> 20} MiB, got {size >> 20} MiB")
            return self.path.read_bytes()
        except OSError as error:
            raise InputError(f"{self.path}: cannot be read: {error.strerror}") from error

    def digest(self, content: bytes) -> str:
        """What decides whether the file is the one read before: bytes, facts and the readers' version."""
        facts = json.dumps(self.facts, sort_keys=True, default=str)
        head = f"{READER_VERSION}\n{facts}\n{self.path.parent.name if not self.facts.get('volume') else ''}\n"
        return hashlib.sha256(head.encode() + content).hexdigest()


def find_sources(paths: Sequence[Path]) -> list[Source]:
    """The files that the paths name, folders searched to the bottom, in sorted order.

    Raises: InputError if a path does not exist, a folder holds no file, or a `letters.toml` is wrong.
    """
    sources: dict[Path, Source] = {}
    for path in paths:
        if not path.exists():
            raise InputError(f"{path}: expected a file or folder, found nothing there")
        if path.is_file():
            if path.name != FACTS_FILE:
                sources[path.resolve()] = Source(path, _facts(path.parent).get(path.name, {}), named=True)
            continue
        found = [Source(file, _facts(file.parent).get(file.name, {})) for file in _files(path)]
        if not found:
            raise InputError(f"{path}: expected a folder with letters, it holds no files")
        for source in found:
            sources.setdefault(source.path.resolve(), source)
    if not sources:
        raise InputError("expected at least one file of letters, got none")
    return list(sources.values())


def read(source: Source, content: bytes) -> Reading | None:
    """Read a file; None for a file of no known form that merely lies in a folder.

    Raises: InputError if the file is of a known form but broken, not UTF-8, or named by the user and of no known form.
    """
    try:
        return _read(source, content)
    except RecursionError as error:
        raise InputError(f"{source.path}: its elements or notes are nested too deeply") from error


def _read(source: Source, content: bytes) -> Reading | None:
    name = str(source.path)
    start = content[:65536].lstrip(b"\xef\xbb\xbf \t\r\n")
    folder = source.path.resolve().parent.name
    if content.startswith(_UTF_16):
        raise InputError(f"{name}: expected UTF-8, this file is UTF-16 or UTF-32")
    if start.startswith(b"<") and saved_page.is_saved_page(start, content):
        return saved_page.read_saved_page(content, name, source.facts, folder)
    if start.startswith(b"<") and (b"<TEI" in start or start.startswith(b"<?xml")):
        return tei.read_tei(content, name)
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        if not source.named and b"\x00" in content[:4096]:
            return None
        raise InputError(f"{name}: expected UTF-8 text, byte {error.start} is not") from error
    if plain.is_plain_letter(text, source.facts):
        if "\x00" in text:
            raise InputError(f"{name}: expected text, it holds NUL characters")
        return plain.read_plain(text, name, source.facts, folder)
    if source.named:
        forms = "a TEI volume, a letter as plain text or a saved page of history.state.gov"
        raise InputError(f"{name}: expected {forms}, this file is of no known form")
    return None


def _files(folder: Path) -> Iterator[Path]:
    """The files of a folder to its bottom; nothing hidden, and no link that leads out of it."""
    inside = folder.resolve()
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.name != FACTS_FILE and path.resolve().is_relative_to(inside):
            yield path


def _facts(folder: Path) -> dict[str, dict[str, Any]]:
    """What a folder's `letters.toml` says, by file name."""
    path = folder / FACTS_FILE
    if not path.is_file():
        return {}
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: broken TOML: {error}") from error
    letters = given.get("letter")
    if set(given) != {"letter"} or not isinstance(letters, list):
        raise InputError(f"{path}: expected only [[letter]] tables, got {sorted(given)}")
    facts = {}
    for letter in letters:
        if not isinstance(letter, dict) or not isinstance(letter.get("file"), str):
            raise InputError(f'{path}: expected file = "..." in every [[letter]], got {letter!r}')
        name = letter.pop("file")
        if not (folder / name).is_file():
            raise InputError(f"{path}: expected a file {name!r} beside it, found none")
        for fact, value in letter.items():
            _check_fact(f"{path}: {name}", fact, value)
        facts[name] = letter
    return facts


def _check_fact(where: str, fact: str, value: object) -> None:
    """Raises InputError for a fact that is not known or not of its kind."""
    expected = FACTS.get(fact)
    if expected is None:
        raise InputError(f"{where}: expected only {', '.join(FACTS)}, got {fact!r}")
    kind, words = expected
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise InputError(f"{where}: expected {fact} to be {words}, got {value!r}")
    if fact in ("volume", "document") and not re.fullmatch(r"[\w.-]+", str(value)):
        raise InputError(f"{where}: expected {fact} to be made of letters, digits, '.', '_' and '-', got {value!r}")
