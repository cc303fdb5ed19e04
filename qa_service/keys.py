"""API keys: who may ask, how often, until when. A key is shown once; what is kept is its SHA-256.

A key is `lt_<id>_<secret>`: the id (8 characters) finds its row, the secret (43 characters, 256 random bits) proves it.
At that length a fast hash is enough; slow ones are for what people can remember.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Engine, Row, select, update

from qa_service.conversations import now
from qa_service.database import keys
from qa_service.errors import InputError, KeyInvalidError, UnknownError
from qa_service.folding import one_line
from qa_service.limiting import checked_rate

Scope = Literal["ask", "ingest", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""What a key may be for: asking and one's own conversations; changing what is loaded; looking after the service."""
DEFAULT_RATE = "60/minute"
MAX_NAME = 100

PREFIX = "lt_"
_FORM = re.compile(r"lt_([0-9a-z]{8})_[A-Za-z0-9_-]{43}")
_ID_CHARACTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
_USE_NOTED_EVERY = timedelta(minutes=1)
_NOBODYS = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key. `owner` is whose conversations it opens; times are ISO, UTC."""

    id: str
    owner: str
    name: str
    scopes: tuple[Scope, ...]
    rate: str
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    revoked_at: str | None

    def state(self, at: datetime) -> Literal["valid", "revoked", "expired"]:
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at is not None and datetime.fromisoformat(self.expires_at) <= at:
            return "expired"
        return "valid"


@dataclass(frozen=True, slots=True)
class Keys:
    """Makes, lists, revokes and checks keys."""

    engine: Engine
    clock: Callable[[], datetime] = now

    def create(
        self,
        name: str,
        *,
        scopes: Collection[str] = ("ask",),
        rate: str = DEFAULT_RATE,
        expires: str | None = None,
        replaces: str | None = None,
    ) -> tuple[str, Key]:
        """Make a key; the first value is the key itself, which nobody can show again.

        Args:
            rate: how many requests in what time, such as "60/minute".
            expires: the first day on which it is refused ("2027-01-01", UTC), or for how long it is good ("90d").
            replaces: the id of a key whose conversations the new one takes over, and which is revoked.
        Raises: InputError, UnknownError (no such key to replace).
        """
        at = self.clock()
        name = _checked_name(name)
        row: dict[str, str | None] = {
            "name": name,
            "scopes": " ".join(_checked_scopes(scopes)),
            "rate": checked_rate(rate),
        }
        row |= {"created_at": _iso(at), "expires_at": _expiry(expires, at)}
        with self.engine.begin() as connection:
            id = _free_id(connection)
            owner = self._revoke(connection, replaces).owner if replaces else id
            key = f"{PREFIX}{id}_{secrets.token_urlsafe(32)}"
            connection.execute(keys.insert().values(id=id, owner=owner, hash=_hash(key), **row))
            return key, _key(connection, id)

    def listed(self) -> list[Key]:
        """All keys, oldest first."""
        with self.engine.connect() as connection:
            return [_key_of(row) for row in connection.execute(select(keys).order_by(keys.c.created_at, keys.c.id))]

    def revoke(self, id: str) -> Key:
        """From now on the key opens nothing. Raises UnknownError if there is no such key."""
        with self.engine.begin() as connection:
            return self._revoke(connection, id)

    def any_valid(self) -> bool:
        return any(key.state(self.clock()) == "valid" for key in self.listed())

    def may_ask(self, owner: str) -> bool:
        """Whether the owner has a valid key for asking."""
        keys = [key for key in self.listed() if key.owner == owner]
        return any("ask" in key.scopes and key.state(self.clock()) == "valid" for key in keys)

    def check(self, given: str) -> Key:
        """The key that was given. Raises KeyInvalidError if it is none of ours, revoked or expired."""
        form = _FORM.fullmatch(given)
        if form is None:
            raise KeyInvalidError("expected a key of the form lt_..., got something else")
        with self.engine.connect() as connection:
            row = connection.execute(select(keys).where(keys.c.id == form[1])).first()
        proved = hmac.compare_digest(_hash(given), row.hash if row else _NOBODYS)
        if row is None or not proved:
            raise KeyInvalidError("no such key")
        return self._used(_key_of(row))

    def valid(self, id: str) -> Key:
        """The key of this id, for who has proved to have it before. Raises KeyInvalidError if it is valid no more."""
        with self.engine.connect() as connection:
            row = connection.execute(select(keys).where(keys.c.id == id)).first()
        if row is None:
            raise KeyInvalidError("no such key")
        return self._used(_key_of(row))

    def _used(self, key: Key) -> Key:
        """Raises KeyInvalidError if the key is revoked or expired."""
        at = self.clock()
        if (state := key.state(at)) != "valid":
            raise KeyInvalidError(f"this key is {state}")
        self._note_use(key, at)
        return key

    def _note_use(self, key: Key, at: datetime) -> None:
        """Once a minute is enough: every request would be a write."""
        if key.last_used_at and at - datetime.fromisoformat(key.last_used_at) < _USE_NOTED_EVERY:
            return
        with self.engine.begin() as connection:
            connection.execute(update(keys).where(keys.c.id == key.id).values(last_used_at=_iso(at)))

    def _revoke(self, connection: Connection, id: str) -> Key:
        valid = (keys.c.id == id) & keys.c.revoked_at.is_(None)
        connection.execute(update(keys).where(valid).values(revoked_at=_iso(self.clock())))
        return _key(connection, id)


def _key(connection: Connection, id: str) -> Key:
    row = connection.execute(select(keys).where(keys.c.id == id)).first()
    if row is None:
        raise UnknownError(f"no key {id!r}; `letters keys list` lists them")
    return _key_of(row)


def _key_of(row: Row[Any]) -> Key:
    scopes = tuple(scope for scope in SCOPES if scope in row.scopes.split())
    times = (row.created_at, row.expires_at, row.last_used_at, row.revoked_at)
    return Key(row.id, row.owner, row.name, scopes, row.rate, *times)


def _free_id(connection: Connection) -> str:
    while True:
        id = "".join(secrets.choice(_ID_CHARACTERS) for _ in range(8))
        if connection.execute(select(keys.c.id).where(keys.c.id == id)).first() is None:
            return id


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _checked_name(name: str) -> str:
    line = one_line(name)
    if not 1 <= len(line) <= MAX_NAME:
        raise InputError(f"expected a name of 1 to {MAX_NAME} characters, got {len(line)}")
    return line


def _checked_scopes(scopes: Collection[str]) -> list[Scope]:
    if unknown := sorted(set(scopes) - set(SCOPES)):
        raise InputError(f"expected scopes out of {', '.join(SCOPES)}, got {unknown[0]!r}")
    if not scopes:
        raise InputError(f"expected a scope out of {', '.join(SCOPES)}, got none")
    return [scope for scope in SCOPES if scope in scopes]


def _expiry(text: str | None, at: datetime) -> str | None:
    """When a key ends, ISO. Raises InputError if that is no day or number of days, or is past."""
    if text is None:
        return None
    try:
        days = re.fullmatch(r"([1-9]\d{0,4})d", text)
        end = at + timedelta(int(days[1])) if days else datetime.combine(date.fromisoformat(text), time(), UTC)
    except (ValueError, OverflowError) as error:
        raise InputError(f"expected a day such as 2027-01-01 or a time such as 90d, got {text!r}") from error
    if end <= at:
        raise InputError(f"expected a day to come, got {text!r}")
    return _iso(end)
