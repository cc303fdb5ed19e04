"""The page in a real browser: asking and reading."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import LANTERN, answered, ask, browser_page, offends_no_rule, tab_to

pytestmark = pytest.mark.heavy


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    with browser_page() as page:
        page.goto(address)
        yield page


def test_a_question_is_answered_with_numbered_marks_and_citations(page: Page) -> None:
    expect(page.locator("#loaded")).to_contain_text("16 letters")
    expect(page.locator("#loaded")).to_contain_text("invented sample")
    answer = ask(page, LANTERN)
    expect(answer.get_by_role("link", name="Citation 1, open")).to_be_visible()
    expect(answer.locator(".by")).to_contain_text("no language model")
    cited = answer.locator("li.citation").first
    expect(cited).to_contain_text("invented")
    expect(cited.get_by_role("button", name="Copy as Chicago note")).to_be_visible()


def test_a_mark_opens_the_letter_at_the_quotation_and_the_address_opens_it_again(page: Page) -> None:
    answer = ask(page, LANTERN)
    answer.get_by_role("link", name="Citation 1, open").click()
    marked = page.locator("#letter mark")
    expect(marked.first).to_be_in_viewport()
    shown = "".join(marked.all_text_contents())
    assert " ".join(shown.split()) in " ".join((answer.locator(".claim").first.text_content() or "").split())
    expect(answer.locator("a.cite[aria-current]")).to_have_count(1)
    page.reload()
    expect(page.locator("#letter mark").first).to_be_in_viewport()
    assert "".join(page.locator("#letter mark").all_text_contents()) == shown
    expect(page.locator("article.exchange h2")).to_have_text(LANTERN)


def test_example_questions_are_answered_and_can_be_edited(page: Page) -> None:
    example = page.locator("button.example").first
    question = example.text_content()
    example.click()
    exchange = page.locator("article.exchange.answered")
    expect(exchange.locator("h2")).to_have_text(question or "")
    exchange.get_by_role("button", name="Edit question").click()
    box = page.get_by_label("Your question")
    expect(box).to_be_focused()
    expect(box).to_have_value(question or "")


def test_an_answer_is_exported_and_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer = answered(page, LANTERN)
    answer.get_by_text("Export", exact=True).click()
    assert answer.locator(".menu a").count() == 8
    with page.expect_download() as exported:
        answer.get_by_role("link", name="RIS").click()
    assert exported.value.path().read_text().startswith("TY  - ")
    answer.get_by_role("button", name="Copy as Chicago note").first.click()
    expect(answer.get_by_role("button", name="Copied")).to_be_visible()
    formatted = answer.locator(".formatted").first.text_content()
    assert page.evaluate("navigator.clipboard.readText()") == formatted
    answer.get_by_role("button", name="Copy answer").click()
    expect(answer.get_by_role("button", name="Copied")).to_have_count(2)
    question, *said, notes = page.evaluate("navigator.clipboard.readText()").split("\n\n")
    assert question == LANTERN
    assert "[1]" in "".join(said)
    cited = answer.locator("li.citation .formatted").all_text_contents()
    assert notes.split("\n") == [f"[{number}] {note}" for number, note in enumerate(cited, start=1)]


def test_everything_can_be_done_from_the_keyboard(page: Page) -> None:
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type(LANTERN)
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    answer = page.locator("article.exchange.answered")
    expect(answer).to_be_visible()
    tab_to(page, "a.cite", back=True)
    page.keyboard.press("Enter")
    expect(page.locator("#letter mark").first).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator("#letter")).to_be_hidden()
    assert page.evaluate("document.activeElement.matches('a.cite')")
    tab_to(page, "article .menu summary")
    page.keyboard.press("Enter")
    tab_to(page, "article .menu a")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('summary')")
    page.reload()
    page.keyboard.press("Tab")
    tab_to(page, "a.skip", back=True)


def test_a_narrow_screen_shows_all_without_scrolling_sideways(address: str) -> None:
    with browser_page(width=360, height=740, has_touch=True) as page:
        page.goto(address)
        answered(page, LANTERN)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.get_by_role("button", name="Conversations").click()
        history = page.get_by_role("navigation", name="Conversations")
        expect(history).to_be_visible()
        history.get_by_role("link", name="New conversation").click()
        expect(history).to_be_hidden()
        expect(page.locator("article.exchange")).to_have_count(0)


def test_the_page_about_the_api_lists_every_route(page: Page) -> None:
    address = page.url.rstrip("/")
    paths = page.request.get(f"{address}/openapi.json").json()["paths"]
    page.goto(f"{address}/docs")
    expect(page.locator("section.operation")).to_have_count(sum(len(methods) for methods in paths.values()))
    expect(page.locator("body")).to_contain_text("/v1/letters/{volume}/{id}")
    offends_no_rule(page)
