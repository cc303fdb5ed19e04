"""Ingests over HTTP. Where it is not the ingest itself that is tested, a script stands for its process."""

import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

import qa_service.ingests
from qa_service import ingest_running
from qa_service.api import ingests as api_ingests
from qa_service.api.app import MAX_BODY_BYTES, create_app
from qa_service.api.service import Service
from qa_service.conversations import Conversations
from qa_service.database import open_database
from qa_service.errors import UnknownError
from qa_service.home import Home
from qa_service.ingest_running import ELSEWHERE, INTERRUPTED, IngestRunner
from qa_service.ingests import MOST_WAITING, Ingests, Outcome
from tests.builders import ROOT, SAMPLE, SAMPLE_VOLUME
from tests.commanding import LETTERS, serving
from tests.conftest import service_over
from tests.served import blocks, run_example, served

Client = Callable[..., TestClient]
LETTER = b"1. Letter From A to B\n\nSir: I have the honour.\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
READ = """echo '{"step": "reading", "done": 1, "total": 2}' >&2\n"""
ENDLESS = f"{READ}exec sleep 600"
DONE = f"""{READ}echo "{{\\"letters\\": 1, \\"read\\": \\"$(ls $4)\\", \\"at\\": [\\"$4/a.txt: $2/builds\\"]}}" """
WORDS = (sys.executable, "-m", "tests.word_letters")
"""The command itself, with the word embedder."""


@pytest.fixture
def kept(service: Service, tmp_path: Path) -> Iterator[Service]:
    """The service with a home of its own."""
    database = open_database(tmp_path)
    yield replace(service, conversations=Conversations(database))
    database.dispose()


def client_over(service: Service, home: Path, command: tuple[str, ...]) -> TestClient:
    app = create_app(service)
    app.state.ingests = IngestRunner(Ingests(service.conversations.engine), Home(home), command=command)
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture
def client(kept: Service, tmp_path: Path) -> Iterator[Client]:
    """A client of a service whose ingests are a script's."""
    with ExitStack() as stack:
        yield lambda script: stack.enter_context(client_over(kept, tmp_path, ("/bin/sh", "-c", script, "sh")))


def post(client: TestClient, *files: tuple[str, bytes], **fields: str) -> dict[str, Any]:
    response = client.post("/v1/ingests", files=[("files", file) for file in files], data=fields)
    assert response.status_code == 202, response.text
    ingest: dict[str, Any] = response.json()
    return ingest


