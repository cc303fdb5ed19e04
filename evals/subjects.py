"""What is evaluated: a service opened on a home, or one that runs behind an address. Both answer as the API does."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import httpx2

from evals.variants import Asking
from qa_service import __version__
from qa_service.answering.written import Writer
from qa_service.api.requests import AskIn
from qa_service.api.service import Service
from qa_service.conversations import LOCAL_OWNER
from qa_service.dating import Dating
from qa_service.errors import BackendError, UnknownError
from qa_service.texts import Footnote, Letter, LetterRef, Page

_TIMEOUT_S = 120
_LETTERS_A_PAGE = 500


class Subject(Protocol):
    """A service that can be asked, and that shows the letters it answers from."""

    @property
    def name(self) -> str: ...

    def versions(self) -> dict[str, Any]:
        """The build of letters, and the models that find passages in them."""
        ...

    def volumes(self) -> list[dict[str, Any]]:
        """The loaded volumes: `volume` (its id), `title`, and whether it is `invented`."""
        ...

    def ask(self, asking: Asking) -> dict[str, Any]:
        """The answer as `POST /v1/ask` gives it, with its passages. Raises: BackendError."""
        ...

    def letter(self, ref: str) -> Letter:
        """A letter by "volume/id". Raises: UnknownError."""
        ...

    def lines(self) -> Iterator[tuple[str, str, str]]:
        """Volume, printed number and "volume/id" of each letter."""
        ...


def _body(asking: Asking) -> dict[str, Any]:
    history = [turn.model_dump() for turn in asking.history]
    return {"question": asking.question, "history": history, "include_passages": True}


@dataclass(frozen=True, slots=True)
class HomeSubject:
    """A service in this process."""

    service: Service
    name: str

    def versions(self) -> dict[str, Any]:
        with self.service.library.build() as build:
            embedder, reranker = self.service.embedder, self.service.reranker
            models = {"embedding_model": embedder.name, "reranker": reranker.name if reranker else None}
            return {"version": __version__, "build": build.id, **models, **_chat_model(self.service.writer)}

    def volumes(self) -> list[dict[str, Any]]:
        with self.service.library.build() as build:
            return [{"volume": v.id, "title": v.title, "invented": v.invented} for v in build.catalogue.volumes()]

    def ask(self, asking: Asking) -> dict[str, Any]:
        return self.service.answer(AskIn.model_validate(_body(asking)), LOCAL_OWNER)

    def letter(self, ref: str) -> Letter:
        with self.service.library.build() as build:
            return build.catalogue.letter(LetterRef.parse(ref))

    def lines(self) -> Iterator[tuple[str, str, str]]:
        with self.service.library.build() as build:
            for letter in build.catalogue.letters():
                yield letter.ref.volume, letter.document, str(letter.ref)


class UrlSubject:
    """A service behind an address."""

    def __init__(self, address: str) -> None:
        self.name = address
        self._client = httpx2.Client(base_url=address, timeout=_TIMEOUT_S, trust_env=False)
        self._letter = lru_cache(maxsize=5000)(self._fetch)

    def close(self) -> None:
        self._client.close()

    def versions(self) -> dict[str, Any]:
        ready = self._json("GET", "/readyz")
        chat = {"chat_model": ready["chat_model"]} if ready.get("chat_model") else {}
        return {name: ready[name] for name in ("version", "build", "embedding_model", "reranker")} | chat

    def volumes(self) -> list[dict[str, Any]]:
        found = self._json("GET", "/v1/volumes")["volumes"]
        return [{name: one[name] for name in ("volume", "title", "invented")} for one in found]

    def ask(self, asking: Asking) -> dict[str, Any]:
        return self._json("POST", "/v1/ask", json=_body(asking))

    def letter(self, ref: str) -> Letter:
        return self._letter(ref)

    def lines(self) -> Iterator[tuple[str, str, str]]:
        offset = total = 0
        while offset == 0 or offset < total:
            page = self._json("GET", "/v1/letters", params={"limit": _LETTERS_A_PAGE, "offset": offset})
            total, offset = page["total"], offset + _LETTERS_A_PAGE
            for line in page["letters"]:
                yield line["volume"], line["document"], line["letter"]

    def _fetch(self, ref: str) -> Letter:
        return letter_from_json(self._json("GET", f"/v1/letters/{ref}"))

    def _json(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        try:
            response = self._client.request(method, path, **more)
            body: dict[str, Any] = response.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise BackendError(f"{self.name} did not answer {path}: {error}", retryable=True) from error
        if response.status_code == 404:
            raise UnknownError(str(body.get("detail", body)))
        if response.status_code != 200:
            raise BackendError(f"{self.name} answered {path} with {response.status_code}: {body.get('detail', body)}")
        return body


def _chat_model(writer: Writer | None) -> dict[str, Any]:
    """The model that writes answers, with its prompts; nothing without one."""
    return {"chat_model": writer.name, "prompts": writer.prompts} if writer else {}


@contextmanager
def at_url(address: str) -> Iterator[UrlSubject]:
    """A service behind an address, its connections closed at the end."""
    subject = UrlSubject(address.rstrip("/"))
    try:
        yield subject
    finally:
        subject.close()


def letter_from_json(given: Mapping[str, Any]) -> Letter:
    """What an evaluation needs of a letter, from the API's JSON of it."""
    dating = {key: value for key, value in (given["dating"] or {}).items() if key != "text"}
    return Letter(
        ref=LetterRef.parse(given["letter"]),
        document=given["document"],
        title=given["title"],
        kind=given["kind"],
        text=given["text"],
        pages=tuple(Page(page["label"], page["start"]) for page in given["pages"]),
        notes=tuple(Footnote(n["id"], n["number"], n["anchor"], n["text"], n["source"]) for n in given["notes"]),
        dating=Dating(**dating) if dating else None,
        place=given["place"],
        classification=given["classification"],
    )
