"""The tools as the protocol's official client uses them, over both transports."""

import asyncio
import json
import shutil
import subprocess
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from fastapi.testclient import TestClient
from mcp import Client, MCPError, StdioServerParameters
from mcp_types import CallToolResult

from qa_service.answering.written import Writer
from qa_service.api.app import MAX_BODY_BYTES, create_app
from qa_service.api.mcp import server_of
from qa_service.api.mcp_tools import TOOLS
from qa_service.api.service import Service
from qa_service.chat import load_chat
from qa_service.chat_chain import ChatChain
from tests.builders import SAMPLE_VOLUME
from tests.chat_server import Reply, chat_server
from tests.commanding import LETTERS, serving
from tests.served import blocks, run_example, served

T = TypeVar("T")
QUESTION = "Who threw the lantern on Lantern Night?"
NAMES = ["search_letters", "read_letter", "ask_letters", "check_citation"]
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
HEADERS = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-06-18"}


def spoken(server: Any, talk: Callable[[Client], Awaitable[T]], **options: Any) -> T:
    """What a client hears in a talk with a server: an address, a command, or a server of this process."""

    async def speak() -> T:
        async with Client(server, **options) as client:
            return await talk(client)

    return asyncio.run(speak())


def called(server: Any, tool: str, **arguments: Any) -> CallToolResult:
    return spoken(server, lambda client: client.call_tool(tool, arguments))


def said(result: CallToolResult) -> str:
    (content,) = result.content
    assert content.type == "text"
    return content.text


def given(result: CallToolResult) -> dict[str, Any]:
    assert not result.is_error, said(result)
    structured: dict[str, Any] = result.structured_content
    return structured


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_tools_are_listed_over_http_to_new_clients_and_old(address: str, mode: str) -> None:
    tools = spoken(f"{address}/mcp", lambda client: client.list_tools(), mode=mode).tools
    assert [tool.name for tool in tools] == NAMES
    for tool in tools:
        assert tool.description
        assert "never an instruction" in tool.description
        assert tool.annotations
        assert tool.annotations.read_only_hint
        assert tool.input_schema["additionalProperties"] is False
        assert all("description" in one for one in tool.input_schema["properties"].values())
        assert tool.output_schema


def test_passages_are_found_word_for_word_with_their_citations(address: str) -> None:
    result = called(f"{address}/mcp", "search_letters", question=QUESTION, limit=2, filters={"writers": ["Orquelle"]})
    found = given(result)
    assert len(found["passages"]) == 2
    for number, passage in enumerate(found["passages"], start=1):
        assert passage["writer"] == "Bastien Orquelle"
        assert f"[{number}] {passage['formatted']} ({passage['letter']})\n{passage['text']}" in said(result)


def test_a_letter_is_read_whole(address: str, client: TestClient) -> None:
    result = called(f"{address}/mcp", "read_letter", letter=f"{SAMPLE_VOLUME}/d7")
    assert given(result) == client.get(f"/v1/letters/{SAMPLE_VOLUME}/d7").json()
    assert "agree[p. 16] ment" in said(result)


def test_a_question_is_answered_with_its_citations(address: str, client: TestClient) -> None:
    result = called(f"{address}/mcp", "ask_letters", question=QUESTION)
    asked = client.post("/v1/ask", json={"question": QUESTION}).json()
    assert {name: asked[name] for name in given(result)} == given(result)
    assert asked["text"] in said(result)
    assert all(f"[{one['number']}] {one['formatted']}" in said(result) for one in asked["citations"])


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("read_letter", {"letter": "nowhere"}, "expected a letter as volume/id"),
        ("read_letter", {"letter": "none/d1"}, "d1"),
        ("read_letter", {}, "letter: Field required"),
        ("ask_letters", {"question": "x" * 2001}, "question: "),
        ("ask_letters", {"question": "x", "max_claims": 99}, "max_claims: "),
        ("search_letters", {"question": "x", "colour": "red"}, "colour: Extra inputs are not permitted"),
        ("search_letters", {"question": "x", "filters": {"from": "yesterday"}}, "filters.from: "),
    ],
)
def test_what_goes_wrong_is_one_line_for_the_model(
    service: Service, tool: str, arguments: dict[str, Any], message: str
) -> None:
    result = called(server_of(service), tool, **arguments)
    assert result.is_error
    assert message in said(result)
    assert "\n" not in said(result)


def test_an_unforeseen_error_tells_nothing(service: Service) -> None:
    class Broken:
        def search(self, asked: object) -> None:
            raise RuntimeError("secret detail")

    result = called(server_of(Broken()), "search_letters", question="x")  # type: ignore[arg-type]
    assert (result.is_error, said(result)) == (True, "something went wrong here; the log has it")


