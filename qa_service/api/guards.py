"""What every response carries and every request must pass, whatever the route.

Plain ASGI, all of it, so that streams pass through untouched.
"""

from collections.abc import Collection, Mapping

from starlette.datastructures import Headers, MutableHeaders
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
_PAGES = frozenset({"/", "/docs", "/openapi.json"})
"""The same for everybody, as all below /web/ is: browsers keep them, and ask each time whether they are still the same,
so that no page is put together of two versions. Of the rest nobody on the way, and no browser, keeps a copy.
"""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({"same-origin", "none"})
_ORIGINS = frozenset({"sec-fetch-site", "origin"})


class SafeHeaders:
    """Nothing is loaded from elsewhere, framed, told where a reader came from, or kept where others could find it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                open_to_all = scope["path"] in _PAGES or scope["path"].startswith("/web/")
                # beside what the route itself has said
                headers.append("Cache-Control", "no-cache" if open_to_all else "private, no-store")
            await send(message)

        await self._app(scope, receive, with_headers)


class OwnSiteOnly:
    """Refuses what another site's page sends in a reader's name, and names that were made to point here.

    Source: the Fetch Metadata specification; the same rule as in Go's http.CrossOriginProtection. What does not say
    where it comes from is let in there, since it is a program that sends it; here not with a cookie. Those are what
    browsers send by themselves, and of all that may change something browsers say where it comes from.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        """Takes the host names that requests may be addressed to; all, if empty."""
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = self._refused(scope["method"], Headers(scope=scope)) if scope["type"] == "http" else None
        if refused:
            await problem(403, *refused)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _refused(self, method: str, headers: Headers) -> tuple[str, str] | None:
        """Why a request is refused, and the code of that."""
        host = headers.get("host", "").lower()
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        if self._hosts and name not in self._hosts:
            expected = " or ".join(sorted(self._hosts))
            return f"expected a request to {expected}, got one to {name!r}", "wrong_host"
        if method not in _SAFE and not _same_origin(headers, host):
            return "requests from other sites are refused", "cross_site"
        if method not in _SAFE and "cookie" in headers and _ORIGINS.isdisjoint(headers.keys()):
            return "expected Origin or Sec-Fetch-Site beside a cookie, got neither; programs show a key", "cross_site"
        return None


def _same_origin(headers: Headers, host: str) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in _OWN
    origin = headers.get("origin")
    return origin is None or origin.lower().split("://", 1)[-1] == host


class BodyLimit:
    """Refuses bodies of more than `limit` bytes, announced or not, in the one shape that all problems have; `by_path`
    names paths that have another limit.

    FastAPI's own `max_body_size` answers in plain text, before any handler of ours is asked.
    """

    def __init__(self, app: ASGIApp, limit: int, by_path: Mapping[str, int] = {}) -> None:
        self._app, self._limit, self._by_path = app, limit, by_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = self._by_path.get(scope.get("path", ""), self._limit)
        detail = f"expected a body of at most {limit} bytes"
        announced = dict(scope.get("headers", ())).get(b"content-length", b"0")
        if announced.isdigit() and float(announced) > limit:  # a float reads any number of digits
            await problem(413, f"{detail}, got more", "too_large")(scope, receive, send)
            return
        received = 0

        async def counting() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(413, f"{detail}, got more")
            return message

        await self._app(scope, counting, send)
