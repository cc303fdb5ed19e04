"""The page in a real browser: what is slow, stopped, down, overtaken by another tab, or means harm."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from qa_service.api.app import create_app
from qa_service.api.service import Service
from tests.browser import LANTERN, answered, ask, browser_page, free_port, stop
from tests.chat_server import ChatServer, Reply
from tests.served import served
from tests.writing import CASKS, COUNTED, GOOD, GOOD_TEXT, said, written_by

pytestmark = pytest.mark.heavy


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    with browser_page() as page:
        page.goto(address)
        yield page


@pytest.fixture
def writing(service: Service, model: ChatServer) -> Iterator[Page]:
    """The page of a service with a language model."""
    with served(create_app(written_by(service, model, timeout_s=60))) as address, browser_page() as page:
        page.goto(address)
        yield page


def test_a_slow_answer_comes_in_pieces_and_can_be_stopped_and_asked_again(writing: Page, model: ChatServer) -> None:
    model.enqueue(_silent_at("And more", said(GOOD, ("And more of the same.", [(COUNTED, COUNTED)]))), said(GOOD))
    answer = ask(writing, CASKS)
    expect(answer.locator(".claim")).to_contain_text(GOOD_TEXT)
    stop(writing)
    expect(answer).to_contain_text("Stopped. What stands here has been proved")
    answer.get_by_role("button", name="Ask again").click()
    expect(writing.locator("article.exchange.answered")).to_contain_text(GOOD_TEXT)
    writing.reload()
    expect(writing.locator("article.exchange")).to_have_count(1)


def test_leaving_an_answer_for_a_new_conversation_puts_its_question_back(writing: Page, model: ChatServer) -> None:
    model.enqueue(Reply(stalls=True))
    ask(writing, CASKS)
    expect(writing.locator("#status")).to_contain_text("language model")
    writing.get_by_role("link", name="New conversation").click()
    expect(writing.get_by_role("heading", name="Ask the letters")).to_be_visible()
    expect(writing.get_by_label("Your question")).to_have_value(CASKS)
    expect(writing.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    writing.wait_for_load_state("networkidle")
    expect(writing.locator("article.exchange")).to_have_count(0)


def test_a_second_click_so_soon_does_not_stop_the_answer(writing: Page, model: ChatServer) -> None:
    model.enqueue(said(GOOD))
    writing.get_by_label("Your question").fill(CASKS)
    writing.locator("#send").dblclick()
    expect(writing.locator("article.exchange.answered")).to_contain_text(GOOD_TEXT)


def test_a_conversation_that_could_not_be_loaded_is_not_replaced(writing: Page, model: ChatServer) -> None:
    model.enqueue(said(GOOD), said(GOOD))
    answered(writing, CASKS)
    writing.route("**/v1/conversations/c_*", lambda route: route.fulfill(status=200, body="<html>"), times=1)
    writing.reload()
    expect(writing.locator("#error")).to_contain_text("Try again")
    ask(writing, LANTERN)
    expect(writing.locator("article.exchange")).to_have_count(2)
    expect(writing.locator("article.exchange").first.locator("h2")).to_have_text(CASKS)


def test_a_reload_in_the_middle_of_an_answer_loses_no_question(writing: Page, model: ChatServer) -> None:
    model.enqueue(Reply(stalls=True), said(GOOD))
    ask(writing, CASKS)
    expect(writing.locator("#status")).to_contain_text("language model")
    writing.reload()
    left = writing.locator("article.exchange.stopped")
    expect(left.locator("h2")).to_have_text(CASKS)
    left.get_by_role("button", name="Ask again").click()
    expect(writing.locator("article.exchange.answered")).to_contain_text(GOOD_TEXT)


def test_two_tabs_do_not_interleave_unseen(address: str) -> None:
    with browser_page(excused="status of 409") as page:
        page.goto(address)
        answered(page, LANTERN)
        expect(page.locator("#history [aria-current]")).to_be_visible()
        conversation = page.url.split("c=")[1]
        api = page.request
        asked = api.post(f"{address}/v1/ask", data={"question": CASKS, "conversation_id": conversation})
        assert asked.ok
        page.get_by_label("Your question").fill("And then?")
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(page.locator("#error")).to_contain_text("gone on elsewhere")
        expect(page.locator("article.exchange")).to_have_count(2)
        expect(page.get_by_label("Your question")).to_have_value("And then?")


def test_hostile_questions_are_text_and_long_ones_are_kept(page: Page) -> None:
    hostile = (
        "<img src=x onerror=alert(1)> <script>alert(2)</script> \u202eharbour\u202c [1] [click](javascript:alert(3))"
    )
    expect(answered(page, hostile)).to_contain_text("<script>alert(2)</script>")
    assert page.locator("article.exchange :is(img, script, [href^=javascript])").count() == 0
    page.get_by_label("Your question").fill("q" * 10_000)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#error")).to_contain_text("10,000 of at most 2,000 characters")
    assert len(page.get_by_label("Your question").input_value()) == 10_000


def test_a_service_that_goes_and_comes_back_loses_nothing(service: Service) -> None:
    port = free_port()
    with browser_page(excused="Failed to load resource") as page:
        with served(create_app(service), port=port):
            page.goto(f"http://127.0.0.1:{port}")
            answered(page, LANTERN)
        lost = ask(page, CASKS)
        expect(lost).to_contain_text("The service cannot be reached.")
        expect(page.locator("#loaded")).to_contain_text("This page keeps trying.")
        with served(create_app(service), port=port):
            expect(page.locator("#loaded")).to_contain_text("16 letters", timeout=20_000)
            lost.get_by_role("button", name="Ask again").click()
            expect(page.locator("article.exchange.answered")).to_have_count(2)
            expect(page.locator("article.exchange.failed")).to_have_count(0)


def _silent_at(words: str, script: Callable[[Mapping[str, Any]], Reply]) -> Callable[[Mapping[str, Any]], Reply]:
    """A reply that comes as far as some words, and then no further."""

    def made(request: Mapping[str, Any]) -> Reply:
        reply = script(request)
        return replace(reply, after=(reply.tool or reply.text).index(words) // reply.piece + 2, then="stalls")

    return made
