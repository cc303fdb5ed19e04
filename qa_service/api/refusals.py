"""What a refusal says beside its problem details: headers, and members of its own."""

from typing import Any

from qa_service.errors import (
    ConflictError,
    KeyInvalidError,
    KeyNeededError,
    QAServiceError,
    RateLimitedError,
    ScopeNeededError,
)

_CHALLENGE = 'Bearer realm="letters"'


def headers_of(error: QAServiceError) -> dict[str, str]:
    """Headers of the response. Source: RFC 6750 section 3 for the challenges."""
    match error:
        case KeyNeededError():
            return {"WWW-Authenticate": _CHALLENGE}
        case KeyInvalidError():
            return {"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token"'}
        case ScopeNeededError():
            return {"WWW-Authenticate": f'{_CHALLENGE}, error="insufficient_scope", scope="{error.scope}"'}
        case RateLimitedError():
            return {"Retry-After": str(error.retry_after_s)}
        case ConflictError():
            return {"ETag": etag(error.current["version"])}
    return {}


def members_of(error: QAServiceError) -> dict[str, Any]:
    """Members of the problem details beside the usual ones: of a conflict, how things stand now."""
    return {"conversation": error.current} if isinstance(error, ConflictError) else {}


def etag(version: int) -> str:
    return f'"{version}"'
