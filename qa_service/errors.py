"""Every way in which the service fails, in one tree.

    QAServiceError            the base; never raised itself
    ├── InputError            the caller gave something that cannot be used
    │   └── UnknownError      ... a letter, a volume, a build that does not exist here
    ├── CorpusError           letters, a build or its index are wrong: stop, do not answer from them
    │   └── OutdatedError     ... a build was made by another version of this program
    └── BackendError          a store or a model failed; `retryable` says whether trying again can help
        └── BusyError         too many questions at once; try again shortly

"Nothing found" is not an error: it is the outcome `not_found` of an answer.
Each class has a `code`, the machine-readable word that stands in every problem response.
"""


class QAServiceError(Exception):
    """The base of all errors that the service raises on purpose; its text is one line, fit for a user."""

    code = "internal_error"


class InputError(QAServiceError):
    """The caller gave something that cannot be used; the text says what was expected and what came."""

    code = "invalid_input"


class UnknownError(InputError):
    """A letter, volume, build or conversation was named that does not exist here."""

    code = "not_found"


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
