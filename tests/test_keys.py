"""API keys: made, listed, revoked, checked; nothing that is kept opens anything."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from qa_service.database import open_database
from qa_service.errors import InputError, KeyInvalidError, UnknownError
from qa_service.keys import Keys

START = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


class Clock:
    """Tells the time it is set to."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(database: Engine, clock: Clock) -> Keys:
    return Keys(database, clock)


def test_a_key_has_its_form_and_is_known_again(keys: Keys) -> None:
    secret, key = keys.create("Reading room", scopes=["ingest", "ask"], rate="5/second", expires="90d")
    assert re.fullmatch(r"lt_[0-9a-z]{8}_[A-Za-z0-9_-]{43}", secret)
    assert secret.startswith(f"lt_{key.id}_")
    known = keys.check(secret)
    assert (known.id, known.owner, known.name) == (key.id, key.id, "Reading room")
    assert (known.scopes, known.rate) == (("ask", "ingest"), "5/second")
    assert known.expires_at == "2027-02-23T12:00:00+00:00"


def test_keys_differ(keys: Keys) -> None:
    made = [keys.create("x")[0] for _ in range(50)]
    assert len({secret[12:] for secret in made}) == len({secret[:11] for secret in made}) == 50


def test_a_key_stands_nowhere_in_the_files(keys: Keys, database: Engine, tmp_path: Path) -> None:
    secrets = [keys.create(f"key {number}")[0] for number in range(100)]
    for secret in secrets:
        keys.check(secret)
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"key 99" in files  # these are the files that keys are kept in
    assert not [secret for secret in secrets if secret.encode() in files or secret[12:].encode() in files]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: "",
        lambda key: key[:-1],
        lambda key: f"{key}x",
        lambda key: f"{key} ",
        lambda key: key.upper(),
        lambda key: key[:12] + "A" * 43,
        lambda key: "lt_00000000" + key[11:],
        lambda key: "ключ",
        lambda key: "\x00",
        lambda key: "lt_' OR 1=1_" + "A" * 43,
    ],
)
def test_what_is_not_the_key_is_refused(keys: Keys, spoil: object) -> None:
    secret, _ = keys.create("x")
    with pytest.raises(KeyInvalidError):
        keys.check(spoil(secret))  # type: ignore[operator]


def test_a_revoked_key_is_refused_at_once(keys: Keys) -> None:
    secret, key = keys.create("x")
    keys.check(secret)
    first = keys.revoke(key.id)
    with pytest.raises(KeyInvalidError, match="revoked"):
        keys.check(secret)
    assert keys.revoke(key.id).revoked_at == first.revoked_at
    assert not keys.any_valid()


@pytest.mark.parametrize(("expires", "seconds"), [("2d", 2 * 86400), ("2026-11-27", 36 * 3600)])
def test_a_key_expires(keys: Keys, clock: Clock, expires: str, seconds: int) -> None:
    secret, _ = keys.create("x", expires=expires)
    clock.time = START + timedelta(seconds=seconds - 1)
    assert keys.check(secret)
    assert keys.any_valid()
    clock.time = START + timedelta(seconds=seconds)
    with pytest.raises(KeyInvalidError, match="expired"):
        keys.check(secret)
    assert not keys.any_valid()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": " \n"},
        {"name": "x" * 101},
        {"scopes": ["root"]},
        {"scopes": []},
        {"rate": "often"},
        {"rate": "0/minute"},
        {"rate": ""},
        {"expires": "soon"},
        {"expires": "0d"},
        {"expires": "2026-11-25"},
        {"expires": "2026-02-30"},
        {"expires": "99999d" * 2},
    ],
)
def test_wrong_keys_are_not_made(keys: Keys, wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        keys.create(**({"name": "x"} | wrong))  # type: ignore[arg-type]
    assert keys.listed() == []


def test_a_name_is_one_line(keys: Keys) -> None:
    assert keys.create("Reading\n\x1b[31mroom")[1].name == "Reading [31mroom"


def test_use_is_noted_once_a_minute(keys: Keys, clock: Clock) -> None:
    secret, key = keys.create("x")
    assert key.last_used_at is None
    noted = []
    for seconds in (0, 59, 60):
        clock.time = START + timedelta(seconds=seconds)
        keys.check(secret)
        noted.append(keys.listed()[0].last_used_at)
    assert noted == ["2026-11-25T12:00:00+00:00"] * 2 + ["2026-11-25T12:01:00+00:00"]


def test_a_key_in_place_of_another_opens_what_that_one_opened(keys: Keys) -> None:
    old_secret, old = keys.create("old")
    secret, new = keys.create("new", replaces=old.id)
    assert (new.owner, keys.check(secret).owner) == (old.id, old.id)
    with pytest.raises(KeyInvalidError):
        keys.check(old_secret)


def test_an_unknown_key_is_not_revoked_or_replaced(keys: Keys) -> None:
    with pytest.raises(UnknownError, match="letters keys list"):
        keys.revoke("nothing1")
    with pytest.raises(UnknownError):
        keys.create("x", replaces="nothing1")
    assert keys.listed() == []
