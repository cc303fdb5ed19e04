"""Every way in which the service fails, in one tree.

    QAServiceError            the base; never raised itself
    ├── InputError            the caller gave something that cannot be used
    │   ├── UnknownError      ... a letter, a volume, a build that does not exist here
    │   └── ConflictError     ... a change to what somebody else has changed meanwhile
    ├── AccessError           the caller may not do this
    │   ├── KeyNeededError    ... without an API key
    │   ├── KeyInvalidError   ... with this key: unknown, revoked or expired
    │   ├── ScopeNeededError  ... with this key's scopes
    │   └── RateLimitedError  ... so often; `retry_after_s` says when again
    ├── CorpusError           letters, a build or its index are wrong: stop, do not answer from them
    │   └── OutdatedError     ... a build was made by another version of this program
    ├── BackendError          a store or a model failed; `retryable` says whether trying again can help
    │   ├── BusyError         too many questions at once; try again shortly
    │   └── ModelError        a chat model failed; an answer without it comes instead
    │       ├── PromptTooLongError   it reads less than it was sent
    │       ├── BrokenOffError       its reply ended in the middle, after a part had been handed on
    │       ├── FormError            it said something else than the form it was asked to fill
    │       └── SpentError           the question has used up what it may take
    └── StoppedError          whoever asked has gone away

"Nothing found" is not an error: it is the outcome `not_found` of an answer.
Each class has a `code`, the machine-readable word that stands in every problem response.
"""

from typing import Any


class QAServiceError(Exception):
    """The base of all errors that the service raises on purpose; its text is one line, fit for a user."""

    code = "internal_error"


class InputError(QAServiceError):
    """The caller gave something that cannot be used; the text says what was expected and what came."""

    code = "invalid_input"


class UnknownError(InputError):
    """A letter, volume, build or conversation was named that does not exist here."""

    code = "not_found"


class ConflictError(InputError):
    """What was to be changed has changed meanwhile; `current` is how it stands now, as the API gives it."""

    code = "conflict"

    def __init__(self, message: str, current: dict[str, Any]) -> None:
        super().__init__(message)
        self.current = current


class AccessError(QAServiceError):
    """The caller may not do this."""

    code = "forbidden"


class KeyNeededError(AccessError):
    """No API key and no session came with the request, and here one is needed."""

    code = "key_needed"


class KeyInvalidError(AccessError):
    """The key that came is none of ours, or is no longer valid."""

    code = "key_invalid"


class ScopeNeededError(AccessError):
    """The key is valid, but not for this."""

    code = "scope_needed"

    def __init__(self, *scopes: str) -> None:
        """Takes the scopes of which one would have been enough."""
        super().__init__(f"this needs a key with the scope {' or '.join(map(repr, scopes))}")
        self.scope = scopes[0]


class RateLimitedError(AccessError):
    """More requests came than the rate allows."""

    code = "rate_limited"

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class CorpusError(QAServiceError):
    """Letters, a build or its index are wrong or missing; answers from them would be wrong too."""

    code = "corpus_error"


class OutdatedError(CorpusError):
    """A build was made by a version of this program that keeps letters differently; its letters must be read anew."""


class BackendError(QAServiceError):
    """A store or a model failed."""

    code = "backend_error"

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable


class BusyError(BackendError):
    """More questions are waiting than the service takes."""

    code = "busy"

    def __init__(self, message: str) -> None:
        super().__init__(message, retryable=True)


class ModelError(BackendError):
    """A chat model failed."""


class PromptTooLongError(ModelError):
    """A model reads less than it was sent; asking it again with less can help."""


class BrokenOffError(ModelError):
    """A reply ended in its middle, after a part of it had been handed on."""


class FormError(ModelError):
    """A model said something else than the form that it was asked to fill."""


class SpentError(ModelError):
    """A question has used up what it may take of a model."""


class StoppedError(QAServiceError):
    """Whoever asked has gone away."""

    code = "stopped"
