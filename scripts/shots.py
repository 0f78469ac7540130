"""Pictures of the page's states, in both languages and both widths; `docs/chat-fr.png` is the README's.

    python scripts/shots.py [FOLDER] [--model]

Indexes a copy of `seeds/` and looks with an installed Chromium. A stand-in writes in the language model's
place, so that every state can be had at once, and says so below each answer; all else is real. With `--model`
the README's picture alone is made, with the embedded model.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from browser import DESKTOP, PHONE, Visitor, chromium, served, visiting  # type: ignore[import-not-found]  # noqa: E402
from chat_support import (  # type: ignore[import-not-found]  # noqa: E402
    ASK_BRIDGE,
    ASK_LOIRE,
    BRIDGE,
    DOCUMENTS,
    LOIRE_2,
    PacedLLM,
)
from playwright.sync_api import Browser  # noqa: E402

from qa.api import Sourcier  # noqa: E402
from qa.chat.library import open_library  # noqa: E402
from qa.chat.session import Extras, LateSession  # noqa: E402
from qa.errors import ModelUnavailable  # noqa: E402
from qa.index import update_index  # noqa: E402
from qa.models.e5 import E5Embedder  # noqa: E402
from qa.settings import Loaded, load_settings  # noqa: E402

README_PICTURE = ROOT / "docs" / "chat-fr.png"
LARGEST = 300_000  # bytes of the README's picture
WAIT_S = 300
ANSWERED = "À combien d'années de prison Paul Whelan a-t-il été condamné ?"
SENTENCED = "How many years in prison was Paul Whelan sentenced to?"
ASK = {
    "fr": {
        "answer": ANSWERED,
        "differ": "Combien de temps Blinken et Lavrov ont-ils parlé ?",
        "refusal": "Quel est le prix d'un billet pour Marseille ?",
        "error": "Où Blinken et Lavrov se sont-ils rencontrés ?",
        "partial": f"{ANSWERED.removesuffix(' ?')} et combien coûte un billet pour Marseille ?",
        "translation": "Quand le Forth Bridge a-t-il été ouvert ?",
        "narrow": "N'interroger que ces documents",
        "busy": "avant la vôtre",
    },
    "en": {
        "answer": SENTENCED,
        "differ": "How long did Blinken and Lavrov talk?",
        "refusal": "How much is a ticket to Marseille?",
        "error": "Who suspended the New START treaty?",
        "partial": f"{SENTENCED.removesuffix('?')} and how much is a ticket to Marseille?",
        "translation": "Where does the Loire rise?",
        "narrow": "Ask only these documents",
        "busy": "before yours",
    },
}
GONE = ModelUnavailable(
    "No Ollama server answers at http://127.0.0.1:11434.",
    "Start it (`ollama serve`), mend `llm.url`, or set `llm.provider` to `llamacpp`.",
)
# A sentence is whole once the next one has begun.
WRITTEN = {
    ASK["fr"]["answer"]: "Paul Whelan a été condamné à 16 ans de prison.\n\n",
    ASK["fr"]["differ"]: "Blinken et Lavrov ont parlé pendant environ 10 minutes.\n\n",
    ASK["fr"]["error"]: GONE,
    SENTENCED: "Paul Whelan was sentenced to 16 years in prison.\n\n",
    ASK["en"]["differ"]: "Blinken and Lavrov talked for about 10 minutes.\n\n",
    ASK["en"]["error"]: GONE,
    # Put to the documents in their language, then what they say put into the question's.
    ASK["fr"]["translation"]: f"{ASK_BRIDGE}\n\n",
    ASK["en"]["translation"]: f"{ASK_LOIRE}\n\n",
    BRIDGE: "Il a été ouvert le 4 mars 1890 par le prince de Galles.\n\n",
    LOIRE_2: "It rises at Mount Gerbier-de-Jonc.\n\n",
}
# What stands in the seeds' folder beside them: something in English, and something to be translated from.
MORE = ("bridge.txt", "loire.txt")


def main() -> None:
    """Make the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "reports" / "shots")
    parser.add_argument("--model", action="store_true", help="the README's picture with the embedded model")
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        browser = stack.enter_context(chromium())
        loaded = prepare(root, () if arguments.model else MORE)
        pace = threading.Semaphore(1000)
        llm = None if arguments.model else PacedLLM(name="stand-in", answers=WRITTEN, pace=pace)
        sourcier = stack.enter_context(Sourcier.open(loaded, llm=llm, embedder=E5Embedder()))
        extras = Extras(root / "feedback.jsonl", open_library(loaded))
        address = stack.enter_context(served(sourcier, extras))
        if arguments.model:
            take_readme_picture(browser, address)
            return
        folder.mkdir(parents=True, exist_ok=True)
        empty = LateSession(lambda: Sourcier.open(load_settings(root / "empty", {})))
        nothing = stack.enter_context(served(empty))
        for lang in ("fr", "en"):
            for width, size in (("desktop", DESKTOP), ("phone", PHONE)):
                prefix = folder / f"{lang}-{width}"
                with visiting(browser, address, lang, size) as visitor:
                    visitor.page.set_default_timeout(1000 * WAIT_S)
                    take_states(visitor, ASK[lang], prefix, pace)
                    take_waiting(visitor, ASK[lang], prefix, pace, address)
                    take_documents(visitor, ASK[lang], prefix)
                with visiting(browser, address, lang, size, "dark") as visitor:
                    answer(visitor, ASK[lang]["answer"])
                    take(visitor, prefix, "dark")
                with visiting(browser, nothing, lang, size) as visitor:
                    take(visitor, prefix, "no-index")


