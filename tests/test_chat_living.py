"""Living with the page: what an answer rests on, feedback, kept conversations, exports, in a real browser."""

from __future__ import annotations

import gc
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from browser import PHONE, Visitor, chromium, served, visiting
from chat_support import (
    ANSWERS,
    ASK_ABSENT,
    ASK_BRIDGE,
    ASK_LOIRE,
    BRIDGE,
    LOIRE_1,
    LOIRE_2,
    PacedLLM,
    indexed_documents,
)
from gradio.state_holder import StateHolder
from index_support import Project
from playwright.sync_api import Browser, expect

from qa.api import Sourcier
from qa.chat.asking import Asking
from qa.chat.session import Extras

pytestmark = pytest.mark.browser


# What the browser keeps, as one text.
KEPT = "JSON.stringify(Object.entries(localStorage))"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return indexed_documents(tmp_path_factory.mktemp("p"))


@contextmanager
def chat(project: Project, llm: PacedLLM | None = None) -> Iterator[str]:
    session = Sourcier.open(project.loaded, llm=llm or PacedLLM(answers=ANSWERS), embedder=project.embedder)
    extras = Extras(project.loaded.store_path / "feedback.jsonl")
    with session, served(session, extras) as address:
        yield address


@contextmanager
def visited(
    browser: Browser, project: Project, llm: PacedLLM | None = None, lang: str = "fr-FR"
) -> Iterator[Visitor]:
    with chat(project, llm) as address, visiting(browser, address, lang) as visitor:
        yield visitor


def feedback(project: Project) -> list[dict]:
    path: Path = project.loaded.store_path / "feedback.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def test_each_sentence_shows_how_it_was_checked(browser: Browser, project: Project) -> None:
    with visited(browser, project) as visitor:
        page = visitor.page
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("answered")
        summary = page.locator("#talk details.verdicts summary")
        expect(summary).to_contain_text("2 phrases vérifiées")
        summary.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#talk .verdicts li q").nth(1)).to_contain_text(LOIRE_1.rstrip("."))
        expect(page.locator("#talk .verdicts li").first).to_contain_text("Appuyée par ses sources")
        # Many of them hold quotation marks of their own.
        expect(page.locator("#talk .verdicts li q").first).to_have_css("quotes", "none")
        page.locator("#talk .words button.cite").first.click()
        # The opened source says which sentence of the answer it carries.
        expect(page.locator("#sources .opened .supports").first).to_contain_text("Gerbier-de-Jonc")
        expect(page.locator("#sources .opened .supports").first).to_contain_text("%")


def test_a_refusal_proposes_what_could_be_asked_and_asks_it(browser: Browser, project: Project) -> None:
    with visited(browser, project) as visitor:
        visitor.ask(ASK_ABSENT)
        visitor.wait_for("refused")
        instead = visitor.page.locator("#talk button[data-ask]").first
        question = instead.inner_text()
        instead.click()
        visitor.wait_for("answered", "refused", turn=1)
        expect(visitor.page.locator("#talk .question p").nth(1)).to_have_text(question)


def test_what_was_wrong_is_kept_with_the_whole_answer(browser: Browser, project: Project) -> None:
    before = len(feedback(project))
    with visited(browser, project) as visitor:
        page = visitor.page
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("answered")
        page.locator("#talk details.wrong summary").click()
        page.get_by_role("button", name="Ce n'est pas dans les sources").click()
        expect(page.locator("#talk .tools [role=status]")).to_contain_text("Ce n'est pas dans les sources")
        visitor.ask(ASK_BRIDGE)
        visitor.wait_for("answered", turn=1)
        page.get_by_role("button", name="Bonne réponse").click()
        expect(page.locator("#talk .tools [role=status]")).to_have_count(2)
    rows = feedback(project)[before:]
    assert [row["verdict"] for row in rows] == ["not_in_sources", "good"]
    assert rows[0]["answer"]["question"] == ASK_LOIRE
    assert rows[0]["answer"]["citations"][0]["quote"] == LOIRE_2
    assert rows[0]["answer"]["evidence"]
    assert rows[1]["history"][0]["question"] == ASK_LOIRE


