"""The page in a real browser as it is looked at: in themes, on paper, magnified, and by the rules of accessibility."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import (
    LANTERN,
    answered,
    ask,
    browser_page,
    offends_no_rule_in_light_or_dark,
    shift_of,
    stop,
    tab_to,
)

pytestmark = pytest.mark.heavy


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    with browser_page(excused="status of 502|ERR_FAILED") as page:
        page.goto(address)
        yield page


FORBIDDEN = """for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
}"""
THEME_AT_FIRST = """document.addEventListener("DOMContentLoaded", () => {
  window.themeAtFirst = document.documentElement.dataset.theme;
});"""


def test_a_theme_is_chosen_and_stands_before_the_first_paint(page: Page) -> None:
    button = page.get_by_role("button", name="Theme")
    before = _background(page)
    for name, colour in (("light", before), ("dark", "rgb(25, 24, 22)")):
        button.click()
        expect(button).to_have_text(f"Theme: {name}")
        assert _background(page) == colour
    page.add_init_script(THEME_AT_FIRST)
    page.route("**/web/main.js", lambda route: route.abort())  # it comes after the paint
    with page.expect_event("requestfailed"):
        page.reload()
    assert page.evaluate("window.themeAtFirst") == "dark"
    page.unroute("**/web/main.js")
    page.reload()
    expect(button).to_have_text("Theme: dark")
    button.click()
    expect(button).to_have_text("Theme: automatic")
    assert _background(page) == before


def _background(page: Page) -> str:
    colour: str = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    return colour


def test_a_browser_that_keeps_nothing_is_served_all_the_same(address: str) -> None:
    with browser_page() as page:
        page.add_init_script(FORBIDDEN)
        page.goto(address)
        answered(page, LANTERN)
        page.get_by_role("button", name="Theme").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "light")
        page.get_by_role("link", name="Citation 1, open").click()
        expect(page.locator("#letter mark").first).to_be_visible()
        page.reload()
        expect(page.locator("article.exchange h2")).to_have_text([LANTERN])


def test_paper_shows_the_question_the_answer_and_where_it_stands(page: Page) -> None:
    def with_addresses(route: Route) -> None:
        kept = route.fetch().json()
        kept["answers"][0]["citations"][0]["url"] = "https://example.org/d13"
        route.fulfill(json=kept)

    answered(page, LANTERN)
    page.route("**/v1/conversations/c_*", with_addresses)
    page.reload()
    answer = page.locator("article.exchange.answered")
    expect(answer).to_have_count(1)
    page.emulate_media(media="print")
    for left_out in ("#site", "#loaded", "#history", "#ask", "#foot", "article .actions", "article .about button"):
        for part in page.locator(left_out).all():
            expect(part).to_be_hidden()
    for shown in ("h2", ".claim", ".by", "li.citation .formatted"):
        expect(answer.locator(shown).first).to_be_visible()
    outside = answer.locator(".links a").first
    expect(outside).to_be_visible()
    printed = outside.evaluate("(anchor) => getComputedStyle(anchor, '::after').content")
    assert "https://example.org/d13" in printed


def test_magnified_four_times_all_can_be_reached(address: str) -> None:
    """320 by 256 CSS pixels are a window of 1280 by 1024 at 400 %: success criterion 1.4.10 of WCAG 2.2."""
    with browser_page(width=320, height=256) as page:
        page.goto(address)
        answer = answered(page, LANTERN)
        assert _too_wide(page) == []
        tab_to(page, "#question")
        expect(page.get_by_label("Your question")).to_be_in_viewport(ratio=0.9)
        answer.get_by_role("link", name="Citation 1, open").click()
        expect(page.locator("#letter mark").first).to_be_in_viewport()
        assert _too_wide(page) == []
        for view in ("letters", "search", "people"):
            page.goto(f"{address}/?view={view}")
            page.wait_for_load_state("networkidle")
            assert _too_wide(page) == []


def _too_wide(page: Page) -> list[str]:
    """What reaches beyond the window's right edge and is not in a part that scrolls by itself."""
    script = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
      .filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 100))"""
    wide: list[str] = page.evaluate(script)
    return wide


def test_nothing_glides_for_who_wants_no_motion(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    answered(page, LANTERN).get_by_role("link", name="Citation 1, open").click()
    expect(page.locator("#letter mark").first).to_be_visible()
    moving = """[...document.querySelectorAll("*")].filter((one) => {
      const { scrollBehavior, transitionDuration, animationName } = getComputedStyle(one);
      return scrollBehavior === "smooth" || parseFloat(transitionDuration) > 0.01 || animationName !== "none";
    }).map((one) => one.outerHTML.slice(0, 100))"""
    assert page.evaluate(moving) == []


def test_marks_and_the_chosen_citation_are_told_in_forced_colours(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    answer = answered(page, LANTERN)
    mark = answer.get_by_role("link", name="Citation 1, open")
    row = answer.locator("li.citation").first
    page.evaluate("document.activeElement.blur()")
    before = [_drawn(mark), _drawn(row)]
    mark.click()
    marked = page.locator("#letter mark").first
    expect(marked).to_be_visible()
    page.get_by_role("button", name="Close").first.focus()
    page.mouse.move(0, 0)
    assert _drawn(mark) != before[0]
    assert _drawn(row) != before[1]
    assert _drawn(marked)[-1] != _drawn(page.locator("#letter"))[-1]


def _drawn(element: Locator) -> list[str]:
    """What is drawn of an element in forced colours too, where there are no shadows, and most backgrounds are one."""
    drawn: list[str] = element.evaluate(
        """(one) => {
          const style = getComputedStyle(one);
          const names = ["borderLeft", "borderBottomWidth", "outline", "textDecorationLine", "fontWeight"];
          return [...names.map((name) => style[name]), style.backgroundColor.match(/\\d+/g).slice(0, 3).join()];
        }"""
    )
    return drawn


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_nothing_moves_while_the_page_loads(address: str, width: int) -> None:
    for letter in ("", "/?letter=invented1927-29v01/d5&at=0-40"):
        with browser_page(width=width) as page:
            page.goto(f"{address}{letter}")
            page.wait_for_load_state("networkidle")
            assert shift_of(page) < 0.05


def test_nothing_moves_while_an_answer_comes(page: Page) -> None:
    answered(page, LANTERN)
    assert shift_of(page) < 0.05


def test_no_rule_of_accessibility_is_offended_by_what_is_asked_and_answered(page: Page) -> None:
    expect(page.locator("#loaded")).to_contain_text("16 letters")
    expect(page.locator("button.example").first).to_be_visible()
    offends_no_rule_in_light_or_dark(page)
    answer = answered(page, LANTERN)
    answered(page, "how do I cook rice")
    page.route("**/v1/ask/stream", lambda route: None)
    stopped = ask(page, "How long does it last?")
    expect(stopped).to_have_class("exchange coming")
    stop(page)
    expect(stopped.get_by_role("button", name="Ask again")).to_be_visible()
    page.unroute_all()
    page.route("**/v1/ask/stream", lambda route: route.fulfill(status=502, content_type="text/html", body="<p>No.</p>"))
    expect(ask(page, "Is it down?").get_by_role("alert")).to_be_visible()
    offends_no_rule_in_light_or_dark(page)
    answer.get_by_text("Export", exact=True).click()
    offends_no_rule_in_light_or_dark(page)
    page.keyboard.press("Escape")
    answer.get_by_role("link", name="Citation 1, open").click()
    expect(page.locator("#letter mark").first).to_be_visible()
    offends_no_rule_in_light_or_dark(page)


def test_no_rule_of_accessibility_is_offended_by_the_history(page: Page) -> None:
    answered(page, LANTERN)
    history = page.get_by_role("navigation", name="Conversations")
    row = history.locator("[data-id]").first
    row.get_by_label("More about").click()
    offends_no_rule_in_light_or_dark(page)
    row.get_by_role("button", name="Rename").click()
    offends_no_rule_in_light_or_dark(page)
    history.get_by_role("button", name="Cancel").click()
    row.get_by_label("More about").click()
    row.get_by_role("button", name="Delete").click()
    offends_no_rule_in_light_or_dark(page)


def test_no_rule_of_accessibility_is_offended_by_the_other_views(page: Page) -> None:
    address = page.url
    for view in ("letters", "search", "people", "ingest"):
        page.goto(f"{address}?view={view}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
        offends_no_rule_in_light_or_dark(page)
