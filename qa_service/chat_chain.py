"""Several chat models as one: each is asked when those before it have failed."""

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence

import structlog

from qa_service.budget import Budget
from qa_service.chat import Chat, ChatReply, Form, Message
from qa_service.errors import BackendError, BrokenOffError, ModelError, PromptTooLongError, SpentError

RESTING_S = 30.0
"""A model that failed is left alone so long, so that not every question waits for it."""


class ChatChain:
    """Chat models in the order in which they are asked. A reply says which of them gave it."""

    def __init__(self, chats: Sequence[Chat], *, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises: ValueError without a model."""
        if not chats:
            raise ValueError("a chain needs at least one chat model")
        self.name = ", ".join(chat.name for chat in chats)
        self._chats, self._clock = tuple(chats), clock
        self._resting_until: dict[int, float] = {}
        self._lock = threading.Lock()

    def __call__(
        self, messages: Sequence[Message], form: Form | None = None, budget: Budget | None = None
    ) -> ChatReply:
        failure: BackendError | None = None
        for number, chat in self._awake():
            try:
                return chat(messages, form, budget)
            except BackendError as error:
                failure = self._rested(number, error)
        raise self._all_failed(failure)

    def stream(self, messages: Sequence[Message], form: Form | None, budget: Budget) -> Generator[str, None, ChatReply]:
        failure: BackendError | None = None
        for number, chat in self._awake():
            try:
                return (yield from chat.stream(messages, form, budget))
            except BackendError as error:
                failure = self._rested(number, error)
        raise self._all_failed(failure)

    def _awake(self) -> Iterator[tuple[int, Chat]]:
        for number, chat in enumerate(self._chats):
            if self._resting_until.get(number, 0.0) <= self._clock():
                yield number, chat

    def _rested(self, number: int, error: BackendError) -> BackendError:
        """Leave a model alone for a while. Raises: the error, where another model would be no remedy for it."""
        if isinstance(error, SpentError | PromptTooLongError | BrokenOffError):
            raise error
        with self._lock:
            self._resting_until[number] = self._clock() + RESTING_S
        structlog.get_logger().warning("chat_model_failed", model=self._chats[number].name, error=str(error))
        return error

    def _all_failed(self, failure: BackendError | None) -> BackendError:
        return failure or ModelError(f"{self.name}: failed a moment ago, and not asked again yet", retryable=True)
