"""The chat in a real browser, on a real index, with a model that writes when the test lets it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from browser import PHONE, Visitor, chromium, served, visiting
from chat_support import (
    ANSWERS,
    ASK_ABSENT,
    ASK_BRIDGE,
    ASK_HOSTILE,
    ASK_LOIRE,
    BRIDGE,
    DOCUMENTS,
    HOSTILE,
    LOIRE_1,
    LOIRE_2,
    PacedLLM,
    failing,
)
from index_support import CountingEmbedder, Project
from playwright.sync_api import Browser, expect

from qa.api import Sourcier
from qa.chat.session import LateSession
from qa.errors import ModelUnavailable
from qa.models.e5 import E5Embedder
from qa.settings import load_settings

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def embedder() -> CountingEmbedder:
    return CountingEmbedder(E5Embedder())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, embedder: CountingEmbedder) -> Project:
    return make(tmp_path_factory.mktemp("project"), embedder)


def make(root: Path, embedder: CountingEmbedder) -> Project:
    project = Project(load_settings(root, {}), embedder)
    project.write(DOCUMENTS)
    project.update()
    return project


@contextmanager
def chat(project: Project, llm: PacedLLM | None = None) -> Iterator[str]:
    """The chat on the project's index; gives its address."""
    model = llm or PacedLLM(answers=ANSWERS)
    session = Sourcier.open(project.loaded, llm=model, embedder=project.embedder)
    with session, served(session) as address:
        yield address


@contextmanager
def visited(
    browser: Browser, project: Project, llm: PacedLLM | None = None, lang: str = "fr-FR"
) -> Iterator[Visitor]:
    with chat(project, llm) as address, visiting(browser, address, lang) as visitor:
        yield visitor


def test_an_answer_comes_sentence_by_sentence_with_its_sources(browser: Browser, project: Project) -> None:
    llm = PacedLLM(answers=ANSWERS, pace=threading.Semaphore(2))
    with visited(browser, project, llm) as visitor:
        page = visitor.page
        visitor.ask(ASK_LOIRE)
        # The first sentence is checked and shown while the second is being written.
        expect(page.locator("#talk .words")).to_contain_text("Gerbier-de-Jonc", timeout=20_000)
        expect(page.locator("#talk .exchange")).to_have_attribute("data-state", "running")
        assert "plus long fleuve" not in visitor.last(".words")
        expect(page.locator("#stop")).to_be_visible()
        # Gradio writes the page's rules anew, and loses some.
        expect(page.locator("#status .spinner")).to_have_css("border-top-width", "2px")
        page.locator("#talk button.cite").click()
        opened = page.locator("#sources .source.opened")
        expect(opened).to_have_count(1)
        llm.pace.release()
        visitor.wait_for("answered")
        # What was opened meanwhile stays open.
        expect(opened.locator("mark")).to_have_text(LOIRE_2)
        assert "plus long fleuve" in visitor.last(".words")
        expect(page.locator("#talk button.cite")).to_have_text(["1", "2"])
        expect(page.locator("#stop")).to_be_hidden()
        expect(page.locator("#status")).to_contain_text("fake/queue")
        expect(page.locator("#status")).to_contain_text(re.compile(r"Répondu en \d+,\d s"))

        marks = page.locator("#sources mark")
        assert [marks.nth(i).inner_text() for i in range(2)] == [LOIRE_2, LOIRE_1]

        page.locator("#talk button.cite").nth(1).click()
        expect(opened.locator("mark")).to_have_text(LOIRE_1)
        page.locator("#talk button.cite").first.click()
        expect(opened.locator("mark")).to_have_text(LOIRE_2)
        # … in the words that surround it in its document, with where it comes from.
        expect(opened.locator("blockquote")).to_contain_text("La Loire est le plus long fleuve de France.")
        expect(opened.locator("blockquote")).to_contain_text("crue connue du fleuve")
        expect(opened).to_contain_text("loire.txt")
        expect(opened).to_be_focused()
        assert visitor.complaints == []


def test_the_page_is_used_by_keyboard(browser: Browser, project: Project) -> None:
    with visited(browser, project) as visitor:
        page = visitor.page
        expect(page.locator("#question textarea")).to_be_focused()
        page.keyboard.type(ASK_LOIRE)
        page.keyboard.press("Enter")
        visitor.wait_for("answered")
        expect(page.locator("#question textarea")).to_be_focused()
        expect(page.locator("#question textarea")).to_have_value("")
        page.locator("#talk button.cite").nth(1).focus()
        page.keyboard.press("Enter")
        expect(page.locator("#sources .source.opened mark")).to_have_text(LOIRE_1)
        assert page.get_by_role("textbox", name="Votre question").count() == 1
        assert page.get_by_role("button", name="Source 1").count() == 1


