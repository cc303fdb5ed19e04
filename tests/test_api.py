"""The HTTP API as a client meets it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa_service.api.app import MAX_BODY_BYTES, create_app
from qa_service.api.problems import STATUS
from qa_service.api.service import Gate, Service
from qa_service.errors import BusyError, QAServiceError
from qa_service.retrieval.query import _stem
from tests.builders import SAMPLE_VOLUME

QUESTION = "Who threw the lantern on Lantern Night?"
CITATION_FIELDS = {
    "number", "letter", "volume", "document", "title", "date", "writer", "recipient", "voice", "pages", "note",
    "quote", "start", "end", "url", "scan_url", "formatted",
}  # fmt: skip


def ask(client: TestClient, **body: Any) -> dict[str, Any]:
    response = client.post("/v1/ask", json={"question": QUESTION, **body})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_an_answer_has_the_promised_shape(client: TestClient) -> None:
    answer = ask(client)
    assert {
        "id", "conversation_id", "question", "standalone_question", "outcome", "text", "claims", "citations",
        "answerer", "models", "timings_ms",
    } <= answer.keys()  # fmt: skip
    assert "passages" not in answer
    assert answer["outcome"] == "answered"
    assert answer["citations"][0].keys() >= CITATION_FIELDS
    assert [citation["number"] for citation in answer["citations"]] == list(range(1, len(answer["citations"]) + 1))
    assert all(claim["citations"] for claim in answer["claims"])
    assert all(citation["invented"] and "invented" in citation["formatted"] for citation in answer["citations"])


def test_a_citation_leads_to_its_letter(client: TestClient) -> None:
    for citation in ask(client, max_claims=5)["citations"]:
        letter = client.get(f"/v1/letters/{citation['letter']}").json()
        notes = {note["id"]: note["text"] for note in letter["notes"]}
        text = notes[citation["note_id"]] if citation["note_id"] else letter["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert citation["pages"][0] in [page["label"] for page in letter["pages"]]


def test_passages_are_given_when_asked_for(client: TestClient) -> None:
    passages = ask(client, include_passages=True)["passages"]
    assert {"letter", "volume", "document", "pages", "note", "text", "score"} <= passages[0].keys()
    assert len(passages) == 20


def test_a_conversation_goes_on(client: TestClient) -> None:
    first = ask(client)
    second = ask(client, question="And who was he?", conversation_id=first["conversation_id"])
    assert second["conversation_id"] == first["conversation_id"]
    assert second["standalone_question"].startswith(f"And who was he? (after: {QUESTION}; ")
    with_history = ask(client, question="And who was he?", history=[{"question": QUESTION, "answer": first["text"]}])
    assert with_history["standalone_question"].startswith(f"And who was he? (after: {QUESTION}; ")


def test_search_ranks_passages(client: TestClient) -> None:
    found = client.post("/v1/search", json={"question": QUESTION, "limit": 3}).json()
    assert len(found["passages"]) == 3
    assert found["reading"]["words"] == ["threw", "lantern", "night"]
    scores = [passage["score"] for passage in found["passages"]]
    assert scores == sorted(scores, reverse=True)
    telegrams = {"question": QUESTION, "filters": {"kinds": ["telegram"], "from": "1929-01-01"}}
    found = client.post("/v1/search", json=telegrams).json()
    assert {passage["letter"] for passage in found["passages"]} == {f"{SAMPLE_VOLUME}/d14"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "question"),
        ({"question": ""}, "question"),
        ({"question": "   "}, "question"),
        ({"question": "x" * 2001}, "question"),
        ({"question": 7}, "question"),
        ({"question": "a\x00b"}, "question"),
        ({"question": "x", "colour": "red"}, "colour"),
        ({"question": "x", "max_claims": 0}, "max_claims"),
        ({"question": "x", "max_claims": 99}, "max_claims"),
        ({"question": "x", "include_passages": 0}, "include_passages"),
        ({"question": "x", "answerer": "oracle"}, "answerer"),
        ({"question": "x", "filters": {"from": "yesterday"}}, "filters.from"),
        ({"question": "x", "filters": {"from": "1961-02-30"}}, "filters.from"),
        ({"question": "x", "filters": {"letters": ["nothing"]}}, "filters.letters.0"),
        ({"question": "x", "filters": {"volumes": ["v"] * 21}}, "filters.volumes"),
        ({"question": "x", "history": [{"question": "y"}]}, "history.0.answer"),
    ],
)
def test_wrong_input_names_the_field(client: TestClient, body: dict[str, Any], field: str) -> None:
    response = client.post("/v1/ask", json=body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem["code"]) == (422, "invalid_input")
    assert problem["errors"][0]["field"] == field
    assert problem["detail"].startswith(field)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"question": NaN}', 422, "invalid_input"),
        (b'{"question": "\\ud800"}', 422, "invalid_input"),
        (b'{"question": ', 400, "invalid_json"),
        (b'"\xff\xfe"', 400, None),
        (b"[" * 20000, 400, None),
        (b"x" * (MAX_BODY_BYTES + 1), 413, "too_large"),
    ],
)
def test_hostile_bodies_are_refused(client: TestClient, body: bytes, status: int, code: str | None) -> None:
    response = client.post("/v1/ask", content=body, headers={"content-type": "application/json"})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert code in (None, response.json()["code"])


def test_a_body_that_grows_without_saying_so_is_refused(client: TestClient) -> None:
    chunks = (b"x" * 65536 for _ in range(MAX_BODY_BYTES // 65536 + 2))
    response = client.post("/v1/ask", content=chunks, headers={"content-type": "application/json"})
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_a_body_that_claims_a_huge_length_is_refused(client: TestClient) -> None:
    response = client.post("/v1/ask", headers={"content-length": "9" * 5000})
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_text_is_folded_to_what_people_mean(client: TestClient) -> None:
    answer = ask(client, question="  who threw\u202e the cafe\u0301 lantern? ")
    assert answer["question"] == "who threw the café lantern?"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", f"/v1/letters/{SAMPLE_VOLUME}/d99", None, 404, "not_found"),
        ("GET", "/v1/letters/none/d1", None, 404, "not_found"),
        ("GET", "/v1/letters/none/..%2f..%2fetc", None, 404, "not_found"),
        ("GET", "/v1/letters?limit=0", None, 422, "invalid_input"),
        ("GET", "/v1/letters?colour=red", None, 422, "invalid_input"),
        ("GET", "/v1/letters?from=1927-01-01&from=1928-01-01", None, 422, "invalid_input"),
        ("GET", "/nothing", None, 404, "not_found"),
        ("GET", "/v1/ask", None, 405, "method_not_allowed"),
        ("POST", "/v1/ask", {"question": "x", "conversation_id": "c_nobodys"}, 404, "not_found"),
        ("POST", "/v1/ask", {"question": "x", "answerer": "llm"}, 422, "invalid_input"),
        (
            "POST",
            "/v1/ask",
            {"question": "x", "conversation_id": "c", "history": [{"question": "a", "answer": "b"}]},
            422,
            "invalid_input",
        ),
    ],
)
def test_problems_have_one_shape(client: TestClient, method: str, path: str, body: Any, status: int, code: str) -> None:
    response = client.request(method, path, json=body)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "code"} <= response.json().keys()
    assert response.json()["code"] == code


def test_an_unforeseen_error_tells_the_caller_nothing(service: Service) -> None:
    app = create_app(service)

    @app.get("/breaks")
    def breaks() -> None:
        raise RuntimeError("secret detail")

    response = TestClient(app, raise_server_exceptions=False).get("/breaks")
    assert (response.status_code, response.json()["code"]) == (500, "internal_error")
    assert "secret" not in response.text


def test_every_error_class_has_a_status() -> None:
    def all_of(kind: type[QAServiceError]) -> set[type[QAServiceError]]:
        return {kind}.union(*(all_of(sub) for sub in kind.__subclasses__()))

    assert all_of(QAServiceError) == set(STATUS)
    order = list(STATUS)
    assert all(order.index(sub) < order.index(base) for sub in order for base in sub.__mro__[1:] if base in STATUS)


def test_too_many_waiting_questions_are_told_to_come_back() -> None:
    gate = Gate(at_once=1, waiting=0)
    with gate.enter(), pytest.raises(BusyError), gate.enter():
        pass
    with gate.enter():
        pass


def test_many_questions_at_once_get_the_answers_they_get_alone(client: TestClient) -> None:
    questions = [
        f"{QUESTION} {word}" for word in ("casks", "harbours", "agreements", "freezing", "resignation", "ships")
    ]
    alone = [ask(client, question=question)["text"] for question in questions]
    _stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda question: ask(client, question=question)["text"], questions * 4))
    assert together == alone * 4


def test_a_wrong_method_names_the_right_ones(client: TestClient) -> None:
    assert client.get("/v1/ask").headers["allow"] == "POST"
    assert client.put("/v1/conversations/c").headers["allow"] == "DELETE, GET, PATCH"
    assert client.post("/web/main.js").headers["allow"] == "GET, HEAD"


def test_health(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert (ready["status"], ready["letters"], ready["degraded"]) == ("ready", 16, "")


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"origin": "http://localhost"}, True),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"host": "evil.example"}, False),
        ({"host": "localhost:8400", "origin": "http://localhost:8400"}, True),
        ({"host": "[::1]:8400"}, True),
        ({"cookie": "letters_session=x"}, False),
        ({"cookie": "letters_session=x", "sec-fetch-site": "same-origin"}, True),
        ({"cookie": "letters_session=x", "sec-fetch-site": "same-site", "origin": "http://localhost"}, False),
        ({"cookie": "letters_session=x", "origin": "http://localhost"}, True),
        ({"cookie": "letters_session=x", "origin": "http://evil.example"}, False),
    ],
)
def test_other_sites_cannot_ask(service: Service, headers: dict[str, str], allowed: bool) -> None:
    client = TestClient(create_app(service, hosts={"localhost", "[::1]"}), base_url="http://localhost")
    response = client.post("/v1/search", json={"question": "x"}, headers=headers)
    assert response.status_code == (200 if allowed else 403)


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/", True), ("/docs", True), ("/openapi.json", True), ("/web/main.js", True), ("/nothing", False),
        ("/healthz", False), ("/v1/conversations", False), ("/v1/session", False),
    ],
)  # fmt: skip
def test_nothing_but_the_pages_is_kept_on_the_way(client: TestClient, path: str, kept: bool) -> None:
    assert ("no-store" in client.get(path).headers.get("cache-control", "")) != kept


@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/web/main.js", "/nothing", "/healthz"])
def test_every_response_carries_the_guards(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_openapi_declares_every_route_and_the_problem_shape(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    routes = {
        "ask", "ask/stream", "search", "citations/check", "letters", "letters/{volume}/{id}", "facets",
        "examples", "volumes", "volumes/{volume}", "models", "models/{model}", "chat/completions",
        "conversations", "conversations/{id}", "conversations/{id}/export",
        "answers/{id}", "answers/{id}/record", "answers/{id}/replay", "answers/{id}/export",
        "batches", "batches/{id}", "batches/{id}/answers", "ingests", "ingests/{id}", "session",
    }  # fmt: skip
    assert {f"/v1/{route}" for route in routes} | {"/healthz", "/readyz", "/metrics"} == set(schema["paths"])
    refused = schema["paths"]["/v1/ask"]["post"]["responses"]["422"]
    assert refused["content"] == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert "code" in schema["components"]["schemas"]["Problem"]["properties"]
