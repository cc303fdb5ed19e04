"""Downloading volumes from the Office of the Historian's public repository: resumable, bounded, checked."""

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx2

from ingest.readers.tei import read_tei
from qa_service.errors import BackendError, InputError

MAX_BYTES = 128 * 1024 * 1024
_VOLUME_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9.-]*$")
_TRIES = 4
_MAX_REDIRECTS = 5
_INSTEAD = "download the volume's XML file on another machine and give it to `letters ingest`"

Progress = Callable[[str, int, int], None]
"""Told of every step: volume, bytes so far, bytes in all (0 if the server does not say)."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A downloaded volume."""

    path: Path
    bytes: int
    sha256: str


class Fetcher:
    """Fetches volumes into a folder. What a broken download left there is gone on with.

    Args:
        base: the address that volume files lie under.
        stall_s: how long the server may send nothing.
        pause_s: the wait before the second try; it doubles with each further one.
    """

    def __init__(
        self,
        base: str,
        folder: Path,
        *,
        progress: Progress,
        stall_s: float = 20,
        pause_s: float = 1,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._base, self._folder, self._progress = base.rstrip("/"), folder, progress
        self._stall_s, self._pause_s, self._max_bytes = stall_s, pause_s, max_bytes

    def fetch(self, volume: str) -> Fetched:
        """Download one volume, whole and readable, or not at all.

        Raises: InputError for an id that cannot be one or that the repository does not have, BackendError if the
        server cannot be reached, stops sending, sends too much, or sends something that is not this volume.
        """
        if not _VOLUME_ID.match(volume):
            raise InputError(f"expected a volume id such as frus1961-63v06, got {volume!r}")
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{volume}.xml.part"
        timeout = httpx2.Timeout(self._stall_s, connect=min(10, self._stall_s))
        with httpx2.Client(follow_redirects=True, max_redirects=_MAX_REDIRECTS, timeout=timeout) as client:
            for tries_left in reversed(range(_TRIES)):
                try:
                    self._go_on(client, volume, part)
                    break
                except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                    raise BackendError(f"{self._base} cannot be reached ({error}); {_INSTEAD}") from error
                except httpx2.HTTPError as error:
                    if not tries_left:
                        raise BackendError(
                            f"{volume}: the download broke off {_TRIES} times ({type(error).__name__}: {error}); "
                            "run the command again to go on where it stopped",
                            retryable=True,
                        ) from error
                    time.sleep(self._pause_s * 2 ** (_TRIES - 1 - tries_left))
        return self._finish(volume, part)

    def _go_on(self, client: httpx2.Client, volume: str, part: Path) -> None:
        """One request, for what is still missing."""
        have = part.stat().st_size if part.exists() else 0
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        with client.stream("GET", f"{self._base}/{volume}.xml", headers=headers) as response:
            if response.status_code == 416:  # everything is there already, or what is there is wrong
                return
            if response.status_code == 404:
                raise InputError(f"the repository at {self._base} has no volume {volume!r}")
            response.raise_for_status()
            if response.status_code != 206:
                have = 0
            total = have + int(response.headers.get("content-length") or 0)
            self._refuse_too_much(volume, total, part)
            with part.open("ab" if have else "wb") as file:
                for chunk in response.iter_raw():  # as it comes, so that nothing that came is lost
                    file.write(chunk)
                    have += len(chunk)
                    self._refuse_too_much(volume, have, part)
                    self._progress(volume, have, total)

    def _refuse_too_much(self, volume: str, size: int, part: Path) -> None:
        if size > self._max_bytes:
            part.unlink(missing_ok=True)
            raise BackendError(f"{volume}: expected at most {self._max_bytes >> 20} MiB, the server sends more")

    def _finish(self, volume: str, part: Path) -> Fetched:
        content = part.read_bytes() if part.exists() else b""
        try:
            found = read_tei(content, volume).volume.id
            if found != volume:
                raise InputError(f"the file is of volume {found!r}")
        except InputError as error:
            part.unlink(missing_ok=True)
            raise BackendError(f"what the server sent is not volume {volume!r}: {error}") from error
        path = part.with_suffix("")
        part.replace(path)
        return Fetched(path, len(content), hashlib.sha256(content).hexdigest())
