"""The page in a real browser: asking, reading, going on, and what goes wrong."""

import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from qa_service.api.app import create_app
from qa_service.api.service import Service
from qa_service.embedding import Embedder
from tests.browser import browser_page, home_of
from tests.builders import SAMPLE
from tests.chat_server import ChatServer, Reply
from tests.commanding import serving
from tests.served import served
from tests.writing import CASKS, COUNTED, GOOD, GOOD_TEXT, INVENTED, said, written_by

pytestmark = pytest.mark.heavy

LANTERN = "Who threw the lantern on Lantern Night?"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHIFTS = """new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) sum += shift.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 300);
})"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, minilm: Embedder) -> Path:
    return home_of(tmp_path_factory.mktemp("page"), SAMPLE)


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    with serving(home) as address:
        yield address


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


def ask(page: Page, question: str) -> Locator:
    """Asks; gives the exchange that this begins."""
    exchanges = page.locator("article.exchange").count()
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    return page.locator("article.exchange").nth(exchanges)


def offends_no_rule(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": WCAG, "resultTypes": ["violations"]}).response["violations"]
    assert [(rule["id"], [node["html"][:150] for node in rule["nodes"]]) for rule in found] == []


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


def test_a_follow_up_shows_how_it_was_understood_and_survives_a_reload(page: Page) -> None:
    ask(page, "What did Orquelle write about the missing casks?")
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


def test_example_questions_are_answered(page: Page) -> None:
    example = page.locator("button.example").first
    question = example.text_content()
    example.click()
    expect(page.locator("article.exchange.answered h2")).to_have_text(question or "")


def test_conversations_are_found_renamed_exported_and_deleted(page: Page) -> None:
    expect(ask(page, "Which harbour is under ice?").locator(".by")).to_be_visible()
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


def test_an_answer_is_exported_and_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer = ask(page, LANTERN)
    answer.get_by_text("Export", exact=True).click()
    assert answer.locator(".menu a").count() == 8
    with page.expect_download() as exported:
        answer.get_by_role("link", name="RIS").click()
    assert exported.value.path().read_text().startswith("TY  - ")
    answer.get_by_role("button", name="Copy as Chicago note").first.click()
    expect(answer.get_by_role("button", name="Copied")).to_be_visible()
    formatted = answer.locator(".formatted").first.text_content()
    assert page.evaluate("navigator.clipboard.readText()") == formatted


def test_what_is_not_there_is_said_with_what_was_searched_and_the_nearest_evidence(page: Page) -> None:
    answer = ask(page, "What is the treaty on the whale fishery of Borneo?")
    expect(answer).to_contain_text("Not in these 16 letters (1927–1929, Volume I, Hasterlind-Orquelle Exchanges")
    expect(answer.locator(".unmatched")).to_contain_text("‹Borneo›")
    expect(answer.get_by_role("heading", name="The nearest evidence")).to_be_visible()
    answer.locator("li.citation a").first.click()
    expect(page.locator("#letter mark").first).to_be_in_viewport()


def test_a_models_answer_is_labelled_and_what_was_left_out_is_counted(writing: Page, model: ChatServer) -> None:
    model.enqueue(*[said(GOOD, INVENTED["a word altered"])] * 2)
    answer = ask(writing, CASKS)
    expect(answer.locator(".claim")).to_contain_text(GOOD_TEXT)
    expect(answer.locator(".by")).to_contain_text("language model")
    expect(answer.locator(".remark")).to_contain_text("1 statement was left out, because no quotation proved it.")
    expect(answer.locator("li.citation blockquote")).to_contain_text("588 casks")


def test_a_slow_answer_comes_in_pieces_and_can_be_stopped_and_asked_again(writing: Page, model: ChatServer) -> None:
    model.enqueue(_silent_at("And more", said(GOOD, ("And more of the same.", [(COUNTED, COUNTED)]))), said(GOOD))
    answer = ask(writing, CASKS)
    expect(answer.locator(".claim")).to_contain_text(GOOD_TEXT)
    writing.get_by_role("button", name="Stop").click()
    expect(answer).to_contain_text("Stopped. What stands here has been proved, and is not kept.")
    answer.get_by_role("button", name="Ask again").click()
    expect(writing.locator("article.exchange.answered")).to_contain_text(GOOD_TEXT)
    writing.reload()
    expect(writing.locator("article.exchange")).to_have_count(1)


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
    with browser_page(excused="409") as page:
        page.goto(address)
        _two_tabs(page, address)


def _two_tabs(page: Page, address: str) -> None:
    expect(ask(page, LANTERN).locator(".by")).to_be_visible()
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
    answer = ask(page, hostile)
    expect(answer).to_contain_text("<script>alert(2)</script>")
    expect(answer.locator(".by")).to_be_visible()
    assert page.locator("article.exchange :is(img, script, [href^=javascript])").count() == 0
    page.get_by_label("Your question").fill("q" * 10_000)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#error")).to_contain_text("10,000 of at most 2,000 characters")
    assert len(page.get_by_label("Your question").input_value()) == 10_000


def test_a_service_that_goes_and_comes_back_loses_nothing(service: Service) -> None:
    port = _free_port()
    with browser_page(excused="Failed to load resource") as page:
        with served(create_app(service), port=port):
            page.goto(f"http://127.0.0.1:{port}")
            expect(ask(page, LANTERN).locator(".by")).to_be_visible()
        lost = ask(page, CASKS)
        expect(lost).to_contain_text("The service cannot be reached.")
        expect(page.locator("#loaded")).to_contain_text("This page keeps trying.")
        with served(create_app(service), port=port):
            expect(page.locator("#loaded")).to_contain_text("16 letters", timeout=20_000)
            lost.get_by_role("button", name="Ask again").click()
            expect(page.locator("article.exchange.answered")).to_have_count(2)
            expect(page.locator("article.exchange.failed")).to_have_count(0)


def test_everything_can_be_done_from_the_keyboard(page: Page) -> None:
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type(LANTERN)
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    answer = page.locator("article.exchange.answered")
    expect(answer).to_be_visible()
    _tab_to(page, "a.cite", back=True)
    page.keyboard.press("Enter")
    expect(page.locator("#letter mark").first).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator("#letter")).to_be_hidden()
    assert page.evaluate("document.activeElement.matches('a.cite')")
    _tab_to(page, "article .menu summary")
    page.keyboard.press("Enter")
    _tab_to(page, "article .menu a")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('summary')")
    page.reload()
    page.keyboard.press("Tab")
    _tab_to(page, "a.skip", back=True)


def test_a_narrow_screen_shows_all_without_scrolling_sideways(address: str) -> None:
    with browser_page(width=360, height=740, has_touch=True) as page:
        page.goto(address)
        answer = ask(page, LANTERN)
        expect(answer.locator(".by")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.get_by_role("button", name="Conversations").click()
        history = page.get_by_role("navigation", name="Conversations")
        expect(history).to_be_visible()
        history.get_by_role("link", name="New conversation").click()
        expect(history).to_be_hidden()
        expect(page.locator("article.exchange")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_rule_of_accessibility_is_offended(address: str, scheme: str) -> None:
    with browser_page(color_scheme=scheme) as page:
        page.goto(address)
        expect(page.locator("#loaded")).to_contain_text("16 letters")
        offends_no_rule(page)
        answer = ask(page, CASKS)
        expect(answer.locator(".by")).to_be_visible()
        ask(page, "how do I cook rice")
        expect(page.locator(".unmatched")).to_be_visible()
        offends_no_rule(page)
        answer.get_by_text("Export", exact=True).click()
        offends_no_rule(page)
        page.keyboard.press("Escape")
        answer.get_by_role("link", name="Citation 1, open").click()
        expect(page.locator("#letter mark").first).to_be_visible()
        offends_no_rule(page)
        for view in ("letters", "search", "people", "ingest"):
            page.goto(f"{address}/?view={view}")
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            page.wait_for_load_state("networkidle")
            offends_no_rule(page)


def test_nothing_moves_while_the_page_loads(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    assert page.evaluate(SHIFTS) < 0.001
    expect(ask(page, LANTERN).locator(".by")).to_be_visible()
    assert page.evaluate(SHIFTS) < 0.01


def test_the_page_about_the_api_lists_every_route(page: Page) -> None:
    address = page.url.rstrip("/")
    paths = page.request.get(f"{address}/openapi.json").json()["paths"]
    page.goto(f"{address}/docs")
    expect(page.locator("section.operation")).to_have_count(sum(len(methods) for methods in paths.values()))
    expect(page.locator("body")).to_contain_text("/v1/letters/{volume}/{id}")
    offends_no_rule(page)


def _silent_at(words: str, script: Callable[[Mapping[str, Any]], Reply]) -> Callable[[Mapping[str, Any]], Reply]:
    """A reply that comes as far as some words, and then no further."""

    def made(request: Mapping[str, Any]) -> Reply:
        reply = script(request)
        return replace(reply, after=(reply.tool or reply.text).index(words) // reply.piece + 2, then="stalls")

    return made


def _tab_to(page: Page, selector: str, *, back: bool = False) -> None:
    """Presses Tab until the focus is on what fits."""
    for _ in range(60):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no way by Tab to {selector}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
