"""Every operation is asked what its OpenAPI allows and what it forbids: it keeps to what it declares, and never fails.

Schemathesis' engine does it: the examples, the edges of every field, and fields at random, with the ids that earlier
responses gave; and, where there is time, operations one after another. It runs without keys, on a copy of the sample.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from schemathesis import engine
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events

from qa_service.api.app import create_app
from qa_service.home import Home
from qa_service.ingest_running import IngestRunner
from qa_service.ingests import Ingests
from tests.conftest import service_over

OFF = {"enabled": False}
ANY_VALID_BODY = {"positive_data_acceptance": OFF}
"""Leaves out that whatever fits the schema is accepted."""
EXEMPTIONS = [
    # Rules over several fields, which the schema does not tell: a conversation or a history and not both; a model that
    # is not configured; the last message of the user asks something.
    {"include-path": ["/v1/ask", "/v1/ask/stream", "/v1/batches", "/v1/chat/completions"], "checks": ANY_VALID_BODY},
    # In a form everything is text: a number that stands for the name of a volume arrives as one.
    {"include-path": "/v1/ingests", "checks": {"negative_data_rejection": OFF}},
    # At the edges of fields Schemathesis sends `If-Match: 0`, whatever pattern is declared; at random it keeps to it.
    {"include-path": "/v1/conversations/{id}", "phases": {"coverage": {"checks": ANY_VALID_BODY}}},
]


@pytest.fixture
def app(home: Path) -> Iterator[FastAPI]:
    with service_over(home) as service:
        app = create_app(service)
        ingests = Ingests(service.conversations.engine)
        app.state.ingests = IngestRunner(ingests, Home(home), command=[sys.executable, "-c", ""])  # which fails at once
        yield app


def fuzzed(app: FastAPI, *, examples: int, sequences: bool) -> tuple[list[str], set[str]]:
    """What is found wrong, each with a request that shows it; and the operations that were asked."""
    generation = {"max-examples": examples, "deterministic": True, "database": "none"}
    config = SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "continue-on-failure": True,
            "generation": generation,
            "checks": {"ignored_auth": OFF},  # nobody needs a key here
            "operations": EXEMPTIONS,
            "phases": {"stateful": {"enabled": sequences, "generation": {"max-examples": examples // 10}}},
        }
    )
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=config)
    wrong: dict[tuple[str, str, str], str] = {}
    asked: set[str] = set()
    for event in engine.from_schema(schema).execute():
        match event:
            case events.ScenarioFinished() if event.recorder.cases:
                asked.add(event.recorder.label)
                wrong = {**_failures(event), **wrong}
            case events.NonFatalError():
                wrong[event.label, "error", ""] = f"{event.label}: {event.value!r}"
            case events.FatalError():
                raise event.exception
    return list(wrong.values()), asked


def _failures(scenario: events.ScenarioFinished) -> Mapping[tuple[str, str, str], str]:
    """The failures of a scenario, one of a kind."""
    infos = [check.failure_info for checks in scenario.recorder.checks.values() for check in checks]
    failures = [(info.failure, info.code_sample) for info in infos if info]
    return {
        (failure.operation, failure.title, failure.message[:200]): (
            f"{failure.operation}: {failure.title}\n{failure.message}\n{sample}"
        )
        for failure, sample in failures
    }


def operations_of(app: FastAPI) -> set[str]:
    paths: dict[str, dict[str, Any]] = app.openapi()["paths"]
    return {f"{method.upper()} {path}" for path, operations in paths.items() for method in operations}


def test_every_operation_keeps_to_what_it_declares(app: FastAPI) -> None:
    wrong, asked = fuzzed(app, examples=3, sequences=False)
    assert not wrong, "\n\n".join(wrong)
    assert asked == operations_of(app)


@pytest.mark.heavy
def test_every_operation_keeps_to_what_it_declares_for_long(app: FastAPI) -> None:
    wrong, asked = fuzzed(app, examples=200, sequences=True)
    assert not wrong, "\n\n".join(wrong)
    assert asked >= operations_of(app)


def test_what_is_not_declared_is_found(app: FastAPI) -> None:
    @app.get("/breaks")
    def breaks(number: int) -> dict[str, int]:
        return {"number": 1 // (number if number > 3 else 0)}

    schema = app.openapi()
    app.openapi_schema = {**schema, "paths": {"/breaks": schema["paths"]["/breaks"]}}
    wrong, _ = fuzzed(app, examples=10, sequences=False)
    assert any("Server error" in one for one in wrong)
