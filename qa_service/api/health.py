"""Is the process alive, and can it answer?"""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel

from qa_service import __version__
from qa_service.api.access import needs
from qa_service.api.dependencies import service_of
from qa_service.api.service import Service
from qa_service.metrics import CONTENT_TYPE

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    status: str


class Ready(BaseModel):
    """What the service answers from; `degraded` says why answers come from a stand-in, and is empty if all is well."""

    status: str
    version: str
    build: str
    letters: int
    passages: int
    embedding_model: str
    reranker: str | None
    chat_model: str | None
    degraded: str


@router.get("/healthz")
def alive() -> Alive:
    """Touches nothing: answers as long as the process does."""
    return Alive(status="ok")


@router.get("/metrics", response_class=PlainTextResponse, dependencies=[Depends(needs("admin"))])
def metrics(service: Annotated[Service, Depends(service_of)]) -> Response:
    """Counts and durations in the form that Prometheus collects; nothing that anybody has asked."""
    with service.library.build() as build:
        letters = build.manifest.counts.letters
    return Response(service.metrics.exposed(letters), media_type=CONTENT_TYPE)


@router.get("/readyz")
def ready(service: Annotated[Service, Depends(service_of)]) -> Ready:
    """200 when questions can be answered, 503 otherwise."""
    with service.library.build() as build:
        return Ready(
            status="degraded" if build.degraded else "ready",
            version=__version__,
            build=build.id,
            letters=build.manifest.counts.letters,
            passages=build.manifest.counts.passages,
            embedding_model=service.embedder.name,
            reranker=service.reranker.name if service.reranker else None,
            chat_model=service.writer.name if service.writer else None,
            degraded=build.degraded,
        )
