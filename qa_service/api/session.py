"""Signing in with a key in a browser: the page gets a cookie that no script can read, and keeps the key nowhere."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, BeforeValidator, Field, SecretStr

from qa_service.api.access import Access, Shown, access_of, by_https, cookie_name, shown_by
from qa_service.api.requests import SEEN, Model, clean_text
from qa_service.keys import SCOPES, Scope
from qa_service.sessions import LASTS, Session

MAX_KEY = 100

router = APIRouter(tags=["session"])
"""Needs no key: it is where one is shown."""

Let = Annotated[Access, Depends(access_of)]
Showing = Annotated[Shown, Depends(shown_by)]


class SignInIn(Model):
    """The key to sign in with, as it was given: lt_..."""

    key: Annotated[
        SecretStr,
        BeforeValidator(clean_text),
        Field(min_length=1, max_length=MAX_KEY, json_schema_extra={"pattern": SEEN}),
    ]


class SessionOut(BaseModel):
    """Whether a key is needed here, and whether this browser has signed in with one.

    `name` is the key's, `owner` whose conversations it opens; `scopes` are what may be done as things are;
    `expires_at`, ISO, UTC, is when signing in will be needed again.
    """

    key_needed: bool
    signed_in: bool
    name: str | None
    owner: str | None
    scopes: list[Scope]
    expires_at: str | None

    @classmethod
    def of(cls, session: Session | None) -> "SessionOut":
        """Of where a key is needed."""
        key = session.key if session else None
        return cls(
            key_needed=True,
            signed_in=session is not None,
            name=key.name if key else None,
            owner=key.owner if key else None,
            scopes=list(key.scopes) if key else [],
            expires_at=session.expires_at if session else None,
        )


WITHOUT_KEY = SessionOut(key_needed=False, signed_in=False, name=None, owner=None, scopes=list(SCOPES), expires_at=None)


@router.get("/v1/session")
def read_session(access: Let, shown: Showing) -> SessionOut:
    """Whether a key is needed here, and whether one has signed in; asking is counted against no rate."""
    return SessionOut.of(access.session(shown)) if access.key_needed(shown) else WITHOUT_KEY


@router.post("/v1/session")
def sign_in(given: SignInIn, request: Request, response: Response, access: Let, shown: Showing) -> SessionOut:
    """Sign in with a key, for 30 days or as long as it is valid: sets a cookie, which stands for the key from now on.

    Where no key is needed, the key is looked at and nothing is begun. Raises: KeyInvalidError, RateLimitedError.
    """
    key = access.checked(given.key.get_secret_value(), shown.address)
    if not access.key_needed(shown):
        return WITHOUT_KEY
    if shown.token:
        access.sessions.end(shown.token)
    token, session = access.sessions.begin(key)
    _set_cookie(request, response, token, int(LASTS.total_seconds()))
    return SessionOut.of(session)


@router.delete("/v1/session", status_code=204)
def sign_out(request: Request, response: Response, access: Let, shown: Showing) -> None:
    """End the session, if there is one, and delete its cookie."""
    if shown.token:
        access.sessions.end(shown.token)
    _set_cookie(request, response, "", 0)


def _set_cookie(request: Request, response: Response, token: str, seconds: int) -> None:
    name, secure = cookie_name(request), by_https(request)
    response.set_cookie(name, token, max_age=seconds, path="/", secure=secure, httponly=True, samesite="strict")
