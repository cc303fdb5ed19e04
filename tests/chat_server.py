"""A real HTTP server on loopback that speaks OpenAI's chat protocol, streams and tools included, and says what a test
has put into its queue.
"""

import json
import select
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "scripted-2026-11"
USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server does next: it says `text`, or calls the tool it is given with `tool`, or sends `body` just as it
    is, with a status; or it stalls.
    """

    text: str = ""
    tool: str | None = None
    """The arguments of a call of the request's tool: JSON, or what should be JSON."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    stalls: bool = False
    """Nothing is sent until the server closes, or the client does."""
    piece: int = 12
    """Characters in one event of a stream."""
    after: int | None = None
    """Of a stream, so many events are sent; then it `then`."""
    then: str = "breaks"
    """"breaks": the connection is cut; "ends": it ends as if that were all; "stalls": nothing more is sent; "lives":
    nothing but comments, as a proxy sends.
    """

    def whole(self, request: Mapping[str, Any]) -> bytes:
        """As it is sent where no stream is asked for."""
        if self.body is not None:
            return self.body.encode()
        if self.status != 200:
            return json.dumps({"error": {"message": f"scripted {self.status}", "type": "scripted"}}).encode()
        message: dict[str, Any] = {"role": "assistant", "content": self.text}
        if self.tool is not None:
            function = {"name": _tool_of(request), "arguments": self.tool}
            message |= {"content": None, "tool_calls": [{"id": "call-1", "type": "function", "function": function}]}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        said = {"id": "chat-1", "object": "chat.completion", "created": 0, "model": MODEL}
        return json.dumps(said | {"choices": [choice], "usage": USAGE}).encode()

    def events(self, request: Mapping[str, Any]) -> Iterator[str]:
        """The data of each event of a stream."""
        said = self.text if self.tool is None else self.tool
        yield _chunk({"role": "assistant", "content": "" if self.tool is None else None})
        if self.tool is not None:
            call = {"index": 0, "id": "call-1", "type": "function"}
            yield _chunk({"tool_calls": [call | {"function": {"name": _tool_of(request), "arguments": ""}}]})
        for at in range(0, len(said), self.piece):
            part = said[at : at + self.piece]
            if self.tool is None:
                yield _chunk({"content": part})
            else:
                yield _chunk({"tool_calls": [{"index": 0, "function": {"arguments": part}}]})
        yield _chunk({}, finish="stop" if self.tool is None else "tool_calls")
        if (request.get("stream_options") or {}).get("include_usage"):
            yield json.dumps({"id": "chat-1", "object": "chat.completion.chunk", "created": 0, "model": MODEL,
                              "choices": [], "usage": USAGE})  # fmt: skip
        yield "[DONE]"


Script = Reply | str | Callable[[Mapping[str, Any]], Reply]
"""A reply, a model's text, or what is made of the request."""


def _tool_of(request: Mapping[str, Any]) -> str:
    tools: Sequence[Mapping[str, Any]] = request.get("tools") or [{"function": {"name": "none"}}]
    return str(tools[0]["function"]["name"])


def _chunk(delta: Mapping[str, Any], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return json.dumps({"id": "chat-1", "object": "chat.completion.chunk", "created": 0, "model": MODEL,
                       "choices": [choice]})  # fmt: skip


class ChatServer:
    """Speaks POST /v1/chat/completions as OpenAI does; a request past the queue is refused."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.left_early = threading.Event()
        """Set when a client has gone away from a reply that was not over."""
        self.closing = threading.Event()
        self._queue: deque[Script] = deque()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def enqueue(self, *replies: Script) -> None:
        """Replies to come, in order."""
        self._queue.extend(replies)

    @property
    def left(self) -> int:
        """Replies that nobody has asked for yet."""
        return len(self._queue)

    def next_reply(self, request: dict[str, Any]) -> Reply:
        self.requests.append(request)
        script = self._queue.popleft() if self._queue else Reply(status=400)
        if isinstance(script, str):
            return Reply(script)
        return script if isinstance(script, Reply) else script(request)

    def close(self) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    server = ChatServer()
    try:
        yield server
    finally:
        server.close()


def _handler_of(server: ChatServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if self.path != "/v1/chat/completions":
                self.send_error(404)
                return
            reply = server.next_reply(request)
            if reply.stalls:
                self._wait()
                return
            streams = bool(request.get("stream")) and reply.status == 200 and reply.body is None
            kind = "text/event-stream" if streams else "application/json"
            self.send_response(reply.status)
            self.close_connection = True
            framing = (
                {"transfer-encoding": "chunked"} if streams else {"content-length": str(len(reply.whole(request)))}
            )
            closing = {"connection": "close"}
            for name, value in ({"content-type": kind} | closing | framing | dict(reply.headers)).items():
                self.send_header(name, value)
            self.end_headers()
            try:
                if streams:
                    self._stream(reply, request)
                else:
                    self.wfile.write(reply.whole(request))
            except OSError:
                server.left_early.set()

        def _stream(self, reply: Reply, request: Mapping[str, Any]) -> None:
            for number, event in enumerate(reply.events(request)):
                if number == reply.after:
                    if reply.then in ("stalls", "lives"):
                        self._wait(comments=reply.then == "lives")
                    if reply.then == "ends":
                        self.wfile.write(b"0\r\n\r\n")
                    return
                self._send(f"data: {event}\n\n")
            self.wfile.write(b"0\r\n\r\n")

        def _send(self, event: str) -> None:
            self.wfile.write(f"{len(event.encode()):x}\r\n{event}\r\n".encode())
            self.wfile.flush()

        def _wait(self, *, comments: bool = False) -> None:
            """Until the server closes, or the client has gone."""
            while not server.closing.wait(0.01):
                if comments:
                    self._send(": alive\n\n")
                readable, _, _ = select.select([self.connection], [], [], 0)
                if readable and not self.connection.recv(1):
                    server.left_early.set()
                    return

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the tests' output stays readable."""

    return Handler


def evidence_of(request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The letters that a request for claims shows the model, each with its heading and passages under their keys."""
    asked = next(one["content"] for one in request["messages"] if one["role"] == "user")
    material: list[dict[str, Any]] = json.loads(asked.split("<evidence>\n")[1].split("\n</evidence>")[0])
    return material


def key_of(request: Mapping[str, Any], words: str) -> str:
    """The key of the first passage that holds some words."""
    found = [
        passage["passage"]
        for letter in evidence_of(request)
        for passage in letter["passages"]
        if words in passage["text"]
    ]
    assert found, f"no passage shown holds {words!r}"
    return str(found[0])


def claims(*given: tuple[str, Sequence[tuple[str, str]]], answerable: str = "fully") -> Reply:
    """A reply that fills the form: claims as (text, ((key, quote), …))."""
    made = [
        {"quotes": [{"passage": key, "quote": quote} for key, quote in quotes], "text": text} for text, quotes in given
    ]
    return Reply(tool=json.dumps({"answerable": answerable, "claims": made}, ensure_ascii=False))
