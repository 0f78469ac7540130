"""Two tabs of one browser on the chat, and a browser that keeps nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from browser import Visitor, chromium, served, visiting
from chat_support import ANSWERS, ASK_ABSENT, ASK_BRIDGE, ASK_LOIRE, PacedLLM, indexed_documents
from index_support import Project
from playwright.sync_api import Browser, Page, expect

from qa.api import Sourcier
from qa.chat.asking import Asking

pytestmark = pytest.mark.browser

FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
FORBIDDEN = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("forbidden", "SecurityError"); },
});"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return indexed_documents(tmp_path_factory.mktemp("p"))


@pytest.fixture
def address(project: Project) -> Iterator[str]:
    llm = PacedLLM(answers=ANSWERS)
    session = Sourcier.open(project.loaded, llm=llm, embedder=project.embedder)
    with session, served(session) as found:
        yield found


@contextmanager
def two_tabs(browser: Browser, address: str) -> Iterator[tuple[Visitor, Visitor]]:
    """Both with the list of conversations in front."""
    with visiting(browser, address) as first:
        page = first.page.context.new_page()
        page.goto(address)
        second = Visitor(page)
        for tab in (first, second):
            show_list(tab.page)
        yield first, second


def show_list(page: Page) -> None:
    page.get_by_role("tab", name="Conversations").click()
    expect(page.locator("#kept-note")).not_to_be_empty()


def ask(tab: Visitor, question: str, turn: int = -1) -> None:
    tab.ask(question)
    tab.wait_for("answered", "refused", turn=turn)
    show_list(tab.page)


def lists(tab: Visitor, *names: str) -> None:
    """Until the tab lists these, latest first, and nothing else."""
    expect(tab.page.locator("#kept label")).to_have_count(len(names))
    for number, name in enumerate(names):
        expect(tab.page.locator("#kept label").nth(number)).to_contain_text(name)


def rename(tab: Visitor, name: str) -> None:
    tab.page.locator("#kept-name :is(input, textarea)").fill(name)
    tab.page.locator("#rename").click()


def test_what_two_tabs_keep_stays(browser: Browser, address: str) -> None:
    with two_tabs(browser, address) as (first, second):
        ask(first, ASK_LOIRE)
        lists(first, ASK_LOIRE)
        # The other one shows it at once, and adds its own.
        lists(second, ASK_LOIRE)
        ask(second, ASK_BRIDGE)
        for tab in (first, second):
            lists(tab, ASK_BRIDGE, ASK_LOIRE)
        ask(first, ASK_ABSENT, turn=1)
        for tab in (first, second):
            lists(tab, ASK_LOIRE, ASK_BRIDGE)
            tab.page.reload()
            show_list(tab.page)
            lists(tab, ASK_LOIRE, ASK_BRIDGE)


def test_what_one_tab_deletes_or_renames_is_so_in_the_other(browser: Browser, address: str) -> None:
    with two_tabs(browser, address) as (first, second):
        ask(first, ASK_LOIRE)
        ask(second, ASK_BRIDGE)
        lists(first, ASK_BRIDGE, ASK_LOIRE)
        rename(first, "Le fleuve")
        lists(second, ASK_BRIDGE, "Le fleuve")
        # Each of these would write what the tab once read.
        ask(second, ASK_ABSENT, turn=1)
        second.page.locator("#clear").click()
        expect(second.page.locator("#talk .exchange")).to_have_count(0)
        lists(second, ASK_BRIDGE, "Le fleuve")
        second.page.locator("#kept label", has_text="Le fleuve").click()
        expect(second.page.locator("#talk .exchange")).to_have_count(1)
        expect(second.page.locator("#kept-name :is(input, textarea)")).to_have_value("Le fleuve")
        first.page.locator("#delete").click()
        lists(first, ASK_BRIDGE)
        lists(second, ASK_BRIDGE)
        second.page.locator("#clear").click()
        expect(second.page.locator("#talk .exchange")).to_have_count(0)
        for tab in (first, second):
            lists(tab, ASK_BRIDGE)
            tab.page.reload()
            show_list(tab.page)
            lists(tab, ASK_BRIDGE)


def test_two_tabs_go_on_with_one_conversation(browser: Browser, address: str) -> None:
    with two_tabs(browser, address) as (first, second):
        ask(first, ASK_LOIRE)
        second.page.locator("#kept label", has_text=ASK_LOIRE).click()
        expect(second.page.locator("#talk .exchange")).to_have_count(1)
        ask(first, ASK_BRIDGE, turn=1)
        ask(second, ASK_ABSENT, turn=1)
        lists(first, ASK_LOIRE, ASK_LOIRE)
        # What went apart is opened, each as it was asked.
        first.page.reload()
        show_list(first.page)
        for number, question in enumerate((ASK_ABSENT, ASK_BRIDGE)):
            first.page.locator("#kept label").nth(number).click()
            expect(first.page.locator("#talk .question p").nth(1)).to_have_text(question)


@pytest.fixture
def let(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Not set: an answer has ended, and the browser does not keep it yet."""
    let, settle = threading.Event(), Asking.settle
    let.set()

    def slow(self: Asking, *given: Any) -> Any:
        assert let.wait(120)
        return settle(self, *given)

    monkeypatch.setattr(Asking, "settle", slow)
    return let


