"""Examples of questions for who does not know yet what these letters hold."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from qa_service.answering.examples import examples_of
from qa_service.answering.responding import Asked, Means, finish, respond
from qa_service.api.access import needs
from qa_service.api.dependencies import service_of
from qa_service.api.service import Service

router = APIRouter(tags=["ask"], dependencies=[Depends(needs("ask"))])


class ExampleOut(BaseModel):
    """A question, and the letter it is about; null where it is about several."""

    question: str
    letter: str | None


class ExamplesOut(BaseModel):
    build: str
    examples: list[ExampleOut]


@router.get("/v1/examples")
def list_examples(service: Annotated[Service, Depends(service_of)]) -> ExamplesOut:
    """Questions made from the loaded letters that this service answers, at most four. The first call asks them."""
    with service.library.build() as build:
        means = Means(service.embedder, service.reranker, at_work=service.gate.enter)
        found = examples_of(build, lambda question: finish(respond(Asked(question), build, means)))
        examples = [ExampleOut(question=one.question, letter=str(one.letter) if one.letter else None) for one in found]
        return ExamplesOut(build=build.id, examples=examples)
