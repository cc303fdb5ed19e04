"""An answer as it comes, as server-sent events. Only what has passed every check is sent.

Events: `status`, `question`, `passages`, `claim`, `text`, then `done` or `error`; `heartbeat` while nothing else comes.
The `text` events put together are the text of the answer in `done`.
"""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from itertools import chain
from typing import Any

import structlog
from fastapi import Request
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from qa_service.answering.events import Event, Found, Proved, Stage, Understood
from qa_service.answering.wording import SENTENCES_JOINED_BY, marked
from qa_service.api.problems import problem_of
from qa_service.api.responses import CitationOut, PassageOut
from qa_service.api.service import Asking
from qa_service.dialogue import Citation, Claim
from qa_service.errors import QAServiceError
from qa_service.texts import Volume

HEARTBEAT_S = 10.0
_LOOKED_FOR_EVERY_S = 0.2

STREAM: dict[str, Any] = {
    "description": "Server-sent events.",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}
"""What OpenAPI says of such a response."""

Sent = tuple[str, dict[str, Any]]
"""An event's name, and its data."""


def respond_with_stream(asking: Asking, request: Request) -> StreamingResponse:
    """The response that tells how a question is answered. A client that goes away ends the work on it."""
    stop = asking.budget.stop if asking.budget else _nothing
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _encoded(_in_thread(_events(asking), stop, request.is_disconnected)),
        headers=headers,
        media_type="text/event-stream",
    )


def _events(asking: Asking) -> Iterator[Sent]:
    """What is sent; whatever goes wrong becomes the last event."""
    try:
        with asking.service.library.build() as build:
            telling = _Telling({volume.id: volume for volume in build.catalogue.volumes()})
        answering = asking.kept()
        while True:
            try:
                event = next(answering)
            except StopIteration as end:
                answer: dict[str, Any] = end.value
                break
            yield from telling.of(event)
        if rest := answer["text"].removeprefix(telling.text):
            yield "text", {"delta": rest}
        yield "done", answer
    except Exception as error:
        if not isinstance(error, QAServiceError):
            structlog.get_logger().exception("unexpected_error", path="/v1/ask/stream")
        yield "error", problem_of(error)


class _Telling:
    """Events as they are sent: citations are numbered in the order in which they come, as in the answer."""

    def __init__(self, volumes: dict[str, Volume]) -> None:
        self.text = ""
        self._volumes = volumes
        self._numbers: dict[Citation, int] = {}

    def of(self, event: Event) -> Iterator[Sent]:
        match event:
            case Stage():
                yield "status", {"stage": event.name}
            case Understood():
                yield (
                    "question",
                    {
                        "question": event.question.asked,
                        "standalone_question": event.question.standalone,
                        "searches": list(event.question.searches),
                    },
                )
            case Found():
                passages = [PassageOut.of(hit, self._volumes[hit.letter.ref.volume]) for hit in event.hits]
                yield "passages", {"reading": event.reading, "passages": [one.model_dump() for one in passages]}
            case Proved():
                yield from self._claim(event.claim, written=event.written)

    def _claim(self, claim: Claim, *, written: bool) -> Iterator[Sent]:
        new = [one for one in claim.citations if one not in self._numbers]
        for citation in new:
            self._numbers[citation] = len(self._numbers) + 1
        cited = [CitationOut.of(self._numbers[one], one, self._volumes[one.letter.ref.volume]) for one in new]
        yield (
            "claim",
            {
                "text": claim.text,
                "citations": [self._numbers[one] for one in claim.citations],
                "new_citations": [one.model_dump() for one in cited],
            },
        )
        if written:
            delta = f"{SENTENCES_JOINED_BY if self.text else ''}{marked(claim, self._numbers)}"
            self.text += delta
            yield "text", {"delta": delta}


async def _in_thread(
    events: Iterator[Sent], stop: Callable[[], object], gone: Callable[[], Awaitable[bool]]
) -> AsyncIterator[Sent | None]:
    """Events made in a thread; None where nothing has come for a while. Who goes away stops the work: that is looked
    for, because servers tell of it only where something is sent.
    """
    loop = asyncio.get_running_loop()
    received: asyncio.Queue[Sent | None] = asyncio.Queue()

    def run() -> None:
        for event in chain(events, [None]):
            with suppress(RuntimeError):  # the loop has been closed, nobody listens
                loop.call_soon_threadsafe(received.put_nowait, event)

    threading.Thread(target=run, name="answering", daemon=True).start()
    silent_s = 0.0
    try:
        while True:
            try:
                event = await asyncio.wait_for(received.get(), _LOOKED_FOR_EVERY_S)
            except TimeoutError:
                silent_s += _LOOKED_FOR_EVERY_S
                if await gone():
                    return
                if silent_s >= HEARTBEAT_S:
                    silent_s = 0.0
                    yield None
                continue
            if event is None:
                return
            silent_s = 0.0
            yield event
    finally:
        stop()


async def _encoded(events: AsyncIterator[Sent | None]) -> AsyncIterator[bytes]:
    number = 0
    async for event in events:
        if event is None:
            yield format_sse_event(event="heartbeat", data_str="{}")
            continue
        number += 1
        name, data = event
        yield format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False), id=str(number))


def _nothing() -> None:
    """There is no model to stop: the rest takes milliseconds."""
