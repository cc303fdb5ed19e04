"""Kept conversations over HTTP: as they were given, one's own, with versions."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient

from qa_service.api.access import Access
from qa_service.api.app import create_app
from qa_service.api.conversations import FormName
from qa_service.api.service import Service
from qa_service.conversations import Conversations
from qa_service.database import open_database
from qa_service.errors import InputError
from qa_service.exporting.forms import FORMS
from qa_service.keys import Keys
from tests.builders import ROOT, WordEmbedder

QUESTION = "Who threw the lantern on Lantern Night?"


@pytest.fixture
def kept(service: Service, tmp_path: Path) -> Iterator[Service]:
    """The service with a database of its own."""
    database = open_database(tmp_path)
    yield replace(service, conversations=Conversations(database))
    database.dispose()


@pytest.fixture
def client(kept: Service) -> TestClient:
    return TestClient(create_app(kept), raise_server_exceptions=False)


def ask(client: TestClient, question: str = QUESTION, **body: Any) -> dict[str, Any]:
    response = client.post("/v1/ask", json={"question": question, **body})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_a_reload_shows_the_same_answers(client: TestClient, kept: Service) -> None:
    first = ask(client, include_passages=True)
    second = ask(client, "And who was he?", conversation_id=first["conversation_id"])
    restarted = TestClient(create_app(replace(kept, conversations=Conversations(kept.conversations.engine))))
    response = restarted.get(f"/v1/conversations/{first['conversation_id']}")
    assert response.json()["answers"] == [first, second]
    assert response.headers["etag"] == '"2"'
    assert restarted.get(f"/v1/answers/{second['id']}").json() == second


def test_the_document_tells_of_every_route(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    told = re.findall(r"`(GET|PATCH|DELETE|POST) ([^`?]+)", (ROOT / "docs" / "conversations.md").read_text())
    kept = {path for path in paths if path.startswith(("/v1/conversations", "/v1/answers"))}
    routes = {(method.upper(), path) for path in kept for method in paths[path]}
    assert {(method, path) for method, path in told if path != "/v1/ask"} == routes


def test_conversations_are_listed_and_searched(client: TestClient) -> None:
    lantern, casks = ask(client), ask(client, "How many casks were missing?")
    listed = client.get("/v1/conversations").json()
    assert [one["id"] for one in listed["conversations"]] == [casks["conversation_id"], lantern["conversation_id"]]
    assert listed["conversations"][1].keys() == {"id", "title", "version", "turns", "created_at", "updated_at"}
    found = client.get("/v1/conversations", params={"q": "LANTERN night", "limit": 1}).json()
    assert ([one["title"] for one in found["conversations"]], found["total"]) == ([QUESTION], 1)
    assert client.get("/v1/conversations", params={"offset": 1}).json()["total"] == 2


def test_a_title_is_changed_by_who_has_seen_the_newest(client: TestClient) -> None:
    path = f"/v1/conversations/{ask(client)['conversation_id']}"
    renamed = client.patch(path, json={"title": "Lan\nterns"}, headers={"If-Match": '"1"'})
    assert (renamed.json()["title"], renamed.headers["etag"]) == ("Lan terns", '"2"')
    refused = client.patch(path, json={"title": "Mine"}, headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["code"], refused.headers["etag"]) == (409, "conflict", '"2"')
    assert refused.json()["conversation"] == renamed.json()
    assert client.delete(path, headers={"If-Match": 'W/"1"'}).status_code == 409
    assert client.patch(path, json={"title": "Any"}, headers={"If-Match": "*"}).status_code == 200
    assert client.patch(path, json={"title": "x"}, headers={"If-Match": "three"}).json()["code"] == "invalid_input"


def test_what_is_deleted_is_gone(client: TestClient) -> None:
    first, other = ask(client), ask(client)
    path = f"/v1/conversations/{first['conversation_id']}"
    assert client.delete(path).status_code == 204
    for gone in (path, f"/v1/answers/{first['id']}", f"/v1/answers/{first['id']}/record"):
        assert client.get(gone).status_code == 404
    assert client.delete(path).status_code == 404
    assert client.delete("/v1/conversations").json() == {"deleted": 1}
    assert client.get(f"/v1/conversations/{other['conversation_id']}").status_code == 404


def test_of_two_tabs_the_second_is_told_of_the_first(client: TestClient, kept: Service) -> None:
    assert isinstance(kept.embedder, WordEmbedder)
    seen = {"conversation_id": ask(client)["conversation_id"], "expected_turns": 1}
    ask(client, "And who was he?", **seen)
    embedded = len(kept.embedder.embedded)
    refused = client.post("/v1/ask", json={"question": "And why?", **seen})
    assert len(kept.embedder.embedded) == embedded  # it was told before any work was done
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert refused.json()["conversation"]["turns"] == 2
    assert client.get(f"/v1/conversations/{seen['conversation_id']}").json()["turns"] == 2
    ask(client, "And why?", conversation_id=seen["conversation_id"])  # without it, they follow each other


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/conversations?limit=0", None),
        ("GET", "/v1/conversations?colour=red", None),
        ("GET", "/v1/conversations/..%00", None),
        ("PATCH", "/v1/conversations/c_x", {"title": "  "}),
        ("PATCH", "/v1/conversations/c_x", {"title": "x", "owner": "b"}),
        ("POST", "/v1/ask", {"question": "x", "owner": "b"}),
        ("POST", "/v1/ask", {"question": "x", "conversation_id": "c\x00"}),
        ("POST", "/v1/ask", {"question": "x", "expected_turns": 4}),
        ("GET", "/v1/answers/a_x/export", None),
    ],
)
def test_wrong_input_is_refused(client: TestClient, method: str, path: str, body: Any) -> None:
    response = client.request(method, path, json=body)
    assert (response.status_code, response.json()["code"]) == (422, "invalid_input")


def test_another_keys_conversations_are_unknown(kept: Service) -> None:
    keys = Keys(kept.conversations.engine)
    client = TestClient(create_app(kept, access=Access(keys)))
    mine, other = ({"X-API-Key": keys.create(name)[0]} for name in ("mine", "other"))
    answer = client.post("/v1/ask", json={"question": QUESTION}, headers=mine).json()
    conversation, id = f"/v1/conversations/{answer['conversation_id']}", f"/v1/answers/{answer['id']}"
    continued = {"question": "And?", "conversation_id": answer["conversation_id"]}
    for headers in (other, {}):
        assert client.get("/v1/conversations", headers=headers).json()["total"] == 0
        assert client.get("/v1/conversations?q=lantern", headers=headers).json()["total"] == 0
        assert client.delete("/v1/conversations", headers=headers).json() == {"deleted": 0}
        for method, path, body in (
            ("GET", conversation, None), ("PATCH", conversation, {"title": "x"}), ("DELETE", conversation, None),
            ("GET", f"{conversation}/export?format=notes", None), ("GET", id, None), ("GET", f"{id}/record", None),
            ("GET", f"{id}/export?format=notes", None), ("POST", f"{id}/replay", None), ("POST", "/v1/ask", continued),
        ):  # fmt: skip
            assert client.request(method, path, json=body, headers=headers).status_code == 404, (method, path)
    assert client.get(conversation, headers=mine).json()["answers"] == [answer]


@dataclass(frozen=True)
class Exported:
    content: bytes
    media_type: str
    suffix: str


@pytest.fixture
def forms(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for the module that writes files, so that only what is handed to it matters here."""

    def export(answers: list[dict[str, Any]], form: str, *, title: str = "") -> Exported:
        if form != "notes":
            raise InputError(f"expected a form of export, got {form!r}")
        return Exported(f"{title}: {[answer['id'] for answer in answers]}".encode(), "text/x-notes", ".txt")

    module = ModuleType("qa_service.exporting.forms")
    module.export = export  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "qa_service.exporting", ModuleType("qa_service.exporting"))
    monkeypatch.setitem(sys.modules, "qa_service.exporting.forms", module)


