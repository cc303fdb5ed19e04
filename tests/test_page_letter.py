"""The letter beside the answer: the exact quotation, notes, pages, keys, and letters that mean harm."""

import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from qa_service.embedding import Embedder
from tests.browser import browser_page, home_of
from tests.builders import SAMPLE, SAMPLE_VOLUME
from tests.commanding import serving
from tests.tei import VOLUME, document

pytestmark = pytest.mark.heavy

TURNED = "\u202e"  # turns what follows around, to the end of its paragraph
HOSTILE = document(
    f"""<p>\U0001f600\U0001f600 &lt;script&gt;alert(1)&lt;/script&gt; {TURNED}turned around.</p>
    <p>\U0001d504\U0001d505 We hold to the agree<pb n="2"/>ment<note n="1" xml:id="d1fn1">&lt;img src=x
    onerror=alert(2)&gt; \U0001f600 Never signed; see <ref target="#d99">Document 99</ref>, <ref target="#d2">Document
    2</ref> and <ref target="frus1900v09#d1">another volume</ref>.</note> as it stands.<note n="1" xml:id="d1fn2">The
    second note 1.</note></p>
    <table><row><cell>Year</cell><cell>Flow</cell></row><row><cell>1921</cell><cell>58</cell></row></table>
    <p>So be it.</p>""",
    head="1. Letter From &lt;b&gt;A&lt;/b&gt; to B",
)
NOTED = document(
    "".join(
        f"""<p>{"Words of the letter. " * (1 if n % 3 else 30)}
        <note n="{n}" xml:id="d2fn{n}">{"Words of a note. " * (60 if n == 39 else n % 12)}</note></p>"""
        for n in range(1, 81)
    ),
    head="2. Letter From C to D",
    id="d2",
)
"""80 notes, of which each third has room beside its paragraph; the 39th is long."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, minilm: Embedder) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("page-letter")
    letters = folder / "letters"
    letters.mkdir()
    shutil.copy(SAMPLE / f"{SAMPLE_VOLUME}.xml", letters)
    (letters / "v1.xml").write_text(
        VOLUME.format(documents=HOSTILE + NOTED, index="<item>None</item>"), encoding="utf-8"
    )
    with serving(home_of(Path(folder), letters)) as address:
        yield address


@pytest.fixture
def page() -> Iterator[Page]:
    with browser_page(width=1440) as page:
        yield page


@pytest.fixture
def phone() -> Iterator[Page]:
    with browser_page(width=360, height=740) as page:
        yield page


def opened(page: Page, address: str, letter: str, **place: str) -> Locator:
    page.goto(f"{address}/?{urlencode({'letter': letter, **place})}")
    panel = page.get_by_role("complementary", name="Letter")
    expect(panel.get_by_role("heading", level=2)).to_be_visible()
    return panel


def with_mark(page: Page, address: str, letter: str, start: int, end: int, name: str = "the mark") -> Locator:
    """The page with one mark of a citation in it, made as answers and results make theirs."""
    if not page.url.startswith(address):
        page.goto(address)
        expect(page.locator("#loaded")).to_contain_text("letters")
    page.evaluate(
        """async ([letter, start, end, name]) => {
            const { placeLink } = await import("/web/base/places.js");
            const mark = placeLink({ letter, start, end, note_id: null }, {}, name);
            document.getElementById("main").append(mark, " ");
        }""",
        [letter, start, end, name],
    )
    return page.get_by_role("link", name=name, exact=True)


def marked(panel: Locator) -> str:
    return "".join(panel.locator("mark").all_text_contents())


def place_of(text: str, words: str) -> str:
    return f"{text.index(words)}-{text.index(words) + len(words)}"


def offences(page: Page) -> list[str]:
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]}).response["violations"]
    return [f"{rule['id']}: {node['html'][:150]}" for rule in found for node in rule["nodes"]]


def letter_of(page: Page, address: str, letter: str) -> Any:
    return page.request.get(f"{address}/v1/letters/{letter}").json()


def altered(page: Page, address: str, letter: str, **changes: Any) -> None:
    """From now on the service sends this letter with changes."""
    whole = letter_of(page, address, letter) | changes
    page.route(f"**/v1/letters/{letter}", lambda route: route.fulfill(json=whole))


def asked(page: Page, address: str, times: int = 1) -> Locator:
    """A conversation in which a question with several citations was asked so often; gives its exchanges."""
    page.goto(address)
    exchanges = page.locator("article.exchange")
    for number in range(times):
        page.get_by_label("Your question").fill("What did Hasterlind and Orquelle write about the Skarn Narrows?")
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(exchanges.nth(number).get_by_role("button", name="Copy answer")).to_be_visible()
    return exchanges


def test_the_quotation_is_marked_to_the_letter(page: Page, address: str) -> None:
    hostile, sample = letter_of(page, address, "v1/d1"), letter_of(page, address, f"{SAMPLE_VOLUME}/d7")
    cases = [
        (hostile, "We hold to the agreement as it stands."),
        (hostile, "agreement"),
        (hostile, "as it stands.\n\nYear\tFlow\n1921\t58\n\nSo be"),
        (sample, "There, at least, is an agreement in sight.\n\nAs to the grafts"),
    ]
    for letter, words in cases:
        panel = opened(page, address, letter["letter"], at=place_of(letter["text"], words))
        assert marked(panel) == words
        expect(panel.locator("mark").first).to_be_in_viewport()
    note = hostile["notes"][0]
    panel = opened(page, address, "v1/d1", note=note["id"], at=place_of(note["text"], "Never signed; see Document 99"))
    assert marked(panel) == "Never signed; see Document 99"
    expect(panel.locator(".note mark").first).to_be_in_viewport()


def test_a_letter_is_shown_whole_and_nothing_in_it_is_run(page: Page, address: str) -> None:
    text = letter_of(page, address, "v1/d1")["text"]
    panel = opened(page, address, "v1/d1")
    shown = """(text) => {
        const copy = text.cloneNode(true);
        copy.querySelectorAll(".page, sup").forEach((inserted) => inserted.remove());
        return copy.textContent;
    }"""
    assert panel.locator(".text").evaluate(shown) == text
    expect(panel.get_by_role("heading", level=2)).to_contain_text("Letter From <b>A</b> to B")
    expect(panel.locator(".note").first).to_contain_text("<img src=x onerror=alert(2)>")
    assert panel.locator("script, img, h2 b").count() == 0
    assert panel.locator(".text p").first.evaluate("(p) => getComputedStyle(p).unicodeBidi") == "isolate"
    expect(panel.get_by_role("cell", name="1921")).to_be_visible()


def test_a_word_across_a_page_break_stays_whole(page: Page, address: str) -> None:
    panel = opened(page, address, "v1/d1")
    copied = """(paragraph) => {
        getSelection().selectAllChildren(paragraph);
        document.execCommand("copy");
        return navigator.clipboard.readText();
    }"""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    paragraph = panel.locator(".text p").nth(1)
    assert "to the agreement as it stands." in paragraph.evaluate(copied)
    expect(paragraph.locator(".page")).to_contain_text("p.\u00a02")


def test_words_that_cannot_be_there_are_said_not_to_be(page: Page, address: str) -> None:
    for place, said in [
        ({"at": "999998-999999"}, "no words at the place 999998-999999"),
        ({"at": "12-3"}, "no words at the place 12-3"),
        ({"at": "0-5", "note": "fn99"}, "no note “fn99”"),
    ]:
        panel = opened(page, address, f"{SAMPLE_VOLUME}/d7", **place)
        expect(panel.get_by_role("alert")).to_contain_text(said)
        expect(panel.get_by_role("heading", level=2)).to_be_in_viewport()
        expect(panel.locator("mark")).to_have_count(0)


def test_a_letter_is_opened_read_and_closed_by_keys_alone(page: Page, address: str) -> None:
    mark = with_mark(page, address, "v1/d1", 3, 8)
    mark.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Letter")
    expect(panel).to_be_focused()
    expect(panel.get_by_role("status")).to_have_text("Letter From <b>A</b> to B")
    expect(mark).to_have_attribute("aria-current", "true")
    panel.get_by_label("Note 1", exact=True).first.focus()
    page.keyboard.press("Enter")
    expect(panel.locator(".note").first).to_be_focused()
    page.keyboard.press("Tab")
    expect(panel.get_by_role("link", name="Note 1, back to its mark").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel.get_by_label("Note 1", exact=True).first).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(mark).to_be_focused()
    page.go_back()
    expect(panel).to_be_visible()
    page.go_back()
    expect(panel).to_be_hidden()
    expect(mark).to_be_focused()


def test_on_a_phone_the_letter_covers_the_page(phone: Page, address: str) -> None:
    mark = with_mark(phone, address, f"{SAMPLE_VOLUME}/d7", 40, 60)
    mark.click()
    panel = phone.get_by_role("complementary", name="Letter")
    expect(panel.get_by_role("heading", level=2)).to_be_attached()
    expect(panel).to_be_focused()
    inert = "[...document.querySelectorAll('#main, #site, #history')].map((part) => part.inert)"
    assert phone.evaluate(inert) == [True] * 3
    overflow = "(panel) => [panel.scrollWidth - panel.clientWidth, document.documentElement.scrollWidth - innerWidth]"
    assert panel.evaluate(overflow) == [0, 0]
    for button in panel.locator(".bar").locator("a:visible, button:visible").all():
        assert (button.bounding_box() or {})["height"] >= 24
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_be_hidden()
    assert phone.evaluate(inert) == [False] * 3
    expect(mark).to_be_focused()


def test_on_a_phone_a_note_is_shown_over_the_text(phone: Page, address: str) -> None:
    panel = opened(phone, address, "v1/d2")
    mark, note = panel.get_by_label("Note 39", exact=True), panel.locator(".note").nth(38)
    mark.scroll_into_view_if_needed()
    for leave in (lambda: phone.keyboard.press("Escape"), panel.get_by_label("Note 39, back to its mark").click):
        mark.click()
        expect(note).to_be_focused()
        expect(note).to_be_in_viewport()
        expect(mark).to_be_in_viewport()
        leave()
        expect(note).not_to_be_in_viewport()
        expect(mark).to_be_focused()
    phone.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_the_heading_says_what_is_known_and_how(page: Page, address: str) -> None:
    panel = opened(page, address, f"{SAMPLE_VOLUME}/d6")
    facts = panel.locator(".facts")
    expect(facts).to_contain_text("Aurel Hasterlind, Chancellor")
    expect(facts).to_contain_text("undated, about August 11, 1927 (by the editors’ note")
    expect(panel.locator("header")).to_contain_text("invented sample")
    panel = opened(page, address, f"{SAMPLE_VOLUME}/d11")
    expect(facts).to_contain_text("undated")
    expect(panel.locator("header")).to_contain_text("written by the editors")
    expect(panel.get_by_role("region", name="Text, written by the editors")).to_be_visible()


def test_notes_stand_beside_their_marks_and_never_on_each_other(page: Page, address: str) -> None:
    panel = opened(page, address, "v1/d2")
    boxes = """(panel) => [...panel.querySelectorAll(".note")].map((note) => {
        const { top, bottom, left } = note.getBoundingClientRect();
        return [top, bottom, left];
    })"""
    notes = panel.evaluate(boxes)
    assert len(notes) == 80
    assert all(upper[1] <= lower[0] for upper, lower in pairwise(notes))
    mark = panel.get_by_label("Note 70", exact=True)
    mark.click()
    note = panel.locator(".note").nth(69)
    expect(note).to_be_focused()
    expect(note).to_be_in_viewport()
    notes = panel.evaluate(boxes)
    assert all(upper[1] <= lower[0] for upper, lower in pairwise(notes))
    beside = (mark.bounding_box() or {})["y"]
    assert abs(notes[69][0] - beside) < 40
    more = panel.get_by_role("button", name="more of the note 39")
    more.click()
    expect(panel.get_by_role("button", name="less of the note 39")).to_be_focused()


def test_no_rule_of_accessibility_is_offended(page: Page, address: str) -> None:
    for letter in ("v1/d1", "v1/d2", f"{SAMPLE_VOLUME}/d7"):
        page.set_viewport_size({"width": 1440, "height": 900})
        panel = opened(page, address, letter, at="0-3")
        assert offences(page) == []
        page.set_viewport_size({"width": 360, "height": 740})
        assert offences(page) == []
        panel.locator(".text a.to-note").first.click()
        assert offences(page) == []


def test_references_lead_to_letters_or_say_why_not(page: Page, address: str) -> None:
    panel = opened(page, address, "v1/d1")
    expect(panel.locator(".unreached", has_text="Document 99")).to_have_attribute("data-why", "leads nowhere")
    expect(panel.locator(".unreached", has_text="another volume")).to_have_attribute("data-why", "not loaded")
    panel.get_by_role("link", name="Document 2").click()
    expect(panel.get_by_role("heading", level=2)).to_contain_text("Letter From C to D")
    expect(page).to_have_url(f"{address}/?letter=v1/d2")
    expect(panel).to_be_focused()
    panel = opened(page, address, f"{SAMPLE_VOLUME}/d7")
    panel.get_by_role("link", name="footnote 7, Document 12").click()
    expect(page).to_have_url(f"{address}/?letter={SAMPLE_VOLUME}/d12&note=fn7")
    expect(panel.locator(".note").filter(has_text="7").first).to_be_in_viewport()


def test_the_letter_asked_for_last_is_the_one_shown(page: Page, address: str) -> None:
    first = with_mark(page, address, "v1/d1", 0, 3, name="first")
    second = with_mark(page, address, "v1/d2", 0, 4, name="second")
    held: list[Route] = []
    page.route("**/v1/letters/v1/d1", lambda route: held.append(route))
    first.click()
    panel = page.get_by_role("complementary", name="Letter")
    expect(panel).to_contain_text("Opening the letter…")
    second.click()
    expect(panel.get_by_role("heading", level=2)).to_contain_text("From C to D")
    held[0].fulfill(json=letter_of(page, address, "v1/d1"))
    page.unroute("**/v1/letters/v1/d1")
    page.wait_for_function("async () => (await fetch('/readyz')).ok")
    expect(panel.get_by_role("heading", level=2)).to_contain_text("From C to D")


def test_what_went_wrong_is_said_and_can_be_tried_again(address: str) -> None:
    with browser_page(excused="Failed to load resource") as page:
        mark = with_mark(page, address, "v1/d1", 0, 3)
        page.route("**/v1/letters/v1/d1", lambda route: route.fulfill(status=503, json={"detail": "too many letters"}))
        mark.click()
        panel = page.get_by_role("complementary", name="Letter")
        expect(panel.get_by_role("alert")).to_contain_text("Too many letters. Try again in a moment.")
        page.unroute("**/v1/letters/v1/d1")
        panel.get_by_role("button", name="Try again").click()
        expect(panel.get_by_role("heading", level=2)).to_contain_text("Letter From")
        expect(panel).to_be_focused()


def test_the_neighbours_of_a_letter_are_one_key_away(page: Page, address: str) -> None:
    panel = opened(page, address, f"{SAMPLE_VOLUME}/d7")
    panel.focus()
    heading = panel.get_by_role("heading", level=2)
    page.keyboard.press("ArrowRight")
    expect(heading).to_contain_text("Memorandum of Conversation")
    expect(panel).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(heading).to_contain_text("Letter From Prime Minister Orquelle")
    panel.get_by_role("link", name="Next letter").click()
    expect(page).to_have_url(f"{address}/?letter={SAMPLE_VOLUME}/d8")
    panel = opened(page, address, f"{SAMPLE_VOLUME}/d1")
    expect(panel.locator(".step", has_text="Previous")).to_have_attribute("aria-disabled", "true")


def test_keys_that_mean_something_else_change_no_letter(page: Page, address: str) -> None:
    panel = opened(page, address, "v1/d1")
    for key in ("Control+ArrowRight", "Shift+ArrowRight", "Meta+ArrowRight", "Shift+Escape"):
        page.keyboard.press(key)
    table = panel.locator(".cells")
    table.evaluate("(table) => { table.tabIndex = 0; table.focus(); }")
    page.keyboard.press("ArrowRight")
    page.get_by_label("Your question").focus()
    page.keyboard.press("Escape")
    expect(panel.get_by_role("heading", level=2)).to_contain_text("Letter From <b>A</b> to B")
    table.focus()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_letters_that_have_changed_are_fetched_anew(page: Page, address: str) -> None:
    panel = opened(page, address, "v1/d1")
    altered(page, address, "v1/d1", title="Another title")
    heading = panel.get_by_role("heading", level=2)
    for title in ("Letter From <b>A</b>", "Another title"):
        page.keyboard.press("ArrowRight")
        expect(heading).to_contain_text("From C to D")
        page.keyboard.press("ArrowLeft")
        expect(heading).to_contain_text(title)
        page.evaluate("document.dispatchEvent(new Event('letters-changed'))")


def test_the_citations_of_an_answer_are_stepped_through(page: Page, address: str) -> None:
    answer = asked(page, address)
    answer.get_by_role("link", name="Citation 1").first.click()
    panel = page.get_by_role("complementary", name="Letter")
    expect(panel.locator(".citing")).to_contain_text("Citation 1 of")
    page.keyboard.press("n")
    expect(panel.locator(".citing")).to_contain_text("Citation 2 of")
    expect(panel.locator("mark").first).to_be_in_viewport()
    expect(panel.get_by_role("button", name="Copy as Chicago note")).to_be_visible()
    page.keyboard.press("p")
    page.keyboard.press("p")
    expect(panel.locator(".citing")).to_contain_text("Citation 1 of")
    page.keyboard.press("Escape")
    expect(answer.get_by_role("link", name="Citation 1").first).to_be_focused()


def test_a_citation_keeps_the_number_of_its_mark_which_stays_in_sight(page: Page, address: str) -> None:
    """Both answers have the same citations: what is stepped through is places of marks, not places in letters."""
    page.set_viewport_size({"width": 1100, "height": 500})
    exchanges = asked(page, address, times=2)
    panel, citing = page.get_by_role("complementary", name="Letter"), page.locator("#letter .citing")
    each = int(exchanges.first.locator(".citations > li").count())
    exchanges.nth(1).locator("a.cite", has_text="[2]").first.click()
    expect(citing).to_contain_text(f"[2] of answer 2 · {each + 2} of {2 * each}")
    expect(panel.get_by_role("status")).to_contain_text(f"[2] of answer 2 · {each + 2} of {2 * each}")
    page.keyboard.press("p")
    page.keyboard.press("p")
    expect(citing).to_contain_text(f"[{each}] of answer 1 · {each} of {2 * each}")
    expect(exchanges.first.locator("a.cite", has_text=f"[{each}]").first).to_be_in_viewport(ratio=1)
    expect(panel).to_be_focused()
    page.keyboard.press("n")
    expect(citing).to_contain_text(f"[1] of answer 2 · {each + 1} of {2 * each}")
    expect(exchanges.nth(1).locator("a.cite", has_text="[1]").first).to_be_in_viewport(ratio=1)


def test_a_link_to_a_citation_shows_its_mark_and_hears_keys(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1100, "height": 500})
    exchanges = asked(page, address, times=2)
    exchanges.first.locator("a.cite", has_text="[1]").first.click()
    expect(page.locator("#letter .citing")).to_contain_text("[1] of answer 1")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.reload()
    expect(page.locator("#letter .citing")).to_contain_text("[1] of answer 1")
    expect(exchanges.first.locator("a.cite[aria-current]").first).to_be_in_viewport(ratio=1)
    panel = page.get_by_role("complementary", name="Letter")
    expect(panel).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator("#letter .citing")).to_contain_text("[2] of answer 1")
    panel.evaluate("(panel) => panel.blur()")
    page.keyboard.press("n")
    expect(page.locator("#letter .citing")).to_contain_text("[2] of answer 1")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_a_quotation_that_stands_elsewhere_by_now_is_not_marked(page: Page, address: str) -> None:
    mark = asked(page, address).locator("a.cite").first
    letter, *_ = (mark.get_attribute("data-place") or "").split(" ")
    altered(page, address, letter, text="Other words. " * 500, references=[])
    mark.click()
    panel = page.get_by_role("complementary", name="Letter")
    expect(panel.get_by_role("alert")).to_contain_text("The quotation no longer stands at its place in this letter.")
    expect(panel.locator("mark")).to_have_count(0)


def test_the_bar_says_the_pages_of_the_quotation(page: Page, address: str) -> None:
    letter = letter_of(page, address, f"{SAMPLE_VOLUME}/d7")
    site = "https://history.state.gov/x"
    pages = [
        one | {"url": f"{site}#pg_{one['label']}", "scan_url": f"{site}/{one['label']}"} for one in letter["pages"]
    ]
    altered(page, address, letter["letter"], pages=pages)
    for words, said in [
        ("There, at least, is an agreement in sight.", "p.\u00a015, scan – p.\u00a016, scan"),
        ("As to the grafts", "p.\u00a016, scan"),
    ]:
        panel = opened(page, address, letter["letter"], at=place_of(letter["text"], words))
        expect(panel.locator(".pages")).to_have_text(said)
        scan = panel.locator(".pages").get_by_role("link", name="scan of p. 16 at history.state.gov")
        expect(scan).to_have_attribute("href", f"{site}/16")
    note = letter["notes"][-1]
    panel = opened(page, address, letter["letter"], note=note["id"])
    expect(panel.locator(".pages")).to_contain_text(f"p.\u00a0{note['page']}")
    panel = opened(page, address, letter["letter"])
    expect(panel.locator(".place")).to_be_hidden()


def test_only_addresses_of_the_web_become_links(page: Page, address: str) -> None:
    references = [
        {"note_id": None, "start": 0, "end": 2, "target": "v1/pg_2", "status": "resolved"},
        {"note_id": "fn1", "start": 0, "end": 2, "target": "v1/pg_2", "status": "resolved"},
    ]
    letter = letter_of(page, address, "v1/d1")
    for harm in (
        "javascript:alert(1)",
        "data:text/html,<b>harm</b>",
        "JaVaScRiPt:alert(1)",
        "no address",
    ):
        pages = [one | {"url": harm, "scan_url": harm} for one in letter["pages"]]
        notes = [one | {"url": harm} for one in letter["notes"]]
        altered(page, address, "v1/d1", url=harm, pages=pages, notes=notes, references=references)
        panel = opened(page, address, "v1/d1", at="0-2")
        assert set(panel.locator("a[href]").evaluate_all("(all) => all.map(({ protocol }) => protocol)")) == {"http:"}
        expect(panel.get_by_role("link", name="scan")).to_have_count(0)
        page.unroute("**/v1/letters/v1/d1")


def test_a_link_leads_from_where_the_page_is_when_it_is_used(page: Page, address: str) -> None:
    mark = with_mark(page, address, "v1/d1", 3, 8)
    go = "async (changes) => (await import('/web/base/address.js')).go(changes)"
    page.evaluate(go, {"from": "1927-01-01"})
    mark.hover()
    page.mouse.down()
    expect(mark).to_have_attribute("href", "/?from=1927-01-01&letter=v1/d1&at=3-8")
    page.mouse.up()
    page.evaluate(go, {"from": "1928-01-01"})
    note = page.get_by_label("Note 1", exact=True).first
    note.focus()
    expect(note).to_have_attribute("href", "/?from=1928-01-01&letter=v1/d1&note=fn1")


def test_of_a_document_without_text_it_is_said(page: Page, address: str) -> None:
    altered(page, address, "v1/d1", text="", pages=[], notes=[], references=[], url="https://history.state.gov/x")
    panel = opened(page, address, "v1/d1")
    expect(panel.locator(".text")).to_contain_text("This edition gives only the heading of this document.")
    link = panel.get_by_role("link", name="the document")
    expect(link).to_have_attribute("href", "https://history.state.gov/x")


def test_a_letter_that_is_not_loaded_cannot_be_tried_again(address: str) -> None:
    with browser_page(excused="Failed to load resource") as page:
        page.goto(f"{address}/?letter=v1/d404")
        panel = page.get_by_role("complementary", name="Letter")
        expect(panel.get_by_role("alert")).to_contain_text("This letter is not among those loaded; it may")
        expect(panel.get_by_role("button", name="Try again")).to_have_count(0)
        panel.get_by_role("alert").get_by_role("button", name="Close").click()
        expect(panel).to_be_hidden()


def test_nothing_moves_when_the_letter_has_come(page: Page, address: str) -> None:
    mark = with_mark(page, address, "v1/d2", 0, 4)
    held: list[Route] = []
    page.route("**/v1/letters/v1/d2", lambda route: held.append(route))
    mark.click()
    panel = page.get_by_role("complementary", name="Letter")
    expect(panel).to_contain_text("Opening the letter…")
    measures = """(panel) => [panel.querySelector(".bar").offsetHeight, panel.querySelector(".room").clientWidth,
        ...[...panel.querySelectorAll(".bar :is(a, button)")].map((one) => one.offsetLeft)]"""
    before = panel.evaluate(measures)
    chicago = panel.get_by_role("button", name="Copy as Chicago note")
    expect(chicago).to_be_hidden()
    held[0].continue_()
    expect(chicago).to_be_visible()
    assert panel.evaluate(measures)[: len(before)] == before
    chicago.focus()
    page.unroute("**/v1/letters/v1/d2")
    page.keyboard.press("ArrowLeft")
    expect(panel.get_by_role("heading", level=2)).to_contain_text("Letter From <b>A</b> to B")
    expect(panel).to_be_focused()


def test_on_paper_a_letter_has_its_notes_at_its_foot_and_says_where_it_is_from(page: Page, address: str) -> None:
    altered(page, address, "v1/d1", url="https://history.state.gov/x")
    panel = opened(page, address, "v1/d1")
    source = panel.locator(".source")
    expect(source).to_be_hidden()
    page.emulate_media(media="print")
    expect(panel.locator(".bar")).to_be_hidden()
    expect(source).to_have_text(f"{letter_of(page, address, 'v1/d1')['formatted']}https://history.state.gov/x")
    parts = [panel.locator(part).bounding_box() or {} for part in (".text", ".notes", ".source")]
    assert all(upper["y"] + upper["height"] <= lower["y"] for upper, lower in pairwise(parts))


def test_no_rule_is_offended_on_a_phone_in_the_dark(address: str) -> None:
    with browser_page(width=360, height=740, color_scheme="dark") as page:
        asked(page, address).locator("a.cite").first.click()
        expect(page.locator("#letter mark").first).to_be_in_viewport()
        assert offences(page) == []
