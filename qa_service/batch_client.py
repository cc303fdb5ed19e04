"""Questions of a file, answered by a service that runs: as batches of its own, deleted when their answers are here."""

import json
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress

from qa_service.batch import BatchAnswer, BatchQuestion, answer_of
from qa_service.client import RunningService
from qa_service.errors import InputError, QAServiceError

AT_A_TIME = 100
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 2.0
"""Between looks at how far a batch is; a key allows 60 requests a minute by default."""


def answers_from(
    service: RunningService,
    questions: Sequence[BatchQuestion],
    *,
    at_a_time: int = AT_A_TIME,
    pause: Callable[[float], None] = time.sleep,
) -> Generator[BatchAnswer, None, None]:
    """The answers, as they come. However it ends, no batch stays behind with the service.

    Raises: as RunningService; InputError if the service stops the batch, or does not take a field of a question.
    """
    for start in range(0, len(questions), at_a_time):
        yield from _answers(service, questions[start : start + at_a_time], pause)


def _answers(
    service: RunningService, questions: Sequence[BatchQuestion], pause: Callable[[float], None]
) -> Generator[BatchAnswer, None, None]:
    batch = service.post("/v1/batches", {"questions": [_body(question) for question in questions]})
    path, seconds, told = f"/v1/batches/{batch['id']}", _FIRST_PAUSE_S, set[str]()
    try:
        while len(told) < len(questions):
            if batch["status"] == "stopped":
                raise InputError("the service has stopped the batch: the key may not ask any more")
            if batch["done"] > len(told):
                lines = service.text("GET", f"{path}/answers?format=jsonl").split("\n")
                for one in (answer_of(json.loads(line)) for line in lines if line):
                    if one.id not in told:
                        told.add(one.id)
                        yield one
                continue
            pause(seconds)
            seconds = min(2 * seconds, _LONGEST_PAUSE_S)
            batch = service.get(path)
    finally:
        with suppress(QAServiceError):
            service.delete(path)


def _body(question: BatchQuestion) -> dict[str, object]:
    return {"id": question.id, **question.asked.model_dump(mode="json", by_alias=True, exclude_unset=True)}