@pytest.mark.usefixtures("forms")
def test_an_answer_and_a_conversation_are_exported(client: TestClient) -> None:
    answer = ask(client)
    of_answer = client.get(f"/v1/answers/{answer['id']}/export", params={"format": "notes"})
    assert of_answer.text == f"{QUESTION}: {[answer['id']]}"
    assert of_answer.headers["content-type"].startswith("text/x-notes")
    name = "letters-who-threw-the-lantern-on-lantern-night.txt"
    assert of_answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    whole = client.get(f"/v1/conversations/{answer['conversation_id']}/export", params={"format": "notes"})
    assert whole.text == of_answer.text
    assert client.get(f"/v1/answers/{answer['id']}/export?format=carpet").status_code == 422


@pytest.mark.usefixtures("forms")
@pytest.mark.parametrize(
    ("title", "name"),
    [
        ('"; rm -rf /\r\nX: y', "letters-rm-rf-x-y.txt"),
        ("../../etc/passwd", "letters-etc-passwd.txt"),
        ("Élise’s ship", "letters-elise-s-ship.txt"),
        ("x" * 200, f"letters-{'x' * 60}.txt"),
    ],
)
def test_file_names_are_safe(client: TestClient, title: str, name: str) -> None:
    path = f"/v1/conversations/{ask(client)['conversation_id']}"
    client.patch(path, json={"title": title})
    response = client.get(f"{path}/export?format=notes")
    assert response.headers["content-disposition"] == f'attachment; filename="{name}"'


@pytest.mark.usefixtures("forms")
def test_a_title_without_a_latin_letter_gives_the_file_its_id(client: TestClient) -> None:
    id = ask(client)["conversation_id"]
    client.patch(f"/v1/conversations/{id}", json={"title": "письмо"})
    name = client.get(f"/v1/conversations/{id}/export?format=notes").headers["content-disposition"]
    assert name == f'attachment; filename="letters-{id}.txt"'


def test_every_form_of_export_can_be_asked_for() -> None:
    assert get_args(FormName) == tuple(FORMS)
