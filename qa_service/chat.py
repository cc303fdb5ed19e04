"""Messages to text: the one door to LangChain's chat models, and the one place where a call is tried again.

Providers' packages try again by themselves, each in its own way; they are told not to (`max_retries=0`), so that a
question waits as long as is written here. LangChain is imported when a model is loaded: it takes seconds.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal, Protocol

import structlog

from qa_service.errors import BackendError, InputError

Role = Literal["system", "user", "assistant"]

_WAITS_S = (1.0, 4.0)
"""A call is tried again this often, after waiting so long unless the provider says how long."""
_LONGEST_WAIT_S = 10.0
"""A provider that asks for a longer wait is not waited for."""
_TRY_AGAIN = frozenset([408, 429])
_SERVER_ERRORS = 500


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class ChatReply:
    """What a model said. The text may be empty: a model that declines, or spends its tokens otherwise, says nothing."""

    text: str
    tokens_in: int | None
    """None if the provider does not count."""
    tokens_out: int | None
    model: str
    """As the provider names what answered, which may be more exact than what was asked for."""


class Chat(Protocol):
    """A chat model; safe to call from several threads."""

    name: str
    """What was asked for: "provider:model"."""

    def __call__(self, messages: Sequence[Message]) -> ChatReply:
        """The model's reply. Raises: BackendError, `retryable` if it may help to ask again later."""
        ...


def load_chat(
    model: str,
    *,
    base_url: str | None = None,
    timeout_s: float = 60,
    max_tokens: int = 1000,
    wait: Callable[[float], None] = time.sleep,
) -> Chat:
    """Set up a chat model; nothing is asked of it yet.

    Args:
        model: "provider:model", with the providers that LangChain's `init_chat_model` knows.
        base_url: another address than the provider's, such as that of a server of one's own.
        timeout_s: for one try.
        max_tokens: of a reply.
        wait: what is called with the seconds between two tries.
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
    try:
        made = init_chat_model(name, model_provider=provider, **options)
    except ImportError as error:
        raise InputError(
            f"the chat model {model!r} needs a package that is not installed: {_one_line(error)} "
            "(for openai, and servers that speak as it does: pip install 'letters[openai]')"
        ) from error
    except Exception as error:  # every provider has errors of its own, with no common base
        raise InputError(f"the chat model {model!r} cannot be set up: {_one_line(error)}") from error
    return _LangChainChat(model, made.invoke, wait)


class _LangChainChat:
    """A LangChain chat model, tried again where that can help."""

    def __init__(self, name: str, invoke: Callable[[Any], Any], wait: Callable[[float], None]) -> None:
        self.name = name
        self._invoke, self._wait = invoke, wait

    def __call__(self, messages: Sequence[Message]) -> ChatReply:
        given = [(message.role, message.text) for message in messages]
        for usual_wait_s in _WAITS_S:
            try:
                return self._ask(given)
            except BackendError as error:
                asked_wait_s = _retry_after_s(error)
                wait_s = usual_wait_s if asked_wait_s is None else asked_wait_s
                if not error.retryable or wait_s > _LONGEST_WAIT_S:
                    raise
                structlog.get_logger().warning("chat_tried_again", error=str(error), wait_s=wait_s)
            self._wait(wait_s)
        return self._ask(given)

    def _ask(self, given: list[tuple[Role, str]]) -> ChatReply:
        try:
            said = self._invoke(given)
        except Exception as error:  # every provider has errors of its own, with no common base
            message = f"{self.name} gave no answer: {type(error).__name__}: {_one_line(error)}"
            raise BackendError(message, retryable=_may_help_again(error)) from error
        usage = said.usage_metadata or {}
        return ChatReply(
            text=str(said.text),
            tokens_in=usage.get("input_tokens"),
            tokens_out=usage.get("output_tokens"),
            model=said.response_metadata.get("model_name") or self.name,
        )


def _may_help_again(error: Exception) -> bool:
    """Whether the call failed on the way, by too many calls, or by the provider's own fault."""
    status = _of_causes(error, "status_code") or getattr(_of_causes(error, "response"), "status_code", None)
    if isinstance(status, int):
        return status in _TRY_AGAIN or status >= _SERVER_ERRORS
    on_the_way = any(isinstance(one, ConnectionError | TimeoutError) for one in _causes(error))
    return on_the_way or bool(_of_causes(error, "is_retryable"))


def _retry_after_s(error: Exception) -> float | None:
    """The wait that the provider asks for (RFC 9110, section 10.2.3: seconds or a date); None if for none."""
    response = _of_causes(error, "response")
    said = response.headers.get("retry-after") if hasattr(response, "headers") else None
    if said is None:
        return None
    try:
        return max(0.0, float(said))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _of_causes(error: Exception, name: str) -> Any:
    """The first attribute of that name that an error or one of its causes has; None if none has it."""
    return next((found for one in _causes(error) if (found := getattr(one, name, None)) is not None), None)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
