"""The page in a real browser: what narrows the letters, what is listed of persons, and that nothing moves meanwhile."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.browser import browser_page
from tests.builders import SAMPLE_VOLUME

pytestmark = pytest.mark.heavy

ORQUELLE = "Bastien Orquelle"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PARTS = """() => {
  const parts = [...document.querySelectorAll("#other > *, #other .row > *, #other button.kind")];
  window.parts = parts.filter((part) => part.getBoundingClientRect().height);
  return window.parts.map((part) => part.className);
}"""
TOPS = "() => window.parts.map((part) => part.getBoundingClientRect().top - other.getBoundingClientRect().top)"


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    with browser_page(excused="503") as page:
        yield page


@pytest.fixture
def page(tab: Page) -> Iterator[Page]:
    yield tab
    tab.unroute_all()
    tab.set_viewport_size({"width": 1280, "height": 900})
    tab.emulate_media(color_scheme="light")
    tab.goto("about:blank")


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def facets_with(page: Page, address: str, **changed: Any) -> None:
    """Has the service count as it does, but for what is changed."""
    counted = httpx.get(f"{address}/v1/facets").json()
    page.route(re.compile("/v1/facets"), lambda route: route.fulfill(json=counted | changed))


def volume_with(page: Page, address: str, **changed: Any) -> None:
    whole = httpx.get(f"{address}/v1/volumes/{SAMPLE_VOLUME}").json()
    page.route("**/v1/volumes/*", lambda route: route.fulfill(json=whole | changed))


def month(month: str, writer: str | None, letters: int, *, person: bool = False) -> dict[str, Any]:
    return {"month": month, "writer": writer, "person": person, "letters": letters}


def test_letters_without_text_are_not_said_to_be_searched(page: Page, address: str) -> None:
    facets_with(page, address, searchable=13)
    page.goto(address)
    expect(page.locator("#asking .left")).to_have_text("13 letters are searched; 3 have no text here")
    facets_with(page, address, total=7, searchable=6)
    page.route("**/v1/facets", lambda route: route.continue_())
    page.goto(f"{address}/?view=search&kind=letter")
    expect(page.locator("#other .left")).to_have_text("Of 16 letters, 6 are searched; 1 has no text here")


def test_a_search_keeps_to_the_filters_of_the_address(page: Page, address: str) -> None:
    with page.expect_request("**/v1/search") as sent:
        page.goto(
            f"{address}/?view=search&q=lantern&writer=Orquelle&kind=letter&kind=message&from=1927-01-01&to=1928-12-31"
        )
    body = sent.value.post_data_json
    assert {name: value for name, value in body["filters"].items() if value} == {
        "writers": ["Orquelle"], "kinds": ["letter", "message"], "from": "1927-01-01", "to": "1928-12-31",
    }  # fmt: skip


def test_chips_say_the_volumes_title(page: Page, address: str) -> None:
    [volume] = httpx.get(f"{address}/v1/facets").json()["volumes"]
    assert volume["label"].startswith("1927–1929, Volume I")
    page.goto(f"{address}/?view=letters&volume={SAMPLE_VOLUME}")
    expect(page.locator("#other .chip")).to_have_text(f"Volume: {volume['label']}×")
    facets_with(page, address, volumes=[volume | {"label": ""}])
    page.reload()
    expect(page.locator(".found > li").first).to_be_visible()
    expect(page.locator("#other .chip")).to_have_text(f"Volume: {SAMPLE_VOLUME}×")


def test_long_lists_are_searched_and_no_more_is_chosen_than_the_service_takes(page: Page, address: str) -> None:
    names = [f"Writer {number}" for number in range(30)]
    facets_with(page, address, writers=[{"value": name, "letters": 1} for name in names])
    page.route("**/v1/letters*", lambda route: route.fulfill(json={"letters": [], "total": 0}))
    page.goto(f"{address}/?view=letters&" + "&".join(f"writer={name}" for name in names[:19]))
    page.get_by_role("button", name="Narrow (19)").click()
    writers = page.get_by_role("group", name="Writers")
    writers.get_by_role("button", name="All 30 writers").click()
    find = writers.get_by_role("searchbox", name="Find among writers")
    find.fill("writer 2")
    expect(writers.get_by_role("checkbox")).to_have_count(11)
    writers.get_by_role("checkbox", name="Writer 29").check()
    expect(writers.get_by_role("status")).to_have_text("No more than 20 can be chosen.")
    expect(writers.get_by_role("checkbox", name="Writer 28")).to_be_disabled()
    expect(writers.get_by_role("checkbox", name="Writer 29")).to_be_enabled()
    find.fill("nobody")
    expect(writers).to_contain_text("None of the 30 holds this.")
    find.press("Escape")
    writers.get_by_role("checkbox", name="Writer 29").uncheck()
    expect(writers.get_by_role("checkbox", name="Writer 28")).to_be_enabled()


def test_a_writer_keeps_his_colour_in_legend_and_bars(page: Page, address: str) -> None:
    page.goto(f"{address}/?view=letters")
    page.get_by_role("button", name="Narrow").click()
    colours = """() => Object.fromEntries([...document.querySelectorAll("#other .legend li:not([aria-hidden])")].map(
      (item) => [item.textContent, item.querySelector(".swatch").className.replace("swatch ", "")]))"""
    expect(page.locator("#other .legend")).to_contain_text(ORQUELLE)
    before = page.evaluate(colours)
    assert len(set(before.values())) == len(before) > 3
    months = httpx.get(f"{address}/v1/facets").json()["months"]
    for writer, colour in before.items():
        if writer != "others":
            bars = {one["month"] for one in months if one["writer"] == writer}
            expect(page.locator(f"#other .picture rect.{colour}")).to_have_count(len(bars))
    page.get_by_role("group", name="Writers").get_by_role("checkbox", name="Aurel Hasterlind").check()
    expect(page.locator("#other .picture rect[class^=by-]")).not_to_have_count(len(months))
    after = page.evaluate(colours)
    assert "Aurel Hasterlind" in after
    assert {writer: before[writer] for writer in after if writer in before} == {
        writer: colour for writer, colour in after.items() if writer in before
    }


def test_persons_are_named_first_and_chosen_years_are_drawn_by_month(page: Page, address: str) -> None:
    office, person = month("1950-01", "Department of X", 50), month("1950-03", "Ann Alder", 2, person=True)
    facets_with(page, address, months=[office, person, month("1961-02", None, 9)])
    page.goto(f"{address}/?view=letters")
    page.get_by_role("button", name="Narrow").click()
    expect(page.locator("#other .legend li").first).to_have_text("Ann Alder")
    picture = page.locator("#other .picture svg")
    expect(picture).to_have_attribute("aria-label", re.compile("^Letters by year, 1950 to 1961: 61"))
    page.locator("#other").get_by_label("To", exact=True).fill("1950-12-31")
    expect(picture).to_have_attribute("aria-label", re.compile("^Letters by month, January 1950 to March 1950: 52"))
    page.get_by_role("button", name="The whole span").click()
    expect(picture).to_have_attribute("aria-label", re.compile("^Letters by year"))


def test_escape_gives_up_what_is_dragged_over(page: Page, address: str) -> None:
    page.goto(f"{address}/?view=letters")
    page.get_by_role("button", name="Narrow").click()
    box = page.get_by_role("img", name="Letters by month").bounding_box()
    assert box
    page.mouse.move(box["x"] + 100, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 60, steps=4)
    expect(page.locator("#other .picture .range")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#other .picture .range")).to_have_count(0)
    page.mouse.up()
    expect(page.locator("#other .chip")).to_have_count(0)
    assert query(page) == {"view": ["letters"]}


def test_persons_are_found_by_initials_accents_and_the_surname_that_letters_use(page: Page, address: str) -> None:
    listed = {
        "de Marrin Luc": "de Marrin Luc", "Bastien Orquelle": "Órquelle, Bastien",
        "Samir al-Quarim": "al-Quarim, Samir", "Tolvanek Pjotr N.": "Tolvanek Pjotr N.",
        "Anna de Vries": "Vries, Anna de",
    }  # fmt: skip
    persons = [{"id": name, "name": name, "listed": entry, "description": ""} for name, entry in listed.items()]
    volume_with(page, address, persons=persons)
    facets_with(page, address, writers=[{"value": "B. Orquelle", "letters": 7}, {"value": "C. Orquelle", "letters": 1}])
    page.goto(f"{address}/?view=people")
    expect(page.locator(".entry dt")).to_have_text(
        ["de Marrin Luc", "Órquelle, Bastien", "al-Quarim, Samir", "Tolvanek Pjotr N.", "Vries, Anna de"]
    )
    expect(page.get_by_role("link", name=re.compile("^letters that name"))).to_have_text(
        [f"letters that name {name}" for name in ("Marrin", "Órquelle", "Quarim", "Tolvanek", "Vries")]
    )
    page.get_by_label("Find by name").fill("orquelle")
    expect(page.locator(".total")).to_have_text("1 of 5 persons")
    page.get_by_role("link", name=f"Letters by {ORQUELLE}").click()
    assert query(page)["writer"] == ["B. Orquelle"]


def test_the_index_stands_in_order_of_its_letters_and_in_the_address(page: Page, address: str) -> None:
    places = {"pages": [], "letters": [f"{SAMPLE_VOLUME}/d1"], "in_notes": [], "see": []}
    phrases = ["“Genetrix” balloons", "Harbour", "Älder, Ann", "Barges", "2 notes", "Customs", "(Ghosts)"]
    volume_with(page, address, index=[{"phrase": phrase} | places for phrase in phrases])
    page.goto(f"{address}/?view=people")
    page.get_by_role("button", name="Index 7").click()
    expect(page.locator(".jumps button")).to_have_text(["0–9", "A", "B", "C", "G", "H"])
    expect(page.locator(".entry dt").nth(4)).to_have_text("“Genetrix” balloons")
    page.reload()
    expect(page.get_by_role("button", name="Index 7")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".total")).to_have_text("7 lines of the index")


@pytest.mark.parametrize("view", ["letters", "people"])
def test_a_field_agrees_with_its_list_after_going_back(page: Page, address: str, view: str) -> None:
    page.goto(f"{address}/?view={view}&q=orquelle")
    page.get_by_role("link", name="Letters").first.wait_for()
    field = page.get_by_role("main").get_by_role("searchbox").last
    expect(field).to_have_value("orquelle")
    page.evaluate("history.pushState(null, '', location.href.replace('orquelle', 'nobody'))")
    page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
    expect(field).to_have_value("nobody")
    field.focus()
    page.go_back()
    expect(field).to_be_focused()
    expect(field).to_have_value("orquelle")


def test_a_search_gives_no_more_passages_than_the_service(page: Page, address: str) -> None:
    asked = {"question": "lantern", "filters": {}, "limit": 1}
    answer = httpx.post(f"{address}/v1/search", json=asked).json()

    def many(route: Route) -> None:
        limit = route.request.post_data_json["limit"]
        route.fulfill(json=answer | {"passages": answer["passages"] * min(limit, 50)})

    page.route("**/v1/search", many)
    page.goto(f"{address}/?view=search&q=lantern")
    for shown in (20, 30, 40, 50):
        page.get_by_role("button", name="Show 10 more").click()
        expect(page.locator(".passage")).to_have_count(shown)
    expect(page.locator(".further")).to_be_hidden()


def test_the_focus_has_a_place_when_its_button_is_gone(page: Page, address: str) -> None:
    page.goto(f"{address}/?view=letters&q=lantern&writer=Legation+in+Quessaria")
    page.get_by_role("button", name="Without words “lantern”").click()
    expect(page.locator(".total")).to_have_text("1 of 16 letters")
    expect(page.locator(".total")).to_be_focused()
    busy = {"detail": "busy", "status": 503}
    page.route("**/v1/letters*", lambda route: route.fulfill(status=503, json=busy))
    page.get_by_role("button", name="Remove writer").click()
    problem = page.get_by_role("alert").filter(has_text="Busy.")
    problem.get_by_role("button", name="Try again").press("Enter")
    expect(problem.get_by_role("button", name="Try again")).to_be_focused()
    page.unroute_all()
    page.keyboard.press("Enter")
    expect(page.locator(".total")).to_have_text("16 letters")
    expect(page.locator(".total")).to_be_focused()


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize(
    "view", [f"letters&q=lantern&volume={SAMPLE_VOLUME}", "search&q=lantern&kind=letter&kind=message", "people"]
)
def test_nothing_moves_when_what_is_asked_for_comes(page: Page, address: str, width: int, view: str) -> None:
    held: list[Route] = []
    page.route(re.compile("/v1/(facets|letters|search|volumes)"), lambda route: held.append(route))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/?view={view}")
    expect(page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()
    names, before = page.evaluate(PARTS), page.evaluate(TOPS)
    assert "looking" in names
    assert held
    page.unroute_all()  # what is held goes on
    expect(page.locator(".found > li, .entry").first).to_be_visible()
    if "letters" not in view:
        expect(page.locator("#other .left, .kinds .count").first).not_to_be_empty()
    after = page.evaluate(TOPS)
    moved = [name for name, was, now in zip(names, before, after, strict=True) if abs(now - was) > 1]
    assert moved == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("view", "shown"),
    [
        ("letters", "#other .panel .legend"),
        ("letters&q=lantern", ".hits a"),
        ("search&q=lantern", ".passage"),
        ("letters&q=lantern&recipient=nobody", ".nothing button"),
        ("people&list=index", ".entry a"),
    ],
)
def test_filters_and_lists_offend_no_rule_of_accessibility(
    page: Page, address: str, view: str, shown: str, scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"{address}/?view={view}")
    if "panel" in shown:
        page.get_by_role("button", name="Narrow").click()
        page.get_by_role("group", name="Writers").get_by_role("checkbox").first.wait_for()
        page.locator("#other").get_by_text("As a table").click()
    expect(page.locator(shown).first).to_be_visible()
    expect(page.locator(".found[aria-busy]")).to_have_count(0)
    page.evaluate("Promise.all(document.getAnimations().map((animation) => animation.finished))")
    found = Axe().run(page, options={"runOnly": WCAG, "resultTypes": ["violations"]}).response["violations"]
    assert [(rule["id"], [node["html"][:150] for node in rule["nodes"]]) for rule in found] == []
