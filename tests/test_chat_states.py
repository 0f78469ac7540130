"""What the page says where something is missing or breaks: each time what to do, in both languages."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from browser import Visitor, chromium, served, visiting
from chat_support import (
    ANSWERS,
    ASK_ABSENT,
    ASK_BRIDGE,
    ASK_LOIRE,
    BRIDGE,
    DOCUMENTS,
    LOIRE_1,
    LOIRE_2,
    PacedLLM,
)
from index_support import CountingEmbedder, Project
from playwright.sync_api import Browser, expect
from servers import OllamaStandIn, cut_after, say, serving

from qa.api import Sourcier
from qa.chat.library import open_library
from qa.chat.session import Extras, LateSession
from qa.chat.texts import text
from qa.models.choose import open_llm
from qa.models.e5 import E5Embedder
from qa.models.protocols import LLM
from qa.settings import Loaded, load_settings
from qa.types import Lang

CHOSEN = say("1", top={"1": -0.01, "0": -5.0})
DIFFER = {
    "metadata.csv": "file,date\n2019.txt,2019-05-04\n2021.txt,2021-06-07\n",
    "2019.txt": "Titre : Le pont de Brax\n\nLe pont de Brax a coûté 12 millions d'euros.\n\nIl est bleu.",
    "2021.txt": "Titre : Les comptes de Brax\n\nLe pont de Brax a coûté 15 millions d'euros.\n\nIl est vert.",
}
ASK_COST = "Combien a coûté le pont de Brax ?"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def embedder() -> CountingEmbedder:
    return CountingEmbedder(E5Embedder())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, embedder: CountingEmbedder) -> Project:
    return make(tmp_path_factory.mktemp("project"), embedder, DOCUMENTS)


def make(root: Path, embedder: CountingEmbedder, documents: dict[str, str]) -> Project:
    project = Project(load_settings(root, {}), embedder)
    project.write(documents)
    project.update()
    return project


@contextmanager
def chat(loaded: Loaded, embedder: CountingEmbedder, llm: LLM | None = None) -> Iterator[str]:
    extras = Extras(loaded.store_path / "feedback.jsonl")
    with (
        Sourcier.open(loaded, llm=llm, embedder=embedder) as session,
        served(session, extras) as address,
    ):
        yield address


def in_both(visitor: Visitor, part: str, french: list[str], english: list[str]) -> None:
    """`part` of the page says these in French and, after the switch, these in English."""
    shown = visitor.page.locator(part)
    for words in french:
        expect(shown).to_contain_text(words)
    visitor.page.get_by_label("English").check()
    for words in english:
        expect(shown).to_contain_text(words)


@pytest.mark.parametrize(
    ("lang", "count", "words"),
    [
        ("fr", 0, "0 document indexé"),
        ("fr", 1, "1 document indexé"),
        ("fr", 2, "2 documents indexés"),
        ("en", 0, "0 documents indexed"),
        ("en", 1, "1 document indexed"),
        ("en", 2, "2 documents indexed"),
    ],
)
def test_one_is_not_many(lang: Lang, count: int, words: str) -> None:
    assert text("page.documents", lang, count=count) == words


@pytest.mark.browser
def test_without_documents_the_page_says_how_to_index_some(
    browser: Browser, tmp_path: Path, embedder: CountingEmbedder
) -> None:
    loaded = load_settings(tmp_path, {})
    project = Project(loaded, embedder)
    session = LateSession(lambda: Sourcier.open(loaded, llm=PacedLLM(answers=ANSWERS), embedder=embedder))
    with served(session) as address, visiting(browser, address) as visitor:
        in_both(
            visitor,
            "#notice [role=alert]",
            ["Il n'y a pas encore d'index", "Que faire", "qa index DOSSIER"],
            ["There is no index", "What to do", "qa index"],
        )
        expect(visitor.page.locator("#heading")).not_to_contain_text("document indexé")
        project.write({"bridge.txt": DOCUMENTS["bridge.txt"]})
        project.update()
        visitor.page.reload()
        # In the language that was chosen before.
        expect(visitor.page.locator("#heading")).to_contain_text("1 document indexed")
        expect(visitor.page.locator("#notice [role=alert]")).to_have_count(0)
    session.close()


@pytest.mark.browser
def test_a_first_run_without_a_model_is_told_before_a_question_and_mended_while_it_runs(
    browser: Browser,
    project: Project,
    embedder: CountingEmbedder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    stand_in = OllamaStandIn(models={})
    with serving(stand_in):
        flags = {"llm.provider": "auto", "llm.url": stand_in.url, "llm.pull": False}
        loaded = load_settings(project.loaded.root, {}, flags)
        with chat(loaded, embedder) as address, visiting(browser, address) as visitor:
            in_both(
                visitor,
                "#notice [role=alert]",
                ["Il manque un modèle", "Que faire", "qa models pull"],
                ["language model is not at", "What to do", "qa models pull"],
            )
            visitor.ask(ASK_LOIRE)
            visitor.wait_for("error")
            expect(visitor.page.locator("#talk [role=alert]")).to_contain_text("qa models pull")
            # What was found can be read all the same.
            expect(visitor.page.locator("#sources mark").first).to_be_visible()
            # The model comes while the page stays open.
            stand_in.models.update(OllamaStandIn().models)
            stand_in.chats.extend([CHOSEN, say(f"{LOIRE_2} {LOIRE_1} ")])
            visitor.ask(ASK_LOIRE)
            visitor.wait_for("answered", turn=1)
            expect(visitor.page.locator("#notice [role=alert]")).to_have_count(0)


@pytest.mark.browser
def test_ollama_gone_in_mid_answer_is_told_and_what_was_written_stays(
    browser: Browser, project: Project, embedder: CountingEmbedder
) -> None:
    stand_in = OllamaStandIn()
    with serving(stand_in):
        flags = {"llm.provider": "ollama", "llm.url": stand_in.url}
        loaded = load_settings(project.loaded.root, {}, flags)
        # The model that writes makes the choice as well, wherever this runs.
        llm = open_llm(loaded.settings.llm)
        with chat(loaded, embedder, llm) as address, visiting(browser, address) as visitor:
            page = visitor.page
            stand_in.chats.extend([CHOSEN, cut_after(f"{LOIRE_2} ", "La Loire ", "est ")])
            visitor.ask(ASK_LOIRE)
            visitor.wait_for("error")
            in_both(
                visitor,
                "#talk [role=alert]",
                ["s'est arrêté au milieu de sa réponse", "Que faire", "Reposez la question"],
                ["stopped in the middle of its reply", "What to do", "Ask again"],
            )
            expect(page.locator("#talk .words")).to_contain_text("Gerbier-de-Jonc")
            expect(page.locator("#send")).to_be_visible()
            stand_in.chats.extend([CHOSEN, say(f"{LOIRE_2} {LOIRE_1} ")])
            visitor.ask(ASK_LOIRE)
            visitor.wait_for("answered", turn=1)


@pytest.mark.browser
def test_a_question_that_cannot_be_taken_is_told_in_the_page_s_language(
    browser: Browser, project: Project, embedder: CountingEmbedder
) -> None:
    with (
        chat(project.loaded, embedder, PacedLLM(answers=ANSWERS)) as address,
        visiting(browser, address) as visitor,
    ):
        page = visitor.page
        visitor.ask(ASK_ABSENT)
        visitor.wait_for("refused")
        # Longer than the box takes.
        proposed = page.locator("#talk button[data-ask]").first
        proposed.evaluate("button => { button.dataset.ask = 'x'.repeat(2500); }")
        proposed.click()
        visitor.wait_for("error", turn=1)
        expect(page.locator("#talk [role=alert]")).not_to_contain_text("The question")
        in_both(
            visitor,
            "#talk [role=alert]",
            ["La question a 2500 caractères", "Elle peut en avoir 2000"],
            ["The question has 2500 characters", "At most 2000"],
        )


@pytest.mark.browser
@pytest.mark.parametrize(
    ("lang", "words"), [("fr-FR", "la page n'atteint pas Sourcier"), ("en-US", "cannot reach Sourcier")]
)
def test_a_server_that_is_gone_is_told_in_the_page_s_language_alone(
    browser: Browser, project: Project, embedder: CountingEmbedder, lang: str, words: str
) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(ExitStack())
        address = server.enter_context(chat(project.loaded, embedder, PacedLLM(answers=ANSWERS)))
        page = stack.enter_context(visiting(browser, address, lang)).page
        expect(page.locator("#examples button").first).to_be_visible()
        expect(page.locator("#trouble")).to_be_hidden()
        server.close()
        page.locator("#examples button").first.click()
        expect(page.locator("#trouble [role=alert]")).to_contain_text(words, timeout=20_000)
        expect(page.locator("#trouble")).to_be_visible()
        assert "Connection" not in page.locator("body").inner_text()


@pytest.mark.browser
def test_a_full_disk_is_told_where_something_should_be_kept(
    browser: Browser, project: Project, embedder: CountingEmbedder
) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs /dev/full")
    session = Sourcier.open(project.loaded, llm=PacedLLM(answers=ANSWERS), embedder=embedder)
    with session, served(session, Extras(full)) as address, visiting(browser, address) as visitor:
        page = visitor.page
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("answered")
        page.get_by_role("button", name="Bonne réponse").click()
        for words in ("Le disque est plein", "Que faire", "Faites de la place"):
            expect(page.locator("#notice [role=alert]")).to_contain_text(words)
        page.get_by_label("English").check()
        page.get_by_role("button", name="Good answer").click()
        for words in ("No space left", "What to do", "Make room on the disk"):
            expect(page.locator("#notice [role=alert]")).to_contain_text(words)
        # The answer is there all the same, and can be asked on.
        expect(page.locator("#talk .words")).to_contain_text("Gerbier-de-Jonc")
        expect(page.locator("#send")).to_be_visible()


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """`folder` as a disk of its own with next to no room; skips where this user may not make one."""
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", folder], capture_output=True, check=False
    )
    if made.returncode != 0:
        pytest.skip("making a small disk needs more rights")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.browser
def test_a_file_that_finds_no_room_is_told(
    browser: Browser, tmp_path: Path, embedder: CountingEmbedder
) -> None:
    large = tmp_path / "large.txt"
    large.write_text("La Vilaine traverse Rennes. " * 2000, "utf-8")
    with small_disk(tmp_path / "docs") as docs:
        loaded = load_settings(tmp_path, {"QA_CORPUS__PATHS": "docs", "QA_CHAT__DOCUMENTS": "true"})
        project = make_in(loaded, embedder)
        session = Sourcier.open(loaded, llm=PacedLLM(answers=ANSWERS), embedder=project.embedder)
        extras = Extras(None, open_library(loaded))
        with session, served(session, extras) as address, visiting(browser, address) as visitor:
            page = visitor.page
            page.get_by_role("tab", name="Documents").click()
            expect(page.locator("#documents .document")).to_have_count(1)
            page.locator("#add-row input[type=file]").set_input_files(large)
            told = page.locator("#confirm [role=alert]")
            expect(told).to_contain_text("Le disque est plein", timeout=20_000)
            expect(told).to_contain_text("Faites de la place")
            # Nothing half written stays behind, and what was there is still asked.
            assert [path.name for path in docs.iterdir()] == ["bridge.txt"]
            visitor.ask(ASK_BRIDGE)
            visitor.wait_for("answered")


def make_in(loaded: Loaded, embedder: CountingEmbedder) -> Project:
    project = Project(loaded, embedder)
    project.write({"bridge.txt": DOCUMENTS["bridge.txt"]})
    project.update()
    return project


@pytest.mark.browser
def test_a_quotation_from_the_other_language_is_shown_with_its_translation(
    browser: Browser, tmp_path: Path, embedder: CountingEmbedder
) -> None:
    project = make(tmp_path, embedder, {"bridge.txt": DOCUMENTS["bridge.txt"]})
    asked = "Quand le Forth Bridge a-t-il été ouvert ?"
    translated = "Il a été ouvert le 4 mars 1890 par le prince de Galles."
    llm = PacedLLM(answers={asked: "When was the Forth Bridge opened?\n\n", BRIDGE: f"{translated}\n\n"})
    with chat(project.loaded, embedder, llm) as address, visiting(browser, address) as visitor:
        page = visitor.page
        visitor.ask(asked)
        visitor.wait_for("answered")
        for part in ("#talk .words", "#sources .source"):
            expect(page.locator(part).first).to_contain_text(translated)
        expect(page.locator("#talk .words").first).to_contain_text(BRIDGE)
        expect(page.locator("#sources mark").first).to_contain_text(BRIDGE)
        in_both(
            visitor, "#sources .source >> nth=0", ["Traduction par le modèle"], ["Translation by the model"]
        )


@pytest.mark.browser
def test_what_it_is_doing_is_said_in_turn(
    browser: Browser, project: Project, embedder: CountingEmbedder
) -> None:
    with (
        chat(project.loaded, embedder, PacedLLM(answers=ANSWERS)) as address,
        visiting(browser, address) as visitor,
    ):
        page = visitor.page
        page.evaluate(
            """() => {
              window.said = [];
              new MutationObserver(() => {
                const words = document.querySelector('#status')?.innerText ?? '';
                if (window.said.at(-1) !== words) window.said.push(words);
              }).observe(document.body, { subtree: true, childList: true, characterData: true });
            }"""
        )
        visitor.ask(ASK_LOIRE)
        visitor.wait_for("answered")
        said = " ".join(page.evaluate("window.said"))
        places = [said.find(word) for word in ("Lecture", "Rédaction", "Vérification")]
        assert -1 not in places
        assert places == sorted(places)


@pytest.mark.browser
def test_sources_that_disagree_are_shown_as_who_says_what(
    browser: Browser, tmp_path: Path, embedder: CountingEmbedder
) -> None:
    project = make(tmp_path, embedder, DIFFER)
    said = "Le pont de Brax a coûté 12 millions d'euros."
    llm = PacedLLM(answers={ASK_COST: f"{said}\n\n"})
    with chat(project.loaded, embedder, llm) as address, visiting(browser, address) as visitor:
        page = visitor.page
        visitor.ask(ASK_COST)
        visitor.wait_for("answered", "partial")
        in_both(
            visitor,
            "#talk .label.disagreement",
            ["Les sources ne s'accordent pas"],
            ["The sources disagree"],
        )
        who = page.locator("#talk .who-says li")
        expect(who).to_have_count(2)
        expect(page.locator("#talk .who-says")).to_contain_text("12 millions")
        expect(page.locator("#talk .who-says")).to_contain_text("15 millions")
        # In the order in which it was said.
        expect(who.first).to_contain_text("Le pont de Brax")
        expect(who.first).to_contain_text("2019")
        expect(who.last).to_contain_text("2021")
        # Once is enough: the answer has no more to say than these.
        assert page.locator("#talk .exchange").inner_text().count("12 millions") == 1
        who.filter(has_text="15 millions").locator("button.cite").click()
        expect(page.locator("#sources .source.opened mark")).to_contain_text("15 millions")
        expect(page.locator("#sources .source.opened .supports")).to_contain_text("Quoted word for word")
