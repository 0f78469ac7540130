"""A question put to some documents or dates on the page: chosen, told, lifted; in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browser import Visitor, chromium, served, visiting
from chat_support import ANSWERS, ASK_BRIDGE, ASK_LOIRE, DOCUMENTS, PacedLLM
from index_support import CountingEmbedder, Project
from playwright.sync_api import Browser, expect

from qa.api import Sourcier
from qa.models.e5 import E5Embedder
from qa.settings import load_settings

pytestmark = pytest.mark.browser
SOON = 30_000  # milliseconds, on a busy machine


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    project = Project(load_settings(tmp_path_factory.mktemp("p"), {}), CountingEmbedder(E5Embedder()))
    project.write({**DOCUMENTS, "metadata.csv": "file,date\nbridge.txt,2023-03\nloire.txt,2021-05-04\n"})
    project.update()
    session = Sourcier.open(project.loaded, llm=PacedLLM(answers=ANSWERS), embedder=project.embedder)
    with session, served(session) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@contextmanager
def choosing(browser: Browser, address: str, lang: str) -> Iterator[Visitor]:
    with visiting(browser, address, lang) as visitor:
        visitor.page.get_by_role("tab", name="Documents").click()
        expect(visitor.page.locator("#documents .document")).to_have_count(len(DOCUMENTS), timeout=SOON)
        yield visitor


def test_a_question_is_put_to_the_documents_chosen_until_that_is_lifted(
    browser: Browser, address: str
) -> None:
    with choosing(browser, address, "fr-FR") as visitor:
        page = visitor.page
        told = page.locator("#narrowed")
        expect(told).to_be_hidden()
        # By the keyboard alone: what is typed finds the document.
        page.get_by_label("N'interroger que ces documents").focus()
        page.keyboard.type("bridge")
        page.keyboard.press("Enter")
        expect(told).to_contain_text("Question limitée à : bridge.txt", timeout=SOON)
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("refused")
        assert "Les documents retenus" in visitor.last(".answer")
        assert "bridge.txt" in visitor.last(".question")
        expect(page.locator("#sources")).not_to_contain_text("Loire", timeout=SOON)

        told.get_by_role("button", name="Tout interroger").click()
        expect(told).to_be_hidden(timeout=SOON)
        page.get_by_role("button", name="Nouvelle conversation").click()
        expect(page.locator("#talk .exchange")).to_have_count(0, timeout=SOON)
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("answered")
        assert "limitée" not in visitor.last()
        assert not visitor.complaints


def test_dates_narrow_too_and_what_is_no_date_is_told(browser: Browser, address: str) -> None:
    with choosing(browser, address, "en-GB") as visitor:
        page = visitor.page
        told, since = page.locator("#narrowed"), page.get_by_label("From (date)")
        since.fill("2022")
        # Asked at once, without leaving the field for long: the question is narrowed all the same.
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("refused")
        expect(told).to_contain_text("from 2022 · undated documents left out", timeout=SOON)
        visitor.ask(ASK_BRIDGE)
        visitor.wait_for("answered", turn=1)
        assert "from 2022" in visitor.last(".question")

        page.get_by_role("tab", name="Documents").click()
        since.fill("yesterday")
        since.press("Enter")
        expect(told.get_by_role("alert")).to_contain_text("'yesterday' is not a date", timeout=SOON)
        visitor.ask(ASK_BRIDGE)
        visitor.wait_for("error", turn=2)
        assert "Write it as 2023-03-02" in visitor.last()
        page.get_by_text("Français").click()
        expect(told).to_contain_text("Écrivez-la comme 2023-03-02", timeout=SOON)
        expect(told.get_by_role("button")).to_have_text("Tout interroger", timeout=SOON)


def test_what_is_chosen_while_the_list_is_read_stays_told(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project(load_settings(tmp_path, {}), CountingEmbedder(E5Embedder()))
    project.write(DOCUMENTS)
    project.update()
    session = Sourcier.open(project.loaded, llm=PacedLLM(answers=ANSWERS), embedder=project.embedder)
    read, asked, let_go = session.documents, threading.Event(), threading.Event()
    let_go.set()

    def slowly() -> object:
        asked.set()
        let_go.wait(SOON / 1000)
        return read()

    monkeypatch.setattr(session, "documents", slowly)
    with session, served(session) as address, choosing(browser, address, "fr-FR") as visitor:
        page = visitor.page
        told = page.locator("#narrowed")
        page.get_by_role("tab", name="Conversations").click()
        let_go.clear()
        asked.clear()
        page.get_by_role("tab", name="Documents").click()
        assert asked.wait(SOON / 1000)
        page.get_by_label("N'interroger que ces documents").focus()
        page.keyboard.type("bridge")
        page.keyboard.press("Enter")
        expect(told).to_contain_text("Question limitée à : bridge.txt", timeout=SOON)
        let_go.set()
        # Longer than the late list takes to come.
        page.wait_for_timeout(2_000)
        expect(told).to_contain_text("Question limitée à : bridge.txt")
