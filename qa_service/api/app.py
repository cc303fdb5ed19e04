"""The application: routes, guards and errors put together in sight."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from fastapi.telemetry import TelemetryConfig

from qa_service import __version__
from qa_service.api import (
    ask,
    batches,
    citations,
    conversations,
    examples,
    health,
    ingests,
    letters,
    openai,
    openai_errors,
    session,
)
from qa_service.api.access import Access
from qa_service.api.dependencies import named_once
from qa_service.api.describing import Described
from qa_service.api.guards import BodyLimit, OwnSiteOnly, SafeHeaders
from qa_service.api.problems import RESPONSES, CatchTheRest, add_problem_handlers
from qa_service.api.request_log import RequestLog
from qa_service.api.service import Service
from qa_service.keys import Keys

MAX_BODY_BYTES = 512 * 1024
_WEB = Path(__file__).parent.parent / "web"


def create_app(
    service: Service, *, hosts: Collection[str] = (), access: Access | None = None, traces: Any = None
) -> FastAPI:
    """The service's web application.

    Args:
        hosts: host names that requests may be addressed to; all, if empty.
        access: who is let in; by default everybody without a key, as on loopback.
        traces: OpenTelemetry's provider for traces of requests; none are made without it.
    """
    from qa_service.api import mcp  # importing the protocol takes a second, which only who serves has to wait

    app = Described(
        title="Letters",
        summary="Question answering over published letters, with citations down to letter and page",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        lifespan=lambda app: ingests.going_on(app, batches.going_on(app, mcp.speaking(app))),
        telemetry=_telemetry(traces),
    )
    app.state.service = service
    app.state.access = access or Access(Keys(service.conversations.engine))
    app.state.batches = batches.runner_over(service, app.state.access.keys)
    app.state.ingests = ingests.runner_over(service)
    for part in (ask, batches, citations, conversations, examples, ingests, letters, health, session):
        app.include_router(part.router, responses=RESPONSES, dependencies=[Depends(named_once)])
    app.include_router(openai.router, responses=openai_errors.RESPONSES)
    app.include_router(mcp.router)
    add_problem_handlers(app)

    @app.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(_WEB / "index.html")

    @app.get("/docs", include_in_schema=False)
    def docs() -> FileResponse:
        return FileResponse(_WEB / "docs.html")

    app.mount("/web", StaticFiles(directory=_WEB), name="web")
    app.add_middleware(BodyLimit, limit=MAX_BODY_BYTES, by_path={ingests.PATH: ingests.MAX_UPLOAD_BYTES})
    app.add_middleware(CatchTheRest)
    app.add_middleware(OwnSiteOnly, hosts=hosts)
    app.add_middleware(SafeHeaders)
    app.add_middleware(RequestLog, metrics=service.metrics)
    return app


def _telemetry(traces: Any) -> TelemetryConfig:
    """Spans alone: we count by ourselves, and FastAPI's log records would hold what was sent."""
    spans = traces is not None
    config: TelemetryConfig = {"tracing": spans, "operation_spans": spans, "metrics": False, "logs": False}
    return (
        config | {"auto_configure": False, "tracer_provider": traces} if spans else config | {"auto_configure": False}
    )
