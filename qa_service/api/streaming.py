"""An answer as it comes, as server-sent events. Only what has passed every check is sent.

Events: `status`, `question`, `passages`, `claim`, `text`, then `done` or `error`; `heartbeat` while nothing else comes.
The `text` events put together are the text of the answer in `done`.
"""

import asyncio
import json
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, suppress
from contextvars import copy_context
from itertools import chain
from typing import Any

import structlog
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from qa_service.answering.events import Event, Found, Proved, Stage, Understood
from qa_service.answering.wording import SENTENCES_JOINED_BY, marked
from qa_service.api.problems import problem_of
from qa_service.api.responses import CitationOut, PassageOut
from qa_service.api.service import Asking, Told
from qa_service.dialogue import Citation, Claim
from qa_service.errors import QAServiceError
from qa_service.texts import Volume

HEARTBEAT_S = 10.0

_EVENT: dict[str, Any] = {
    "type": "object",
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}, "id": {"type": "string"}},
    "required": ["data"],
}
STREAM: dict[str, Any] = {
    "description": "Server-sent events.",
    "content": {"text/event-stream": {"itemSchema": _EVENT}},
}
"""What OpenAPI says of such a response."""

Sent = tuple[str, dict[str, Any]]
"""An event's name, and its data."""

Telling = AsyncGenerator[Sent | None, None]
"""Events as they come; None where nothing has come for a while."""


def respond_with_stream(asking: Asking) -> StreamingResponse:
    """The response that tells how a question is answered. A client that goes away ends the work on it."""
    return stream(_encoded(tell(asking, asking.kept())))


def stream(encoded: AsyncIterator[bytes]) -> StreamingResponse:
    """A response that goes out event by event, and is held back by no cache or proxy."""
    return StreamingResponse(
        encoded, headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}, media_type="text/event-stream"
    )


def tell(asking: Asking, answering: Told) -> Telling:
    """What is sent while a question is answered, kept or not. Closing it ends the work."""
    return _in_thread(_events(asking, answering), asking.budget.stop if asking.budget else _nothing)


def _events(asking: Asking, answering: Told) -> Iterator[Sent]:
    """What is sent; whatever goes wrong becomes the last event."""
    try:
        with asking.service.library.build() as build:
            volumes = {volume.id: volume for volume in build.catalogue.volumes()}
        sending = _Sending(volumes, asking.conversation)
        while True:
            try:
                event = next(answering)
            except StopIteration as end:
                answer: dict[str, Any] = end.value
                break
            yield from sending.of(event)
        if rest := answer["text"].removeprefix(sending.text):
            yield "text", {"delta": rest}
        yield "done", answer
    except Exception as error:
        if not isinstance(error, QAServiceError):
            structlog.get_logger().exception("unexpected_error", path="stream")
        yield "error", problem_of(error)


class _Sending:
    """Events as they are sent: citations are numbered in the order in which they come, as in the answer."""

    def __init__(self, volumes: dict[str, Volume], conversation: str) -> None:
        self.text = ""
        self._volumes, self._conversation = volumes, conversation
        self._numbers: dict[Citation, int] = {}

    def of(self, event: Event) -> Iterator[Sent]:
        match event:
            case Stage():
                yield "status", {"stage": event.name}
            case Understood():
                yield (
                    "question",
                    {
                        "conversation_id": self._conversation,
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


async def _in_thread(events: Iterator[Sent], stop: Callable[[], object]) -> Telling:
    """Events made in a thread. Who stops listening stops the work."""
    loop = asyncio.get_running_loop()
    received: asyncio.Queue[Sent | None] = asyncio.Queue()

    def run() -> None:
        for event in chain(events, [None]):
            with suppress(RuntimeError):  # the loop has been closed, nobody listens
                loop.call_soon_threadsafe(received.put_nowait, event)

    threading.Thread(target=copy_context().run, args=(run,), name="answering", daemon=True).start()
    try:
        while True:
            try:
                event = await asyncio.wait_for(received.get(), HEARTBEAT_S)
            except TimeoutError:
                yield None
                continue
            if event is None:
                break
            yield event
    finally:
        stop()


async def _encoded(events: Telling) -> AsyncIterator[bytes]:
    number = 0
    async with aclosing(events):
        async for event in events:
            if event is None:
                yield format_sse_event(event="heartbeat", data_str="{}")
                continue
            number += 1
            name, data = event
            yield format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False), id=str(number))


def _nothing() -> None:
    """There is no model to stop: the rest takes milliseconds."""
