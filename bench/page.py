"""The page in a headless Chromium: until it can be used, and until it shows the evidence of a question."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.questions import load_questions
from bench.report import Figure
from qa.api import Sourcier
from qa.index import update_index
from qa.models.protocols import Embedder
from qa.settings import load_settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
VISITS = 5
QUESTIONS = 6
WAIT_MS = 120_000
# Milliseconds since the navigation began; asked in every frame.
USABLE = """() => {
  const box = document.querySelector("textarea");
  return box !== null && !box.disabled && box.offsetHeight > 0 && performance.now();
}"""
SHOWN = """() => document.querySelector("#sources .source") !== null && performance.now()"""
ENTER = """() => {
  const box = document.querySelector("#question textarea");
  box.addEventListener("keydown", () => { window.asked = performance.now(); }, { capture: true, once: true });
}"""


def measure_page(corpus: Path, scratch: Path, embedder: Embedder) -> tuple[list[Figure], dict[str, Any]]:
    """Open the page and a bare page of Gradio's in turn, each as a browser that has never seen it.

    No language model is asked before the evidence is shown, and none is loaded. `scratch` is an empty folder.
    """
    sys.path.insert(0, str(ROOT / "tests"))
    from browser import chromium, served  # type: ignore[import-not-found]
    from chat_support import PacedLLM  # type: ignore[import-not-found]

    loaded = load_settings(scratch, {})
    update_index([corpus], loaded, embedder)
    with ExitStack() as stack:
        session = stack.enter_context(Sourcier.open(loaded, llm=PacedLLM(), embedder=embedder))
        ours = stack.enter_context(served(session))
        bare = stack.enter_context(bare_page())
        browser = stack.enter_context(chromium())
        # The first of all is told apart: the server reads its files then.
        opened = [(_opening(browser, ours), _opening(browser, bare)) for _ in range(VISITS + 1)]
        questions = [row["question"] for row in load_questions(QUESTIONS)]
        session.search(questions[0])
        shown = [_evidence(browser, ours, question) for question in questions]
        alone = [_searching(session, question) for question in questions]
    page_s, bare_s = median(o for o, _ in opened[1:]), median(b for _, b in opened[1:])
    evidence_s, search_s = median(shown), median(alone)
    figures = [
        Figure(
            "the page, until a question can be written",
            f"{page_s:.1f} s",
            f"{bare_s:.1f} s (bare Gradio page; {page_s / bare_s:.1f}×)",
            "< 3 s",
            page_s < 3,
        ),
        Figure("the very first page of a server", f"{opened[0][0]:.1f} s", "", "< 3 s", opened[0][0] < 3),
        Figure(
            "evidence on the page, from Enter",
            f"{evidence_s:.2f} s",
            f"{search_s:.2f} s (the search alone; {evidence_s / search_s:.1f}×)",
            "≤ 1 s",
            evidence_s <= 1,
        ),
    ]
    return figures, {"opened_s": opened, "evidence_s": shown, "search_s": alone}


@contextmanager
def bare_page() -> Iterator[str]:
    """A box and a field of Gradio's, served as the chat is; gives its address."""
    import gradio as gr
    import uvicorn
    from fastapi import FastAPI

    from qa.serve.app import listen

    with gr.Blocks() as blocks:
        box, said = gr.Textbox(label="Question"), gr.HTML()
        box.submit(lambda words: words, box, said)
    app = gr.mount_gradio_app(FastAPI(), blocks, path="/", ssr_mode=False)
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def _opening(browser: Browser, address: str) -> float:
    """Seconds from the navigation to a box that can be written in."""
    context = browser.new_context(locale="en-US")
    try:
        page = context.new_page()
        page.goto(address, wait_until="commit")
        return _milliseconds(page.wait_for_function(USABLE, timeout=WAIT_MS).json_value()) / 1000
    finally:
        context.close()


def _evidence(browser: Browser, address: str, question: str) -> float:
    """Seconds from Enter to the first source on the page."""
    context = browser.new_context(locale="en-US")
    try:
        page = context.new_page()
        page.goto(address)
        # Its examples come last.
        page.locator("#examples button").first.wait_for(timeout=WAIT_MS)
        box = page.locator("#question textarea")
        box.fill(question)
        page.evaluate(ENTER)
        box.press("Enter")
        shown = _milliseconds(page.wait_for_function(SHOWN, timeout=WAIT_MS).json_value())
        return (shown - _milliseconds(page.evaluate("() => window.asked"))) / 1000
    finally:
        context.close()


def _searching(session: Sourcier, question: str) -> float:
    began = time.perf_counter()
    session.search(question)
    return time.perf_counter() - began


def _milliseconds(value: Any) -> float:
    return float(value)