def take_readme_picture(browser: Browser, address: str) -> None:
    """An answer of the embedded model. Exits where the picture is larger than a README should carry."""
    with visiting(browser, address, "fr-FR") as visitor:
        answer(visitor, ANSWERED)
        README_PICTURE.parent.mkdir(exist_ok=True)
        visitor.page.screenshot(path=README_PICTURE)
    size = README_PICTURE.stat().st_size
    if size > LARGEST:
        sys.exit(f"{README_PICTURE} has {size} bytes; at most {LARGEST} are meant.")


def prepare(root: Path, more: tuple[str, ...]) -> Loaded:
    """An index of a copy of the seeds and `more`, which the page may change."""
    shutil.copytree(ROOT / "seeds", root / "seeds")
    for name in more:
        (root / "seeds" / name).write_text(DOCUMENTS[name], "utf-8")
    flags = {"llm.provider": "llamacpp", "corpus.paths": ["seeds"], "chat.documents": True}
    loaded = load_settings(root, {}, flags)
    update_index((root / "seeds",), loaded, E5Embedder())
    return loaded


def answer(visitor: Visitor, question: str) -> None:
    """Ask in a conversation of its own, wait, and open the first source."""
    if visitor.page.locator("#talk .exchange").count():
        visitor.page.locator("#clear").click()
        visitor.page.locator("#talk .welcome").wait_for()
    visitor.ask(question)
    visitor.wait_for("answered", "partial", "refused", "error", timeout_s=WAIT_S)
    if (first := visitor.page.locator("#talk .exchange:last-of-type button.cite")).count():
        first.first.click()
        visitor.page.locator("#sources .source.opened").wait_for()
    # Gradio's own transitions.
    visitor.page.wait_for_timeout(600)


def take_states(visitor: Visitor, ask: dict[str, str], prefix: Path, pace: threading.Semaphore) -> None:
    """The page before a question, while it is answered, with each kind of answer, and each of its tabs."""
    page = visitor.page
    page.locator("#examples button").first.wait_for()
    take(visitor, prefix, "start")
    with held(pace):
        # The model puts this one into the other language: there is something to hold.
        visitor.ask(ask["translation"])
        page.locator("#sources .source").first.wait_for()
        page.locator("#stop").wait_for()
        take(visitor, prefix, "busy")
    visitor.wait_for("answered", "partial", timeout_s=WAIT_S)
    for state in ("answer", "differ", "partial", "translation", "refusal", "error"):
        answer(visitor, ask[state])
        if state == "answer":
            page.locator("#talk details.verdicts summary").click()
        take(visitor, prefix, state)
    page.locator("#talk button[data-act=edit]").last.click()
    page.locator("#editing button").wait_for()
    take(visitor, prefix, "editing")
    page.locator("#editing button").click()
    page.locator("#right [role=tab]").nth(1).click()
    page.locator("#kept label").first.wait_for()
    take(visitor, prefix, "conversations")


def take_waiting(
    visitor: Visitor, ask: dict[str, str], prefix: Path, pace: threading.Semaphore, address: str
) -> None:
    """The page while another question is before its own, and what stopping leaves."""
    page = visitor.page
    page.locator("#clear").click()
    page.locator("#talk .welcome").wait_for()
    body = {"question": ask["translation"], "stream": True}
    with held(pace), httpx.stream("POST", f"{address}v1/answers", json=body, timeout=WAIT_S, trust_env=False):
        visitor.ask(ask["answer"])
        page.locator("#status", has_text=ask["busy"]).wait_for()
        # What is found is there while one waits.
        page.locator("#sources .source").first.wait_for()
        take(visitor, prefix, "waiting")
        page.locator("#stop").click()
        visitor.wait_for("stopped", timeout_s=WAIT_S)
        take(visitor, prefix, "stopped")


def take_documents(visitor: Visitor, ask: dict[str, str], prefix: Path) -> None:
    """A document about to be removed; a question put to one alone; a file that cannot be read."""
    page = visitor.page
    page.locator("#right [role=tab]").nth(2).click()
    page.locator("#documents .document button").first.click()
    page.locator("#confirm button").first.wait_for()
    take(visitor, prefix, "documents")
    page.locator("#confirm button").last.click()
    page.locator("#confirm button").first.wait_for(state="detached")
    page.get_by_label(ask["narrow"]).focus()
    page.keyboard.type("bridge")
    page.keyboard.press("Enter")
    page.locator("#narrowed button").wait_for()
    answer(visitor, ask["refusal"])
    take(visitor, prefix, "narrowed")
    page.locator("#narrowed button").click()
    page.locator("#narrowed button").wait_for(state="detached")
    page.locator("#right [role=tab]").nth(2).click()
    broken = {"name": "abime.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 nothing"}
    page.locator("#add-row input[type=file]").set_input_files(broken)
    page.locator("#documents .document.bad").wait_for()
    take(visitor, prefix, "bad-file")


@contextmanager
def held(pace: threading.Semaphore) -> Iterator[None]:
    """Nothing is written meanwhile."""
    while pace.acquire(blocking=False):
        pass
    try:
        yield
    finally:
        pace.release(1000)


def take(visitor: Visitor, prefix: Path, state: str) -> None:
    """One picture of the whole page."""
    visitor.page.wait_for_timeout(400)
    visitor.page.screenshot(path=prefix.with_name(f"{prefix.name}-{state}.png"), full_page=True)


if __name__ == "__main__":
    main()
