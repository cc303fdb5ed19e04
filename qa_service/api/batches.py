"""Many questions at once: taken in, answered one after the other, asked how far they are, fetched as a file."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated, Literal

from anyio import to_thread
from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from pydantic import BaseModel, Field

from qa_service.api.access import needs
from qa_service.api.conversations import Asked, Named, Own
from qa_service.api.requests import MAX_CLAIMS, AskIn, AsNumber, FiltersIn, Model, QuestionText, Text
from qa_service.api.service import Service
from qa_service.batch import BatchQuestion, written
from qa_service.batch_running import Runner
from qa_service.batches import Batch, Batches, Status
from qa_service.conversations import LOCAL_OWNER
from qa_service.dialogue import Answerer
from qa_service.errors import InputError
from qa_service.keys import Keys

MOST_QUESTIONS = 500
_MEDIA_TYPES = {
    "jsonl": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

router = APIRouter(tags=["batches"], dependencies=[Depends(needs("ask"))])


class BatchQuestionIn(Model):
    """A question of a batch, without a conversation; `id` is the asker's own name for it, by default its number."""

    id: Annotated[Text, Field(min_length=1, max_length=100)] | None = None
    question: QuestionText
    filters: FiltersIn = FiltersIn()
    max_claims: Annotated[int, Field(ge=1, le=MAX_CLAIMS), AsNumber] | None = None
    answerer: Answerer | None = None

    def asked(self) -> AskIn:
        return AskIn(question=self.question, filters=self.filters, max_claims=self.max_claims, answerer=self.answerer)


class BatchIn(Model):
    questions: Annotated[list[BatchQuestionIn], Field(min_length=1, max_length=MOST_QUESTIONS)]


class BatchOut(BaseModel):
    """How far a batch has come: of `total` questions `done` are over, `failed` of them without an answer.

    `stopped` is one whose key has been revoked or has expired. `created_at` is ISO, UTC.
    """

    id: str
    status: Status
    total: int
    done: int
    failed: int
    created_at: str


class BatchesOut(BaseModel):
    """One's own batches, newest first."""

    batches: list[BatchOut]


class AnswersIn(Model):
    format: Literal["jsonl", "csv", "docx"] = "jsonl"


def runner_of(request: Request) -> Runner:
    runner: Runner = request.app.state.batches
    return runner


def kept_batches(service: Asked) -> Batches:
    return Batches(service.conversations.engine)


Kept = Annotated[Batches, Depends(kept_batches)]
Running = Annotated[Runner, Depends(runner_of)]


def runner_over(service: Service, keys: Keys) -> Runner:
    """What answers the batches of a service, for as long as their owners may ask."""
    batches = Batches(service.conversations.engine)
    return Runner(batches, service, lambda owner: owner == LOCAL_OWNER or keys.may_ask(owner))


@asynccontextmanager
async def going_on(app: FastAPI, inner: AbstractAsyncContextManager[None]) -> AsyncIterator[None]:
    """While the application runs, its batches are worked off."""
    runner: Runner = app.state.batches
    await to_thread.run_sync(runner.start)
    try:
        async with inner:
            yield
    finally:
        await to_thread.run_sync(runner.end)


@router.post("/v1/batches", status_code=202)
def begin_batch(asked: BatchIn, service: Asked, owner: Own, batches: Kept, runner: Running) -> BatchOut:
    """Take questions in, to be answered one after the other; nothing of them is kept as a conversation."""
    batch = batches.begin(owner, _questions(asked, service, owner))
    runner.wake()
    return _out(batch)


@router.get("/v1/batches")
def list_batches(owner: Own, batches: Kept) -> BatchesOut:
    """One's own batches, newest first."""
    return BatchesOut(batches=[_out(batch) for batch in batches.listed(owner)])


@router.get("/v1/batches/{id}")
def read_batch(id: Named, owner: Own, batches: Kept) -> BatchOut:
    """How far a batch has come."""
    return _out(batches.get(owner, id))


@router.get("/v1/batches/{id}/answers", response_class=Response)
def read_batch_answers(id: Named, asked: Annotated[AnswersIn, Query()], owner: Own, batches: Kept) -> Response:
    """What is done so far, as a file: JSON lines, a table, or a Word document."""
    answers = batches.answers(owner, id)
    if asked.format == "docx" and not any(one.answer for one in answers):
        raise InputError("no question has an answer yet, so there is no document")
    disposition = {"Content-Disposition": f'attachment; filename="letters-{id}.{asked.format}"'}
    content = written(answers, f".{asked.format}", title=f"Batch {id}")
    return Response(content, media_type=_MEDIA_TYPES[asked.format], headers=disposition)


@router.delete("/v1/batches/{id}", status_code=204)
def delete_batch(id: Named, owner: Own, batches: Kept, runner: Running) -> None:
    """Stop a batch, and delete it with its answers."""
    batches.delete(owner, id)
    runner.drop(id)


def _questions(asked: BatchIn, service: Service, owner: str) -> list[BatchQuestion]:
    """Raises: InputError for what would be refused of a single question, and for an id that is given twice."""
    questions = [
        BatchQuestion(one.id or str(number), one.asked()) for number, one in enumerate(asked.questions, start=1)
    ]
    seen: set[str] = set()
    for number, question in enumerate(questions):
        if question.id in seen:
            raise InputError(f"questions.{number}.id: two questions have the id {question.id!r}")
        seen.add(question.id)
        try:
            service.begin(question.asked, owner)
        except InputError as error:
            raise InputError(f"questions.{number}: {error}") from error
    return questions


def _out(batch: Batch) -> BatchOut:
    return BatchOut(**batch.as_json())