def test_a_reader_changes_their_mind_in_a_conversation_opened_again(
    browser: Browser, project: Project
) -> None:
    before = len(feedback(project))
    with visited(browser, project) as visitor:
        page = visitor.page
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("answered")
        page.wait_for_function(f"() => {KEPT}.length > 1000")
        kept = page.evaluate(f"() => {KEPT}")
        page.get_by_role("button", name="Bonne réponse").click()
        expect(page.locator("#talk .tools [role=status]")).to_contain_text("Bonne réponse")
        page.wait_for_function(f"kept => {KEPT} !== kept", arg=kept)
        page.reload()
        page.get_by_role("tab", name="Conversations").click()
        page.locator("#kept label", has_text=ASK_LOIRE).click()
        page.locator("#talk details.wrong summary", has_text="Changer d'avis").click()
        page.get_by_role("button", name="C'est faux").click()
        expect(page.locator("#talk .tools [role=status]")).to_contain_text("C'est faux")
    rows = feedback(project)[before:]
    assert [row["verdict"] for row in rows] == ["good", "false"]
    # The whole Answer, with what was found, each time.
    assert rows[1]["answer"] == rows[0]["answer"]
    assert rows[1]["answer"]["evidence"]


def test_a_question_is_edited_and_asked_again(browser: Browser, project: Project) -> None:
    with visited(browser, project) as visitor:
        page = visitor.page
        for turn, question in enumerate((ASK_ABSENT, ASK_LOIRE)):
            visitor.ask(question)
            visitor.wait_for("refused", "answered", turn=turn)
        page.locator("#talk button[data-act=edit]").first.click()
        expect(page.locator("#question textarea")).to_have_value(ASK_ABSENT)
        expect(page.locator("#editing")).to_contain_text("Vous modifiez la question 1")
        # Where it goes on is seen.
        expect(page.locator("#question textarea")).to_be_focused()
        expect(page.locator("#question textarea")).to_have_css("outline-style", "solid")
        expect(page.locator("#question textarea")).to_have_css("outline-width", "3px")
        page.get_by_label("English").check()
        expect(page.locator("#editing")).to_contain_text("You are editing question 1")
        expect(page.locator("#question textarea")).to_have_value(ASK_ABSENT)
        page.get_by_label("Français").check()
        page.get_by_role("button", name="Annuler").click()
        expect(page.locator("#question textarea")).to_have_value("")
        expect(page.locator("#question textarea")).to_be_focused()
        page.locator("#talk button[data-act=edit]").first.click()
        expect(page.locator("#question textarea")).to_have_value(ASK_ABSENT)
        visitor.ask(ASK_BRIDGE)
        visitor.wait_for("answered", turn=0)
        expect(page.locator("#talk .exchange")).to_have_count(1)
        expect(page.locator("#sources mark").first).to_have_text(BRIDGE)
        expect(page.locator("#editing")).not_to_contain_text("question")


def test_a_follow_up_says_how_it_was_understood_and_is_corrected(browser: Browser, project: Project) -> None:
    follow_up = "And how many trains cross it?"
    understood = "How many trains cross the Forth Bridge?"
    # The rewriting prompt holds the first question, too.
    llm = PacedLLM(answers={follow_up: understood, **ANSWERS})
    with visited(browser, project, llm, "en-US") as visitor:
        page = visitor.page
        visitor.ask(ASK_BRIDGE)
        visitor.wait_for("answered")
        visitor.ask(follow_up)
        visitor.wait_for("answered", "refused", turn=1)
        expect(page.locator("#talk .understood")).to_contain_text(f"Understood as: {understood}")
        page.get_by_role("button", name="Correct").click()
        expect(page.locator("#question textarea")).to_have_value(understood)
        # What was corrected is asked as it stands, though "it" would lean on what was asked before.
        corrected = "How many trains cross it a day, the Forth Bridge?"
        asked = len(llm.asked)
        visitor.ask(corrected)
        visitor.wait_for("answered", "refused", turn=1)
        expect(page.locator("#talk .understood")).to_have_count(0)
        assert all(follow_up not in str(messages) for messages in llm.asked[asked:])


