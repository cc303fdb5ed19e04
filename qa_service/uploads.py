"""Files that somebody has sent: given names that are safe on any disk, and put into a folder."""

import shutil
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from qa_service.errors import BackendError, InputError

MAX_NAME_BYTES = 200
"""Of a name in UTF-8; so it has at most as many characters."""
NAMELESS = "file"
FACTS_FILE = "letters.toml"
"""Says of the files beside it what they cannot say themselves; so it keeps its name, and there is one."""
_LONGEST_END = 20


def safe_names(given: Sequence[str]) -> list[str]:
    """A name for each, in the same order, made of the given one: without folders and control characters, not hidden,
    not too long, and no two the same where case and accents do not count. Raises: InputError for two `letters.toml`.
    """
    safe = [_safe(one) for one in given]
    if safe.count(FACTS_FILE) > 1:
        raise InputError(f"expected one {FACTS_FILE}, got {safe.count(FACTS_FILE)}")
    taken: set[str] = {_folded(FACTS_FILE)}
    names = []
    for name in safe:
        if name != FACTS_FILE:
            name = _free(name, taken)
            taken.add(_folded(name))
        names.append(name)
    return names


def keep(files: Sequence[tuple[str, BinaryIO]], folder: Path) -> None:
    """Write files into a new folder, all or none. Raises: BackendError, say if the disk is full."""
    try:
        folder.mkdir(parents=True)
        for name, content in files:
            with (folder / name).open("xb") as file:
                shutil.copyfileobj(content, file)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise BackendError(f"the files could not be kept: {error.strerror}", retryable=True) from error


def _safe(given: str) -> str:
    last = given.replace("\\", "/").rpartition("/")[2]
    visible = "".join(one for one in last if unicodedata.category(one)[0] != "C")
    name = " ".join(unicodedata.normalize("NFC", visible).split()).lstrip(". ")
    return _shortened(name, "").rstrip(". ") or NAMELESS


def _free(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while _folded(free) in taken:
        number += 1
        free = _shortened(name, f" ({number})")
    return free


def _shortened(name: str, added: str) -> str:
    """The name with something added before its ending, cut where it is too long."""
    stem, dot, end = name.rpartition(".")
    if not stem or len(end) > _LONGEST_END:
        stem, dot, end = name, "", ""
    rest = f"{added}{dot}{end}"
    cut = stem.encode()[: MAX_NAME_BYTES - len(rest.encode())].decode(errors="ignore")
    return f"{cut.rstrip('. ')}{rest}"


def _folded(name: str) -> str:
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
