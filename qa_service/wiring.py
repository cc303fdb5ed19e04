"""Settings to parts: what the command line puts together."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from qa_service.answering.written import Writer
from qa_service.api.service import Service
from qa_service.budget import Allowance
from qa_service.chat import load_chat
from qa_service.chat_chain import ChatChain
from qa_service.client import RunningService, running_service
from qa_service.conversations import LOCAL_OWNER, Conversations
from qa_service.database import open_database
from qa_service.embedding import Embedder, load_embedder
from qa_service.entailment import load_entailment
from qa_service.errors import BackendError, CorpusError
from qa_service.home import Home
from qa_service.keys import Keys
from qa_service.library.builds import Build, open_build
from qa_service.library.catalogue import Catalogue
from qa_service.library.live import LiveLibrary
from qa_service.library.manifest import Manifest
from qa_service.library.pointer import Pointer
from qa_service.library.vector_cache import VectorCache
from qa_service.reranking import Reranker, load_reranker
from qa_service.settings import Settings


@dataclass(frozen=True)
class Parts:
    """The parts of one home, each made when first asked for."""

    settings: Settings

    @property
    def home(self) -> Home:
        return Home(self.settings.home)

    @cached_property
    def database(self) -> Engine:
        """Raises BackendError if the home cannot hold one."""
        try:
            return open_database(self.home.root)
        except (OSError, SQLAlchemyError) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise BackendError(f"the home {self.home.root} cannot be used: {reason}") from error

    @cached_property
    def pointer(self) -> Pointer:
        return Pointer(self.database)

    @property
    def keys(self) -> Keys:
        return Keys(self.database)

    def owner(self) -> str:
        """For whom commands act: the owner of the key that is set, or who asks without one. Raises KeyInvalidError."""
        key = self.settings.key
        return self.keys.check(key.get_secret_value()).owner if key else LOCAL_OWNER

    def running_service(self) -> RunningService | None:
        """The service that runs on this home, or None. Raises BackendError if one is just starting."""
        key = self.settings.key
        return running_service(self.home, key.get_secret_value() if key else None)

    def embedder(self, *, threads: int) -> Embedder:
        return load_embedder(self.settings.embedding_model, self.home.models, threads=threads)

    def reranker(self, *, threads: int) -> Reranker | None:
        """None if none is set; an empty name sets none."""
        name = self.settings.reranker
        return load_reranker(name, threads=threads) if name else None

    def writer(self) -> Writer | None:
        """None if no chat model is set; an empty name sets none."""
        settings = self.settings
        if not settings.chat_model:
            return None
        named = [(settings.chat_model, settings.chat_base_url), *_fallbacks(settings.chat_fallbacks)]
        chats = [
            load_chat(
                model,
                base_url=base_url,
                timeout_s=settings.chat_timeout_s,
                max_tokens=settings.chat_reply_tokens,
                output=settings.chat_output,
            )
            for model, base_url in named
        ]
        return Writer(
            ChatChain(chats),
            allowance=Allowance(settings.chat_calls, settings.chat_tokens, settings.chat_seconds),
            prices=settings.chat_prices,
            characters=settings.chat_evidence_characters,
            entailment=load_entailment(settings.entailment_model) if settings.entailment_model else None,
        )

    def active_build(self) -> str:
        """The active build's id. Raises CorpusError before the first ingest."""
        published = self.pointer.read()
        if published is None:
            raise CorpusError("no letters are loaded yet: run `letters ingest PATH` first")
        return published.build

    @contextmanager
    def catalogue(self) -> Iterator[Catalogue]:
        """The active build's catalogue alone, which any number of processes may read."""
        folder = self.home.builds / self.active_build()
        Manifest.load(folder)
        catalogue = Catalogue(folder / "library.sqlite")
        try:
            yield catalogue
        finally:
            catalogue.close()

    @contextmanager
    def service(self, step: Callable[[str], None] = lambda step: None) -> Iterator[Service]:
        """A service with its library open; nobody else can open the same build meanwhile. `step` is told what is
        loaded next.
        """
        self.active_build()  # says at once if there is none, before a model is loaded
        threads = os.cpu_count() or 1
        step("the embedding model")
        embedder = self.embedder(threads=threads)
        step("the reranker")
        reranker = self.reranker(threads=threads)
        step("the language model's package")
        writer = self.writer()
        step("the library")
        cache = VectorCache(self.home.vector_cache)

        def open_by_id(id: str) -> Build:
            manifest = Manifest.load(self.home.builds / id)
            if manifest.embedding_model != embedder.name:
                raise CorpusError(
                    f"build {id} was made with {manifest.embedding_model}, the service is set to {embedder.name}: "
                    "set LETTERS_EMBEDDING_MODEL back, or ingest anew"
                )
            return open_build(self.home.builds / id, cache)

        library = LiveLibrary(self.pointer, open_by_id)
        library.start()
        try:
            yield Service(
                library,
                embedder,
                Conversations(self.database),
                reranker=reranker,
                writer=writer,
                log_questions=self.settings.log_questions,
            )
        finally:
            library.close()
            cache.close()


def _fallbacks(names: str) -> list[tuple[str, str | None]]:
    """ "anthropic:a, openai:b@http://127.0.0.1:8000/v1" as names with their addresses."""
    found = []
    for one in filter(None, map(str.strip, names.split(","))):
        model, _, address = one.partition("@http")
        found.append((model, f"http{address}" if address else None))
    return found
