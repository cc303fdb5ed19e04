"""Who asks: from an API key, or from the fact that only this machine can reach the service."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPBearer

from qa_service.conversations import LOCAL_OWNER
from qa_service.errors import KeyInvalidError, KeyNeededError, RateLimitedError, ScopeNeededError
from qa_service.keys import PREFIX, SCOPES, Keys, Scope
from qa_service.limiting import Limiter

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
class Access:
    """Who is let in. `keyless` lets in whoever shows no key: right only where nobody but this machine can ask."""

    keys: Keys
    keyless: bool = True
    limiter: Limiter = field(default_factory=Limiter)

    def owner(self, given: str | None, *, address: str, forwarded: bool) -> Owner:
        """Whose request this is, counted against the rate of its key.

        Args:
            given: the key that came with the request. Where none is needed, a wrong one is refused all the same, and
                what has not the form of a key is none: OpenAI's clients send something in any case.
            forwarded: a proxy has passed the request on, so it may come from anywhere.
        Raises: KeyNeededError, KeyInvalidError, RateLimitedError.
        """
        if self.keyless and not forwarded and not (given or "").startswith(PREFIX):
            return LOCAL
        if given is None:
            raise KeyNeededError("expected an API key, as Authorization: Bearer lt_..., got none")
        try:
            key = self.keys.check(given)
        except KeyInvalidError:
            self._count(WRONG_KEYS, f"address {address}", "too many wrong keys from this address")
            raise
        self._count(key.rate, f"key {key.id}", f"this key is good for {key.rate}")
        return Owner(key.owner, key.scopes, key.id)

    def _count(self, rate: str, name: str, message: str) -> None:
        if (wait_s := self.limiter.wait_s(rate, name)) is not None:
            raise RateLimitedError(f"{message}; try again in {wait_s} s", wait_s)


_SCHEMES = (
    Security(HTTPBearer(auto_error=False, scheme_name="bearer", description="An API key: lt_...")),
    Security(APIKeyHeader(name="X-API-Key", auto_error=False, scheme_name="header")),
)
"""For OpenAPI alone; `_given` reads the headers, because a scheme that is not ours is a wrong key and not none."""


def owner_now(
    request: Request, _bearer: Annotated[object, _SCHEMES[0]], _header: Annotated[object, _SCHEMES[1]]
) -> Owner:
    """Whose request this is; asked once a request, however many dependencies want to know."""
    access: Access = request.app.state.access
    address = request.client.host if request.client else ""
    forwarded = any(name in request.headers for name in _FORWARDED)
    return access.owner(_given(request), address=address, forwarded=forwarded)


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