def test_a_name_given_while_an_answer_is_kept_stays(
    browser: Browser, let: threading.Event, address: str
) -> None:
    with visiting(browser, address) as tab:
        ask(tab, ASK_LOIRE)
        lists(tab, ASK_LOIRE)
        let.clear()
        ask(tab, ASK_BRIDGE, turn=1)
        rename(tab, "Le fleuve")
        lists(tab, "Le fleuve")
        let.set()
        # Nor does what is being written vanish when the answer is kept.
        box = tab.page.locator("#kept-name :is(input, textarea)")
        let.clear()
        ask(tab, ASK_ABSENT, turn=2)
        box.fill("Le fl")
        kept = tab.page.evaluate("() => JSON.stringify(localStorage).length")
        let.set()
        tab.page.wait_for_function("n => JSON.stringify(localStorage).length > n", arg=kept)
        tab.page.wait_for_timeout(1000)
        expect(box).to_have_value("Le fl")
        box.press("Enter")
        lists(tab, "Le fl")
        tab.page.reload()
        show_list(tab.page)
        lists(tab, "Le fl")
        tab.page.locator("#kept label").click()
        expect(tab.page.locator("#talk .exchange")).to_have_count(3)


def test_the_language_that_was_chosen_is_kept(browser: Browser, address: str) -> None:
    with visiting(browser, address) as tab:
        tab.page.get_by_label("English").check()
        expect(tab.page.locator("#heading")).to_contain_text("Every sentence")
        tab.page.reload()
        expect(tab.page.locator("#heading")).to_contain_text("Every sentence")


@pytest.mark.parametrize("refusing", [FULL, FORBIDDEN])
def test_a_browser_that_keeps_nothing_is_told_of(browser: Browser, address: str, refusing: str) -> None:
    with visiting(browser, address) as tab:
        page = tab.page
        page.add_init_script(refusing)
        page.reload()
        show_list(page)
        # What the page that was left was still waiting for.
        tab.complaints.clear()
        ask(tab, ASK_LOIRE)
        expect(page.locator("#notice [role=alert]")).to_contain_text("n'a pas pu garder")
        expect(page.locator("#kept label")).to_have_count(0)
        # It goes on all the same, and what is not kept can be taken out.
        with page.expect_download():
            page.locator("#out-markdown").click()
        page.get_by_label("English").check()
        expect(page.locator("#heading")).to_contain_text("Every sentence")
        ask(tab, ASK_BRIDGE, turn=1)
        expect(page.locator("#notice [role=alert]")).to_contain_text("could not keep")
        page.locator("#clear").click()
        expect(page.locator("#talk .exchange")).to_have_count(0)
        assert tab.complaints == []
