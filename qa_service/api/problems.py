"""Every failure as one shape: problem details (RFC 9457) with a machine-readable `code`."""

from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa_service.api.refusals import headers_of, members_of
from qa_service.errors import (
    AccessError,
    BackendError,
    BrokenOffError,
    BusyError,
    ConflictError,
    CorpusError,
    FormError,
    InputError,
    KeyInvalidError,
    KeyNeededError,
    ModelError,
    OutdatedError,
    PromptTooLongError,
    QAServiceError,
    RateLimitedError,
    ScopeNeededError,
    SpentError,
    StoppedError,
    UnknownError,
)

STATUS: dict[type[QAServiceError], int] = {
    UnknownError: 404,
    ConflictError: 409,
    KeyNeededError: 401,
    KeyInvalidError: 401,
    ScopeNeededError: 403,
    RateLimitedError: 429,
    AccessError: 403,
    InputError: 422,
    OutdatedError: 503,
    CorpusError: 503,
    BusyError: 503,
    PromptTooLongError: 503,
    BrokenOffError: 503,
    FormError: 503,
    SpentError: 503,
    ModelError: 503,
    BackendError: 503,
    StoppedError: 503,
    QAServiceError: 500,
}
"""The first class that fits decides."""

_TITLES = {400: "Bad request", 401: "Unauthorized", 403: "Forbidden", 404: "Not found", 405: "Method not allowed",
           409: "Conflict", 413: "Too large", 415: "Unsupported media type", 422: "Invalid input",
           429: "Too many requests", 500: "Internal error", 503: "Unavailable"}  # fmt: skip
CODES = {400: "bad_request", 403: "forbidden", 404: "not_found", 405: "method_not_allowed", 413: "too_large",
          415: "unsupported_media_type"}  # fmt: skip
"""Codes of what the framework refuses; of what is not named here, `http_error`."""
_METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
RETRY_AFTER_S = 3
MAX_FIELDS = 20
"""Of so many wrong fields a problem tells."""


class Problem(BaseModel):
    """Problem details (RFC 9457); `code` is for programs, `detail` for people, `errors` names the fields."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[dict[str, str]] | None = None


SHAPE: dict[str, Any] = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
"""What OpenAPI says of the body of a problem; `describing` adds the schema."""

RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"description": _TITLES[status], "content": SHAPE}
    for status in (400, 401, 403, 404, 409, 413, 422, 429, 500, 503)
}
"""What routes declare in OpenAPI beside their own answer."""


def problem_body(status: int, detail: str, code: str, **more: Any) -> dict[str, Any]:
    """Problem details; `more` are extension members."""
    title = _TITLES.get(status, "Error")
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code, **more}


def problem_of(error: Exception) -> dict[str, Any]:
    """Problem details of an error, raised on purpose or not; what went wrong with us is for the log alone."""
    if not isinstance(error, QAServiceError):
        return problem_body(500, "something went wrong here; the log has it", "internal_error")
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    return problem_body(status, str(error), error.code, **members_of(error))


def problem_of_input(error: RequestValidationError) -> dict[str, Any]:
    """Problem details of a request of another shape. The input is not echoed: it may be huge, or not even JSON."""
    if any(one["type"] == "json_invalid" for one in error.errors()):
        return problem_body(400, "the body is not valid JSON", "invalid_json")
    errors = [{"field": _field(one["loc"]), "message": one["msg"]} for one in error.errors()[:MAX_FIELDS]]
    first = errors[0]
    return problem_body(422, f"{first['field']}: {first['message']}", "invalid_input", errors=errors)


def problem_of_http(error: HTTPException) -> dict[str, Any]:
    """Problem details of what the framework refuses."""
    return problem_body(error.status_code, str(error.detail), CODES.get(error.status_code, "http_error"))


def problem(status: int, detail: str, code: str, **more: Any) -> JSONResponse:
    """A problem response; `more` are extension members."""
    return respond_with(problem_body(status, detail, code, **more))


def respond_with(content: dict[str, Any], headers: Mapping[str, str] = {}) -> JSONResponse:
    """Problem details as a response."""
    status = content["status"]
    retry = {"Retry-After": str(RETRY_AFTER_S)} if status == 503 else {}
    return JSONResponse(content, status, retry | dict(headers), media_type="application/problem+json")


def add_problem_handlers(app: FastAPI) -> None:
    """Turn every error the app raises into a problem response."""

    @app.exception_handler(QAServiceError)
    def _service_error(request: Request, error: QAServiceError) -> JSONResponse:
        return respond_with(problem_of(error), headers_of(error))

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return respond_with(problem_of_input(error))

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> JSONResponse:
        headers = dict(error.headers or {})
        if "Allow" in headers:
            headers["Allow"] = ", ".join(_allowed(request)) or headers["Allow"]
        return respond_with(problem_of_http(error), headers)


def _allowed(request: Request) -> list[str]:
    """The methods of a path over all its routes; the framework names those of the first one alone."""
    routes = request.app.router.routes
    return [
        method
        for method in _METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]


class CatchTheRest:
    """Nothing leaves without the one shape; what went wrong is for the log, not for the caller."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            structlog.get_logger().exception("unexpected_error", path=scope["path"])
            await respond_with(problem_of(error))(scope, receive, send)


def _field(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location if part != "body") or "body"
