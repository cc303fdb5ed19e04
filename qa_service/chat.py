"""Messages to text: the one door to LangChain's chat models, and the one place where a call is tried again.

Providers' packages try again by themselves, each in its own way; they are told not to (`max_retries=0`), so that a
question waits as long as is written here. Calls run in an event loop of their own (`background`), because only there
can a call be ended while it waits. LangChain is imported when a model is loaded: it takes seconds.
"""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterator, Mapping, Sequence
from contextlib import aclosing, closing
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import structlog

from qa_service.background import iterate
from qa_service.budget import Allowance, Budget
from qa_service.chat_failures import is_too_long, may_help_again, one_line, retry_after_s
from qa_service.errors import (
    BackendError,
    BrokenOffError,
    InputError,
    ModelError,
    PromptTooLongError,
    QAServiceError,
    SpentError,
)

Role = Literal["system", "user", "assistant"]
Output = Literal["tools", "schema", "text"]
"""How a model is made to keep to a form: by a tool that it has to call, by OpenAI's `response_format`, or by words."""

_WAITS_S = (1.0, 4.0)
"""A call is tried again this often, after waiting so long unless the provider says how long."""
_LONGEST_WAIT_S = 10.0
"""A provider that asks for a longer wait is not waited for."""


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Form:
    """The JSON object that a reply has to be."""

    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChatReply:
    """What a model said: its text, or the JSON that it filled a form with. May be empty: a model that declines, or
    spends its tokens otherwise, says nothing.
    """

    text: str
    tokens_in: int | None
    """None if the provider does not count."""
    tokens_out: int | None
    model: str
    """As the provider names what answered, which may be more exact than what was asked for."""
    asked: str = ""
    """The "provider:model" that was asked."""


class Chat(Protocol):
    """A chat model; safe to call from several threads."""

    name: str
    """What was asked for: "provider:model"."""

    def __call__(
        self, messages: Sequence[Message], form: Form | None = None, budget: Budget | None = None
    ) -> ChatReply:
        """The model's reply. Raises: BackendError, `retryable` if it may help to ask again later; PromptTooLongError;
        with a budget also SpentError and StoppedError.
        """
        ...

    def stream(self, messages: Sequence[Message], form: Form | None, budget: Budget) -> Generator[str, None, ChatReply]:
        """The reply piece by piece, and whole at the end. A generator that is closed ends the call.

        Raises: as a call does; once a piece has been given, BrokenOffError for what would be another BackendError.
        """
        ...


def load_chat(
    model: str,
    *,
    base_url: str | None = None,
    timeout_s: float = 60,
    max_tokens: int = 1000,
    output: Output = "tools",
    wait: Callable[[float], None] | None = None,
) -> Chat:
    """Set up a chat model; nothing is asked of it yet.

    Args:
        model: "provider:model", with the providers that LangChain's `init_chat_model` knows.
        base_url: another address than the provider's, such as that of a server of one's own.
        timeout_s: for one try: until it answers, or of a stream until its next piece.
        max_tokens: of a reply.
        wait: what is called with the seconds between two tries; without it the budget's `rest`.
    Raises: InputError for a name of another form, a provider that is unknown or whose package is missing, or a model
        that cannot be set up, as without the key that its provider reads from the environment.
    """
    provider, _, name = model.partition(":")
    if not provider or not name:
        raise InputError(f"expected a chat model as provider:model, such as openai:gpt-4.1-mini, got {model!r}")
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"timeout": timeout_s, "max_tokens": max_tokens, "temperature": 0, "max_retries": 0}
    if base_url is not None:
        options["base_url"] = base_url
    if provider == "openai":
        options["stream_usage"] = True  # else no tokens are counted in a stream from another address than OpenAI's
    try:
        made = init_chat_model(name, model_provider=provider, **options)
    except ImportError as error:
        raise InputError(
            f"the chat model {model!r} needs a package that is not installed: {one_line(error)} "
            "(for openai, and servers that speak as it does: pip install 'letters[openai]'; there are also "
            "letters[anthropic] and letters[google])"
        ) from error
    except Exception as error:  # every provider has errors of its own, with no common base
        raise InputError(f"the chat model {model!r} cannot be set up: {one_line(error)}") from error
    return _LangChainChat(model, made, output, timeout_s, wait)


