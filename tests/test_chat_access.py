"""The page for everyone: axe-core finds nothing serious, a keyboard is enough, and so are 360 pixels."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import DESKTOP, PHONE, Visitor, chromium, served, visiting
from chat_support import ANSWERS, ASK_ABSENT, ASK_BRIDGE, ASK_LOIRE, DOCUMENTS, LOIRE_1, LOIRE_2, PacedLLM
from index_support import CountingEmbedder, Project
from playwright.sync_api import Browser, expect
from test_chat_states import ASK_COST, DIFFER

from qa.api import Sourcier
from qa.chat.library import open_library
from qa.chat.session import Extras
from qa.errors import ModelUnavailable
from qa.models.e5 import E5Embedder
from qa.settings import load_settings

pytestmark = pytest.mark.browser

STATES = (
    *("empty", "running", "answer", "refusal", "error", "partial", "disagreement", "editing"),
    *("documents", "narrowed", "bad file", "conversations"),
)
SOON = 30_000  # milliseconds, on a busy machine
# Half of it is answered.
ASK_TWO = f"{ASK_LOIRE.removesuffix(' ?')} et combien coûte un billet pour Marseille ?"
PACE = threading.Semaphore(0)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The chat with all that it can offer: feedback, and a folder that it may change."""
    settings = {"QA_CORPUS__PATHS": "docs", "QA_CHAT__DOCUMENTS": "true"}
    project = Project(load_settings(tmp_path_factory.mktemp("p"), settings), CountingEmbedder(E5Embedder()))
    project.write({**DOCUMENTS, **DIFFER})
    project.update()
    extras = Extras(project.loaded.store_path / "feedback.jsonl", open_library(project.loaded))
    gone = ModelUnavailable("Ollama does not answer.", "Start it: ollama serve")
    cost = "Le pont de Brax a coûté 12 millions d'euros.\n\n"
    llm = PacedLLM(answers={**ANSWERS, ASK_BRIDGE: gone, ASK_COST: cost}, pace=PACE)
    session = Sourcier.open(project.loaded, llm=llm, embedder=project.embedder)
    with session, served(session, extras) as found:
        yield found


def go_through(visitor: Visitor) -> Iterator[str]:
    """Bring the page into each of `STATES`, everything that can be unfolded unfolded."""
    page = visitor.page
    expect(page.locator("#examples button").first).to_be_visible()
    yield "empty"
    visitor.ask(ASK_LOIRE)
    expect(page.locator("#sources .source").first).to_be_visible(timeout=SOON)
    expect(page.locator("#stop")).to_be_visible()
    visitor.wait_for("running")
    yield "running"
    PACE.release(10_000)
    visitor.wait_for("answered")
    page.locator("#talk .words button.cite").first.click()
    expect(page.locator("#sources .source.opened")).to_have_count(1)
    page.locator("#talk details.verdicts summary").click()
    page.locator("#talk details.wrong summary").click()
    yield "answer"
    visitor.ask(ASK_ABSENT)
    visitor.wait_for("refused")
    page.locator("#talk button.near").first.click()
    expect(page.locator("#sources .source.opened")).to_have_count(1)
    yield "refusal"
    visitor.ask(ASK_BRIDGE)
    visitor.wait_for("error")
    yield "error"
    # Behind other questions "prend-elle" would be taken for a follow-up's.
    page.locator("#clear").click()
    expect(page.locator("#talk .exchange")).to_have_count(0)
    visitor.ask(ASK_TWO)
    visitor.wait_for("partial", turn=0)
    yield "partial"
    visitor.ask(ASK_COST)
    visitor.wait_for("answered", "partial", turn=1)
    expect(page.locator("#talk .who-says li")).to_have_count(2)
    yield "disagreement"
    page.locator("#talk button[data-act=edit]").last.click()
    expect(page.locator("#editing button")).to_be_visible()
    yield "editing"
    page.locator("#editing button").click()
    expect(page.locator("#editing button")).to_have_count(0)
    page.get_by_role("tab", name="Documents").click()
    expect(page.locator("#documents .document").first).to_be_visible(timeout=SOON)
    page.locator("#documents button").first.click()
    expect(page.locator("#confirm [role=alertdialog] button").first).to_be_focused(timeout=SOON)
    expect(page.locator("#confirm [role=alertdialog]")).to_be_in_viewport()
    yield "documents"
    page.locator("#confirm [role=alertdialog] button").last.click()
    expect(page.locator("#confirm [role=alertdialog]")).to_have_count(0, timeout=SOON)
    page.locator("#only input").focus()
    page.keyboard.type("bridge")
    page.keyboard.press("Enter")
    expect(page.locator("#narrowed button")).to_be_visible(timeout=SOON)
    visitor.ask(ASK_ABSENT)
    visitor.wait_for("refused", turn=2)
    expect(page.locator("#talk .exchange").last).to_contain_text("bridge.txt")
    yield "narrowed"
    page.locator("#narrowed button").click()
    expect(page.locator("#narrowed button")).to_have_count(0, timeout=SOON)
    page.get_by_role("tab", name="Documents").click()
    broken = {"name": "abime.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 nothing"}
    page.locator("#add-row input[type=file]").set_input_files(broken)  # type: ignore[arg-type]
    expect(page.locator("#documents .document.bad")).to_contain_text("abime.pdf", timeout=60_000)
    yield "bad file"
    page.get_by_role("tab", name="Conversations").click()
    expect(page.locator("#kept label")).to_have_count(2)
    yield "conversations"