def test_a_source_is_opened_from_its_card_and_from_an_earlier_answer(
    browser: Browser, project: Project
) -> None:
    with visited(browser, project) as visitor:
        page = visitor.page
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("answered")
        page.locator("#sources button.open").nth(1).click()
        expect(page.locator("#sources .source.opened mark")).to_have_text(LOIRE_1)
        visitor.ask(ASK_BRIDGE)
        visitor.wait_for("answered", turn=1)
        expect(page.locator("#sources mark").first).to_have_text(BRIDGE)
        page.locator("#talk .exchange").first.locator("button.cite").first.click()
        expect(page.locator("#sources .source.opened mark")).to_have_text(LOIRE_2)
        expect(page.locator("#sources")).to_contain_text(ASK_LOIRE)


def test_an_answer_is_stopped_in_the_middle_and_another_question_asked(
    browser: Browser, project: Project
) -> None:
    llm = PacedLLM(answers=ANSWERS, pace=threading.Semaphore(2))
    with visited(browser, project, llm) as visitor:
        page = visitor.page
        visitor.ask(ASK_LOIRE)
        expect(page.locator("#talk .words")).to_contain_text("Gerbier-de-Jonc", timeout=20_000)
        page.locator("#stop").click()
        visitor.wait_for("stopped", timeout_s=5)
        assert llm.stopped.wait(5), "the model was not freed"
        assert "Arrêté à votre demande." in visitor.last()
        assert "Gerbier-de-Jonc" in visitor.last()
        expect(page.locator("#talk [role=alert]")).to_have_count(0)
        expect(page.locator("#send")).to_be_visible()
        llm.pace.release(10)
        visitor.ask(ASK_BRIDGE)
        visitor.wait_for("answered", turn=1)


def test_closing_the_page_frees_the_model(browser: Browser, project: Project) -> None:
    llm = PacedLLM(answers=ANSWERS, pace=threading.Semaphore(0))
    with chat(project, llm) as address:
        with visiting(browser, address) as visitor:
            visitor.ask(ASK_LOIRE)
            assert llm.writing.wait(20)
        assert llm.stopped.wait(20), "the model still writes for a page that is gone"


def test_two_browsers_share_nothing(browser: Browser, project: Project) -> None:
    llm = PacedLLM(answers=ANSWERS, pace=threading.Semaphore(0))
    with ExitStack() as stack:
        address = stack.enter_context(chat(project, llm))
        french = stack.enter_context(visiting(browser, address))
        english = stack.enter_context(visiting(browser, address, "en-US"))
        french.ask(ASK_LOIRE)
        english.ask(ASK_BRIDGE)
        # Both are being answered at once.
        expect(french.page.locator("#stop")).to_be_visible()
        expect(english.page.locator("#stop")).to_be_visible()
        llm.pace.release(10)
        french.wait_for("answered")
        english.wait_for("answered")
        assert french.page.locator("#talk .exchange").count() == 1
        assert english.page.locator("#talk .exchange").count() == 1
        assert "Loire" not in english.page.locator("#columns").inner_text()
        assert "Forth" not in french.page.locator("#talk").inner_text()
        # A follow-up is understood from the conversation of its own page.
        english.page.locator("#talk button.cite").first.click()
        expect(english.page.locator("#sources .opened mark")).to_have_text(BRIDGE)
        expect(french.page.locator("#sources .opened")).to_have_count(0)


def test_a_follow_up_carries_the_conversation_of_its_page(browser: Browser, project: Project) -> None:
    follow_up = "And how many trains cross it?"
    llm = PacedLLM(answers={follow_up: ASK_BRIDGE, **ANSWERS})
    with ExitStack() as stack:
        address = stack.enter_context(chat(project, llm))
        one = stack.enter_context(visiting(browser, address, "en-US"))
        other = stack.enter_context(visiting(browser, address, "fr-FR"))
        other.ask(ASK_LOIRE)
        other.wait_for("answered")
        one.ask(ASK_BRIDGE)
        one.wait_for("answered")
        llm.asked.clear()
        one.ask(follow_up)
        one.wait_for("answered", "refused", "error", turn=1)
        read = "\n".join(message.content for message in llm.asked[0])
        assert ASK_BRIDGE in read
        assert ASK_LOIRE not in read


