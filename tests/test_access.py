"""Who is let in: each route with each kind of key or session, and how often."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

import qa_service.api
from qa_service.api.access import WRONG_KEYS, Access
from qa_service.api.app import create_app
from qa_service.api.service import Service
from qa_service.conversations import Conversations
from qa_service.database import open_database
from qa_service.keys import Keys
from qa_service.sessions import Sessions

OPEN = {"/healthz", "/readyz"}
"""Routes that need no key; every other one needs the scope `ask`, but for these."""
METRICS = "/metrics"
OTHER_SCOPES = {METRICS: {"admin"}, "/v1/ingests": {"ingest", "admin"}, "/v1/ingests/id": {"ingest", "admin"}}
"""For who runs the service, or changes what is loaded: one of these is needed."""
SCOPES_OF = {"for ingest": {"ingest"}, "for admin": {"admin"}, "for everything": {"ask", "ingest", "admin"}}
SIGNING_IN = {("GET", "/v1/session"): 200, ("POST", "/v1/session"): 422, ("DELETE", "/v1/session"): 204}
"""Where a key is shown in the first place, so none is needed; what comes of `{}`. See test_sessions.py."""
PAGES = ["/", "/docs", "/openapi.json", "/web/main.js"]

REFUSED = {
    "none": (401, "key_needed"),
    "empty": (401, "key_invalid"),
    "unknown": (401, "key_invalid"),
    "another scheme": (401, "key_invalid"),
    "revoked": (401, "key_invalid"),
    "expired": (401, "key_invalid"),
    "for ingest": (403, "scope_needed"),
    "for admin": (403, "scope_needed"),
    "session of nobody": (401, "key_needed"),
    "session that is over": (401, "key_needed"),
    "session of a revoked key": (401, "key_needed"),
    "session for ingest": (403, "scope_needed"),
}
LET_IN = ("for asking", "for everything", "in the other header", "session for asking")


class Doors:
    """An app of each kind over one database of keys, and a header for each kind of key."""

    def __init__(self, service: Service, home: Path) -> None:
        database = open_database(home)
        self.keys = Keys(database)
        self.service = replace(service, conversations=Conversations(database))
        self.headers = self._headers()

    def client(self, *, keyless: bool = False) -> TestClient:
        app = create_app(self.service, access=Access(self.keys, keyless=keyless))
        return TestClient(app, raise_server_exceptions=False)

    def _headers(self) -> dict[str, dict[str, str]]:
        often = {"rate": "100000/minute"}
        revoked, to_revoke = self.keys.create("revoked")
        self.keys.revoke(to_revoke.id)
        expired, _ = Keys(self.keys.engine, lambda: datetime(2001, 1, 1, tzinfo=UTC)).create("expired", expires="9d")
        asking, _ = self.keys.create("asking", **often)
        everything, _ = self.keys.create("everything", scopes=["ask", "ingest", "admin"], **often)
        shown = {
            "empty": "",
            "unknown": "lt_00000000_" + "A" * 43,
            "revoked": revoked,
            "expired": expired,
            "for ingest": self.keys.create("ingest", scopes=["ingest"], **often)[0],
            "for admin": self.keys.create("admin", scopes=["admin"], **often)[0],
            "for asking": asking,
            "for everything": everything,
        }
        bearers = {kind: {"Authorization": f"Bearer {key}"} for kind, key in shown.items()}
        others = {"another scheme": {"Authorization": f"Basic {asking}"}, "in the other header": {"X-API-Key": asking}}
        return {"none": {}, **bearers, **others, **self._cookies()}

    def _cookies(self) -> dict[str, dict[str, str]]:
        often = {"rate": "100000/minute"}
        asking, revoked = self.keys.create("asking", **often)[1], self.keys.create("revoked")[1]
        long_ago = Sessions(Keys(self.keys.engine, lambda: datetime(2001, 1, 1, tzinfo=UTC)))
        sessions = Sessions(self.keys)
        tokens = {
            "session of nobody": "A" * 43,
            "session of a revoked key": sessions.begin(revoked)[0],
            "session for ingest": sessions.begin(self.keys.create("ingest", scopes=["ingest"], **often)[1])[0],
            "session for asking": sessions.begin(asking)[0],
            "session that is over": long_ago.begin(asking)[0],
        }
        self.keys.revoke(revoked.id)
        return {
            kind: {"Cookie": f"letters_session={token}", "Sec-Fetch-Site": "same-origin"}
            for kind, token in tokens.items()
        }


@pytest.fixture
def doors(service: Service, tmp_path: Path) -> Iterator[Doors]:
    doors = Doors(service, tmp_path)
    yield doors
    doors.keys.engine.dispose()


def requests_of(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and path that OpenAPI tells of, the paths' parts filled in; and MCP's, which tells of itself.

    Signing in and out comes last, so that sessions live until then.
    """
    paths: dict[str, dict[str, Any]] = app.openapi()["paths"]
    told = [(method.upper(), path.replace("{", "").replace("}", "")) for path in paths for method in paths[path]]
    return sorted([*told, ("POST", "/mcp")], key=lambda one: one in SIGNING_IN)


