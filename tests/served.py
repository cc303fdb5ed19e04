"""An application behind a real web server on loopback, in a thread of this process; and what documents say to run."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO

import structlog
import uvicorn
from starlette.types import ASGIApp

from tests.builders import ROOT

DOCUMENTED_ADDRESS = "http://127.0.0.1:8400"


class _Server(uvicorn.Server):
    def __init__(self, app: ASGIApp) -> None:
        super().__init__(uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1))
        self.is_up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()


@contextmanager
def served(app: ASGIApp, *, port: int = 0) -> Iterator[str]:
    """Serve an application; gives its address."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        server = _Server(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        assert server.is_up.wait(10)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


def blocks(document: str, language: str) -> list[str]:
    """The code blocks of one language in a document of docs/."""
    return re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / "docs" / document).read_text(), re.MULTILINE | re.DOTALL)


def run_example(code: str, address: str) -> str:
    """What a documented example prints when the service is at another address."""
    code = code.replace(DOCUMENTED_ADDRESS, address)
    printed = StringIO()
    with redirect_stdout(printed), structlog.testing.capture_logs():
        exec(compile(code, "example", "exec"), {"__name__": "__main__"})
    return printed.getvalue()
