"""Who asks: from an API key, from a session that was begun with one, or from the fact that only this machine can reach
the service.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, APIKeyHeader, HTTPBearer

from qa_service.conversations import LOCAL_OWNER
from qa_service.errors import KeyInvalidError, KeyNeededError, RateLimitedError, ScopeNeededError
from qa_service.keys import PREFIX, SCOPES, Key, Keys, Scope
from qa_service.limiting import Limiter
from qa_service.sessions import Session, Sessions

WRONG_KEYS = "10/minute"
"""How many wrong keys an address may show before it is told to wait. Right ones are let in all the same."""

_FORWARDED = ("forwarded", "x-forwarded-for")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose request this is; `key` is the id of the key that came with it."""

    id: str
    scopes: tuple[Scope, ...]
    key: str | None = None


LOCAL = Owner(LOCAL_OWNER, SCOPES)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a request shows of who sends it: a key in a header, the token of a session in a cookie, an address.

    `forwarded`: a proxy has passed the request on, so it may come from anywhere.
    """

    key: str | None
    token: str | None
    address: str
    forwarded: bool


@dataclass(frozen=True, slots=True)
class Access:
    """Who is let in. `keyless` lets in whoever shows no key: right only where nobody but this machine can ask."""

    keys: Keys
    keyless: bool = True
    limiter: Limiter = field(default_factory=Limiter)

    @property
    def sessions(self) -> Sessions:
        return Sessions(self.keys)

    def key_needed(self, shown: Shown) -> bool:
        return not self.keyless or shown.forwarded

    def owner(self, shown: Shown) -> Owner:
        """Whose request this is, counted against the rate of its key. A key in a header comes before a session.

        Where no key is needed, a wrong one is refused all the same, and what has not the form of a key is none:
        OpenAI's clients send something in any case.
        Raises: KeyNeededError, KeyInvalidError, RateLimitedError.
        """
        if not self.key_needed(shown) and not (shown.key or "").startswith(PREFIX):
            # Whatever cookie it shows: cookies know no ports, so it may have been left by another service of this
            # machine, or by this one when it needed keys, and one's own conversations would seem to be gone.
            return LOCAL
        if shown.key is not None:
            key = self.checked(shown.key, shown.address)
        elif session := self.session(shown):
            key = self._counted(session.key)
        else:
            raise KeyNeededError("expected an API key, as Authorization: Bearer lt_..., got none")
        return Owner(key.owner, key.scopes, key.id)

    def checked(self, given: str, address: str) -> Key:
        """The key that was given, counted against its rate; a wrong one against its address.

        Raises: KeyInvalidError, RateLimitedError.
        """
        try:
            key = self.keys.check(given)
        except KeyInvalidError:
            self._count(WRONG_KEYS, f"address {address}", "too many wrong keys from this address")
            raise
        return self._counted(key)

    def session(self, shown: Shown) -> Session | None:
        """The session that a request shows; one that is over is none.

        It is not counted as a wrong key: nobody guesses 256 bits, however often, while browsers show old cookies by
        themselves, and would lock out the address of a whole reading room.
        """
        return self.sessions.find(shown.token) if shown.token else None

    def _counted(self, key: Key) -> Key:
        self._count(key.rate, f"key {key.id}", f"this key is good for {key.rate}")
        return key

    def _count(self, rate: str, name: str, message: str) -> None:
        if (wait_s := self.limiter.wait_s(rate, name)) is not None:
            raise RateLimitedError(f"{message}; try again in {wait_s} s", wait_s)


_COOKIE = "letters_session"
_SCHEMES = (
    Security(HTTPBearer(auto_error=False, scheme_name="bearer", description="An API key: lt_...")),
    Security(APIKeyHeader(name="X-API-Key", auto_error=False, scheme_name="header")),
    Security(
        APIKeyCookie(
            name=_COOKIE,
            auto_error=False,
            scheme_name="cookie",
            description=f"What POST /v1/session sets, for browsers; over https it is named __Host-{_COOKIE}.",
        )
    ),
)
"""For OpenAPI alone; `shown_by` reads the headers, because a scheme that is not ours is a wrong key and not none."""


def by_https(request: Request) -> bool:
    """Whether a browser has sent this over https, to us or to a proxy. Who lies about it spoils their own cookie."""
    return request.url.scheme == "https" or request.headers.get("x-forwarded-proto", "").lower().startswith("https")


def cookie_name(request: Request) -> str:
    """The name of the session's cookie; over https one that no other host, and nobody on the way, can set."""
    return f"__Host-{_COOKIE}" if by_https(request) else _COOKIE


def access_of(request: Request) -> Access:
    access: Access = request.app.state.access
    return access


def shown_by(request: Request) -> Shown:
    return Shown(
        key=_given(request),
        token=request.cookies.get(cookie_name(request)),
        address=request.client.host if request.client else "",
        forwarded=any(name in request.headers for name in _FORWARDED),
    )


def owner_now(
    request: Request,
    _bearer: Annotated[object, _SCHEMES[0]],
    _header: Annotated[object, _SCHEMES[1]],
    _cookie: Annotated[object, _SCHEMES[2]],
) -> Owner:
    """Whose request this is; asked once a request, however many dependencies want to know."""
    return access_of(request).owner(shown_by(request))


def needs(*scopes: Scope) -> Callable[[Owner], None]:
    """A dependency for routers: the request's key must have one of these scopes."""

    def check(owner: Annotated[Owner, Depends(owner_now)]) -> None:
        if not set(scopes) & set(owner.scopes):
            raise ScopeNeededError(*scopes)

    return check


def _given(request: Request) -> str | None:
    authorization = request.headers.get("authorization")
    if authorization is None:
        return request.headers.get("x-api-key")
    scheme, _, key = authorization.partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""
