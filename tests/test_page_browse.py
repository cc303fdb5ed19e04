"""The page in a real browser: narrowing, browsing, searching, persons and terms."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import browser_page

pytestmark = pytest.mark.heavy

HASTERLIND, ORQUELLE = "Aurel Hasterlind", "Bastien Orquelle"
HOSTILE = '<img src=x onerror="window.run=1">\u202eevil'


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    with browser_page(excused="503", permissions=["clipboard-read", "clipboard-write"]) as page:
        yield page


@pytest.fixture
def page(tab: Page) -> Iterator[Page]:
    yield tab
    tab.unroute_all()
    tab.goto("about:blank")


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def narrow(page: Page) -> Locator:
    """The panel, opened."""
    page.get_by_role("button", name="Narrow").click()
    panel = page.locator("#other .panel")
    expect(panel.get_by_role("group", name="Writers").get_by_role("checkbox").first).to_be_visible()
    return panel


def test_filters_stand_in_the_address_and_can_be_dropped(page: Page, address: str) -> None:
    page.goto(f"{address}/?view=letters")
    expect(page.locator(".total")).to_have_text("16 letters")
    writer = narrow(page).get_by_role("checkbox", name=ORQUELLE).first
    writer.check()
    expect(page.locator(".total")).to_have_text("7 of 16 letters")
    page.get_by_role("group", name="Kinds").get_by_role("checkbox", name="letter").check()
    expect(page.locator("#other .chip")).to_have_text([f"Writer: {ORQUELLE}×", "Kind: letter×"])
    assert query(page) == {"view": ["letters"], "writer": [ORQUELLE], "kind": ["letter"]}
    expect(page.get_by_role("button", name="Narrow (2)")).to_have_attribute("aria-expanded", "true")
    left = page.locator(".found > li")
    expect(page.locator(".total")).not_to_have_text("7 of 16 letters")
    some = left.count()
    page.reload()
    expect(page.locator("#other .chip")).to_have_count(2)
    expect(left).to_have_count(some)
    page.get_by_role("button", name=f"Remove writer {ORQUELLE}").click()
    expect(page.locator(".total")).to_have_text("10 of 16 letters")
    expect(page.get_by_role("button", name="Remove kind letter")).to_be_focused()
    expect(page.get_by_role("button", name="Clear all")).to_be_hidden()
    page.get_by_role("button", name="Remove kind letter").click()
    expect(page.locator(".total")).to_have_text("16 letters")
    assert query(page) == {"view": ["letters"]}


def test_what_is_clicked_in_the_panel_stays_where_it_is(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    page.get_by_role("button", name="Narrow").click()
    writer = page.get_by_role("group", name="Writers").get_by_role("checkbox", name=ORQUELLE).first
    writer.scroll_into_view_if_needed()
    for checked in (True, False):  # a chip that takes a line of its own comes, and goes
        before = writer.bounding_box()
        writer.set_checked(checked)
        told = "Of 16 letters, 7 are searched" if checked else "All 16 letters are searched"
        expect(page.locator("#asking .left")).to_have_text(told)
        after = writer.bounding_box()
        assert before
        assert after
        assert abs(after["y"] - before["y"]) < 2
        expect(writer).to_be_focused()
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_question_is_told_how_many_letters_are_searched(page: Page, address: str) -> None:
    page.goto(f"{address}/?view=search&writer={ORQUELLE}&from=1928-01-01")
    expect(page.locator("#other .left")).to_have_text("Of 16 letters, 4 are searched")
    expect(page.locator("#other .chip")).to_have_text([f"Writer: {ORQUELLE}×", "From January 1, 1928×"])
    page.get_by_role("button", name="Clear all").click()
    expect(page.locator("#other .left")).to_have_text("All 16 letters are searched")
    expect(page.get_by_role("button", name="Narrow")).to_be_focused()


def test_dates_are_chosen_in_the_picture_and_by_the_fields(page: Page, address: str) -> None:
    page.goto(f"{address}/?view=letters")
    panel = narrow(page)
    expect(panel.locator(".undated")).to_contain_text("1 letter has no date and is in no bar")
    picture = panel.get_by_role("img", name="Letters by month, March 1927 to September 1929: 15 with a date")
    box = picture.bounding_box()
    assert box
    step = (box["width"] - 34) / 31
    at = lambda month: box["x"] + 34 + (month + 0.5) * min(step, 30)  # noqa: E731
    page.mouse.move(at(10), box["y"] + 60)
    expect(panel.locator(".tip")).to_have_text("January 1928: 1 letter, others 1")
    page.mouse.down()
    page.mouse.move(at(14), box["y"] + 60, steps=4)
    page.mouse.up()
    expect(page.locator("#other .chip")).to_have_text(["From January 1, 1928×", "To May 31, 1928×"])
    expect(panel.locator(".range")).to_have_count(1)
    expect(panel.get_by_label("From", exact=True)).to_have_value("1928-01-01")
    expect(page.locator(".total")).to_have_text("3 of 16 letters")
    expect(panel.locator(".undated")).to_have_text("Letters without a date are left out.")

    panel.get_by_label("To", exact=True).fill("1928-03-31")
    expect(page.locator(".total")).to_have_text("2 of 16 letters")
    assert query(page)["to"] == ["1928-03-31"]
    panel.get_by_label("From", exact=True).fill("1929-01-01")
    expect(panel.get_by_role("alert")).to_contain_text("Expected a first day not after the last")
    assert query(page)["from"] == ["1928-01-01"]
    panel.get_by_role("button", name="Look closer").click()
    expect(picture).to_have_count(0)
    expect(panel.get_by_role("img", name="January 1928 to March 1928: 2 with a date")).to_be_visible()
    panel.get_by_role("button", name="All dates").click()
    expect(page.locator(".total")).to_have_text("16 letters")


def test_a_bar_and_its_line_in_the_table_list_its_letters(page: Page, address: str) -> None:
    page.goto(f"{address}/?view=search&q=harvest")
    panel = narrow(page)
    box = panel.get_by_role("img", name="Letters by month").bounding_box()
    assert box
    page.mouse.click(box["x"] + 34 + 1.5 * min((box["width"] - 34) / 31, 30), box["y"] + 60)
    expect(page.get_by_role("heading", name="Browse")).to_be_visible()
    assert query(page) == {"view": ["letters"], "from": ["1927-04-01"], "to": ["1927-04-30"]}
    expect(page.locator(".found > li")).to_have_count(3)
    panel = narrow(page)
    panel.get_by_text("As a table").click()
    panel.get_by_role("link", name="January 1928").press("Enter")
    expect(page.locator(".total")).to_have_text("1 of 16 letters")
    expect(panel).to_be_hidden()
    expect(page.locator(".found > li").first).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Narrow (2)")).to_be_focused()
    page.go_back()
    expect(page.locator(".total")).to_have_text("3 of 16 letters")


def test_words_are_found_exactly_and_open_where_they_stand(page: Page, address: str) -> None:
    page.goto(f"{address}/?view=letters")
    page.get_by_label("Words in the letters").press_sequentially("lanterns kessel")
    expect(page.locator(".hits mark").first).to_be_visible()
    found = {word.lower() for word in page.locator(".hits mark").all_text_contents()}
    assert found == {"lantern", "lanterns", "kessel"}
    assert query(page)["q"] == ["lanterns kessel"]
    listed = httpx.get(f"{address}/v1/letters", params={"q": "lanterns kessel"}).json()
    expect(page.locator(".total")).to_have_text(f"{listed['total']} of 16 letters")
    expect(page.locator(".hits .of-note .where").first).to_contain_text("editors’ note")

    hit = page.locator(".hits li:not(.of-note) a").first
    words = hit.locator("mark").all_text_contents()
    expect(hit).to_have_accessible_name(re.compile(r"^Open at these words: .+ p\.\s\d+$"))
    hit.click()
    expect(hit).to_have_attribute("aria-current", "true")
    letter = httpx.get(f"{address}/v1/letters/{query(page)['letter'][0]}").json()
    start, end = map(int, query(page)["at"][0].split("-"))
    assert letter["text"][start:end].startswith(words[0])
    assert letter["text"][start:end].endswith(words[-1])
    expect(page.get_by_label("Words in the letters")).to_have_value("lanterns kessel")

    page.get_by_label("Order").select_option("Date")
    expect(page.locator(".found > li").first).to_contain_text("July 7, 1928")
    expect(page.locator(".found > li").last).to_contain_text("undated")
    assert query(page)["order"] == ["date"]
    kinds = httpx.get(f"{address}/v1/facets", params={"q": "lanterns kessel"}).json()["kinds"]
    shown = narrow(page).get_by_role("group", name="Kinds").get_by_role("listitem")
    expect(shown).to_have_text([f"{kind['value']}{kind['letters']}" for kind in kinds])


def test_the_list_stays_where_it_is_when_a_letter_opens_beside_it(page: Page, address: str) -> None:
    page.goto(f"{address}/?view=letters&q=the")
    title = page.locator(".found a.title").nth(7)
    title.scroll_into_view_if_needed()
    before = title.bounding_box()
    title.click()
    close = page.get_by_role("complementary").get_by_role("button", name="Close")
    expect(close).to_be_visible()
    expect(title).to_have_attribute("aria-current", "true")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    opened = title.bounding_box()
    assert before
    assert opened
    assert abs(opened["y"] - before["y"]) < 2
    close.click()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    closed = title.bounding_box()
    assert closed
    assert abs(closed["y"] - before["y"]) < 2


def test_an_empty_list_says_which_filter_to_drop(page: Page, address: str) -> None:
    page.goto(f"{address}/?view=letters&q=lantern&writer=Legation+in+Quessaria&recipient=Chancellery")
    expect(page.locator(".nothing")).to_contain_text("No letter is left.")
    page.get_by_role("button", name="Without words “lantern”").click()
    expect(page.locator(".total")).to_have_text("1 of 16 letters")


def test_an_older_answer_never_stands_over_a_newer_question(page: Page, address: str) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route) if "q=lantern&" in route.request.url else route.continue_()

    page.route("**/v1/letters?*", hold)
    page.goto(f"{address}/?view=letters")
    words = page.get_by_label("Words in the letters")
    words.fill("lantern")
    words.press("Enter")
    expect(page.locator(".found")).to_have_attribute("aria-busy", "true")
    words.fill("Skelgarth")
    words.press("Enter")
    expect(page.locator(".hits mark").first).to_have_text("Skelgarth")
    for route in held:
        route.continue_()
    expect(page.locator(".found")).not_to_have_attribute("aria-busy", "true")
    assert set(page.locator(".hits mark").all_text_contents()) == {"Skelgarth"}


def test_more_letters_come_below_those_that_are_there(page: Page, address: str) -> None:
    [one] = httpx.get(f"{address}/v1/letters?limit=1").json()["letters"]

    def many(route: Route) -> None:
        offset = int(parse_qs(urlsplit(route.request.url).query).get("offset", ["0"])[0])
        lines = [one | {"letter": f"v/d{number}", "title": f"Letter {number}"} for number in range(offset, offset + 50)]
        route.fulfill(json={"letters": lines[: 120 - offset], "total": 120})

    page.route("**/v1/letters?*", many)
    page.goto(f"{address}/?view=letters")
    more = page.get_by_role("button", name="Show 50 more of 70")
    more.click()
    expect(page.locator(".found > li")).to_have_count(100)
    expect(page.get_by_role("link", name="Letter 50", exact=True)).to_be_focused()
    page.get_by_role("button", name="Show 20 more of 20").click()
    expect(page.locator(".found > li")).to_have_count(120)
    expect(page.locator(".further")).to_be_hidden()


def test_a_search_shows_the_closest_passages(page: Page, address: str) -> None:
    page.goto(f"{address}/?view=search")
    page.get_by_label("What are you looking for?").fill("Who wrote of the lanterns in zorgblatt?")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator(".said")).to_contain_text("The 10 closest passages, the closest first; not a total.")
    expect(page.locator(".passage").first).to_contain_text("antern")
    expect(page.locator(".passage .label").first).to_have_text("invented")
    note = page.locator(".passage.of-note").first
    expect(note.locator(".label").nth(1)).to_have_text("editors’ note")
    note.get_by_role("button", name="Copy as Chicago note").click()
    expect(note.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Letters of Two Invented Governments, 1927–1929")
    assert "Document" in copied
    page.locator("a.quoted").first.click()
    assert {"letter", "at"} <= query(page).keys()
    expect(page.locator(".passage")).to_have_count(10)
    page.get_by_role("button", name="Show 10 more").click()
    expect(page.locator(".passage")).to_have_count(20)


def test_what_a_search_says_of_its_words_is_shown(page: Page, address: str) -> None:
    asked = {"question": "Orquelle on zorgblatt lanterns", "filters": {}, "limit": 10}
    answer = httpx.post(f"{address}/v1/search", json=asked).json()
    answer["passages"] = answer["passages"][:1]
    answer["passages"][0] |= {"text": "𝔏𝔦𝔤𝔥𝔱 lanterns at night", "highlights": [[6, 14]]}
    page.route("**/v1/search", lambda route: route.fulfill(json=answer | {"unmatched": ["zorgblatt"]}))
    page.goto(f"{address}/?view=search&q=Orquelle+on+zorgblatt+lanterns")
    expect(page.locator(".said")).to_contain_text(f"Read as: letters from {ORQUELLE}.")
    expect(page.locator(".said")).to_contain_text("In no letter: “zorgblatt”.")
    expect(page.locator(".passage mark")).to_have_text("lanterns")


def test_persons_terms_and_index_lead_to_letters(page: Page, address: str) -> None:
    page.goto(f"{address}/?view=people")
    expect(page.locator(".total")).to_have_text("17 persons")
    page.get_by_label("Find by name").fill("orquelle")
    expect(page.locator(".total")).to_have_text("2 of 17 persons")
    page.get_by_role("link", name=f"Letters by {ORQUELLE}").click()
    expect(page.locator(".total")).to_have_text("7 of 16 letters")
    page.go_back()
    page.get_by_role("link", name="letters that name Orquelle").first.click()
    expect(page.get_by_label("Words in the letters")).to_have_value("Orquelle")
    page.go_back()
    page.get_by_label("Find by name").fill("")
    page.get_by_role("button", name="Abbreviations and terms 10").click()
    expect(page.locator(".entry", has_text="money of Drovenmark")).to_contain_text("crown")
    page.get_by_role("button", name="Index 95").click()
    page.locator(".entry", has_text="Agrarian Union").get_by_role("link", name="17").click()
    letter = httpx.get(f"{address}/v1/letters/{query(page)['letter'][0]}").json()
    assert "17" in [one["label"] for one in letter["pages"]]
    page.get_by_role("button", name="W", exact=True).click()
    expect(page.get_by_role("heading", name="W", exact=True)).to_be_focused()


def test_everything_is_reached_by_the_keyboard(page: Page, address: str) -> None:
    page.goto(f"{address}/?view=letters")
    expect(page.locator(".total")).to_have_text("16 letters")
    page.get_by_role("button", name="Narrow").focus()
    page.keyboard.press("Enter")
    panel = page.locator("#other .panel")
    order = []
    for _ in range(30):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.closest('fieldset')?.querySelector('legend').textContent"))
        if order[-1] == "Writers":
            break
    assert "Volumes" in order
    assert order[-1] == "Writers"
    page.keyboard.press("Space")
    expect(page.locator("#other .chip")).to_have_text([f"Writer: {ORQUELLE}×"])
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.get_by_role("button", name="Narrow (1)")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#other .chip")).to_have_count(0)
    expect(page.get_by_role("button", name="Narrow")).to_be_focused()


def test_a_narrow_screen_needs_no_scrolling_sideways(page: Page, address: str) -> None:
    for view in ("letters&q=lantern", "search&q=lantern", "people"):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{address}/?view={view}&volume=invented1927-29v01&writer=Aurel+Hasterlind")
        expect(page.locator(".found > li, .entry").first).to_be_visible()
        if view != "people":
            narrow(page).get_by_text("As a table").click()
        for width in (360, 320):
            page.set_viewport_size({"width": width, "height": 700})
            assert page.evaluate("document.documentElement.scrollWidth") == width, view
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_the_panel_leaves_the_question_box_in_reach(page: Page, address: str, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{address}/?writer=Aurel+Hasterlind&volume=invented1927-29v01")
    page.get_by_role("button", name="Narrow").click()
    panel = page.locator("#asking .panel")
    expect(panel.get_by_role("checkbox", name=HASTERLIND).first).to_be_checked()
    expect(page.get_by_label("Your question")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_in_viewport(ratio=1)
    shown = panel.evaluate("(panel) => panel.clientHeight")
    assert shown <= 0.6 * height
    assert panel.evaluate("(panel) => panel.scrollHeight") > shown
    page.set_viewport_size({"width": 1280, "height": 900})


def test_filters_go_along_from_view_to_view(page: Page, address: str) -> None:
    page.goto(f"{address}/?view=letters&writer=Aurel+Hasterlind")
    expect(page.locator(".total")).to_have_text("6 of 16 letters")
    page.get_by_role("link", name="Ask", exact=True).click()
    expect(page.locator("#asking .chip")).to_have_text([f"Writer: {HASTERLIND}×"])
    expect(page.locator("#asking .left")).to_have_text("Of 16 letters, 6 are searched")
    page.get_by_role("button", name=f"Remove writer {HASTERLIND}").click()
    page.get_by_role("link", name="Search", exact=True).click()
    expect(page.locator("#other .left")).to_have_text("All 16 letters are searched")
    expect(page.locator(".chip")).to_have_count(0)


def test_names_are_shown_and_never_run(page: Page, address: str) -> None:
    def hostile(route: Route) -> None:
        body = route.fetch().text().replace(ORQUELLE, HOSTILE.replace('"', '\\"'))
        route.fulfill(body=body, content_type="application/json")

    page.route(re.compile(r"/v1/(letters|facets|volumes|search)"), hostile)
    page.goto(f"{address}/?view=letters")
    expect(page.locator(".found")).to_contain_text('<img src=x onerror="window.run=1">')
    narrow(page).get_by_role("checkbox", name="<img").first.check()
    expect(page.locator("#other .chip bdi")).to_contain_text("<img src=x")
    for view in ("search&q=lantern", "people"):
        page.goto(f"{address}/?view={view}")
        expect(page.locator("main")).to_contain_text("lantern" if "search" in view else "<img src=x")
    assert page.locator("main img").count() == 0
    assert page.evaluate("window.run") is None


def test_what_goes_wrong_is_said_and_can_be_tried_again(page: Page, address: str) -> None:
    busy = {"detail": "the service has more to do than it can", "status": 503}
    page.route("**/v1/facets*", lambda route: route.fulfill(status=503, json=busy), times=1)
    page.goto(f"{address}/?view=search")
    expect(page.locator("#other .narrowing > .error")).to_contain_text("The service has more to do than it can.")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#other .left")).to_have_text("All 16 letters are searched")
    expect(page.locator("#other .narrowing > .error")).to_be_hidden()