@pytest.mark.parametrize(("lang", "size"), [("fr-FR", DESKTOP), ("en-US", PHONE)])
def test_axe_finds_nothing_serious_and_nothing_is_too_wide(
    browser: Browser, address: str, lang: str, size: tuple[int, int]
) -> None:
    found: dict[str, str] = {}
    wide: dict[str, int] = {}
    seen: list[str] = []
    while PACE.acquire(blocking=False):
        pass
    with visiting(browser, address, lang, size) as visitor:
        for state in go_through(visitor):
            seen.append(state)
            if pixels := visitor.overflow():
                wide[state] = pixels
            for scheme in ("light", "dark"):
                # What Gradio does where the system's colours are dark.
                visitor.page.evaluate(
                    "dark => document.body.classList.toggle('dark', dark)", scheme == "dark"
                )
                # Gradio's colours change over time.
                visitor.page.wait_for_timeout(300)
                results = Axe().run(visitor.page)
                for violation in results.response["violations"]:
                    if violation["impact"] in ("serious", "critical"):
                        report = results.generate_report(violation["id"])
                        found[f"{state}, {scheme}: {violation['id']}"] = report
        assert tuple(seen) == STATES
    assert not found, "\n".join(f"{where}\n{report}" for where, report in found.items())
    assert not wide, f"pixels beyond {size[0]}: {wide}"


# What is seen of the element in the focus and of what it stands in, so that losing the focus can be compared.
LOOK = """() => {
  const look = (part) => {
    const style = getComputedStyle(part);
    return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow].join(" ");
  };
  const part = document.activeElement;
  const parts = [part, part.parentElement, part.parentElement?.parentElement].filter(Boolean);
  const focused = parts.map(look).join();
  part.blur();
  const left = parts.map(look).join();
  part.focus();
  const box = part.getBoundingClientRect();
  const name = part.getAttribute("aria-label") || part.innerText || part.id || part.tagName;
  return {
    name: name.trim(), source: part.dataset.source ?? null, in: part.closest("[id]")?.id ?? "",
    visible: focused !== left, shown: box.width > 0 && box.height > 0,
  };
}"""


def test_a_keyboard_is_enough(browser: Browser, address: str) -> None:
    PACE.release(10_000)
    with visiting(browser, address) as visitor:
        page = visitor.page

        def press(key: str, until: Callable[[dict[str, Any]], bool], most: int = 40) -> dict[str, Any]:
            """Press `key` until the focus is where it is meant to be; each stop on the way is seen."""
            passed = []
            for _ in range(most):
                page.keyboard.press(key)
                stop = page.evaluate(LOOK)
                assert stop["visible"], f"the focus is not seen: {stop}"
                assert stop["shown"], f"the focus is nowhere: {stop}"
                if until(stop):
                    return stop
                passed.append(stop["name"])
            raise AssertionError(f"not reached by {key}: {passed}")

        box = page.locator("#question textarea")
        expect(box).to_be_focused()
        page.keyboard.type(ASK_LOIRE)
        page.keyboard.press("Enter")
        visitor.wait_for("answered")
        expect(box).to_be_focused()

        press("Shift+Tab", lambda stop: stop["source"] == "0:c2")
        page.keyboard.press("Enter")
        opened = page.locator("#sources .source.opened")
        expect(opened.locator("mark")).to_have_text(LOIRE_1)
        expect(opened).to_be_focused()
        # Back by Escape, and by the button that says so.
        page.keyboard.press("Escape")
        expect(page.locator("#talk [data-source='0:c2']")).to_be_focused()
        press("Shift+Tab", lambda stop: stop["source"] == "0:c1")
        page.keyboard.press("Enter")
        expect(opened.locator("mark")).to_have_text(LOIRE_2)
        press("Tab", lambda stop: stop["name"] == "Revenir à la réponse")
        page.keyboard.press("Enter")
        expect(page.locator("#talk [data-source='0:c1']")).to_be_focused()

        # On through the answer's tools and the box to the tabs, and into the last of them.
        press("Tab", lambda stop: stop["name"] == "Documents")
        page.keyboard.press("Enter")
        expect(page.locator("#documents .document").first).to_be_visible(timeout=SOON)
        press("Tab", lambda stop: stop["name"] == "Retirer Loire")
        page.keyboard.press("Enter")
        expect(page.locator("#confirm button").first).to_be_focused()
        press("Tab", lambda stop: stop["name"] == "Annuler", most=1)
        page.keyboard.press("Enter")
        expect(page.locator("#confirm button")).to_have_count(0)
        assert visitor.complaints == []