def test_conversations_are_kept_by_the_browser_alone(browser: Browser, project: Project) -> None:
    with chat(project) as address, visiting(browser, address) as visitor:
        page = visitor.page
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("answered")
        page.get_by_role("tab", name="Conversations").click()
        expect(page.locator("#kept label")).to_have_count(1)
        page.locator("#clear").click()
        expect(page.locator("#talk .exchange")).to_have_count(0)
        visitor.ask(ASK_BRIDGE)
        visitor.wait_for("answered")
        page.get_by_role("tab", name="Conversations").click()
        expect(page.locator("#kept label")).to_have_count(2)
        page.locator("#kept-name input, #kept-name textarea").fill("Le pont")
        page.locator("#rename").click()
        expect(page.locator("#kept label").first).to_contain_text("Le pont")

        page.reload()
        page.get_by_role("tab", name="Conversations").click()
        expect(page.locator("#kept label")).to_have_count(2)
        page.locator("#kept label", has_text=ASK_LOIRE).click()
        expect(page.locator("#talk .words")).to_contain_text("Gerbier-de-Jonc")
        # It is whole: its sources open, and it can be gone on with.
        page.locator("#talk .words button.cite").first.click()
        expect(page.locator("#sources .opened mark")).to_have_text(LOIRE_2)
        page.get_by_role("tab", name="Conversations").click()
        page.locator("#delete").click()
        expect(page.locator("#kept label")).to_have_count(1)
        expect(page.locator("#talk .exchange")).to_have_count(0)
        page.reload()
        page.get_by_role("tab", name="Conversations").click()
        expect(page.locator("#kept label")).to_have_count(1)
        expect(page.locator("#kept label")).to_contain_text("Le pont")
        with visiting(browser, address) as other:
            other.page.get_by_role("tab", name="Conversations").click()
            expect(other.page.locator("#kept-note")).to_contain_text("Aucune")
        assert visitor.complaints == []


@pytest.mark.parametrize("leave", ["anew", "another"])
def test_an_answer_that_is_left_at_once_is_kept(
    browser: Browser, project: Project, monkeypatch: pytest.MonkeyPatch, leave: str
) -> None:
    # The browser gets to keep the second answer when the test lets it.
    let, settle = threading.Event(), Asking.settle
    let.set()

    def slow(self: Asking, *given: Any) -> Any:
        assert let.wait(120)
        return settle(self, *given)

    monkeypatch.setattr(Asking, "settle", slow)
    with chat(project) as address, visiting(browser, address) as visitor:
        page = visitor.page
        visitor.ask(ASK_BRIDGE)
        visitor.wait_for("answered")
        page.get_by_role("tab", name="Conversations").click()
        expect(page.locator("#kept label")).to_have_count(1)
        page.locator("#clear").click()
        expect(page.locator("#talk .exchange")).to_have_count(0)
        let.clear()
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("answered")
        page.get_by_role("tab", name="Conversations").click()
        if leave == "anew":
            page.locator("#clear").click()
            expect(page.locator("#talk .exchange")).to_have_count(0)
        else:
            page.locator("#kept label", has_text=ASK_BRIDGE).click()
            expect(page.locator("#talk .question p")).to_have_text(ASK_BRIDGE)
        expect(page.locator("#kept label")).to_have_count(2)
        let.set()
        page.reload()
        page.get_by_role("tab", name="Conversations").click()
        expect(page.locator("#kept label")).to_have_count(2)
        page.locator("#kept label", has_text=ASK_LOIRE).click()
        expect(page.locator("#talk .words")).to_contain_text("Gerbier-de-Jonc")


