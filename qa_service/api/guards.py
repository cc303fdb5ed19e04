"""What every response carries and every request must pass, whatever the route."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa_service.api.problems import problem

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({"same-origin", "none"})

Next = Callable[[Request], Awaitable[Any]]


async def add_headers(request: Request, call_next: Next) -> Any:
    """Nothing is loaded from elsewhere, framed, or told where a reader came from."""
    response = await call_next(request)
    response.headers.update(HEADERS)
    return response


def refuse_other_sites(hosts: Collection[str]) -> Callable[[Request, Next], Awaitable[Any]]:
    """Refuse what another site's page sends in a reader's name, and names that were made to point here.

    Source: the Fetch Metadata specification; the same rule as in Go's http.CrossOriginProtection.
    """

    async def guard(request: Request, call_next: Next) -> Any:
        host = request.headers.get("host", "").lower()
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        if hosts and name not in hosts:
            return problem(
                403, f"expected a request to {' or '.join(sorted(hosts))}, got one to {name!r}", "wrong_host"
            )
        if request.method not in _SAFE and not _same_origin(request, host):
            return problem(403, "requests from other sites are refused", "cross_site")
        return await call_next(request)

    return guard


def _same_origin(request: Request, host: str) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in _OWN
    origin = request.headers.get("origin")
    return origin is None or origin.lower().split("://", 1)[-1] == host


class BodyLimit:
    """Refuses bodies of more than `limit` bytes, announced or not, in the one shape that all problems have.

    FastAPI's own `max_body_size` answers in plain text, before any handler of ours is asked.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app, self._limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        detail = f"expected a body of at most {self._limit} bytes"
        announced = dict(scope.get("headers", ())).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > self._limit:
            await problem(413, f"{detail}, got {int(announced)}", "too_large")(scope, receive, send)
            return
        received = 0

        async def counting() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._limit:
                raise HTTPException(413, f"{detail}, got more")
            return message

        await self._app(scope, counting, send)
