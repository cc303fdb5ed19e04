"""Downloads from a server that stalls, breaks off, redirects and lies."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ingest.fetching import Fetcher
from qa_service.errors import BackendError, InputError
from tests.builders import SAMPLE, SAMPLE_VOLUME

CONTENT = (SAMPLE / f"{SAMPLE_VOLUME}.xml").read_bytes()
HALF = len(CONTENT) // 2


class Server:
    """Answers with a scripted list of behaviours, the last one for ever; keeps what was asked."""

    def __init__(self) -> None:
        self.script: list[Callable[[BaseHTTPRequestHandler], None]] = [whole]
        self.asked: list[tuple[str, str | None]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append((self.path, self.headers.get("range")))
                step = outer.script.pop(0) if len(outer.script) > 1 else outer.script[0]
                step(self)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.base = f"http://127.0.0.1:{self._server.server_port}/volumes"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def send(
    request: BaseHTTPRequestHandler, status: int, body: bytes = b"", length: int | None = None, **headers: str
) -> None:
    request.send_response(status)
    request.send_header("Content-Length", str(len(body) if length is None else length))
    for name, value in headers.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(body)
    request.close_connection = True


def whole(request: BaseHTTPRequestHandler) -> None:
    asked = request.headers.get("range")
    start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
    if start >= len(CONTENT):
        send(request, 416)
    else:
        send(request, 206 if asked else 200, CONTENT[start:])


def breaks_off(request: BaseHTTPRequestHandler) -> None:
    send(request, 200, CONTENT[:HALF], length=len(CONTENT))


def stalls(request: BaseHTTPRequestHandler) -> None:
    breaks_off(request)
    request.wfile.flush()
    time.sleep(1)


def ignores_ranges(request: BaseHTTPRequestHandler) -> None:
    send(request, 200, CONTENT)


def redirects(request: BaseHTTPRequestHandler) -> None:
    send(request, 302, Location="/elsewhere.xml")


def says_less_than_it_has(request: BaseHTTPRequestHandler) -> None:
    send(request, 200, CONTENT, length=HALF)


def is_missing(request: BaseHTTPRequestHandler) -> None:
    send(request, 404)


def sends_a_page(request: BaseHTTPRequestHandler) -> None:
    send(request, 200, b"<html>Sign in</html>")


def sends_without_end(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    try:
        for _ in range(64):
            request.wfile.write(b"x" * 65536)
    except OSError:
        pass
    request.close_connection = True


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def fetcher(server: Server, folder: Path, seen: list[tuple[str, int, int]] | None = None) -> Fetcher:
    def progress(volume: str, done: int, total: int) -> None:
        if seen is not None:
            seen.append((volume, done, total))

    return Fetcher(server.base, folder, progress=progress, stall_s=0.3, pause_s=0.01, max_bytes=1 << 20)


@pytest.mark.parametrize(
    ("script", "ranges"),
    [
        ([whole], [None]),
        ([breaks_off, whole], [None, f"bytes={HALF}-"]),
        ([stalls, whole], [None, f"bytes={HALF}-"]),
        ([breaks_off, ignores_ranges], [None, f"bytes={HALF}-"]),
        ([redirects, redirects, whole], [None, None, None]),
    ],
)
def test_a_volume_arrives_whole(
    server: Server, tmp_path: Path, script: list[Callable[..., None]], ranges: list[str]
) -> None:
    server.script = script
    seen: list[tuple[str, int, int]] = []
    fetched = fetcher(server, tmp_path, seen).fetch(SAMPLE_VOLUME)
    assert fetched.path.read_bytes() == CONTENT
    assert (fetched.bytes, fetched.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert [asked for _, asked in server.asked] == ranges
    assert seen[-1] == (SAMPLE_VOLUME, len(CONTENT), len(CONTENT))
    assert [path.name for path in tmp_path.iterdir()] == [f"{SAMPLE_VOLUME}.xml"]


def test_a_download_that_was_given_up_is_gone_on_with(server: Server, tmp_path: Path) -> None:
    server.script = [breaks_off]
    with pytest.raises(BackendError, match="go on where it stopped"):
        fetcher(server, tmp_path).fetch(SAMPLE_VOLUME)
    server.script = [whole]
    assert fetcher(server, tmp_path).fetch(SAMPLE_VOLUME).bytes == len(CONTENT)


@pytest.mark.parametrize(
    ("step", "error", "message"),
    [
        (is_missing, InputError, "has no volume"),
        (sends_a_page, BackendError, "not volume"),
        (says_less_than_it_has, BackendError, "not volume"),
        (sends_without_end, BackendError, "at most 1 MiB"),
        (redirects, BackendError, "TooManyRedirects"),
    ],
)
def test_what_is_no_volume_leaves_nothing_behind(
    server: Server, tmp_path: Path, step: Callable[..., None], error: type[Exception], message: str
) -> None:
    server.script = [step]
    with pytest.raises(error, match=message):
        fetcher(server, tmp_path).fetch(SAMPLE_VOLUME)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("volume", ["", "../secret", "a/b", "a b", "-x"])
def test_an_id_that_cannot_be_one_is_refused(tmp_path: Path, volume: str) -> None:
    with pytest.raises(InputError, match="volume id"):
        Fetcher("http://127.0.0.1:1", tmp_path, progress=lambda *_: None).fetch(volume)


def test_without_a_network_it_says_what_to_do_instead(server: Server, tmp_path: Path) -> None:
    server.close()
    with pytest.raises(BackendError, match=r"cannot be reached.*letters ingest"):
        fetcher(server, tmp_path).fetch(SAMPLE_VOLUME)
