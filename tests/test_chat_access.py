"""The page for everyone: axe-core finds nothing serious, a keyboard is enough, and so are 360 pixels."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import DESKTOP, PHONE, Visitor, chromium, served, visiting
from chat_support import ANSWERS, ASK_ABSENT, ASK_LOIRE, DOCUMENTS, PacedLLM
from index_support import CountingEmbedder, Project
from playwright.sync_api import Browser, expect

from qa.api import Sourcier
from qa.chat.library import open_library
from qa.chat.session import Extras
from qa.models.e5 import E5Embedder
from qa.settings import load_settings

pytestmark = pytest.mark.browser

STATES = ("empty", "answer", "refusal", "documents", "conversations")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The chat with all that it can offer: feedback, and a folder that it may change."""
    settings = {"QA_CORPUS__PATHS": "docs", "QA_CHAT__DOCUMENTS": "true"}
    project = Project(load_settings(tmp_path_factory.mktemp("p"), settings), CountingEmbedder(E5Embedder()))
    project.write(DOCUMENTS)
    project.update()
    extras = Extras(project.loaded.store_path / "feedback.jsonl", open_library(project.loaded))
    llm = PacedLLM(answers=ANSWERS)
    session = Sourcier.open(project.loaded, llm=llm, embedder=project.embedder)
    with session, served(session, extras) as found:
        yield found


def go_through(visitor: Visitor) -> Iterator[str]:
    """Bring the page into each of `STATES`, everything that can be unfolded unfolded."""
    page = visitor.page
    expect(page.locator("#examples button").first).to_be_visible()
    yield "empty"
    visitor.ask(ASK_LOIRE)
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
    page.get_by_role("tab", name="Documents").click()
    expect(page.locator("#documents .document")).to_have_count(len(DOCUMENTS))
    page.locator("#documents button").first.click()
    expect(page.locator("#confirm [role=alertdialog] button").first).to_be_focused()
    expect(page.locator("#confirm [role=alertdialog]")).to_be_in_viewport()
    yield "documents"
    page.get_by_role("tab", name="Conversations").click()
    expect(page.locator("#kept label")).to_have_count(1)
    yield "conversations"


@pytest.mark.parametrize(
    ("lang", "size", "schemes"), [("fr-FR", DESKTOP, ("light", "dark")), ("en-US", PHONE, ("dark",))]
)
def test_axe_finds_nothing_serious_and_nothing_is_too_wide(
    browser: Browser, address: str, lang: str, size: tuple[int, int], schemes: tuple[str, ...]
) -> None:
    found: dict[str, str] = {}
    wide: dict[str, int] = {}
    seen: list[str] = []
    with visiting(browser, address, lang, size) as visitor:
        for state in go_through(visitor):
            seen.append(state)
            if pixels := visitor.overflow():
                wide[state] = pixels
            for scheme in schemes:
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
