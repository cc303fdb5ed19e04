"""The page in a real browser: going on with a conversation, and the list of one's own."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from qa_service.api.app import create_app
from qa_service.conversations import LOCAL_OWNER, Conversations, new_id
from tests.browser import LANTERN, answered, ask, browser_page
from tests.conftest import service_over
from tests.served import served

pytestmark = pytest.mark.heavy


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    with browser_page() as page:
        page.goto(address)
        yield page


def test_a_follow_up_shows_how_it_was_understood_and_survives_a_reload(page: Page) -> None:
    answered(page, "What did Orquelle write about the missing casks?")
    second = ask(page, "And what did he answer?")
    expect(second.locator(".understood").first).to_contain_text("understood as")
    page.reload()
    expect(page.locator("article.exchange")).to_have_count(2)
    expect(page.locator("article.exchange").nth(1).locator(".understood").first).to_contain_text("understood as")
    expect(page.locator("#history [aria-current]")).to_contain_text("missing casks")
    page.get_by_role("link", name="New conversation").click()
    expect(page.locator("article.exchange")).to_have_count(0)
    page.go_back()
    expect(page.locator("article.exchange")).to_have_count(2)


def test_conversations_are_found_renamed_exported_and_deleted(page: Page) -> None:
    answered(page, "Which harbour is under ice?")
    history = page.get_by_role("navigation", name="Conversations")
    history.get_by_label("Find in conversations").fill("harbo ice")
    row = history.locator("[data-id]")
    expect(row).to_have_count(1)
    row.get_by_label("More about").click()
    row.get_by_role("button", name="Rename").click()
    history.get_by_label("Title").fill("<b>Ice</b>, and harbours")
    history.get_by_role("button", name="Save").click()
    row = history.locator("[data-id]").filter(has_text="<b>Ice</b>, and harbours")
    expect(row).to_be_visible()
    row.get_by_label("More about").click()
    with page.expect_download() as exported:
        row.get_by_role("link", name="Word, with footnotes").click()
    assert exported.value.suggested_filename.endswith(".docx")
    row.get_by_label("More about").click()
    row.get_by_role("button", name="Delete").click()
    history.get_by_role("button", name="Keep").click()
    row.get_by_label("More about").click()
    row.get_by_role("button", name="Delete").click()
    history.get_by_role("button", name="Delete").click()
    expect(history.locator("[data-id]")).to_have_count(0)
    expect(page.locator("article.exchange")).to_have_count(0)


def test_a_long_history_is_shown_by_and_by(home: Path) -> None:
    with service_over(home) as service:
        for number in range(1, 61):
            _keep(service.conversations, f"Question number {number}?")
        with served(create_app(service)) as address, browser_page() as page:
            page.goto(address)
            history = page.get_by_role("navigation", name="Conversations")
            rows = history.locator("[data-id]")
            expect(rows).to_have_count(50)
            expect(history.get_by_role("status")).to_contain_text("50 of 60 conversations")
            history.get_by_role("button", name="Show more").click()
            expect(rows).to_have_count(60)
            expect(history.get_by_role("button", name="Show more")).to_have_count(0)
            history.get_by_label("Find in conversations").fill("number 7")
            expect(rows.locator("> a")).to_have_text(["Question number 7?"])


def _keep(conversations: Conversations, question: str) -> None:
    answer = {"id": new_id("answer"), "question": question, "text": ""}
    conversations.append(LOCAL_OWNER, new_id("conversation"), answer, "b")


def test_an_answer_that_was_kept_before_the_reload_is_shown_once(page: Page) -> None:
    kept = page.request.post(f"{page.url}v1/ask", data={"question": LANTERN}).json()["conversation_id"]
    left = json.dumps({"question": LANTERN, "conversation": kept, "whose": None})
    page.evaluate("(left) => sessionStorage.setItem('question under way', left)", left)
    page.reload()
    expect(page.locator("article.exchange.answered h2")).to_have_text([LANTERN])
    expect(page.locator("article.exchange")).to_have_count(1)
    assert page.url.endswith(f"?c={kept}")
    page.reload()
    expect(page.locator("article.exchange.answered h2")).to_have_text([LANTERN])
    expect(page.locator("article.exchange")).to_have_count(1)