def when(
    client: TestClient | httpx2.Client, ingest: dict[str, Any], holds: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    for _ in range(3000):
        now: dict[str, Any] = client.get(f"/v1/ingests/{ingest['id']}").json()
        if holds(now):
            return now
        assert now["finished_at"] is None, now
        threading.Event().wait(0.01)
    raise AssertionError(now)


def when_over(client: TestClient, ingest: dict[str, Any]) -> dict[str, Any]:
    return when(client, ingest, lambda now: now["finished_at"] is not None)


def when_reading(client: TestClient, ingest: dict[str, Any]) -> dict[str, Any]:
    return when(client, ingest, lambda now: now["step"] == "reading")


def test_files_are_ingested_and_not_kept(client: Client, tmp_path: Path) -> None:
    asking = client(DONE)
    ingest = post(asking, ("../../a.txt", LETTER), volume="v1")
    assert ingest | {"id": "", "created_at": "", "state": ""} == {
        "id": "", "state": "", "step": None, "done": 0, "total": 0, "files": ["a.txt"], "volume": "v1",
        "created_at": "", "finished_at": None, "report": None, "error": None,
    }  # fmt: skip
    over = when_over(asking, ingest)
    assert (over["state"], over["step"], over["done"], over["total"]) == ("done", None, 1, 2)
    assert over["report"] == {"letters": 1, "read": "a.txt", "at": ["a.txt: the home/builds"]}
    assert asking.get("/v1/ingests").json() == {"ingests": [over | {"report": None}]}
    assert list((tmp_path / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    ("request_", "detail"),
    [
        ({"json": {}}, "expected multipart/form-data with files, got 'application/json'"),
        ({"data": {"files": "x"}}, "expected multipart/form-data with files, got 'application/x-www-form-urlencoded'"),
        ({"files": [("volume", (None, "v"))]}, "files: expected at least one file"),
        ({"files": [("files", (None, "text"))]}, "files: expected at least one file"),
        ({"files": [("files", ("a", b"")), ("colour", ("b", b""))]}, "colour: expected only files and volume"),
        ({"files": [("files", ("a", b"")), ("volume", (None, "../v"))]}, "volume: expected at most 100 letters"),
        ({"files": [("files", ("a", b"")), ("volume", (None, "v\n"))]}, "volume: expected at most 100 letters"),
        ({"files": [("files", ("letters.toml", b""))] * 2}, "expected one letters.toml, got 2"),
        ({"files": [("files", ("a", b""))] * 201}, "expected multipart/form-data with at most 200 files"),
        (
            {"content": b"--x\r\n", "headers": {"Content-Type": "multipart/form-data"}},
            "expected multipart/form-data with",
        ),
        (
            {"content": b"nothing", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
            "expected multipart/form-data with",
        ),
    ],
)
def test_what_is_no_form_with_files_is_refused(
    client: Client, tmp_path: Path, request_: dict[str, Any], detail: str
) -> None:
    response = client(DONE).post("/v1/ingests", **request_)
    assert (response.status_code, response.json()["code"]) == (422, "invalid_input")
    assert response.json()["detail"].startswith(detail)
    assert not (tmp_path / "uploads").exists()


def test_files_may_be_large_but_not_too_large(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    large = b"x" * (MAX_BODY_BYTES + 1)
    monkeypatch.setattr(api_ingests, "MAX_FILE_BYTES", len(large))
    monkeypatch.setattr(api_ingests, "MAX_UPLOAD_BYTES", 2 * len(large))
    asking = client(DONE)
    post(asking, ("a.txt", large))
    refused = asking.post("/v1/ingests", files=[("files", ("../a.txt", large + b"x"))])
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
    assert refused.json()["detail"].startswith("a.txt: expected at most")
    start = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
    for content in (start + large * 2, iter([start, large, large])):  # announced or not
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        refused = asking.post("/v1/ingests", content=content, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (413, "too_large")


def test_one_runs_and_five_wait(client: Client, tmp_path: Path) -> None:
    asking = client(ENDLESS)
    running = post(asking, ("a.txt", LETTER))
    when_reading(asking, running)
    waiting = [post(asking, (f"{number}.txt", LETTER)) for number in range(MOST_WAITING)]
    assert {one["state"] for one in waiting} == {"waiting"}
    refused = asking.post("/v1/ingests", files=[("files", ("a.txt", LETTER))])
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert len(list((tmp_path / "uploads").iterdir())) == 1 + MOST_WAITING
    for one in waiting:
        assert asking.delete(f"/v1/ingests/{one['id']}").status_code == 204
        assert when_over(asking, one)["state"] == "cancelled"
    assert [folder.name for folder in (tmp_path / "uploads").iterdir()] == [running["id"]]


def test_one_that_runs_is_cancelled_and_then_forgotten(client: Client, tmp_path: Path) -> None:
    asking = client(ENDLESS)
    ingest, following = post(asking, ("a.txt", LETTER)), post(asking, ("b.txt", LETTER))
    when_reading(asking, ingest)
    path = f"/v1/ingests/{ingest['id']}"
    assert asking.delete(path).status_code == 204
    assert asking.get(path).json()["state"] == "cancelled"
    when_reading(asking, following)  # so the first has ended
    assert asking.get(path).json()["state"] == "cancelled"
    assert asking.delete(path).status_code == 204
    assert asking.get(path).status_code == asking.delete(path).status_code == 404
    assert [folder.name for folder in (tmp_path / "uploads").iterdir()] == [following["id"]]


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("kill -9 $$", "the ingest was ended by SIGKILL; perhaps there was not memory enough"),
        ('echo "letters: $4/a.txt: broken XML" >&2; exit 2', "a.txt: broken XML"),
        ('echo "letters: no letters in $4" >&2; exit 2', "no letters in the files"),
        ('echo "letters: unexpected KeyError: /etc/x" >&2; exit 2', "the ingest failed with status 2; the log of"),
        ("exit 3", "the ingest failed with status 3; the log of the service says how"),
        ("echo no json", "the ingest failed with status 0; the log of the service says how"),
    ],
)
def test_a_failure_is_told_and_the_next_goes_on(client: Client, tmp_path: Path, script: str, error: str) -> None:
    asking = client(f"case $(ls $4) in a.txt) {script};; *) {DONE};; esac")
    first, second = post(asking, ("a.txt", LETTER)), post(asking, ("b.txt", LETTER))
    over = when_over(asking, first)
    assert (over["state"], over["report"]) == ("failed", None)
    assert over["error"].startswith(error)
    assert when_over(asking, second)["state"] == "done"


def test_what_cannot_be_started_is_told(kept: Service, tmp_path: Path) -> None:
    with client_over(kept, tmp_path, (str(tmp_path / "none"),)) as asking:
        over = when_over(asking, post(asking, ("a.txt", LETTER)))
    assert (over["state"], over["error"]) == ("failed", "the ingest could not be started: No such file or directory")


def test_an_ingest_by_hand_is_waited_for(client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_running, "_PAUSE_S", 0.05)
    asking = client(DONE)
    with Home(tmp_path).changing():
        ingest = post(asking, ("a.txt", LETTER))
        assert when(asking, ingest, lambda now: now["step"] == ELSEWHERE)["state"] == "waiting"
    assert when_over(asking, ingest)["state"] == "done"


def test_the_service_ends_what_runs_and_the_next_goes_on_with_what_waits(kept: Service, tmp_path: Path) -> None:
    with client_over(kept, tmp_path, ("/bin/sh", "-c", f"echo $$ >$2/pid; {ENDLESS}", "sh")) as asking:
        running, waiting = post(asking, ("a.txt", LETTER)), post(asking, ("b.txt", LETTER))
        when_reading(asking, running)
        assert ended(tmp_path) is False
    assert ended(tmp_path)
    with client_over(kept, tmp_path, ("/bin/sh", "-c", DONE, "sh")) as asking:
        interrupted = asking.get(f"/v1/ingests/{running['id']}").json()
        assert (interrupted["state"], interrupted["error"]) == ("interrupted", INTERRUPTED)
        assert when_over(asking, waiting)["report"]["read"] == "b.txt"


def ended(home: Path) -> bool:
    return not Path(f"/proc/{(home / 'pid').read_text().strip()}").exists()


def test_what_a_killed_service_left_is_interrupted(kept: Service, tmp_path: Path) -> None:
    ingests = Ingests(kept.conversations.engine)
    left = ingests.begin(ingests.new_id(), ["a.txt"], "letters")
    assert ingests.start(left.id)
    (tmp_path / "uploads" / left.id / "letters").mkdir(parents=True)
    with client_over(kept, tmp_path, ("/bin/sh", "-c", DONE, "sh")) as asking:
        now = asking.get(f"/v1/ingests/{left.id}").json()
    assert (now["state"], now["error"]) == ("interrupted", INTERRUPTED)
    assert list((tmp_path / "uploads").iterdir()) == []


def test_the_oldest_are_forgotten(kept: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qa_service.ingests, "MOST_KEPT", 3)
    days = iter(datetime(2026, 1, day, tzinfo=UTC) for day in range(1, 30))
    ingests = Ingests(kept.conversations.engine, lambda: next(days))
    for number in range(6):
        ingests.begin(f"i_{number}", ["a.txt"], "letters")
        ingests.start(f"i_{number}")
        ingests.end(f"i_{number}", Outcome(report={}))
    assert [one.id for one in ingests.listed()] == ["i_5", "i_4", "i_3"]
    with pytest.raises(UnknownError):
        ingests.get("i_1")


def test_the_document_tells_of_every_route(client: Client) -> None:
    paths = client(DONE).get("/openapi.json").json()["paths"]
    told = re.findall(r"`(GET|DELETE|POST) (/v1/ingests[^`?]*)", (ROOT / "docs" / "ingesting.md").read_text())
    assert set(told) == {
        (method.upper(), path) for path in paths if path.startswith("/v1/ingests") for method in paths[path]
    }


@pytest.fixture
def over_home(home: Path) -> Iterator[TestClient]:
    """A client of a service over the sample, whose ingests are the command's, with the word embedder."""
    with service_over(home) as service, client_over(service, home, WORDS) as client:
        yield client


@pytest.mark.heavy
def test_a_letter_that_is_sent_is_found(over_home: TestClient) -> None:
    letter = b"7. Letter From A to B\n\nSir: The zeppelin has landed at Quorn.\n"
    over = when_over(over_home, post(over_home, ("seven.txt", letter), ("b.xml", b"<?xml version='1.0'?><TEI>")))
    report = over["report"]
    assert (report["letters"], report["letters_given"]) == (17, 1)
    assert report["files_failed"][0].startswith("b.xml: broken XML")
    for _ in range(300):
        if over_home.get("/readyz").json()["letters"] == 17:
            break
        threading.Event().wait(0.01)
    found = over_home.post("/v1/search", json={"question": "Where has the zeppelin landed?", "limit": 1}).json()
    assert found["passages"][0]["letter"] == "letters/d7"


@pytest.mark.heavy
def test_what_was_sent_before_changes_nothing(over_home: TestClient) -> None:
    sample = (SAMPLE / f"{SAMPLE_VOLUME}.xml").read_bytes()
    first, second = (when_over(over_home, post(over_home, (name, sample))) for name in ("one.xml", "two.xml"))
    assert (first["report"]["files_unchanged"], first["report"]["letters"]) == (0, 16)
    assert (second["report"]["files_unchanged"], second["report"]["changed"]) == (1, False)


@pytest.mark.heavy
def test_what_is_no_letter_is_told(over_home: TestClient) -> None:
    over = when_over(over_home, post(over_home, ("a.png", PNG)))
    assert (over["state"], over["error"]) == ("failed", "no letters in the files")
    over = when_over(over_home, post(over_home, ("a.png", PNG), ("letters.toml", b"[[")))
    assert over["error"].startswith("letters.toml: broken TOML")


@pytest.mark.heavy
def test_the_example_of_the_document_prints_what_it_says(home: Path) -> None:
    (code,), (output,) = blocks("ingesting.md", "python"), blocks("ingesting.md", "output")
    with service_over(home) as service:
        app = client_over(service, home, WORDS).app
        with served(app) as address:  # type: ignore[arg-type]
            assert run_example(code, address) == output


@pytest.mark.heavy
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_goes_on_when_the_service_is_gone(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # so that this very code is run, whatever is installed
    home = Path(shutil.copytree(filled, tmp_path / "home", symlinks=True))
    before = {folder.name for folder in (home / "builds").iterdir()}
    command = [*LETTERS, "--home", str(home), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as service:
        assert service.stdout is not None
        address = service.stdout.readline().split(" at ")[1].strip()
        with httpx2.Client(base_url=address, trust_env=False) as client:
            long = [(f"{one}.txt", long_letter(one)) for one in range(1, 61)]
            ingest = client.post("/v1/ingests", files=[("files", file) for file in long]).json()
            when(client, ingest, lambda now: now["step"] == "embedding")
            assert processes_of(home) == 2
        service.send_signal(number)
        service.wait(timeout=30)
    for _ in range(3000):
        if not processes_of(home):
            break
        threading.Event().wait(0.01)
    assert processes_of(home) == 0
    assert {folder.name for folder in (home / "builds").iterdir() if not folder.name.startswith(".")} == before
    with serving(home) as address, httpx2.Client(base_url=address, trust_env=False) as client:
        now = client.get(f"/v1/ingests/{ingest['id']}").json()
        assert (now["state"], now["error"]) == ("interrupted", INTERRUPTED)
    assert list((home / "uploads").iterdir()) == []


def long_letter(number: int) -> bytes:
    """A letter that takes a while to embed."""
    sentences = "".join(f"Sentence {number}.{one} tells of barrel {one * number}. " for one in range(100))
    return f"{number}. Letter From A to B\n\n{sentences}\n".encode()


def processes_of(home: Path) -> int:
    """How many processes have the home in their command."""
    told = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            told.append(path.read_bytes())
    return sum(str(home).encode() in command for command in told)