class _LangChainChat:
    """A LangChain chat model, tried again where that can help."""

    def __init__(
        self, name: str, model: Any, output: Output, timeout_s: float, wait: Callable[[float], None] | None
    ) -> None:
        self.name = name
        self._model, self._output, self._timeout_s, self._wait = model, output, timeout_s, wait

    def __call__(
        self, messages: Sequence[Message], form: Form | None = None, budget: Budget | None = None
    ) -> ChatReply:
        return _last(self._tried(messages, form, budget or _unbounded(self._timeout_s), streamed=False))

    def stream(self, messages: Sequence[Message], form: Form | None, budget: Budget) -> Generator[str, None, ChatReply]:
        return self._tried(messages, form, budget, streamed=True)

    def _tried(
        self, messages: Sequence[Message], form: Form | None, budget: Budget, *, streamed: bool
    ) -> Generator[str, None, ChatReply]:
        """The reply, after at most two failures that may pass."""
        for usual_wait_s in (*_WAITS_S, None):
            budget.begin_call()
            given = False
            try:
                with closing(self._chunks(messages, form, budget, streamed)) as chunks:
                    pieces = _Pieces(chunks, self._by_tool(form))
                    for piece in pieces:
                        given = True
                        yield piece
                reply = pieces.whole(self.name)
                budget.spend(self.name, reply.tokens_in, reply.tokens_out)
                return reply
            except BackendError as error:
                if given:
                    raise BrokenOffError(f"{self.name} broke off: {error}", retryable=True) from error
                if not error.retryable or usual_wait_s is None:
                    raise
                asked_wait_s = retry_after_s(error)
                wait_s = usual_wait_s if asked_wait_s is None else asked_wait_s
                if wait_s > min(_LONGEST_WAIT_S, budget.left_s):
                    raise
                structlog.get_logger().warning("chat_tried_again", error=str(error), wait_s=wait_s)
            (self._wait or budget.rest)(wait_s)
        raise AssertionError("the last try returns or raises")

    def _chunks(
        self, messages: Sequence[Message], form: Form | None, budget: Budget, streamed: bool
    ) -> Generator[Any, None, None]:
        """LangChain's messages: one, or those that make up a stream."""
        given = [(message.role, message.text) for message in messages]
        asked = self._in_form(form).astream(given) if streamed else _once(self._in_form(form).ainvoke(given))
        try:
            yield from iterate(_hurried(asked, self._timeout_s, budget), budget)
        except QAServiceError:
            raise
        except Exception as error:  # every provider has errors of its own, with no common base
            message = f"{self.name} gave no answer: {type(error).__name__}: {one_line(error)}"
            if is_too_long(error):
                raise PromptTooLongError(message) from error
            raise ModelError(message, retryable=may_help_again(error) or _is_no_reply(error)) from error

    def _by_tool(self, form: Form | None) -> bool:
        return form is not None and self._output == "tools"

    def _in_form(self, form: Form | None) -> Any:
        if form is None or self._output == "text":
            return self._model
        described = {"name": form.name, "description": form.description}
        if self._output == "schema":
            wanted = {"type": "json_schema", "json_schema": described | {"schema": form.schema}}
            return self._model.bind(response_format=wanted)
        tool = {"type": "function", "function": described | {"parameters": form.schema}}
        return self._model.bind_tools([tool], tool_choice=form.name)


class _Pieces:
    """The pieces of one reply, and the reply that they make up."""

    def __init__(self, chunks: Iterator[Any], by_tool: bool) -> None:
        self._chunks, self._by_tool = chunks, by_tool
        self._text = self._filled_in = ""
        self._sum: Any = None

    def __iter__(self) -> Iterator[str]:
        """What fills the form as it comes; of a model that calls no tool, its text in the end."""
        for chunk in self._chunks:
            self._sum = chunk if self._sum is None else self._sum + chunk
            said, filled_in = str(chunk.text), _arguments(chunk)
            self._text += said
            self._filled_in += filled_in
            if piece := filled_in if self._by_tool else said:
                yield piece
        if self._by_tool and not self._filled_in and self._text:
            yield self._text

    def whole(self, asked: str) -> ChatReply:
        """Raises: BackendError if not even an empty message came."""
        if self._sum is None:
            raise ModelError(f"{asked} gave no answer", retryable=True)
        usage = self._sum.usage_metadata or {}
        return ChatReply(
            text=self._filled_in or self._text,
            tokens_in=usage.get("input_tokens"),
            tokens_out=usage.get("output_tokens"),
            model=self._sum.response_metadata.get("model_name") or asked,
            asked=asked,
        )


def _arguments(message: Any) -> str:
    """What a message, or a part of one, says in calls of a tool."""
    parts = getattr(message, "tool_call_chunks", None)
    if parts is not None:
        return "".join(part["args"] or "" for part in parts)
    whole = [json.dumps(call["args"]) for call in message.tool_calls]
    return "".join([*whole, *(str(call["args"] or "") for call in message.invalid_tool_calls)])


def _is_no_reply(error: Exception) -> bool:
    """Whether a stream ended before anything had come; LangChain says so in words."""
    return isinstance(error, ValueError) and str(error).startswith("No generation")


def _last(pieces: Generator[str, None, ChatReply]) -> ChatReply:
    """The whole of a reply that nobody reads piece by piece."""
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            reply: ChatReply = end.value
            return reply


def _unbounded(timeout_s: float) -> Budget:
    """For calls that belong to no question: nothing but their own tries bounds them."""
    tries = len(_WAITS_S) + 1
    return Budget(Allowance(calls=tries, tokens=sys.maxsize, seconds=tries * (timeout_s + _LONGEST_WAIT_S)))


async def _hurried(items: AsyncGenerator[Any, None], timeout_s: float, budget: Budget) -> AsyncGenerator[Any, None]:
    """Items of which each must come in time; a server that sends signs of life and nothing else is not waited for."""
    async with aclosing(items):
        while True:
            try:
                async with asyncio.timeout(min(timeout_s, budget.left_s)):
                    item = await anext(items)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                if not budget.left_s:
                    raise SpentError(f"the question has used its {budget.allowance.seconds:g} seconds") from error
                raise TimeoutError(f"nothing came for {timeout_s:g} seconds") from error
            yield item


async def _once(reply: Coroutine[Any, Any, Any]) -> AsyncGenerator[Any, None]:
    yield await reply
