"""Sessions: a browser shows a token in place of the key it has signed in with. What is kept is the token's SHA-256.

A token is 256 random bits, as a key's secret is, so a fast hash is enough here too.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from qa_service.database import sessions
from qa_service.errors import KeyInvalidError
from qa_service.keys import Key, Keys

LASTS = timedelta(days=30)
MOST = 20
"""Sessions of a key at a time; of more, the oldest end."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in with a key that is valid; `expires_at` is ISO, UTC."""

    key: Key
    expires_at: str


@dataclass(frozen=True, slots=True)
class Sessions:
    """Begins, finds and ends sessions of those keys."""

    keys: Keys

    def begin(self, key: Key) -> tuple[str, Session]:
        """A new session of a key that has been checked; the first value is its token, which nobody can show again.

        It lasts for 30 days, or as long as its key. Sessions that are over are deleted.
        """
        token, at = secrets.token_urlsafe(32), self.keys.clock()
        end = _iso(at + LASTS)
        session = Session(key, min(end, key.expires_at or end))
        times = {"created_at": at.isoformat(timespec="milliseconds"), "expires_at": session.expires_at}
        newest_first = select(sessions.c.hash).where(sessions.c.key == key.id).order_by(sessions.c.created_at.desc())
        with self.keys.engine.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at <= _iso(at)))
            surplus = connection.execute(newest_first).scalars().all()[MOST - 1 :]
            connection.execute(delete(sessions).where(sessions.c.hash.in_(surplus)))
            connection.execute(sessions.insert().values(hash=_hash(token), key=key.id, **times))
        return token, session

    def find(self, token: str) -> Session | None:
        """The session of this token; None if there is none, it is over, or its key is no longer valid."""
        with self.keys.engine.connect() as connection:
            row = connection.execute(select(sessions).where(sessions.c.hash == _hash(token))).first()
        if row is None or row.expires_at <= _iso(self.keys.clock()):
            return None
        try:
            return Session(self.keys.valid(row.key), row.expires_at)
        except KeyInvalidError:
            return None

    def end(self, token: str) -> None:
        """From now on the token opens nothing; so it may have been before."""
        with self.keys.engine.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.hash == _hash(token)))


def _iso(at: datetime) -> str:
    """As the times of keys are written, with which these are compared."""
    return at.isoformat(timespec="seconds")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
