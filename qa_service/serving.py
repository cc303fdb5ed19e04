"""Running the service, and finding one that runs on the same home."""

import ipaddress
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from filelock import FileLock, Timeout

from qa_service.api.app import create_app
from qa_service.errors import BackendError, InputError
from qa_service.home import Home
from qa_service.wiring import Parts

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


def serve(parts: Parts, host: str, port: int) -> None:
    """Serve until stopped; prints the address once questions can be asked.

    Raises: InputError if the address is not a loopback one or is taken, BackendError if the home is served already.
    """
    if not _is_loopback(host):
        raise InputError(f"without API keys the service listens on this machine only (127.0.0.1), not on {host}")
    with _only_service(parts.home), _listening(host, port) as listener, parts.service() as service:
        address = _address(listener)
        parts.home.service_address.write_text(json.dumps({"address": address}))
        app = create_app(service, hosts=_LOOPBACK_NAMES | {host})
        with service.library.build() as build:
            counts = build.manifest.counts
        print(f"{counts.letters} letters are ready for questions at {address}", flush=True)
        config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=20)
        uvicorn.Server(config).run(sockets=[listener])


def running_service(home: Home) -> str | None:
    """The address of the service that runs on this home, or None."""
    lock = FileLock(home.service_lock)
    try:
        with lock.acquire(timeout=0):
            return None
    except Timeout:
        try:
            return str(json.loads(home.service_address.read_text())["address"])
        except (OSError, ValueError, KeyError) as error:
            raise BackendError("a service is starting on this home; try again in a moment", retryable=True) from error


@contextmanager
def _only_service(home: Home) -> Iterator[None]:
    home.root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home.service_lock)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BackendError(f"a service runs on {home.root} already; stop it first, or use another home") from error
    home.service_address.unlink(missing_ok=True)
    try:
        yield
    finally:
        home.service_address.unlink(missing_ok=True)
        lock.release()


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise InputError(
                f"cannot listen on {host} port {port}: {error.strerror}; choose another with --port"
            ) from error
        listener.listen(128)
        yield listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
