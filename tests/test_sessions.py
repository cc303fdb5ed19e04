"""Signing in with a key: what a cookie opens, for how long, and where nothing of it may stand."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import Engine

from qa_service.api.access import WRONG_KEYS, Access
from qa_service.api.app import create_app
from qa_service.api.service import Service
from qa_service.conversations import Conversations
from qa_service.database import open_database
from qa_service.keys import SCOPES, Keys
from qa_service.sessions import MOST, Sessions
from qa_service.tracing import provider_of
from tests.test_keys import START, Clock

PATH = "/v1/session"
OWN = {"Origin": "http://testserver"}
"""What a browser tells of a request that a page of ours sends."""
SIGNED_OUT = {"key_needed": True, "signed_in": False, "name": None, "owner": None, "scopes": [], "expires_at": None}


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


class Browsers:
    """Browsers with cookies of their own, all at one service that needs keys."""

    def __init__(self, service: Service, keys: Keys) -> None:
        self.service = replace(service, conversations=Conversations(keys.engine))
        self.access = Access(keys, keyless=False)

    def __call__(self, key: str | None = None, **options: Any) -> TestClient:
        """A new one, signed in if a key is given."""
        app = create_app(self.service, access=options.pop("access", self.access), traces=options.pop("traces", None))
        browser = TestClient(app, headers=OWN, **options)
        if key:
            assert browser.post(PATH, json={"key": key}).status_code == 200
        return browser


@pytest.fixture
def browsers(service: Service, keys: Keys) -> Browsers:
    return Browsers(service, keys)


def test_a_session_lasts_30_days_or_as_long_as_its_key(keys: Keys, clock: Clock) -> None:
    sessions = Sessions(keys)
    token, begun = sessions.begin(keys.create("long")[1])
    short_token, short = sessions.begin(keys.create("short", expires="7d")[1])
    assert (begun.expires_at, short.expires_at) == ("2026-12-25T12:00:00+00:00", "2026-12-02T12:00:00+00:00")
    clock.time = START + timedelta(days=30, seconds=-1)
    found = sessions.find(token)
    assert found is not None
    assert (found.key.name, found.key.last_used_at) == ("long", None)  # as it was before this use
    assert sessions.find(short_token) is None
    clock.time = START + timedelta(days=30)
    assert sessions.find(token) is None


def test_a_revoked_or_ended_session_opens_nothing(keys: Keys) -> None:
    sessions = Sessions(keys)
    _, key = keys.create("x")
    one, other = sessions.begin(key)[0], sessions.begin(key)[0]
    sessions.end(one)
    assert (sessions.find(one), sessions.find(other) is not None) == (None, True)
    keys.revoke(key.id)
    assert sessions.find(other) is None


def test_the_oldest_sessions_of_a_key_go(keys: Keys, clock: Clock) -> None:
    sessions = Sessions(keys)
    _, key = keys.create("x")
    others = sessions.begin(keys.create("another")[1])[0]
    tokens = []
    for seconds in range(MOST + 2):
        clock.time = START + timedelta(seconds=seconds)
        tokens.append(sessions.begin(key)[0])
    assert [token for token in tokens if sessions.find(token) is None] == tokens[:2]
    assert sessions.find(others)


def test_nothing_that_is_kept_opens_anything(keys: Keys, clock: Clock, tmp_path: Path) -> None:
    sessions = Sessions(keys)
    secret, key = keys.create("the name of it")
    token = sessions.begin(key)[0]
    clock.time = START + timedelta(days=31)
    sessions.begin(key)
    with keys.engine.connect() as connection:
        assert len(connection.exec_driver_sql("SELECT * FROM sessions").all()) == 1
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"the name of it" in files
    assert not [one for one in (token, secret, secret[12:]) if one.encode() in files]


def test_signing_in_and_out(browsers: Browsers, keys: Keys) -> None:
    secret, made = keys.create("Reading room", scopes=["ask", "admin"])
    browser = browsers()
    assert browser.get(PATH).json() == SIGNED_OUT
    assert browser.get("/v1/volumes").json()["code"] == "key_needed"
    signed_in = browser.post(PATH, json={"key": f" {secret}\n"})
    assert signed_in.json() == browser.get(PATH).json()
    assert signed_in.json() == {
        "key_needed": True, "signed_in": True, "name": "Reading room", "owner": made.id, "scopes": ["ask", "admin"],
        "expires_at": "2026-12-25T12:00:00+00:00",
    }  # fmt: skip
    assert secret not in signed_in.text + str(signed_in.headers)
    assert (browser.get("/v1/volumes").status_code, browser.get("/metrics").status_code) == (200, 200)
    token = browser.cookies["letters_session"]
    signed_out = browser.delete(PATH)
    assert (signed_out.status_code, dict(browser.cookies)) == (204, {})
    assert browser.get(PATH, headers={"Cookie": f"letters_session={token}"}).json() == SIGNED_OUT
    assert browser.delete(PATH).status_code == 204


@pytest.mark.parametrize(
    ("base_url", "headers", "name"),
    [
        ("http://testserver", {}, "letters_session"),
        ("https://testserver", {}, "__Host-letters_session"),
        ("http://testserver", {"X-Forwarded-Proto": "https"}, "__Host-letters_session"),
        ("http://testserver", {"X-Forwarded-Proto": "http"}, "letters_session"),
    ],
)
def test_no_script_and_no_other_site_gets_the_cookie(
    browsers: Browsers, keys: Keys, base_url: str, headers: dict[str, str], name: str
) -> None:
    browser = browsers(base_url=base_url)
    answer = browser.post(PATH, json={"key": keys.create("x")[0]}, headers=headers)
    cookie, *attributes = answer.headers["set-cookie"].split("; ")
    secure = {"Secure"} if name.startswith("__Host-") else set()
    assert set(attributes) == {"HttpOnly", "Max-Age=2592000", "Path=/", "SameSite=strict"} | secure
    assert cookie.startswith(f"{name}=")
    shown = {"Cookie": cookie, **headers}
    assert browser.get(PATH, headers=shown).json()["signed_in"]
    ended = browser.delete(PATH, headers=shown).headers["set-cookie"]
    assert ended.startswith(f'{name}="";')
    assert "Max-Age=0" in ended


def test_over_https_a_cookie_that_anybody_could_have_set_is_none(browsers: Browsers, keys: Keys) -> None:
    plain = browsers(keys.create("x")[0]).cookies["letters_session"]
    assert browsers(base_url="https://testserver", cookies={"letters_session": plain}).get(PATH).json() == SIGNED_OUT


def test_wrong_keys_are_counted_and_dead_cookies_are_not(browsers: Browsers, keys: Keys) -> None:
    browser, most = browsers(cookies={"letters_session": "x"}), int(WRONG_KEYS.split("/")[0])
    assert {browser.get("/v1/volumes").status_code for _ in range(most + 1)} == {401}
    wrong = [browser.post(PATH, json={"key": "lt_00000000_" + "A" * 43}) for _ in range(most + 1)]
    assert [one.status_code for one in wrong] == [401] * most + [429]
    assert int(wrong[-1].headers["retry-after"]) > 0
    assert browser.post(PATH, json={"key": keys.create("x")[0]}).status_code == 200


def test_a_cookie_of_any_form_is_none(browsers: Browsers) -> None:
    garbage = [b"", b'"', b'"\\377\\000"', b"\xff\xfe", "ключ".encode(), b"' OR 1=1", b"x" * 9000, b"a; b"]
    told = [browsers().get(PATH, headers=[(b"Cookie", b"letters_session=" + one)]) for one in garbage]
    assert [one.json() for one in told] == [SIGNED_OUT] * len(garbage)


def test_a_session_is_counted_with_its_key(browsers: Browsers, keys: Keys) -> None:
    secret, _ = keys.create("x", rate="3/hour")
    browser = browsers(secret)
    assert browser.get("/v1/volumes").status_code == 200
    assert browsers().get("/v1/volumes", headers={"X-API-Key": secret}).status_code == 200
    assert browser.get("/v1/volumes").status_code == 429
    assert browser.get(PATH).json()["signed_in"]


def test_a_key_in_a_header_comes_before_the_session(browsers: Browsers, keys: Keys) -> None:
    browser = browsers(keys.create("x")[0])
    assert browser.get("/v1/volumes", headers={"X-API-Key": "lt_wrong"}).json()["code"] == "key_invalid"
    ingest = {"X-API-Key": keys.create("y", scopes=["ingest"])[0]}
    assert browser.get("/v1/volumes", headers=ingest).json()["code"] == "scope_needed"


def test_signing_in_again_ends_the_session_before(browsers: Browsers, keys: Keys) -> None:
    secret = keys.create("x")[0]
    browser = browsers(secret)
    first = browser.cookies["letters_session"]
    browser.post(PATH, json={"key": secret})
    assert browser.cookies["letters_session"] != first
    assert browsers(cookies={"letters_session": first}).get(PATH).json() == SIGNED_OUT


def test_nobody_sees_the_conversations_of_another_session(browsers: Browsers, keys: Keys) -> None:
    secret = keys.create("one")[0]
    one, same, other = browsers(secret), browsers(secret), browsers(keys.create("other")[0])
    asked = one.post("/v1/ask", json={"question": "Who threw the lantern?"}).json()
    path, id = f"/v1/conversations/{asked['conversation_id']}", asked["id"]
    export = f"{path}/export?format=json"
    assert [browser.get("/v1/conversations").json()["total"] for browser in (one, same, other)] == [1, 1, 0]
    assert [same.get(one).status_code for one in (path, export, f"/v1/answers/{id}")] == [200] * 3
    again = {"question": "And who was he?", "conversation_id": asked["conversation_id"]}
    refused = [
        other.get(path), other.get(export), other.patch(path, json={"title": "x"}), other.delete(path),
        other.get(f"/v1/answers/{id}"), other.get(f"/v1/answers/{id}/record"), other.post("/v1/ask", json=again),
    ]  # fmt: skip
    assert [response.status_code for response in refused] == [404] * 7
    assert one.get(path).json()["title"] == "Who threw the lantern?"


def test_where_no_key_is_needed_nobody_signs_in(browsers: Browsers, keys: Keys) -> None:
    secret, _ = keys.create("x")
    token = browsers(secret).cookies["letters_session"]
    browser = browsers(access=Access(keys, keyless=True), cookies={"letters_session": token})
    local = {
        "key_needed": False,
        "signed_in": False,
        "name": None,
        "owner": None,
        "scopes": list(SCOPES),
        "expires_at": None,
    }
    assert browser.get(PATH).json() == browser.post(PATH, json={"key": secret}).json() == local
    assert browser.post(PATH, json={"key": secret[:-1]}).status_code == 401
    browser.post("/v1/ask", json={"question": "Who threw the lantern?"})
    assert Conversations(keys.engine).find("local", limit=5)[1] == 1
    assert browser.get(PATH, headers={"X-Forwarded-For": "10.0.0.1"}).json()["signed_in"]


def test_neither_key_nor_token_stands_in_the_log_or_the_traces(browsers: Browsers, keys: Keys) -> None:
    exporter = InMemorySpanExporter()
    traces = provider_of(exporter)
    secret, _ = keys.create("x", scopes=["ask", "admin"])
    with structlog.testing.capture_logs() as logged:
        browser = browsers(secret, traces=traces, raise_server_exceptions=False)
        token = browser.cookies["letters_session"]
        wrong = [browser.post(PATH, json=body).text for body in ({"key": secret[:-1]}, {"key": secret * 9}, [secret])]
        browser.get("/v1/volumes")
        browser.post("/v1/ask", json={"question": 7})
        counts = browser.get("/metrics").text
        browser.delete(PATH)
    traces.force_flush()
    spans = exporter.get_finished_spans()
    traces.shutdown()
    assert {span.name for span in spans} >= {f"{method} {PATH}" for method in ("POST", "DELETE")}
    told = json.dumps(logged, default=str) + "".join(span.to_json() for span in spans) + counts + "".join(wrong)
    assert not [one for one in (secret[12:-1], token) if one in told]
