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
        expect(page.locator("#loaded")).to_contain_text("loaded")
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


def test_the_citations_of_an_answer_are_stepped_through(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Your question").fill("What did Hasterlind and Orquelle write about the Skarn Narrows?")
    page.get_by_role("button", name="Ask", exact=True).click()
    answer = page.locator("article.exchange")
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
