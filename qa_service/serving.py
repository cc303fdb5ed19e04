"""Running the service."""

import ipaddress
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI
from filelock import FileLock, Timeout

from qa_service.api.access import Access
from qa_service.api.app import create_app
from qa_service.errors import BackendError, InputError
from qa_service.home import Home
from qa_service.retention import keeping
from qa_service.starting import Starting, Step
from qa_service.tracing import provider_for
from qa_service.wiring import Parts

GRACE_S = 20
"""How long answers under way may take to end when the service is stopped."""
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


def serve(parts: Parts, host: str, port: int) -> None:
    """Serve until stopped; prints the address once questions can be asked, and tells until then what is waited on.

    On a loopback address keys are not needed; on any other one nobody is let in without.
    Raises: InputError if the address is taken, or others can reach it and there is no valid key; BackendError if the
        home is served already.
    """
    if not _is_loopback(host) and not parts.keys.any_valid():
        raise InputError(
            f"without API keys the service listens on this machine only (127.0.0.1), not on {host}; "
            "make a key first: letters keys create NAME"
        )
    parts.active_build()  # says at once if there is none, before a model is loaded
    with _only_service(parts.home), _listening(host, port) as listener:
        server: uvicorn.Server | None = None

        def give_up() -> None:
            if server:
                server.should_exit = True

        address = _address(listener)
        starting = Starting(
            lambda step: _application(parts, host, step), lambda app: _announce(parts.home, app, address), give_up
        )
        config = uvicorn.Config(starting, log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE_S)
        server = uvicorn.Server(config)
        server.run(sockets=[listener])
    if starting.failure:
        raise starting.failure


@contextmanager
def _application(parts: Parts, host: str, step: Step) -> Iterator[FastAPI]:
    """The application with all that it holds."""
    settings = parts.settings
    traces = provider_for(settings.traces_endpoint) if settings.traces_endpoint else None
    with parts.service(step) as service, keeping(parts.database, settings.retention_days):
        access = Access(parts.keys, keyless=_is_loopback(host))
        yield create_app(service, hosts=_hosts(host), access=access, traces=traces)


def _announce(home: Home, app: FastAPI, address: str) -> None:
    """Tell commands on this home, and whoever has started it, where questions can be asked."""
    with app.state.service.library.build() as build:
        letters = build.manifest.counts.letters
    home.service_address.write_text(json.dumps({"address": address}))
    print(f"{letters} letters are ready for questions at {address}", flush=True)


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


def _hosts(host: str) -> frozenset[str]:
    """The names that requests may be addressed to; empty, for all, where it listens on all addresses of the machine.

    A name that was made to point here gains nothing there: without a key nobody is let in, and a browser shows the
    cookie of a session only to the name it was signed in at.
    """
    try:
        if ipaddress.ip_address(host).is_unspecified:
            return frozenset()
    except ValueError:
        pass
    return _LOOPBACK_NAMES | {f"[{host}]" if ":" in host else host.lower()}


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
