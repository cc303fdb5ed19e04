"""The page in a real browser: ask, read the answer, open the letter at the quotation."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from qa_service.embedding import Embedder
from tests.builders import ROOT, SAMPLE
from tests.commanding import LETTERS, serving

pytestmark = pytest.mark.heavy

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, minilm: Embedder) -> Iterator[str]:
    import subprocess

    home = tmp_path_factory.mktemp("page") / "home"
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "models").symlink_to(ROOT / ".cache" / "models")
    subprocess.run([*LETTERS, "--home", str(home), "ingest", str(SAMPLE)], capture_output=True, check=True)
    with serving(home) as address:
        yield address


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    if CHROMIUM is None:
        pytest.skip("needs Chromium (Debian's package chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        yield page
        browser.close()
        assert complaints == []


def ask(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()


def test_a_question_is_answered_and_the_letter_opens_at_the_quotation(page: Page) -> None:
    expect(page.locator("#loaded")).to_contain_text("16 letters")
    ask(page, "Who threw the lantern on Lantern Night?")
    answer = page.locator("article.exchange.answered")
    expect(answer).to_be_visible()
    expect(answer.locator("li.citation").first).to_contain_text("invented")
    answer.get_by_role("button", name="Citation [1], open the letter").click()
    letter = page.get_by_role("complementary")
    expect(letter.locator("mark").first).to_be_in_viewport()
    shown = "".join(letter.locator("mark").all_text_contents())
    assert " ".join(shown.split()) in " ".join((answer.locator(".claim").first.text_content() or "").split())
    expect(letter.locator(".page").first).to_contain_text("p.")


def test_what_is_not_there_and_what_is_wrong_is_said_plainly(page: Page) -> None:
    ask(page, "how do I cook rice")
    expect(page.locator("article.exchange.not_found")).to_contain_text("Not in these 16 letters")


def test_text_is_shown_and_never_run(page: Page) -> None:
    ask(page, "<img src=x onerror=alert(1)> <script>alert(2)</script> harbour")
    expect(page.locator("article.exchange")).to_contain_text("<script>alert(2)</script>")
    assert page.locator("article.exchange img, article.exchange script").count() == 0


def test_the_page_about_the_api_lists_every_route(page: Page) -> None:
    address = page.url.rstrip("/")
    paths = page.request.get(f"{address}/openapi.json").json()["paths"]
    page.goto(f"{address}/docs")
    expect(page.locator("section.operation")).to_have_count(sum(len(methods) for methods in paths.values()))
    expect(page.locator("body")).to_contain_text("/v1/letters/{volume}/{id}")
