"""The page in Debian's Chromium, over a running service; whatever it complains of fails the test. And what readers do
on it again and again.
"""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests.builders import ROOT
from tests.commanding import LETTERS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
LANTERN = "Who threw the lantern on Lantern Night?"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_SHIFT = """new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) sum += shift.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 300);
})"""


def home_of(folder: Path, letters: Path) -> Path:
    """A home in the folder that holds the letters, filled with the real model."""
    home = folder / "home"
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "models").symlink_to(ROOT / ".cache" / "models")
    subprocess.run([*LETTERS, "--home", str(home), "ingest", str(letters)], capture_output=True, check=True)
    return home


@contextmanager
def browser_page(
    *, width: int = 1280, height: int = 900, excused: str = "^$", keeps_pages: bool = False, **context: Any
) -> Iterator[Page]:
    """A page, not yet anywhere.

    Args:
        excused: the pattern of what may stand on its console in the end; anything else fails the test.
        keeps_pages: going back shows a page as it was left, as browsers do for readers.
    """
    if CHROMIUM is None:
        pytest.skip("needs Chromium (Debian's package chromium)")
    left_out = ["--disable-back-forward-cache"] if keeps_pages else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, ignore_default_args=left_out)
        page = browser.new_context(viewport={"width": width, "height": height}, **context).new_page()
        page.set_default_timeout(10_000)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        browser.close()
        said = [one for one in complaints if not re.search(excused, one)]
        assert said == [], said


def ask(page: Page, question: str) -> Locator:
    """Asks; gives the exchange that this begins."""
    exchanges = page.locator("article.exchange").count()
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    return page.locator("article.exchange").nth(exchanges)


def answered(page: Page, question: str) -> Locator:
    """Asks, and waits until all of the answer is there; gives the exchange."""
    exchange = ask(page, question)
    expect(exchange.get_by_role("button", name="Copy answer")).to_be_visible()
    return exchange


def stop(page: Page) -> None:
    """Stops the answer under way, later than the second click of a double click would come."""
    page.wait_for_timeout(501)
    page.get_by_role("button", name="Stop").click()


def sign_in(page: Page, key: str) -> None:
    dialog = page.get_by_role("dialog", name="Sign in")
    dialog.get_by_label("API key").fill(key)
    dialog.get_by_role("button", name="Sign in").click()


def tab_to(page: Page, selector: str, *, back: bool = False) -> None:
    """Presses Tab until the focus is on what fits."""
    for _ in range(60):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no way by Tab to {selector}")


def offends_no_rule(page: Page) -> None:
    """Of accessibility, as far as a program can see, as the page stands."""
    found = Axe().run(page, options={"runOnly": WCAG, "resultTypes": ["violations"]}).response["violations"]
    offended = [(rule["id"], [node["html"][:150] for node in rule["nodes"]]) for rule in found]
    assert offended == [], offended


def offends_no_rule_in_light_or_dark(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        offends_no_rule(page)


def no_window_is_too_narrow(page: Page) -> None:
    for width in (360, 768, 1600):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def shift_of(page: Page) -> float:
    """How much has moved by itself since the page was loaded: the browser's cumulative layout shift."""
    shift: float = page.evaluate(_SHIFT)
    return shift


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