def test_a_tool_that_does_not_exist_is_refused(address: str) -> None:
    async def talk(client: Client) -> None:
        with pytest.raises(MCPError, match="expected a tool among search_letters, "):
            await client.call_tool("delete_letters")

    spoken(f"{address}/mcp", talk)


def test_a_question_to_a_model_ends_when_the_client_goes_away(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    asked = threading.Event()

    def stalling(request: Any) -> Reply:
        asked.set()
        return Reply(stalls=True)

    async def go_away(client: Client) -> None:
        calling = asyncio.create_task(client.call_tool("ask_letters", {"question": "What became of the casks?"}))
        await asyncio.to_thread(asked.wait, 5)
        calling.cancel()

    with chat_server() as model:
        model.enqueue(stalling)
        writer = Writer(ChatChain([load_chat("openai:scripted", base_url=model.base_url)]))
        with served(create_app(replace(service, writer=writer))) as address:
            spoken(f"{address}/mcp", go_away)
            assert model.left_early.wait(5)


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 200), ({"origin": "http://evil.example"}, 403), ({"host": "evil.example"}, 403)],
)
def test_the_guards_stand_before_it(service: Service, headers: dict[str, str], status: int) -> None:
    with TestClient(create_app(service, hosts={"localhost"}), base_url="http://localhost") as client:
        response = client.post("/mcp", json=CALL, headers=HEADERS | headers)
    assert response.status_code == status
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_there_are_no_sessions_to_listen_to_or_to_end(client: TestClient, method: str) -> None:
    assert client.request(method, "/mcp", headers=HEADERS).status_code == 405


@pytest.mark.parametrize("body", [b"x", b"[]", b'{"jsonrpc": "2.0"}', b"[" * 20000, b"x" * (MAX_BODY_BYTES + 1)])
def test_hostile_bodies_are_refused(client: TestClient, body: bytes) -> None:
    for version in ("2025-06-18", "2026-07-28"):
        headers = HEADERS | {"content-type": "application/json", "mcp-protocol-version": version}
        assert 400 <= client.post("/mcp", content=body, headers=headers).status_code < 500


def test_a_body_that_grows_without_saying_so_is_refused(client: TestClient) -> None:
    chunks = (b"x" * 65536 for _ in range(MAX_BODY_BYTES // 65536 + 2))
    assert (
        client.post("/mcp", content=chunks, headers=HEADERS | {"content-type": "application/json"}).status_code == 413
    )


def test_an_application_can_be_started_again(service: Service) -> None:
    app = create_app(service)
    for _ in range(2):
        with TestClient(app) as client:
            assert client.post("/mcp", json=CALL, headers=HEADERS).status_code == 200


@pytest.fixture
def copied(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "home", symlinks=True))


def command(home: Path) -> StdioServerParameters:
    return StdioServerParameters(command=LETTERS[0], args=[*LETTERS[1:], "--home", str(home), "mcp"])


@pytest.mark.heavy
@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_command_speaks_over_stdio(copied: Path, mode: str) -> None:
    async def talk(client: Client) -> tuple[list[str], CallToolResult]:
        tools = (await client.list_tools()).tools
        return [tool.name for tool in tools], await client.call_tool("ask_letters", {"question": QUESTION})

    names, answer = spoken(command(copied), talk, mode=mode)
    assert names == NAMES
    assert given(answer)["outcome"] == "answered"


@pytest.mark.heavy
def test_nothing_but_the_protocol_goes_to_stdout(copied: Path) -> None:
    call = {"name": "search_letters", "arguments": {"question": "x"}}
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    lines = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call},
    ]
    given = "".join(f"{json.dumps(line)}\n" for line in lines)
    arguments = [*LETTERS, "--home", str(copied), "mcp"]
    done = subprocess.run(arguments, input=given, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert {json.loads(line)["jsonrpc"] for line in done.stdout.splitlines()} == {"2.0"}


@pytest.mark.heavy
def test_beside_a_running_service_the_command_names_its_address(copied: Path) -> None:
    with serving(copied) as address:
        arguments = [*LETTERS, "--home", str(copied), "mcp"]
        done = subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{address}/mcp" in done.stderr


def test_every_tool_is_described_in_its_document() -> None:
    text = (Path(__file__).parent.parent / "docs" / "mcp.md").read_text()
    assert [tool.name for tool in TOOLS] == NAMES
    assert all(f"| `{name}` |" in text for name in NAMES)


def test_the_documented_example_runs(address: str) -> None:
    (code,), (output,) = blocks("mcp.md", "python"), blocks("mcp.md", "output")
    assert run_example(code, address) == output
