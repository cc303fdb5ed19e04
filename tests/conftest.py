"""Fixtures shared by all tests: homes filled once, read by many."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
from fastapi.testclient import TestClient

from qa_service.api.app import create_app
from qa_service.api.service import Service
from qa_service.conversations import Conversations
from qa_service.database import open_database
from qa_service.embedding import DEFAULT_MODEL, Embedder, load_embedder
from qa_service.home import Home
from qa_service.library.builds import Build, open_build
from qa_service.library.live import LiveLibrary
from qa_service.library.pointer import Pointer
from qa_service.library.vector_cache import VectorCache
from tests.builders import ROOT, SAMPLE, SHARED, WordEmbedder, ingest_into
from tests.chat_server import ChatServer, chat_server
from tests.commanding import LETTERS, Letters
from tests.served import served

hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("real_letters") and not SHARED.is_dir():
            item.add_marker(pytest.mark.skip(reason=f"needs the real letters in {SHARED.name}/ beside the project"))


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that holds the sample; for reading only."""
    home = tmp_path_factory.mktemp("sample-home")
    ingest_into(home, SAMPLE)
    return home


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    """A copy of the sample's home, to do anything with."""
    return Path(shutil.copytree(sample_home, tmp_path / "home"))


def open_active(home: Path) -> Build:
    published = Pointer(open_database(home)).read()
    assert published is not None
    return open_build(Home(home).builds / published.build, VectorCache(Home(home).vector_cache))


@contextmanager
def service_over(home: Path) -> Iterator[Service]:
    """A service over a home, with the word embedder."""
    database = open_database(home)
    cache = VectorCache(Home(home).vector_cache)
    library = LiveLibrary(Pointer(database), lambda id: open_build(Home(home).builds / id, cache))
    library.start()
    yield Service(library, WordEmbedder(), Conversations(database))
    library.close()
    cache.close()
    database.dispose()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, sample_home: Path) -> Iterator[Service]:
    """A service over the sample, with the word embedder."""
    with service_over(Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("service") / "home"))) as service:
        yield service


@pytest.fixture(scope="session")
def minilm() -> Embedder:
    """The real model; its export is kept in .cache, so that only the first run makes it."""
    return load_embedder(DEFAULT_MODEL, ROOT / ".cache" / "models", threads=2)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, minilm: Embedder) -> Path:
    """A home filled by `letters ingest` with the real model; for reading only."""
    home = tmp_path_factory.mktemp("cli") / "home"
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "models").symlink_to(ROOT / ".cache" / "models")
    command = [*LETTERS, "--home", str(home), "ingest", str(SAMPLE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "is now the active build" in done.stdout
    return home


@pytest.fixture
def letters(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Letters:
    """The command on a copy of that home."""
    return Letters(Path(shutil.copytree(filled, tmp_path / "home", symlinks=True)), capsys, monkeypatch)


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    with TestClient(create_app(service), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    """A server that speaks as a chat model does, and says what the test scripts."""
    monkeypatch.setenv("OPENAI_API_KEY", "for-tests")
    with chat_server() as server:
        yield server


@pytest.fixture(scope="session")
def address(service: Service) -> Iterator[str]:
    """Where that service is served on loopback, for clients that need a real address."""
    with served(create_app(service)) as address:
        yield address
