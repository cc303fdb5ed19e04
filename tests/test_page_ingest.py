"""Adding letters on the page, in a real browser: files are chosen, sent, watched, and what came of them is told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from qa_service.embedding import Embedder
from tests.browser import browser_page, home_of, no_window_is_too_narrow, offends_no_rule
from tests.builders import ROOT, SAMPLE
from tests.commanding import serving

pytestmark = pytest.mark.heavy

LONG = "".join(f"Sentence {one} tells of barrel {one * 7}. " for one in range(8000))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, minilm: Embedder) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))  # so that ingests run this very code, whatever is installed
        with serving(home_of(tmp_path_factory.mktemp("adding"), SAMPLE / "plain")) as address:
            yield address


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    with browser_page(width=1280, excused="status of 404") as page:  # a refused ingest is one that is not there
        page.goto(f"{address}/?view=ingest")
        yield page


def letter(number: int, text: str = "Sir: The zeppelin has landed at Quorn.") -> dict[str, Any]:
    content = f"{number}. Letter From A to B\n\n{text}\n".encode()
    return {"name": f"{number}.txt", "mimeType": "text/plain", "buffer": content}


def file(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def add(page: Page, *files: dict[str, Any], volume: str = "") -> None:
    page.get_by_label("Choose files").set_input_files(list(files))  # type: ignore[arg-type]
    page.get_by_label("Volume (optional)").fill(volume)
    page.get_by_role("button", name="Add to the library").click()


def test_letters_are_added_and_the_report_is_told(page: Page) -> None:
    expect(page.get_by_role("button", name="Add to the library")).to_be_disabled()
    sample = Path(SAMPLE / "invented1927-29v01.xml").read_bytes()
    add(page, file("volume.xml", sample), letter(7), file("broken.xml", b"<?xml version='1.0'?><TEI>"), volume="quorn")
    earlier = page.locator("section", has=page.get_by_role("heading", name="Earlier"))
    row = earlier.locator("li", has_text="volume.xml and 2 other files").first
    expect(row).to_contain_text("Done", timeout=60_000)
    expect(row).to_contain_text("The library now has 17 letters")
    expect(row.locator("h3", has_text="Could not be read")).to_be_visible()
    expect(row).to_contain_text("broken.xml: broken XML")
    expect(row.get_by_role("row", name="quorn 1 0 0")).to_be_visible()
    row.locator("summary", has_text="Word joined across a page break (2)").click()
    expect(row).to_contain_text("invented1927-29v01/d7 p. 16")
    expect(page.locator("#loaded")).to_contain_text("17 letters", timeout=10_000)
    expect(page.locator(".chosen li")).to_have_count(0)
    offends_no_rule(page)
    no_window_is_too_narrow(page)
    row.get_by_role("button", name="Take volume.xml and 2 other files off this list").click()
    expect(row).to_have_count(0)


def test_one_that_runs_is_found_again_and_cancelled(page: Page) -> None:
    add(page, letter(8, LONG), volume="long")
    under_way = page.locator("section", has=page.get_by_role("heading", name="Under way"))
    expect(under_way.locator(".step", has_text="Working out what the passages mean")).to_be_visible(timeout=60_000)
    page.reload()
    row = under_way.locator("li", has_text="8.txt")
    expect(row.get_by_role("progressbar")).to_be_visible()
    offends_no_rule(page)
    row.get_by_role("button", name="Cancel").click()
    expect(page.locator("section", has_text="Earlier").locator("li", has_text="8.txt").first).to_contain_text(
        "Cancelled"
    )
    expect(under_way).to_be_hidden()


def test_what_fails_says_why(page: Page) -> None:
    add(page, file("picture.png", b"\x89PNG\r\n\x00\x00"))
    row = page.locator(".ingests li", has_text="picture.png").first
    expect(row).to_contain_text("Failed", timeout=60_000)
    expect(row.locator(".error")).to_have_text("No letters in the files.")


def test_files_are_looked_through_before_they_are_sent(page: Page) -> None:
    chosen = page.get_by_role("list", name="Files to add")
    page.get_by_label("Choose files").set_input_files([letter(1), letter(2)])  # type: ignore[list-item]
    page.get_by_label("Choose files").set_input_files([file("<img src=x onerror=alert(1)>.txt", b"x")])  # type: ignore[list-item]
    expect(chosen.get_by_role("listitem")).to_have_count(3)
    assert chosen.locator("img").count() == 0
    chosen.get_by_role("button", name="Remove 1.txt").press("Enter")
    expect(chosen.get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_role("button", name="Remove 2.txt")).to_be_focused()
    page.get_by_label("Choose files").set_input_files([file(f"{one}.txt", b"x") for one in range(200)])  # type: ignore[misc]
    expect(page.get_by_role("alert")).to_contain_text("These are 202 files; at most 200")
    expect(page.get_by_role("button", name="Add to the library")).to_be_disabled()
    page.get_by_label("Choose files").set_input_files([file("x" * 150 + ".txt", b"x")])  # type: ignore[list-item]
    no_window_is_too_narrow(page)


def test_files_are_dropped(page: Page) -> None:
    script = """(target) => {
      const data = new DataTransfer();
      data.items.add(new File(["x"], "dropped.txt"));
      target.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }"""
    page.locator(".drop").evaluate(script)
    expect(page.get_by_role("list", name="Files to add")).to_contain_text("dropped.txt")


def test_what_the_service_refuses_is_told(page: Page) -> None:
    page.route("**/v1/ingests", lambda route: refuse(route) if route.request.method == "POST" else route.continue_())
    add(page, letter(1))
    expect(page.get_by_role("alert")).to_have_text("No room.")
    expect(page.locator(".chosen li")).to_have_count(1)


def refuse(route: Any) -> None:
    route.fulfill(status=404, content_type="application/problem+json", body='{"detail": "no room"}')