def test_no_conversation_stays_in_the_server_s_memory_though_its_page_is_open(
    browser: Browser, project: Project
) -> None:
    asked = f"{ASK_LOIRE} Dites-le à Zéphyrine."

    def held() -> bool:
        holders = [each for each in gc.get_objects() if isinstance(each, StateHolder)]
        sessions = [session for holder in holders for session in holder.session_data.values()]
        return any(
            asked in repr((each.state_data, each.config_values))
            or asked in repr([vars(block) for block in each.blocks_config.blocks.values()])
            for each in sessions
        )

    def let_go() -> None:
        deadline = time.monotonic() + 120
        while held():
            assert time.monotonic() < deadline
            visitor.page.wait_for_timeout(200)

    with chat(project) as address, visiting(browser, address) as visitor:
        page = visitor.page
        visitor.ask(asked)
        visitor.wait_for("answered", "refused")
        page.get_by_role("tab", name="Conversations").click()
        expect(page.locator("#kept label")).to_have_count(1)
        let_go()
        # The page goes on with what it carries itself.
        kept = page.evaluate(f"() => {KEPT}")
        visitor.ask(ASK_BRIDGE)
        visitor.wait_for("answered", turn=1)
        page.wait_for_function(f"kept => {KEPT} !== kept", arg=kept)
        assert asked in visitor.page.locator("#talk").inner_text()
        page.get_by_role("tab", name="Conversations").click()
        page.locator("#clear").click()
        expect(page.locator("#talk .exchange")).to_have_count(0)
        page.locator("#kept label", has_text="Zéphyrine").click()
        expect(page.locator("#talk .exchange")).to_have_count(2)
        let_go()


def test_an_answer_is_copied_with_its_footnotes(browser: Browser, project: Project) -> None:
    with visited(browser, project) as visitor:
        page = visitor.page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("answered")
        page.get_by_role("button", name="Copier avec les notes").click()
        expect(page.get_by_role("button", name="Copié ✓")).to_have_count(1)
        copied = page.evaluate("() => navigator.clipboard.readText()")
        assert "[1]" in copied
        assert f"«\u00a0{LOIRE_2}\u00a0»" in copied
        assert "loire.txt" in copied


def test_a_conversation_leaves_as_files(browser: Browser, project: Project, tmp_path: Path) -> None:
    with visited(browser, project) as visitor:
        page = visitor.page
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("answered")
        page.get_by_role("tab", name="Conversations").click()
        files: dict[str, str] = {}
        for kind in ("markdown", "html", "csl"):
            with page.expect_download() as download:
                page.locator(f"#out-{kind}").click()
            path = tmp_path / download.value.suggested_filename
            download.value.save_as(path)
            files[kind] = path.read_text("utf-8")
        assert f"## {ASK_LOIRE}" in files["markdown"]
        assert LOIRE_2 in files["markdown"]
        assert [item["id"] for item in json.loads(files["csl"])] == ["loire.txt"]
        saved = next(tmp_path.glob("*.html"))
        page.goto(saved.as_uri())
        expect(page.locator("blockquote").first).to_have_text(LOIRE_2)
        expect(page.locator("a[href='#s0-1']").first).to_have_text("[1]")


def test_a_phone_opens_the_proof_below(browser: Browser, project: Project) -> None:
    with chat(project) as address, visiting(browser, address, size=PHONE) as visitor:
        page = visitor.page
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("answered")
        page.locator("#talk .words button.cite").first.click()
        expect(page.locator("#sources .opened mark")).to_be_in_viewport()
        page.get_by_role("tab", name="Conversations").click()
        expect(page.locator("#kept label")).to_have_count(1)
        assert visitor.overflow() == 0
