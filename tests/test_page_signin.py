"""Signing in to the page with a key: the key stays nowhere, and nobody sees what another has asked."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from qa_service.api.access import Access
from qa_service.api.app import create_app
from qa_service.keys import Keys
from tests.browser import LANTERN, answered, ask, browser_page, offends_no_rule_in_light_or_dark, sign_in
from tests.conftest import service_over
from tests.served import served

pytestmark = pytest.mark.heavy

SECRET = LANTERN


@pytest.fixture
def kept(home: Path) -> Iterator[tuple[str, Keys]]:
    """A service that lets nobody in without a key: its address, and its keys."""
    with service_over(home) as service:
        keys = Keys(service.conversations.engine)
        with served(create_app(service, access=Access(keys, keyless=False))) as address:
            yield address, keys


def test_a_reader_signs_in_asks_and_signs_out(kept: tuple[str, Keys]) -> None:
    address, keys = kept
    key, _ = keys.create("Reading room")
    with browser_page(excused="status of 401") as page:
        page.goto(address)
        sign_in(page, "lt_00000000_" + "x" * 43)
        expect(page.get_by_role("alert")).to_contain_text("No such key.")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog", name="Sign in")).to_be_visible()
        sign_in(page, key)
        answered(page, SECRET)
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
    with browser_page(excused="status of 404") as page:
        page.goto(address)
        sign_in(page, mine)
        answered(page, SECRET)
        expect(page.locator("#history [aria-current]")).to_contain_text(SECRET)
        conversation = page.url
        page.get_by_role("button", name="Sign out").click()
        sign_in(page, other)
        expect(page.get_by_role("link", name="Add letters")).to_be_visible()
        expect(page.locator("#history .told")).to_have_text("No conversations yet.")
        page.goto(conversation)
        expect(page.locator("#error")).to_contain_text("This conversation is not here")
        assert SECRET not in json.dumps(page.content())


def test_a_session_that_ends_asks_for_a_key_again_and_keeps_the_question(kept: tuple[str, Keys]) -> None:
    address, keys = kept
    key, made = keys.create("For a day")
    with browser_page(excused="status of 401") as page:
        page.goto(address)
        sign_in(page, key)
        expect(page.locator("#loaded")).to_contain_text("16 letters")
        renewed, _ = keys.create("For another", replaces=made.id)
        ask(page, SECRET)
        _sign_in_anew(page, renewed)
        left = page.locator("article.exchange")
        expect(left.locator("h2")).to_have_text(SECRET)
        left.get_by_role("button", name="Ask again").click()
        expect(page.locator("article.exchange.answered h2")).to_have_text([SECRET])
        expect(page.locator("article.exchange")).to_have_count(1)


def test_who_signs_in_next_is_not_offered_the_question_of_the_last(kept: tuple[str, Keys]) -> None:
    address, keys = kept
    key, made = keys.create("Mine")
    with browser_page(excused="status of 401") as page:
        page.goto(address)
        sign_in(page, key)
        expect(page.locator("#loaded")).to_contain_text("16 letters")
        keys.revoke(made.id)
        ask(page, SECRET)
        _sign_in_anew(page, keys.create("Other")[0])
        expect(page.locator("#history .told")).to_have_text("No conversations yet.")
        expect(page.get_by_role("heading", name="Ask the letters")).to_be_visible()
        page.wait_for_load_state("networkidle")
        expect(page.locator("article.exchange")).to_have_count(0)


def _sign_in_anew(page: Page, key: str) -> None:
    """Signs in after the session has ended, and waits for the page that this loads."""
    expect(page.get_by_role("dialog", name="Sign in")).to_contain_text("The sign-in has ended.")
    with page.expect_event("load"):
        sign_in(page, key)
    expect(page.locator("#loaded")).to_contain_text("16 letters")


def test_back_shows_nothing_after_signing_out(kept: tuple[str, Keys]) -> None:
    address, keys = kept
    with browser_page(keeps_pages=True) as page:
        page.goto(address)
        sign_in(page, keys.create("Reading room")[0])
        answered(page, SECRET)
        expect(page.locator("#history [aria-current]")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("dialog", name="Sign in")).to_be_visible()
        page.evaluate("history.back()")
        page.wait_for_url("**/?c=*", wait_until="commit")
        expect(page.get_by_role("dialog", name="Sign in")).to_be_visible()
        assert SECRET not in page.content()


def test_who_could_not_be_signed_out_is_told(kept: tuple[str, Keys]) -> None:
    address, keys = kept
    with browser_page(excused="Failed to load resource") as page:
        page.goto(address)
        sign_in(page, keys.create("Reading room")[0])
        answered(page, SECRET)
        page.route("**/v1/session", lambda route: route.abort())
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("alert").filter(has_text="still signed in")).to_be_visible()
        expect(page.locator("article.exchange")).to_have_count(1)


def test_a_key_for_adding_letters_alone_lands_there(kept: tuple[str, Keys]) -> None:
    address, keys = kept
    with browser_page() as page:
        page.goto(address)
        expect(page.get_by_role("dialog", name="Sign in")).to_be_visible()
        offends_no_rule_in_light_or_dark(page)
        sign_in(page, keys.create("Loader", scopes=("ingest",))[0])
        expect(page.get_by_role("heading", level=1)).to_have_text("Add letters")
        views = page.get_by_role("navigation", name="Views").get_by_role("link")
        expect(views).to_have_text(["Add letters"])
        expect(page.get_by_label("Your question")).to_be_hidden()
        page.wait_for_load_state("networkidle")
        offends_no_rule_in_light_or_dark(page)
