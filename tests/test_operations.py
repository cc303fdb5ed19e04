"""What those who run the service need: a log with request ids, counts, traces, a start and an end to be watched."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
import structlog
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families

from qa_service.api.app import create_app
from qa_service.api.request_log import HEADER
from qa_service.api.service import Service
from qa_service.errors import CorpusError, InputError
from qa_service.metrics import Metrics
from qa_service.starting import Starting, Step
from qa_service.tracing import provider_of
from tests.chat_server import ChatServer, Reply
from tests.writing import CASKS, GOOD, INVENTED, said, written_by

CANARY = "Where is the quetzalcanary hidden?"


@pytest.fixture
def counted(service: Service) -> Service:
    return replace(service, metrics=Metrics())


def client_of(service: Service, **options: Any) -> TestClient:
    return TestClient(create_app(service, **options), raise_server_exceptions=False)


def test_every_request_has_an_id_and_a_line(counted: Service) -> None:
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logged:
        response = client_of(counted).post("/v1/ask", json={"question": CASKS})
    lines = {line["event"]: line for line in logged}
    assert lines["request"]["request"] == lines["asked"]["request"] == response.headers[HEADER]
    assert (lines["request"]["method"], lines["request"]["route"], lines["request"]["status"]) == (
        "POST", "/v1/ask", 200,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "taken"), [("abc-123.X_9", True), ("short", False), ("x" * 65, False), ("a b c d e", False)]
)
def test_a_client_may_give_an_id_of_a_plain_form(counted: Service, given: str, taken: bool) -> None:
    answered = client_of(counted).get("/v1/volumes", headers={HEADER: given}).headers[HEADER]
    assert (answered == given) == taken


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/ask/stream", "/v1/search", "/v1/chat/completions"])
def test_no_question_stands_in_the_log(counted: Service, path: str) -> None:
    body = (
        {"question": CANARY}
        if "chat" not in path
        else {"model": "letters", "messages": [{"role": "user", "content": CANARY}]}
    )
    with structlog.testing.capture_logs() as logged:
        client_of(counted).post(path, json=body)
        client_of(counted).get("/v1/conversations", params={"q": "quetzalcanary"})
        client_of(counted).get("/v1/letters/quetzalcanary/d1")
    assert logged
    assert "quetzalcanary" not in json.dumps(logged, default=str)


def test_questions_are_logged_where_that_is_set(counted: Service) -> None:
    with structlog.testing.capture_logs() as logged:
        client_of(replace(counted, log_questions=True)).post("/v1/ask", json={"question": CANARY})
    assert [line["question"] for line in logged if line["event"] == "asked"] == [CANARY]


def counts_of(client: TestClient) -> dict[tuple[str, ...], float]:
    text = client.get("/metrics").text
    return {
        (one.name, *one.labels.values()): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_requests_and_answers_are_counted(counted: Service) -> None:
    client = client_of(counted)
    client.post("/v1/ask", json={"question": CASKS})
    client.post("/v1/ask", json={"question": "Who invented the telephone?"})
    client.post("/v1/ask", json={"question": ""})
    client.get("/v1/letters/none/d1")
    client.get("/nowhere/at/all")
    counts = counts_of(client)
    assert counts["letters_requests_total", "POST", "/v1/ask", "200"] == 2
    assert counts["letters_requests_total", "POST", "/v1/ask", "422"] == 1
    assert counts["letters_requests_total", "GET", "/v1/letters/{volume}/{id}", "404"] == 1
    assert counts["letters_requests_total", "GET", "none", "404"] == 1
    assert counts["letters_answers_total", "extractive", "answered"] == 1
    assert counts["letters_answers_total", "extractive", "not_found"] == 1
    assert counts["letters_stage_seconds_count", "retrieve"] == 2
    assert counts[("letters_loaded",)] == 16


def test_what_a_model_took_and_what_it_lost_is_counted(counted: Service, model: ChatServer) -> None:
    client = client_of(written_by(counted, model, prices={"openai:scripted": (1e6, 1e6)}))
    model.enqueue(said(GOOD, INVENTED["a number altered"]), said(INVENTED["a number altered"]), Reply(status=401))
    client.post("/v1/ask", json={"question": CASKS})
    client.post("/v1/ask", json={"question": CASKS})
    counts = counts_of(client)
    assert counts[("letters_model_calls_total",)] == 3
    assert (counts["letters_tokens_total", "read"], counts["letters_tokens_total", "written"]) == (22, 14)
    assert counts[("letters_cost_usd_total",)] == 36
    assert (counts[("letters_dropped_claims_total",)], counts[("letters_fallbacks_total",)]) == (1, 1)


def test_no_question_stands_in_the_counts_or_the_traces(counted: Service) -> None:
    exporter = InMemorySpanExporter()
    traces = provider_of(exporter)
    client = client_of(counted, traces=traces)
    client.post("/v1/ask", json={"question": CANARY})
    client.get("/v1/conversations", params={"q": "quetzalcanary"})
    traces.force_flush()
    spans = exporter.get_finished_spans()
    assert {span.name for span in spans} >= {"POST /v1/ask"}
    assert "quetzalcanary" not in "".join(span.to_json() for span in spans) + client.get("/metrics").text
    traces.shutdown()


def test_without_an_address_nothing_is_traced(counted: Service) -> None:
    assert client_of(counted).post("/v1/ask", json={"question": CASKS}).status_code == 200


@contextmanager
def served(application: Any) -> Iterator[tuple[uvicorn.Server, str]]:
    server = uvicorn.Server(uvicorn.Config(application, port=0, log_level="error", timeout_graceful_shutdown=20))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield server, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def get(address: str, path: str) -> httpx2.Response:
    return httpx2.get(f"{address}{path}", trust_env=False)


def test_a_service_that_starts_says_what_it_waits_on(service: Service) -> None:
    begun, go_on, left = threading.Event(), threading.Event(), threading.Event()
    told: list[FastAPI] = []

    @contextmanager
    def load(step: Step) -> Iterator[FastAPI]:
        step("the embedding model")
        begun.set()
        go_on.wait(10)
        yield create_app(service)
        left.set()

    with served(Starting(load, lambda app: told.append(app), lambda: None)) as (_, address):
        assert begun.wait(5)
        waiting = get(address, "/readyz")
        assert (waiting.status_code, waiting.json()["code"], waiting.json()["step"]) == (
            503, "starting", "the embedding model",
        )  # fmt: skip
        assert waiting.headers["retry-after"]
        assert get(address, "/healthz").status_code == 200
        assert get(address, "/v1/volumes").status_code == 503
        go_on.set()
        while not told:
            time.sleep(0.01)
        assert get(address, "/readyz").status_code == 200
        assert get(address, "/v1/volumes").status_code == 200
    assert left.is_set()


def test_a_service_that_cannot_start_ends_with_the_reason() -> None:
    @contextmanager
    def load(step: Step) -> Iterator[FastAPI]:
        raise CorpusError("the build is damaged")
        yield

    async def run() -> Starting:
        starting = Starting(load, lambda app: None, lambda: ended.set())
        server = uvicorn.Server(uvicorn.Config(starting, port=0, log_level="error"))
        ended.set = lambda: setattr(server, "should_exit", True)  # type: ignore[method-assign]
        await server.serve()
        return starting

    ended = threading.Event()
    starting = asyncio.run(run())
    assert isinstance(starting.failure, CorpusError)


def test_an_answer_under_way_is_finished_when_the_service_is_stopped(service: Service, model: ChatServer) -> None:
    """The model takes its time; the service is told to stop meanwhile."""

    def slowly(request: Any) -> Reply:
        time.sleep(0.7)
        return said(GOOD)(request)

    model.enqueue(slowly)
    answers: list[httpx2.Response] = []
    with served(create_app(written_by(service, model))) as (server, address):

        def ask() -> None:
            answers.append(httpx2.post(f"{address}/v1/ask", json={"question": CASKS}, trust_env=False, timeout=20))

        asking = threading.Thread(target=ask)
        asking.start()
        while not model.requests:
            time.sleep(0.01)
        server.should_exit = True
    asking.join()
    assert [answer.json()["answerer"] for answer in answers] == ["llm"]


def test_tracing_without_its_packages_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from qa_service.tracing import provider_for

    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(InputError, match=r"pip install 'letters\[tracing\]'"):
        provider_for("http://127.0.0.1:4318/v1/traces")


def test_the_log_is_an_object_a_line(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = "from qa_service.logs import log_from; import structlog; log_from(20); structlog.get_logger().info('x', a=1)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stderr)["event"] == "x"
