"""The search as a LangChain retriever: over a service in this process, over a home, or over a running service."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import httpx2
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import Field, PrivateAttr

from qa_service.api.requests import FiltersIn, SearchIn, validated
from qa_service.api.responses import PassageOut
from qa_service.api.search_responses import SearchOut
from qa_service.errors import BackendError, InputError

_TIMEOUT_S = 60
_IN_METADATA = {
    "letter", "volume", "document", "title", "pages", "note", "date", "writer", "recipient", "url", "scan_url",
    "formatted", "score", "start", "end", "invented",
}  # fmt: skip

Search = Callable[[SearchIn], SearchOut]


class Searches(Protocol):
    """What a service does for this: `qa_service.api.service.Service` is one."""

    def search(self, asked: SearchIn) -> SearchOut: ...


class LettersRetriever(BaseRetriever):
    """Passages of letters and of their editors' notes, best first.

    A document's `page_content` is the passage word for word, `text[start:end]` of the letter or note; its `metadata`
    says where it stands: letter, volume, document, title, pages, note, date, writer, recipient, url, scan_url,
    formatted (the citation in print), score, start, end, invented.
    """

    search: Search = Field(exclude=True, repr=False)
    """Where passages come from."""
    k: int = Field(default=10, ge=1, le=50)
    """How many documents."""
    filters: FiltersIn = FiltersIn()
    """As in the API: volumes, letters, writers, recipients, kinds, from, to."""

    _open: ExitStack = PrivateAttr(default_factory=ExitStack)

    @classmethod
    def from_service(cls, service: Searches, **options: Any) -> "LettersRetriever":
        """Over a service of this process; options are `k` and `filters`, and what every retriever takes."""
        return cls(search=service.search, **options)

    @classmethod
    def from_address(cls, address: str, *, api_key: str | None = None, **options: Any) -> "LettersRetriever":
        """Over a running service, such as "http://127.0.0.1:8400", which is asked for each question."""
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        client = httpx2.Client(base_url=address, headers=headers, timeout=_TIMEOUT_S, trust_env=False)
        retriever = cls(search=lambda asked: _search_over_http(client, asked), **options)
        retriever._open.callback(client.close)
        return retriever

    @classmethod
    def from_home(cls, home: Path | str, **options: Any) -> "LettersRetriever":
        """Over the letters of a home: through the service that runs on it, or else opened here until `close`.

        Raises: CorpusError if no letters are loaded, BackendError if another process holds them.
        """
        from qa_service.settings import read_settings  # all that a service is made of, only where one is opened
        from qa_service.wiring import Parts

        parts = Parts(read_settings(home=Path(home)))
        if running := parts.running_service():
            return cls.from_address(running.address, api_key=running.key, **options)
        with ExitStack() as stack:
            retriever = cls.from_service(stack.enter_context(parts.service()), **options)
            retriever._open.push(stack.pop_all())
        return retriever

    def close(self) -> None:
        """Let go of what was opened for this retriever."""
        self._open.close()

    def __enter__(self) -> "LettersRetriever":
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        """Raises: InputError for a question the API would refuse, BackendError."""
        asked = validated(SearchIn, {"question": query, "filters": self.filters, "limit": self.k})
        return [_document(passage) for passage in self.search(asked).passages]


def _document(passage: PassageOut) -> Document:
    return Document(
        id=f"{passage.letter}{passage.note_id or ''}:{passage.start}-{passage.end}",
        page_content=passage.text,
        metadata=passage.model_dump(include=_IN_METADATA),
    )


def _search_over_http(client: httpx2.Client, asked: SearchIn) -> SearchOut:
    body = asked.model_dump(mode="json", by_alias=True, exclude_unset=True)
    try:
        response = client.post("/v1/search", json=body)
        said = response.json()
        if response.status_code == 200:
            return SearchOut.model_validate(said)
        refused = str(said["detail"])
    except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
        raise BackendError(f"the service at {client.base_url} did not answer: {error}") from error
    raise InputError(refused) if response.status_code < 500 else BackendError(refused, retryable=True)
