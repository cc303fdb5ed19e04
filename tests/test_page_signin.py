"""Signing in to the page with a key: the key stays nowhere, and nobody sees what another has asked."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from qa_service.api.access import Access
from qa_service.api.app import create_app
from qa_service.keys import Keys
from tests.browser import browser_page
from tests.conftest import service_over
from tests.served import served

pytestmark = pytest.mark.heavy

SECRET = "Who threw the lantern on Lantern Night?"


@pytest.fixture
def kept(home: Path) -> Iterator[tuple[str, Keys]]:
    """A service that lets nobody in without a key: its address, and its keys."""
    with service_over(home) as service:
        keys = Keys(service.conversations.engine)
        with served(create_app(service, access=Access(keys, keyless=False))) as address:
            yield address, keys


def sign_in(page: Page, key: str) -> None:
    dialog = page.get_by_role("dialog", name="Sign in")
    dialog.get_by_label("API key").fill(key)
    dialog.get_by_role("button", name="Sign in").click()


def test_a_reader_signs_in_asks_and_signs_out(kept: tuple[str, Keys]) -> None:
    address, keys = kept
    key, _ = keys.create("Reading room")
    with browser_page(excused="401") as page:
        page.goto(address)
        sign_in(page, "lt_00000000_" + "x" * 43)
        expect(page.get_by_role("alert")).to_contain_text("No such key.")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog", name="Sign in")).to_be_visible()
        sign_in(page, key)
        page.get_by_label("Your question").fill(SECRET)
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(page.locator("article.exchange .by")).to_be_visible()
        expect(page.get_by_role("link", name="Add letters")).to_be_hidden()
        stored = page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])")
        assert key not in stored
        assert key.split("_")[2] not in stored
        (cookie,) = page.context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        page.reload()
        expect(page.locator("article.exchange h2")).to_have_text(SECRET)
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("dialog", name="Sign in")).to_be_visible()
        assert page.context.cookies() == []


def test_a_key_sees_nothing_of_anothers_conversations(kept: tuple[str, Keys]) -> None:
    address, keys = kept
    mine, _ = keys.create("Mine")
    other, _ = keys.create("Other", scopes=("ask", "admin"))
    with browser_page(excused="40") as page:
        page.goto(address)
        sign_in(page, mine)
        page.get_by_label("Your question").fill(SECRET)
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(page.locator("#history [aria-current]")).to_contain_text(SECRET)
        conversation = page.url
        page.get_by_role("button", name="Sign out").click()
        sign_in(page, other)
        expect(page.get_by_role("link", name="Add letters")).to_be_visible()
        expect(page.locator("#history .told")).to_have_text("No conversations yet.")
        page.goto(conversation)
        expect(page.locator("#error")).to_contain_text("This conversation is not here")
        assert SECRET not in json.dumps(page.content())


def test_a_session_that_ends_asks_for_a_key_again(kept: tuple[str, Keys]) -> None:
    address, keys = kept
    key, made = keys.create("For a day")
    with browser_page(excused="401") as page:
        page.goto(address)
        sign_in(page, key)
        expect(page.locator("#loaded")).to_contain_text("16 letters")
        keys.revoke(made.id)
        page.get_by_label("Your question").fill(SECRET)
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(page.get_by_role("dialog", name="Sign in")).to_contain_text("The sign-in has ended.")
        sign_in(page, keys.create("Another")[0])
        expect(page.locator("article.exchange h2")).to_have_text(SECRET)
