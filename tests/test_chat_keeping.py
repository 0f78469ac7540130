"""What a browser keeps of conversations, event by event: the page's script without the page around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr
import pytest
from browser import chromium
from playwright.sync_api import Browser, BrowserContext, Page
from test_chat import OneDocument, answered

from qa.chat.asking import Asking, Updates
from qa.chat.exchange import Conversation
from qa.chat.keeping import Keeping
from qa.chat.layout import HEAD, Opened, Parts, lay_out
from qa.chat.memory import conversation_to_json
from qa.chat.session import Extras
from qa.serve.line import Line

pytestmark = pytest.mark.browser

Kept = dict[str, list[str]]


class Tab:
    """The events of one tab, each with what the browser showed when it began."""

    def __init__(self, context: BrowserContext) -> None:
        with gr.Blocks():
            self.parts: Parts = lay_out(changeable=False)
        self.asking = Asking(OneDocument(), Line(0), self.parts, Extras())
        self.keeping = Keeping(self.parts, self.asking)
        self.opened = Opened()
        self.page: Page = context.new_page()
        self.page.goto("http://sourcier.test/")

    def ask(self, question: str, shown: Conversation) -> Conversation:
        """The conversation once `question` was asked in it and answered."""
        steps = self.asking.ask(question, "fr", shown, self.opened)
        conversation: Conversation = next(steps)[self.parts.conversation]
        steps.close()
        return (*conversation[:-1], replace(conversation[-1], answer=answered(question).answer))

    def browser(self, does: str, shown: Conversation, *more: str) -> Any:
        given = [does, conversation_to_json(shown), *more]
        return self.page.evaluate("([does, ...given]) => window.sourcier[does](...given)", given)

    def keep(self, shown: Conversation) -> Updates:
        return self.keeping.tell(self.browser("keep", shown), "fr")

    def clear(self, shown: Conversation) -> Updates:
        return self.keeping.begin_anew(self.browser("keep", shown), "fr", self.opened)

    def open(self, ident: str, shown: Conversation) -> Updates:
        return self.keeping.open(self.browser("open", shown, ident), ident, "fr", self.opened)

    def delete(self, shown: Conversation) -> Updates:
        return self.keeping.begin_anew(self.browser("forget", shown), "fr", self.opened)

    def rename(self, name: str, shown: Conversation) -> None:
        self.browser("rename", shown, name)

    def ident(self, name: str) -> str:
        """What the conversation `name` is kept as."""
        kept: Sequence[Any] = self.browser("look", ())["kept"]
        return next(one["id"] for one in kept if one["name"] == name)

    def kept(self) -> Kept:
        """What the browser keeps: names and questions, latest first."""
        told = self.browser("look", ())
        return {
            one["name"]: [
                exchange["question"]
                for exchange in self.browser("open", (), one["id"])["opened"]["exchanges"]
            ]
            for one in told["kept"]
        }


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    context.route(
        "**/*",
        lambda route: route.fulfill(body=f"<html><head>{HEAD}</head></html>", content_type="text/html"),
    )
    yield context
    context.close()


Two = tuple[Tab, Conversation]
BREST: Kept = {"Brest ?": ["Brest ?"]}
BOTH: Kept = {"Lorient ?": ["Lorient ?"], **BREST}


@pytest.fixture
def two(context: BrowserContext) -> Two:
    """A tab with two conversations, and what it shows of the second, which is not kept yet."""
    tab = Tab(context)
    first = tab.ask("Brest ?", ())
    tab.keep(first)
    tab.clear(first)
    second = tab.ask("Lorient ?", ())
    assert tab.kept() == BREST
    return tab, second


@pytest.fixture
def other(two: Two, context: BrowserContext) -> Two:
    """Another tab of the same browser, in which the second conversation was opened; what it shows."""
    tab, shown = two
    tab.keep(shown)
    another = Tab(context)
    opened = another.open(another.ident("Lorient ?"), ())
    return another, opened[another.parts.conversation]


def test_a_conversation_that_is_kept_late_takes_no_other_s_place(two: Two) -> None:
    tab, shown = two
    brest = tab.ident("Brest ?")
    tab.open(brest, shown)
    assert tab.kept() == BOTH
    # The answer's own event comes after that.
    tab.keep(shown)
    assert tab.kept() == BOTH
    tab.open(brest, shown)
    tab.clear(shown)
    assert tab.kept() == BOTH


def test_a_conversation_that_is_kept_late_does_not_become_the_next_one(two: Two) -> None:
    tab, shown = two
    tab.clear(shown)
    fresh = tab.ask("Quimper ?", ())
    tab.keep(shown)
    assert tab.kept() == BOTH
    tab.keep(fresh)
    assert tab.kept() == {"Quimper ?": ["Quimper ?"], **BOTH}


def test_what_is_asked_before_the_page_is_empty_begins_the_new_conversation(two: Two) -> None:
    tab, shown = two
    tab.clear(shown)
    tab.keep(tab.ask("Quimper ?", shown))
    assert tab.kept() == {"Quimper ?": ["Quimper ?"], **BOTH}


def test_what_is_asked_before_another_conversation_is_shown_takes_its_place_from_neither(two: Two) -> None:
    tab, shown = two
    tab.open(tab.ident("Brest ?"), shown)
    tab.keep(tab.ask("Quimper ?", shown))
    assert tab.kept() == {"Quimper ?": ["Quimper ?"], **BOTH}


def test_a_question_that_is_edited_while_its_answer_is_kept_stays_in_its_conversation(two: Two) -> None:
    tab, shown = two
    tab.opened.editing = 0
    edited = tab.ask("Quimper ?", shown)
    tab.keep(shown)
    tab.keep(edited)
    assert tab.kept() == {"Quimper ?": ["Quimper ?"], **BREST}
    # What it was made from does not come back, nor does the answer it had in between.
    tab.opened.editing = 0
    again = tab.ask("Vannes ?", edited)
    tab.keep(again)
    tab.keep(shown)
    tab.keep(edited)
    assert tab.kept() == {"Vannes ?": ["Vannes ?"], **BREST}


def test_what_is_deleted_or_renamed_is_what_the_page_shows(two: Two) -> None:
    tab, shown = two
    tab.keep(shown)
    tab.open(tab.ident("Brest ?"), shown)
    tab.rename("Le port", shown)
    assert tab.kept() == {"Le port": ["Lorient ?"], **BREST}
    tab.delete(shown)
    assert tab.kept() == BREST
    # It does not come back with what was shown before.
    tab.keep(shown)
    assert tab.kept() == BREST


def test_a_conversation_is_renamed_with_the_answer_that_is_not_kept_yet(two: Two) -> None:
    tab, shown = two
    tab.keep(shown)
    longer = tab.ask("Et Nantes ?", shown)
    tab.rename("  Le   port ", longer)
    assert tab.kept() == {"Le port": ["Lorient ?", "Et Nantes ?"], **BREST}
    # What was shown before the answer ended takes neither away, and an empty name is none.
    tab.keep(shown)
    tab.rename(" ", shown)
    assert tab.kept() == {"Le port": ["Lorient ?", "Et Nantes ?"], **BREST}


def test_what_can_be_exported_can_be_in_the_other_language(two: Two) -> None:
    tab, _ = two
    tab.clear(())
    steps = tab.asking.ask("Quimper ?", "fr", (), tab.opened)
    next(steps)
    tab.asking.stop(tab.opened)
    *_, last = steps
    stopped = last[tab.parts.conversation]
    kept = tab.keep(stopped)
    told = tab.keeping.tell(tab.browser("look", stopped), "en")
    for button in tab.parts.out:
        assert kept[button]["interactive"]
        assert told[button]["interactive"]
        assert not tab.clear(stopped)[button]["interactive"]


def test_nothing_is_begun_anew_while_a_question_is_answered(two: Two) -> None:
    tab, shown = two
    brest = tab.ident("Brest ?")
    steps = tab.asking.ask("Quimper ?", "fr", shown, tab.opened)
    running = next(steps)[tab.parts.conversation]
    # Sent before the browser could show that the question was asked, and after.
    for left in (tab.clear(shown), tab.open(brest, shown), tab.delete(running)):
        assert tab.parts.conversation not in left
    assert list(tab.asking.ask("Nantes ?", "fr", shown, tab.opened)) == [{tab.parts.status: gr.skip()}]
    tab.asking.stop(tab.opened)
    *_, last = steps
    asked = last[tab.parts.conversation]
    assert [exchange.question for exchange in asked] == ["Lorient ?", "Quimper ?"]
    tab.keep(asked)
    assert tab.kept() == {"Lorient ?": ["Lorient ?", "Quimper ?"], **BREST}
    assert tab.parts.conversation in tab.clear(asked)


def test_an_error_before_the_question_is_shown_leaves_the_answer_above_it(two: Two) -> None:
    tab, shown = two
    told = tab.asking.fail("fr", shown, tab.opened)
    assert tab.parts.conversation not in told
    assert "inattendue" in told[tab.parts.notice]


def test_two_tabs_that_go_on_with_one_conversation_lose_neither(two: Two, other: Two) -> None:
    (tab, shown), (another, opened) = two, other
    here, there = tab.ask("Et Nantes ?", shown), another.ask("Et Vannes ?", opened)
    tab.keep(here)
    another.keep(there)
    tab.rename("Ici", here)
    kept: Kept = {"Lorient ?": ["Lorient ?", "Et Vannes ?"], "Ici": ["Lorient ?", "Et Nantes ?"], **BREST}
    assert tab.kept() == kept
    # Each goes on with its own.
    another.keep(another.ask("Et Rennes ?", there))
    kept["Lorient ?"].append("Et Rennes ?")
    tab.keep(tab.ask("Et Dinan ?", here))
    kept["Ici"].append("Et Dinan ?")
    assert tab.kept() == kept
    another.delete(there)
    assert list(tab.kept()) == ["Ici", "Brest ?"]


def test_a_tab_that_only_looked_brings_nothing_back(two: Two, other: Two) -> None:
    (tab, shown), (another, opened) = two, other
    tab.opened.editing = 0
    tab.keep(tab.ask("Et Nantes ?", shown))
    another.clear(opened)
    another.keep(opened)
    assert tab.kept() == {"Et Nantes ?": ["Et Nantes ?"], **BREST}


def test_what_is_asked_since_another_tab_deleted_the_rest_is_kept_alone(two: Two, other: Two) -> None:
    (tab, shown), (another, opened) = two, other
    tab.delete(shown)
    another.keep(opened)
    another.clear(opened)
    assert tab.kept() == BREST
    another.opened.id = opened[0].kept_as
    longer = another.ask("Et Nantes ?", opened)
    another.keep(longer)
    another.keep(another.ask("Et Vannes ?", longer))
    assert tab.kept() == {"Et Nantes ?": ["Et Nantes ?", "Et Vannes ?"], **BREST}


def test_what_one_tab_says_of_an_answer_stays(two: Two, other: Two) -> None:
    (tab, shown), (another, opened) = two, other
    tab.keep((replace(shown[0], feedback="good"),))
    longer = another.ask("Et Nantes ?", opened)
    another.keep(longer)
    told = tab.browser("open", (), tab.ident("Lorient ?"))["opened"]["exchanges"]
    assert [one["feedback"] for one in told] == ["good", None]


def test_where_there_is_too_much_the_oldest_goes_and_older_ones_lose_what_was_found(two: Two) -> None:
    tab, shown = two
    tab.keep(shown)
    tab.page.evaluate(
        """() => {
          const [key] = Object.keys(localStorage).filter((key) => key.includes("conversation"));
          const one = JSON.parse(localStorage.getItem(key));
          const [exchange] = one.exchanges;
          for (let number = 0; number < 60; number += 1) {
            exchange.answer.evidence = [{ text: "x".repeat(40_000) }];
            one.at = new Date(number).toISOString();
            localStorage.setItem(`sourcier/conversation/many-${number}`, JSON.stringify(one));
            localStorage.setItem(`sourcier/name/many-${number}`, `n${number}`);
          }
        }"""
    )
    tab.keep(tab.ask("Et Nantes ?", shown))
    kept = list(tab.kept())
    assert len(kept) == 50
    assert kept[:3] == ["Lorient ?", "Brest ?", "n59"]
    assert kept[-1] == "n12"
    held = tab.page.evaluate(
        """() => Object.entries(localStorage).map(([key, value]) => [key, value.length])"""
    )
    sizes = {key.removeprefix("sourcier/conversation/"): length for key, length in held}
    assert sizes["many-59"] > 40_000 > sizes["many-12"]
    assert "sourcier/name/many-11" not in sizes


def test_what_is_none_of_this_page_s_is_passed_over(two: Two) -> None:
    tab, shown = two
    tab.page.evaluate(
        """() => [["a", "{"], ["b", "null"], ["c", '{"exchanges": 3}'], ["d", '{"exchanges": [{}]}']].forEach(
          ([id, text]) => localStorage.setItem(`sourcier/conversation/${id}`, text))"""
    )
    tab.keep(shown)
    assert tab.kept() == BOTH
    assert tab.parts.conversation not in tab.open("c", shown)
    assert tab.keeping.tell({"kept": 3}, "fr")[tab.parts.kept]["choices"] == []
