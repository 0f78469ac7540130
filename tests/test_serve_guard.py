"""Whose pages may ask: those of the very address that was asked, port included; programs always."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from browser import chromium
from serve_support import serving
from test_chat import OneDocument
from test_serve import client

from qa.types import AskEvent, StageBegun

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(OneDocument()) as found:
        yield found


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:7860", "http://localhost:7860"),
        ("LOCALHOST:7860", "http://localhost:7860"),
        ("127.0.0.1:7860", "http://127.0.0.1:7860"),
        ("[::1]:7860", "http://[::1]:7860"),
        # A port that is the scheme's own is left out by browsers, in either place.
        ("localhost", "http://localhost"),
        ("localhost:80", "http://localhost"),
        ("[::1]", "http://[::1]:80"),
        # Something in front speaks https for it.
        ("localhost", "https://localhost"),
        ("localhost:443", "https://localhost"),
        ("localhost:8443", "https://localhost:8443"),
        # No page: a program.
        ("localhost:7860", None),
        ("localhost", None),
        ("[::1]:7860", None),
    ],
)
def test_the_same_address_is_let_in(address: str, host: str, origin: str | None) -> None:
    assert status(address, host, origin) == 200


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:7860", "http://localhost:3000"),
        ("127.0.0.1:7860", "http://127.0.0.1:7861"),
        ("[::1]:7860", "http://[::1]:7861"),
        ("localhost:7860", "http://localhost"),
        ("localhost:7860", "https://localhost"),
        ("localhost", "http://localhost:7860"),
        ("localhost:80", "https://localhost"),
        ("localhost:443", "http://localhost"),
        # This machine by another of its names is another site to a browser.
        ("localhost:7860", "http://127.0.0.1:7860"),
        ("127.0.0.1:7860", "http://[::1]:7860"),
        ("localhost:7860", "http://evil.example:7860"),
        ("localhost:7860", "http://localhost.evil.example:7860"),
        # A file, a frame without rights, an extension, nonsense.
        ("localhost:7860", "null"),
        ("localhost:7860", ""),
        ("localhost:7860", "file://"),
        ("localhost:7860", "chrome-extension://localhost:7860"),
        ("localhost:7860", "http://localhost:99999"),
        ("localhost:7860", "http://[::1"),
    ],
)
def test_a_page_of_another_address_is_not(address: str, host: str, origin: str) -> None:
    assert status(address, host, origin) == 403


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:7860", "", "[::1", "[::2]:7860"])
def test_an_address_that_is_not_ours_is_no_address(address: str, host: str) -> None:
    assert status(address, host, f"http://{host}") == 400


def status(address: str, host: str, origin: str | None) -> int:
    """Of what is read and of what is asked."""
    headers = {"host": host} | ({} if origin is None else {"origin": origin})
    with client(address) as web:
        found = {web.get(path, headers=headers).status_code for path in ("/docs", "/v1/models")}
        # Nothing is let through by how it is asked.
        found.add(web.post("/v1/chat/completions", headers=headers, content="{}").status_code)
    found -= {422} if 200 in found else set()
    assert len(found) == 1, found
    return found.pop()


OWN = """() => {
  const body = JSON.stringify({ question: "Où ?" });
  return fetch("/v1/answers", { method: "POST", headers: { "Content-Type": "application/json" }, body });
}"""


class Counting(OneDocument):
    """Keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def ask_events(self, question: str, **_: object) -> Iterator[AskEvent]:  # type: ignore[override]
        self.asked.append(question)
        yield StageBegun("searching")


@contextmanager
def another_site() -> Iterator[str]:
    """An empty page on another port of this machine; gives its address."""

    class Empty(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Another</title>")

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Empty) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


ASK = """async (address) => {
  const ask = (path, body, type) => fetch(address + path, {
    method: "POST", mode: "no-cors", credentials: "include", headers: { "Content-Type": type }, body,
  }).then(() => "sent", (error) => String(error));
  return [
    await ask("v1/answers", JSON.stringify({ question: "Où ?" }), "text/plain"),
    await ask("v1/answers", JSON.stringify({ question: "Où ?" }), "application/json"),
    await ask("v1/chat/completions", '{"model":"sourcier","messages":[{"role":"user","content":"Où ?"}]}',
              "text/plain"),
  ];
}"""


@pytest.mark.browser
def test_a_page_on_another_local_port_asks_in_vain() -> None:
    session = Counting()
    with another_site() as elsewhere, serving(session) as address, chromium() as browser:
        # The server's own pages ask nothing, and say so to the browser: here one does.
        page = browser.new_context(bypass_csp=True).new_page()
        answered: list[int] = []
        page.on(
            "response",
            lambda reply: answered.append(reply.status) if reply.url.startswith(address) else None,
        )
        page.goto(elsewhere)
        page.evaluate(ASK, f"{address}/")
        page.wait_for_timeout(300)
        assert answered
        assert set(answered) == {403}
        assert session.asked == []
        # The same from the server's own page gets through.
        page.goto(f"{address}/docs")
        page.evaluate(OWN)
        assert session.asked == ["Où ?"]


def test_a_token_may_have_any_letters() -> None:
    token = "un secret très bien gardé"
    with serving(OneDocument(), token=token) as address, client(address) as web:
        for sent, code in ((token, 200), ("un secret tres bien garde", 401)):
            assert (
                web.get("/docs", headers=[(b"authorization", f"Bearer {sent}".encode())]).status_code == code
            )
