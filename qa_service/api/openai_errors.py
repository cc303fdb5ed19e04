"""Failures in the shape that OpenAI's clients read, `{"error": {...}}`, for its routes alone."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from qa_service.api.problems import SHAPE, problem_of, problem_of_http, problem_of_input, respond_with
from qa_service.api.refusals import headers_of
from qa_service.errors import QAServiceError

_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


class OpenAIError(BaseModel):
    """`message` is for people, `code` for programs; `param` names the field that is wrong."""

    message: str
    type: str
    param: str | None
    code: str


class ErrorOut(BaseModel):
    error: OpenAIError


RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ErrorOut, "content": SHAPE, "description": "Refused, by the route or by a guard before it"},
    "5XX": {"model": ErrorOut, "content": SHAPE, "description": "Failed"},
}
"""What routes declare in OpenAPI beside their own answer; guards that stand before all routes tell problems."""


def error_of(problem: Mapping[str, Any]) -> dict[str, Any]:
    """Problem details as OpenAI tells them."""
    status, wrong = problem["status"], problem.get("errors")
    kind = _TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")
    param = wrong[0]["field"] if wrong else None
    return {"error": {"message": problem["detail"], "type": kind, "param": param, "code": problem["code"]}}


class OpenAIRoute(APIRoute):
    """A route whose failures are told as OpenAI tells them: with status 400 where other routes say 422."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def telling(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as error:
                return _told(problem_of_input(error))
            except HTTPException as error:
                return _told(problem_of_http(error), error.headers)
            except QAServiceError as error:
                return _told(problem_of(error), headers_of(error))

        return telling


def _told(problem: dict[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    status = 400 if problem["status"] == 422 else problem["status"]
    retry = respond_with(problem).headers.get("retry-after")
    more = {"Retry-After": retry} if retry else {}
    return JSONResponse(error_of(problem), status, more | dict(headers or {}))
