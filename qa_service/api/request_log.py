"""A line in the log, and a count, for every request: what was asked for and what came of it, never what it said."""

import re
import time
import uuid

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa_service.metrics import Metrics

_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
HEADER = "X-Request-ID"
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Routes that machines ask all day; they are counted and not logged."""


class RequestLog:
    """Gives each request an id, the client's own if it is one, which stands in every line logged meanwhile and in the
    response.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        id = given if _ID.fullmatch(given) else uuid.uuid4().hex
        status, started = 500, time.perf_counter()

        async def answered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = id
            await send(message)

        with structlog.contextvars.bound_contextvars(request=id):
            try:
                await self._app(scope, receive, answered)
            finally:
                seconds = time.perf_counter() - started
                route = _route(scope)
                self._metrics.count_request(scope["method"], route, status, seconds)
                if route not in _QUIET:
                    structlog.get_logger().info(
                        "request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1)
                    )


def _route(scope: Scope) -> str:
    """The route as it is declared ("/v1/letters/{volume}/{id}"); of what is no route, nothing that was sent."""
    return str(getattr(scope.get("route"), "path", "") or "none")