def code_of(body: dict[str, Any]) -> str:
    """The code of a problem; for OpenAI's clients it stands elsewhere."""
    return str((body.get("error") or body)["code"])


def test_every_route_is_told_of_and_has_a_rule(doors: Doors) -> None:
    told = set(create_app(doors.service).openapi()["paths"])
    for module in pkgutil.iter_modules(qa_service.api.__path__, "qa_service.api."):
        router = getattr(importlib.import_module(module.name), "router", None)
        for route in router.routes if router else ():
            assert route.path in {*told, "/mcp"}, (
                f"{module.name}: {route.path} is not in OpenAPI, so no test asks for its key"
            )
    assert {path for path in told if not path.startswith("/v1/")} == OPEN | {METRICS}


@pytest.mark.parametrize("kind", REFUSED)
def test_without_a_good_key_no_route_lets_in(doors: Doors, kind: str) -> None:
    client = doors.client()
    for method, path in requests_of(client.app):  # type: ignore[arg-type]
        client.app.state.access = Access(doors.keys, keyless=False)  # type: ignore[attr-defined]  # a fresh limit each
        response = client.request(method, path, json={}, headers=doors.headers[kind])
        if path in OPEN:
            assert response.status_code == 200, (method, path)
            continue
        if (method, path) in SIGNING_IN:
            assert response.status_code == SIGNING_IN[method, path]
            continue
        status, code = REFUSED[kind]
        if OTHER_SCOPES.get(path, set()) & SCOPES_OF.get(kind.removeprefix("session "), set()):
            assert response.status_code in (200, 404, 422), (method, path)
            continue
        assert (response.status_code, code_of(response.json())) == (status, code), (method, path)
        assert response.headers["content-type"] in ("application/problem+json", "application/json")
        assert response.headers["www-authenticate"].startswith("Bearer ")


@pytest.mark.parametrize("kind", LET_IN)
def test_with_a_good_key_every_route_lets_in(doors: Doors, kind: str) -> None:
    client = doors.client()
    for method, path in requests_of(client.app):  # type: ignore[arg-type]
        if path in OTHER_SCOPES:
            response = client.request(method, path, json={}, headers=doors.headers[kind])
            assert (response.status_code != 403) == (kind == "for everything"), (method, path)
        elif path != "/mcp":  # which lives only while the application is served
            response = client.request(method, path, json={}, headers=doors.headers[kind])
            expected = {SIGNING_IN[method, path]} if (method, path) in SIGNING_IN else {200, 400, 404, 422}
            assert response.status_code in expected, (method, path)


