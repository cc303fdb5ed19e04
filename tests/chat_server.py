"""A server of chat models for tests: real HTTP on this machine, with replies that the test has queued."""

import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server does next: it says `text`, or sends `body` just as it is, with a status; or it stalls."""

    text: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    stalls: bool = False
    """Nothing is sent until the server closes."""

    @property
    def sent(self) -> bytes:
        if self.body is not None:
            return self.body.encode()
        if self.status != 200:
            return json.dumps({"error": {"message": f"scripted {self.status}", "type": "scripted"}}).encode()
        choice = {"index": 0, "message": {"role": "assistant", "content": self.text}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
        said = {"id": "chat-1", "object": "chat.completion", "created": 0, "model": "scripted-2026-11"}
        return json.dumps(said | {"choices": [choice], "usage": usage}).encode()


class ChatServer:
    """Speaks POST /v1/chat/completions as OpenAI does, without streaming; a request past the queue is refused."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.closing = threading.Event()
        self._queue: deque[Reply] = deque()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def enqueue(self, *replies: Reply | str) -> None:
        """Replies to come, in order; a string is a model's text."""
        self._queue.extend(Reply(one) if isinstance(one, str) else one for one in replies)

    @property
    def left(self) -> int:
        """Replies that nobody has asked for yet."""
        return len(self._queue)

    def next_reply(self, request: dict[str, Any]) -> Reply:
        self.requests.append(request)
        return self._queue.popleft() if self._queue else Reply(status=400)

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
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if self.path != "/v1/chat/completions":
                self.send_error(404)
                return
            reply = server.next_reply(request)
            if reply.stalls:
                server.closing.wait()
                return
            self.send_response(reply.status)
            for name, value in ({"content-type": "application/json"} | dict(reply.headers)).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.sent)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the tests' output stays readable."""

    return Handler
