"""Asking and searching."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from qa_service.api.access import needs
from qa_service.api.dependencies import owner_of, service_of
from qa_service.api.requests import AskIn, SearchIn
from qa_service.api.responses import AnswerOut
from qa_service.api.search_responses import SearchOut
from qa_service.api.service import Service
from qa_service.api.streaming import STREAM, respond_with_stream

router = APIRouter(tags=["ask"], dependencies=[Depends(needs("ask"))])


@router.post("/v1/ask", response_model=AnswerOut, response_model_exclude_unset=True)
def ask(
    asked: AskIn, service: Annotated[Service, Depends(service_of)], owner: Annotated[str, Depends(owner_of)]
) -> dict[str, Any]:
    """Answer a question from the letters; every claim carries a quotation with its letter and page."""
    return service.ask(asked, owner)


@router.post("/v1/ask/stream", response_class=StreamingResponse, responses={200: STREAM})
def ask_stream(
    asked: AskIn,
    service: Annotated[Service, Depends(service_of)],
    owner: Annotated[str, Depends(owner_of)],
) -> StreamingResponse:
    """The same, told as it comes, as server-sent events: `status`, `question`, `passages`, `claim` with its checked
    citations, `text` (the deltas make up the answer's text), `heartbeat`, and at the end `done` with the answer or
    `error` with problem details. What has not passed every check is never sent. Going away ends the work.
    """
    return respond_with_stream(service.begin(asked, owner))


@router.post("/v1/search")
def search(asked: SearchIn, service: Annotated[Service, Depends(service_of)]) -> SearchOut:
    """The passages nearest to a question, best first, without an answer."""
    return service.search(asked)