def test_a_refusal_looks_like_a_refusal(browser: Browser, project: Project) -> None:
    with visited(browser, project) as visitor:
        page = visitor.page
        visitor.ask(ASK_ABSENT)
        visitor.wait_for("refused")
        assert "Pas de réponse sûre dans les documents" in visitor.last()
        expect(page.locator("#talk [role=alert]")).to_have_count(0)
        expect(page.locator("#talk button.cite")).to_have_count(0)
        nearest = page.locator("#talk button.near")
        assert nearest.count() >= 1
        quoted = nearest.first.locator("q")
        quote = quoted.inner_text()
        # The page's own marks, whatever the language of what stands between them.
        marks = "q => getComputedStyle(q).quotes"
        assert quoted.evaluate(marks).startswith('"«\u00a0" "\u00a0»"')
        english = 'q => { q.lang = "en"; return getComputedStyle(q).quotes; }'
        assert quoted.evaluate(english).startswith('"«\u00a0" "\u00a0»"')
        page.get_by_label("English").check()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        french = 'q => { q.lang = "fr"; return getComputedStyle(q).quotes; }'
        assert quoted.evaluate(french).startswith('"“" "”"')
        page.get_by_label("Français").check()
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        nearest.first.click()
        mark = page.locator("#sources .source.opened mark")
        expect(mark).to_have_count(1)
        assert " ".join(mark.inner_text().split()) == quote.strip("«»“” \u00a0")
        expect(page.locator("#sources h3")).to_contain_text("sans réponse sûre")


def test_an_error_looks_like_an_error_and_says_what_to_do(browser: Browser, project: Project) -> None:
    llm = failing(ModelUnavailable("Ollama at http://127.0.0.1:1 does not answer.", "Start it: ollama serve"))
    with visited(browser, project, llm, "en-US") as visitor:
        page = visitor.page
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("error")
        alert = page.locator("#talk [role=alert]")
        expect(alert).to_contain_text("does not answer")
        expect(alert).to_contain_text("Start it: ollama serve")
        expect(page.locator("#talk .refused")).to_have_count(0)
        expect(page.locator("#send")).to_be_visible()
        visitor.ask(ASK_BRIDGE)
        visitor.wait_for("answered", turn=1)


def test_an_error_that_nobody_foresaw_is_told_too(browser: Browser, project: Project) -> None:
    with visited(browser, project, failing(ZeroDivisionError("oops"))) as visitor:
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("error")
        expect(visitor.page.locator("#talk [role=alert]")).to_contain_text("inattendue")
        expect(visitor.page.locator("#send")).to_be_visible()
        visitor.ask(ASK_BRIDGE)
        visitor.wait_for("answered", turn=1)


def test_the_page_speaks_the_browsers_language_and_switches(browser: Browser, project: Project) -> None:
    with visited(browser, project) as visitor:
        page = visitor.page
        expect(page.locator("#send")).to_have_text("Envoyer")
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        visitor.ask(ASK_ABSENT)
        visitor.wait_for("refused")
        page.get_by_label("English").check()
        expect(page.locator("#send")).to_have_text("Send")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        shown = page.locator("body").inner_text()
        for french in ("Envoyer", "Pas de réponse", "plus proches", "Réponse", "indexés", "Vous"):
            assert french.casefold() not in shown.casefold()
        assert "No sure answer in the documents" in shown
        # The conversation is still there.
        assert ASK_ABSENT in shown
    with visited(browser, project, lang="en-GB") as visitor:
        expect(visitor.page.locator("#question textarea")).to_have_attribute(
            "placeholder", "Ask your question…"
        )
        expect(visitor.page.locator("html")).to_have_attribute("lang", "en")


def test_the_chosen_language_is_there_after_a_reload(browser: Browser, project: Project) -> None:
    with chat(project) as address, visiting(browser, address) as visitor:
        page = visitor.page
        expect(page.locator("#send")).to_have_text("Envoyer")
        page.get_by_label("English").check()
        expect(page.locator("#send")).to_have_text("Send")
        page.reload()
        expect(page.locator("#send")).to_have_text("Send")
        expect(page.get_by_label("English")).to_be_checked()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        # Another browser has chosen nothing.
        with visiting(browser, address) as other:
            expect(other.page.locator("#send")).to_have_text("Envoyer")


def test_a_phone_shows_everything_without_scrolling_sideways(browser: Browser, project: Project) -> None:
    with chat(project) as address, visiting(browser, address, size=PHONE) as visitor:
        page = visitor.page
        assert visitor.overflow() == 0
        for question, state in ((ASK_HOSTILE, "answered"), (ASK_ABSENT, "refused")):
            visitor.ask(question)
            visitor.wait_for(state)
            assert visitor.overflow() == 0
        answer, sources = page.locator("#talk").bounding_box(), page.locator("#sources").bounding_box()
        assert answer is not None
        assert sources is not None
        assert sources["y"] >= answer["y"] + answer["height"]
        assert sources["width"] > 300
        send = page.locator("#send").bounding_box()
        assert send is not None
        assert send["width"] >= 90


