"""The service as clients of OpenAI's chat completions see it. They keep the conversation; nothing is kept here."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse
from fastapi.sse import format_sse_event

from qa_service.answering.responding import finish
from qa_service.api.access import needs
from qa_service.api.dependencies import owner_of, service_of
from qa_service.api.openai_errors import OpenAIRoute, error_of
from qa_service.api.openai_requests import ChatIn
from qa_service.api.openai_responses import ChatOut, Completion, ModelLine, ModelsList, sources_of
from qa_service.api.service import Service
from qa_service.api.streaming import STREAM, Telling, stream, tell
from qa_service.dialogue import Answerer
from qa_service.errors import UnknownError

_STREAMED = {
    "description": "The completion, or, where a stream is asked for, its chunks as server-sent events.",
    "content": STREAM["content"],
}

router = APIRouter(tags=["openai"], route_class=OpenAIRoute, dependencies=[Depends(needs("ask"))])


@router.get("/v1/models")
def list_models(service: Annotated[Service, Depends(service_of)]) -> ModelsList:
    """The names that can be asked: the service's own choice of answerer, and each answerer by itself."""
    return ModelsList(data=[ModelLine(id=name) for name in _answerers(service)])


@router.get("/v1/models/{model}")
def read_model(model: str, service: Annotated[Service, Depends(service_of)]) -> ModelLine:
    """One of these names."""
    _answerer(model, service)
    return ModelLine(id=model)


@router.post("/v1/chat/completions", response_model=ChatOut, responses={200: _STREAMED})
def complete(
    asked: ChatIn, service: Annotated[Service, Depends(service_of)], owner: Annotated[str, Depends(owner_of)]
) -> Response:
    """Answer the last message of the user. What was said before helps to understand it; instructions are ignored."""
    asking = service.begin(asked.asked(_answerer(asked.model, service)), owner)
    completion = Completion(asked.model)
    if asked.stream:
        return stream(_chunks(tell(asking, asking.answered()), completion, wants_usage=asked.wants_usage))
    return JSONResponse(completion.whole(finish(asking.answered())))


def _answerers(service: Service) -> dict[str, Answerer | None]:
    """Names of models, and who answers under them; None is the service's own choice."""
    names: dict[str, Answerer | None] = {"letters": None, "letters-extractive": "extractive"}
    return names | {"letters-llm": "llm"} if service.writer else names


def _answerer(model: str, service: Service) -> Answerer | None:
    answerers = _answerers(service)
    if model not in answerers:
        raise UnknownError(f"expected a model among {', '.join(answerers)}, got {model[:80]!r}")
    return answerers[model]


async def _chunks(events: Telling, completion: Completion, *, wants_usage: bool) -> AsyncIterator[bytes]:
    """The text as it comes, then the list of sources; at the end the annotations, which need all of the text."""
    unknown_yet = {"usage": None} if wants_usage else {}
    yield _sent(completion.chunk({"role": "assistant", "content": ""}) | unknown_yet)
    async with aclosing(events):
        async for event in events:
            match event:
                case None:
                    yield format_sse_event(comment="heartbeat")
                case ("text", {"delta": delta}):
                    yield _sent(completion.chunk({"content": delta}) | unknown_yet)
                case ("error", problem):
                    yield _sent(error_of(problem))
                    return
                case ("done", answer):
                    if sources := sources_of(answer):
                        yield _sent(completion.chunk({"content": sources}) | unknown_yet)
                    yield _sent(completion.last_chunk(answer) | unknown_yet)
                    if wants_usage:
                        yield _sent(completion.usage_chunk(answer))
                    yield format_sse_event(data_str="[DONE]")


def _sent(said: Mapping[str, Any]) -> bytes:
    return format_sse_event(data_str=json.dumps(said, ensure_ascii=False))
