"""The page in Debian's Chromium, over a running service; whatever it complains of fails the test."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.builders import ROOT
from tests.commanding import LETTERS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def home_of(folder: Path, letters: Path) -> Path:
    """A home in the folder that holds the letters, filled with the real model."""
    home = folder / "home"
    (home / "cache").mkdir(parents=True)
    (home / "cache" / "models").symlink_to(ROOT / ".cache" / "models")
    subprocess.run([*LETTERS, "--home", str(home), "ingest", str(letters)], capture_output=True, check=True)
    return home


@contextmanager
def browser_page(*, width: int = 1280, height: int = 900, excused: str = "404", **context: Any) -> Iterator[Page]:
    """A page, not yet anywhere. In the end nothing may stand on its console but what holds the words excused."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium (Debian's package chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(viewport={"width": width, "height": height}, **context).new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        browser.close()
        assert [one for one in complaints if excused not in one] == []
