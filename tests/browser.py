"""A headless Chromium that records what it asks for, and a chat served for it."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from qa.chat.app import build_app, listen
from qa.chat.session import Extras, Session
from qa.settings import ChatSettings, ServeSettings

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = (1280, 860)
PHONE = (360, 740)
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def find_chromium() -> str:
    """The installed Chromium; skips where there is none, but in CI, where that is a failure."""
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        if path := shutil.which(name):
            return path
    if os.environ.get("CI") == "true":
        pytest.fail("Chromium is missing: apt install chromium")
    pytest.skip("needs Chromium (apt install chromium)")


@contextmanager
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served(
    session: Session,
    extras: Extras = Extras(),  # noqa: B008 - frozen
    queue: int = 16,
    token: str | None = None,
) -> Iterator[str]:
    """The chat on `session`, on a free port; gives its address."""
    settings = ChatSettings(port=0)
    listener = listen(settings)
    started = threading.Event()
    app = build_app(session, settings, started.set, extras, ServeSettings(queue=queue), token)
    config = uvicorn.Config(app, log_level="warning", ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        assert started.wait(60), "the chat did not start"
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@dataclass
class Visitor:
    """One browser window on the chat, with a memory of its own."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        """Write a question and press Enter."""
        box = self.page.locator("#question textarea")
        expect(box).to_be_visible()
        box.fill(question)
        box.press("Enter")

    def wait_for(self, *states: str, turn: int = -1, timeout_s: float = 30) -> None:
        """Until the exchange `turn` (the latest) is in one of `states`."""
        deadline = time.monotonic() + timeout_s
        seen: list[str | None] = []
        while time.monotonic() < deadline:
            # In one step of the browser: the page may change between two.
            seen = self.page.evaluate(
                "() => [...document.querySelectorAll('#talk .exchange')].map(e => e.dataset.state)"
            )
            if -len(seen) <= turn < len(seen) and seen[turn] in states:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"the exchanges are {seen}, none is {' or '.join(states)} after {timeout_s} s")

    def last(self, selector: str = "") -> str:
        """The text of the latest exchange, or of what `selector` finds in it."""
        return self.page.locator(f"#talk .exchange:last-of-type {selector}".strip()).first.inner_text()

    def strangers(self) -> list[str]:
        """What was asked of any other machine."""
        return [
            url
            for url in self.requests
            if (parts := urlsplit(url)).scheme not in ("data", "blob") and parts.hostname not in LOOPBACK
        ]

    def overflow(self) -> int:
        """Pixels that the page is wider than its window."""
        return int(
            self.page.evaluate(
                "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
        )


@contextmanager
def visiting(
    browser: Browser,
    address: str,
    lang: str = "fr-FR",
    size: tuple[int, int] = DESKTOP,
    scheme: Literal["light", "dark"] = "light",
) -> Iterator[Visitor]:
    """A new browser profile on the chat."""
    context: BrowserContext = browser.new_context(
        locale=lang,
        viewport={"width": size[0], "height": size[1]},
        reduced_motion="reduce",
        color_scheme=scheme,
    )
    try:
        page = context.new_page()
        visitor = Visitor(page)
        context.on("request", lambda request: visitor.requests.append(request.url))
        page.on(
            "console", lambda line: visitor.complaints.append(line.text) if line.type == "error" else None
        )
        page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (visitor.complaints.append(dialog.message), dialog.dismiss()))
        page.goto(address)
        expect(page.locator("#heading h1")).to_be_visible(timeout=30_000)
        yield visitor
    finally:
        context.close()
