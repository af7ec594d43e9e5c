"""The demonstration, served by the real command in a process of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.ports import held_port, number_of

PASSWORD = "a demonstration in a test"
PATIENCE_S = 60


@dataclass(slots=True)
class DemoSite:
    """An installation with the demonstration, at an address of this machine."""

    base_url: str
    process: "subprocess.Popen[bytes]"
    holder: socket.socket

    def page_of(self, browser: Browser, account: str | None, language: str, width: int = 1280) -> Page:
        """Return a page of a new browser, signed in as one of the accounts (none: a visitor)."""
        context = browser.new_context(viewport={"width": width, "height": 800}, locale=language)
        page = context.new_page()
        if account:
            page.goto(f"{self.base_url}/sign-in?lang={language}")
            page.fill("input[name=email]", f"{account}@demo.palier.localhost")
            page.fill("input[name=password]", PASSWORD)
            page.locator("main form button").first.click()
            page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    def close(self) -> None:
        """End the server."""
        self.process.terminate()
        self.process.wait(PATIENCE_S)
        self.holder.close()


def start_demo_site(folder: Path) -> DemoSite:
    """Load the demonstration and serve it."""
    holder = held_port()
    port = number_of(holder)
    base_url = f"http://localhost:{port}"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LMS_")}
    environment = kept | {
        "LMS_FOLDER": str(folder), "LMS_PORT": str(port), "LMS_BASE_URL": base_url, "LMS_FAST_PASSWORDS": "yes",
        "LMS_SIGN_IN_LIMIT": "1000 per minute",
    }  # fmt: skip
    palier = [sys.executable, "-c", "from lms.cli import main; main()"]
    for command in (["migrate"], ["demo", "--password", PASSWORD]):
        subprocess.run([*palier, *command], env=environment, check=True, capture_output=True)
    process = subprocess.Popen([*palier, "serve"], env=environment, stdout=subprocess.DEVNULL)
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            urllib.request.urlopen(base_url, timeout=5).close()
            return DemoSite(base_url, process, holder)
        except OSError:
            assert time.monotonic() < until, "the server does not answer"
            assert process.poll() is None, "the server has ended"
            time.sleep(0.05)
