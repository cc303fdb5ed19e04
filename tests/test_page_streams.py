"""The page in a real browser over streams as networks deliver them: in awkward pieces, refused, broken, hostile."""

import asyncio
import json
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, expect
from starlette.types import ASGIApp, Receive, Scope, Send

from qa_service.api.app import create_app
from qa_service.api.service import Service
from tests.browser import LANTERN, answered, ask, browser_page, no_window_is_too_narrow
from tests.served import served

pytestmark = pytest.mark.heavy

EVENTS = "text/event-stream; charset=utf-8"
HTML = b"<!doctype html><title>Sign in to the network</title><p>data: none</p>\n\n"


@dataclass(frozen=True, slots=True)
class Sent:
    """What answers a question: pieces that arrive one by one."""

    pieces: Sequence[bytes]
    status: int = 200
    kind: str = EVENTS
    headers: Sequence[tuple[str, str]] = ()


@dataclass
class Scripted:
    """The service, but that what it streams is scripted."""

    app: ASGIApp
    replies: deque[Sent] = field(default_factory=deque)
    address: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.replies or scope.get("path") != "/v1/ask/stream":
            return await self.app(scope, receive, send)
        reply = self.replies.popleft()
        headers = [(name.encode(), value.encode()) for name, value in (("content-type", reply.kind), *reply.headers)]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        for piece in reply.pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.sleep(0.005)  # or they would arrive as one
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture(scope="module")
def scripted(service: Service) -> Iterator[Scripted]:
    scripted = Scripted(create_app(service))
    with served(scripted) as scripted.address:
        yield scripted


@pytest.fixture
def page(scripted: Scripted) -> Iterator[Page]:
    with browser_page(excused="status of (429|502)") as page:
        page.goto(scripted.address)
        yield page


@pytest.fixture(scope="module")
def real(scripted: Scripted) -> bytes:
    """The stream of a real answer."""
    asked = {"question": LANTERN, "include_passages": True}
    return httpx2.post(f"{scripted.address}/v1/ask/stream", json=asked, trust_env=False).content


@pytest.fixture(scope="module")
def done(real: bytes) -> dict[str, Any]:
    """The answer at its end."""
    answer: dict[str, Any] = json.loads(real.split(b"event: done\ndata: ")[1].split(b"\n")[0])
    return answer


def event(name: str, data: Any) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def test_awkward_pieces_make_the_same_answer(page: Page, scripted: Scripted, real: bytes, done: dict[str, Any]) -> None:
    beaten = (
        event("heartbeat", {}) + b": as proxies send\n\n" + real.replace(b"\n\n", b"\n\nevent: heartbeat\ndata: {}\n\n")
    )
    scripted.replies.append(Sent(_cut_badly(beaten.replace(b"\n", b"\r\n"))))
    answer = answered(page, LANTERN)
    expect(answer.locator("li.citation")).to_have_count(len(done["citations"]))
    shown = "".join(answer.locator(".claim").all_text_contents())
    for claim in done["claims"]:
        for line in claim["text"].split("\n"):
            assert line in shown
    assert "\ufffd" not in shown


def _cut_badly(stream: bytes) -> list[bytes]:
    """Cut within each character of several bytes, between the two line ends of an event, and between \\r and \\n."""
    cuts = [at for at, byte in enumerate(stream) if 0x80 <= byte < 0xC0][:40]
    cuts += [at + cut for at in _places(b"\r\n\r\n", stream) for cut in (1, 2, 3)]
    cuts = sorted({0, *cuts, len(stream)})
    return [stream[start:end] for start, end in pairwise(cuts)]


def _places(what: bytes, stream: bytes) -> Iterator[int]:
    at = stream.find(what)
    while at >= 0:
        yield at
        at = stream.find(what, at + 1)


NO_CHAT = {"type": "about:blank", "title": "Bad Gateway", "status": 502, "code": "model", "detail": "the model is away"}
TOO_OFTEN = json.dumps({"status": 429, "code": "rate_limited", "detail": "more than 60 requests in a minute"}).encode()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (Sent([event("status", {"stage": "searching"}), event("error", NO_CHAT)]), "The model is away."),
        (Sent([event("status", {"stage": "searching"})]), "The service went away before the answer was complete."),
        (Sent([HTML], 502, "text/html"), "The service answered with status 502."),
        (Sent([HTML], 200, "text/html"), "The service"),
        (
            Sent([TOO_OFTEN], 429, "application/problem+json", [("Retry-After", "7")]),
            "More than 60 requests in a minute. Try again in 7 seconds.",
        ),
        (Sent([b"event: claim\ndata: {bro\n\n"]), "The service"),
    ],
    ids=["an error event", "an early end", "502 from a proxy", "a proxy's page", "too often", "broken JSON"],
)
def test_what_goes_wrong_is_told_and_can_be_asked_again(page: Page, scripted: Scripted, sent: Sent, told: str) -> None:
    scripted.replies.append(sent)
    lost = ask(page, LANTERN)
    expect(lost.get_by_role("alert")).to_contain_text(told)
    expect(lost.locator("h2")).to_have_text(LANTERN)
    lost.get_by_role("button", name="Ask again").click()
    expect(page.locator("article.exchange.answered")).to_have_count(1)
    expect(page.locator("article.exchange")).to_have_count(1)


def test_addresses_that_mean_harm_become_no_links(page: Page, scripted: Scripted, done: dict[str, Any]) -> None:
    harm = ["javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "\tjavascript:alert(1)", "//x", "\0"]
    cited = [done["citations"][0] | {"number": n, "url": one, "scan_url": one} for n, one in enumerate(harm, start=1)]
    scripted.replies.append(Sent([event("done", done | {"citations": cited})]))
    answer = answered(page, LANTERN)
    expect(answer.locator("li.citation")).to_have_count(len(cited))
    hrefs = page.locator("a[href]").evaluate_all("(all) => all.map((anchor) => anchor.protocol)")
    assert set(hrefs) == {"http:"}
    expect(answer.locator(".links")).to_have_count(0)


def test_an_answer_of_a_hundred_claims_is_shown_whole(page: Page, scripted: Scripted, done: dict[str, Any]) -> None:
    first = done["citations"][0]
    cited = [first | {"number": number, "start": first["start"] + number} for number in range(1, 101)]
    told = [{"text": f"Claim {number} is this.", "citations": [number]} for number in range(1, 101)]
    claims = [event("claim", one | {"new_citations": [new]}) for one, new in zip(told, cited, strict=True)]
    scripted.replies.append(Sent([*claims, event("done", done | {"claims": told, "citations": cited})]))
    answer = answered(page, LANTERN)
    expect(answer.locator(".claim")).to_have_count(100)
    expect(answer.locator("li.citation")).to_have_count(100)
    expect(answer.get_by_role("link", name="Citation 100, open")).to_have_count(1)
    no_window_is_too_narrow(page)