def test_what_documents_and_models_write_is_text_and_loads_nothing(
    browser: Browser, project: Project
) -> None:
    with visited(browser, project) as visitor:
        page = visitor.page
        visitor.ask(ASK_HOSTILE)
        visitor.wait_for("answered")
        shown = visitor.last(".words")
        for written in (
            "<img src=x onerror=alert(1+1)>",
            "![x](http://evil.example/a)",
            "${alert(2+2)}",
            "{{value}}",
        ):
            assert written in shown
        page.locator("#talk button.cite").first.click()
        expect(page.locator("#sources .source.opened mark")).to_have_text(f"{HOSTILE}.")
        assert "<img src=x onerror=alert(3)>.txt" in page.locator("#sources .opened").inner_text()
        visitor.ask("<img src=x onerror=alert(4)> ${alert(5)} [1] ?")
        visitor.wait_for("answered", "refused", turn=1)
        assert "<img src=x onerror=alert(4)> ${alert(5)} [1] ?" in visitor.last(".question")
        page.wait_for_timeout(300)
        assert page.locator("#columns img, #columns a").count() == 0
        assert visitor.complaints == []
        assert visitor.strangers() == []
        assert len(visitor.requests) > 5


def test_an_example_is_asked_by_a_click(browser: Browser, project: Project) -> None:
    with visited(browser, project) as visitor:
        page = visitor.page
        example = page.locator("#examples button", has_text="Jean Dupont")
        expect(example).to_have_text("Que disent les documents à propos de « Jean Dupont » ?")
        example.click()
        visitor.wait_for("answered", "refused")
        assert "Jean Dupont" in visitor.last(".question")
        expect(page.locator("#examples button")).to_have_count(0)
        page.locator("#clear").click()
        expect(page.locator("#talk .exchange")).to_have_count(0)
        expect(example).to_be_visible()


def test_an_empty_question_does_nothing(browser: Browser, project: Project) -> None:
    llm = PacedLLM(answers=ANSWERS)
    with visited(browser, project, llm) as visitor:
        visitor.ask("   ")
        visitor.page.locator("#send").click()
        # While an event is on its way the page takes no second one; on a busy machine that is a while.
        visitor.page.wait_for_timeout(2000)
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("answered")
        assert visitor.page.locator("#talk .exchange").count() == 1


def test_without_an_index_the_page_says_what_to_do_and_then_works(
    browser: Browser, tmp_path: Path, embedder: CountingEmbedder
) -> None:
    project = Project(load_settings(tmp_path, {}), embedder)
    llm = PacedLLM(answers=ANSWERS)
    session = LateSession(lambda: Sourcier.open(project.loaded, llm=llm, embedder=embedder))
    with served(session) as address, visiting(browser, address, "en-US") as visitor:
        page = visitor.page
        expect(page.locator("#notice [role=alert]")).to_contain_text("qa index")
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("error")
        assert "qa index" in visitor.last("[role=alert]")
        project.write(DOCUMENTS)
        project.update()
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("answered", turn=1)
        expect(page.locator("#notice [role=alert]")).to_have_count(0)
    session.close()


def test_without_a_language_model_the_page_says_what_to_do(
    browser: Browser, project: Project, embedder: CountingEmbedder
) -> None:
    flags = {"llm.provider": "llamacpp", "llm.model": "absent.gguf"}
    loaded = load_settings(project.loaded.root, {}, flags)
    with ExitStack() as stack:
        session = stack.enter_context(Sourcier.open(loaded, embedder=embedder))
        address = stack.enter_context(served(session))
        visitor = stack.enter_context(visiting(browser, address, "en-US"))
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("error")
        assert "absent.gguf" in visitor.last("[role=alert]")
        assert "What to do" in visitor.last("[role=alert]")
        # What was found is shown all the same.
        expect(visitor.page.locator("#sources mark").first).to_be_visible()


def test_the_index_may_be_replaced_meanwhile(
    browser: Browser, tmp_path: Path, embedder: CountingEmbedder
) -> None:
    project = make(tmp_path, embedder)
    fact = "La Vilaine traverse la ville de Rennes."
    question = "Quelle ville traverse la Vilaine ?"
    with visited(browser, project, PacedLLM(answers={**ANSWERS, question: fact})) as visitor:
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("answered")
        project.write({"vilaine.txt": fact + " Elle se jette dans l’océan.", "loire.txt": "Il pleut."})
        project.update()
        visitor.ask(question)
        visitor.wait_for("answered", turn=1)
        expect(visitor.page.locator("#sources mark").first).to_have_text(fact)
        # What was quoted before is still quoted, and the page says that the document has changed.
        visitor.page.locator("#talk .exchange").first.locator("button.cite").first.click()
        opened = visitor.page.locator("#sources .source.opened")
        expect(opened.locator("mark")).to_have_text(LOIRE_2)
        expect(opened).to_contain_text("a changé depuis")