def test_the_page_and_what_it_is_made_of_are_open(doors: Doors) -> None:
    assert [doors.client().get(path).status_code for path in PAGES] == [200] * 4


@pytest.mark.parametrize("kind", ["unknown", "revoked", "expired"])
def test_a_wrong_key_is_refused_even_where_none_is_needed(doors: Doors, kind: str) -> None:
    client = doors.client(keyless=True)
    assert client.get("/v1/volumes").status_code == 200
    assert client.get("/v1/volumes", headers=doors.headers[kind]).status_code == 401


@pytest.mark.parametrize("given", ["Bearer none", "Bearer sk-1234", "Bearer ", "Basic bmFtZQ=="])
def test_what_has_not_the_form_of_a_key_is_none_where_none_is_needed(doors: Doors, given: str) -> None:
    """OpenAI's clients send something in any case."""
    headers = {"Authorization": given}
    assert doors.client(keyless=True).get("/v1/volumes", headers=headers).status_code == 200
    assert doors.client().get("/v1/volumes", headers=headers).status_code == 401


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
def test_who_comes_through_a_proxy_is_not_on_this_machine(doors: Doors, header: str) -> None:
    client = doors.client(keyless=True)
    assert client.get("/v1/volumes", headers={header: "127.0.0.1"}).json()["code"] == "key_needed"
    assert client.get("/v1/volumes", headers={header: "x", **doors.headers["for asking"]}).status_code == 200


def test_a_key_revoked_while_the_service_runs_is_refused_at_once(doors: Doors) -> None:
    client = doors.client()
    secret, key = doors.keys.create("x")
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.get("/v1/volumes", headers=headers).status_code == 200
    doors.keys.revoke(key.id)
    assert client.get("/v1/volumes", headers=headers).status_code == 401


def test_a_key_is_good_for_its_rate_and_no_more(doors: Doors) -> None:
    client = doors.client()
    secret, _ = doors.keys.create("x", rate="5/hour")
    headers = {"Authorization": f"Bearer {secret}"}
    statuses = [client.get("/v1/volumes", headers=headers).status_code for _ in range(15)]
    assert statuses == [200] * 5 + [429] * 10
    refused = client.get("/v1/volumes", headers={**headers, "X-Forwarded-For": "10.0.0.1"})
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert 3590 <= int(refused.headers["retry-after"]) <= 3600
    assert client.get("/v1/volumes", headers=doors.headers["for asking"]).status_code == 200


def test_an_address_may_show_few_wrong_keys_and_right_ones_all_the_same(doors: Doors) -> None:
    client, most = doors.client(), int(WRONG_KEYS.split("/")[0])
    wrong = [client.get("/v1/volumes", headers=doors.headers["unknown"]) for _ in range(most + 3)]
    assert [response.status_code for response in wrong] == [401] * most + [429] * 3
    assert client.get("/v1/volumes", headers=doors.headers["for asking"]).status_code == 200


def test_without_a_key_there_is_no_rate(doors: Doors) -> None:
    client = doors.client(keyless=True)
    assert {client.get("/v1/volumes").status_code for _ in range(100)} == {200}


def test_a_request_is_counted_once(doors: Doors) -> None:
    secret, _ = doors.keys.create("x", rate="1/hour")
    body = {"question": "Who threw the lantern?"}
    assert doors.client().post("/v1/ask", json=body, headers={"X-API-Key": secret}).status_code == 200


def test_openapi_tells_how_to_show_a_key(doors: Doors) -> None:
    schema = create_app(doors.service).openapi()
    assert schema["paths"]["/v1/ask"]["post"]["security"] == [{"bearer": []}, {"header": []}, {"cookie": []}]
    assert schema["components"]["securitySchemes"]["cookie"] | {"description": ""} == {
        "type": "apiKey", "in": "cookie", "name": "letters_session", "description": "",
    }  # fmt: skip
    assert "security" not in schema["paths"]["/healthz"]["get"]
