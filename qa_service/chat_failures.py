"""What the errors of providers' packages say: they have no common base, and wrap each other."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

_TRY_AGAIN = frozenset([408, 429])
_SERVER_ERRORS = 500
_TOO_LONG = re.compile(
    r"context[ _](length|window|size)|maximum context|prompt is too long|too many (input )?tokens"
    r"|(input|prompt) (tokens? count )?.{0,40}exceeds",
    re.IGNORECASE,
)


def may_help_again(error: Exception) -> bool:
    """Whether the call failed on the way, by too many calls, or by the provider's own fault."""
    status = _of_causes(error, "status_code") or getattr(_of_causes(error, "response"), "status_code", None)
    if isinstance(status, int):
        return status in _TRY_AGAIN or status >= _SERVER_ERRORS
    on_the_way = any(isinstance(one, ConnectionError | TimeoutError) for one in _causes(error))
    return on_the_way or bool(_of_causes(error, "is_retryable"))


def retry_after_s(error: Exception) -> float | None:
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


def is_too_long(error: Exception) -> bool:
    """Whether the model was sent more than it reads; providers say so in words only."""
    return not may_help_again(error) and bool(_TOO_LONG.search(str(error)))


def one_line(error: Exception) -> str:
    return " ".join(str(error).split())
