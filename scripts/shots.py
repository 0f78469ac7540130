"""Pictures of the page's main states, in both languages and both widths; `docs/chat-fr.png` is the README's.

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
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from browser import DESKTOP, PHONE, Visitor, chromium, served, visiting  # type: ignore[import-not-found]  # noqa: E402
from chat_support import PacedLLM  # type: ignore[import-not-found]  # noqa: E402
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
ASK = {
    "fr": {
        "answer": ANSWERED,
        "differ": "Combien de temps Blinken et Lavrov ont-ils parlé ?",
        "refusal": "Quel est le prix d'un billet pour Marseille ?",
        "error": "Où Blinken et Lavrov se sont-ils rencontrés ?",
    },
    "en": {
        "answer": "Where did Blinken and Lavrov meet?",
        "differ": "How long did Blinken and Lavrov talk?",
        "refusal": "How much is a ticket to Marseille?",
        "error": "Who suspended the New START treaty?",
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
    ASK["en"]["answer"]: "Blinken and Lavrov met in New Delhi.\n\n",
    ASK["en"]["differ"]: "Blinken and Lavrov talked for about 10 minutes.\n\n",
    ASK["en"]["error"]: GONE,
}


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
        loaded = prepare(root)
        pace = threading.Semaphore(100)
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
                    take_states(visitor, ASK[lang], prefix, pace)
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


def prepare(root: Path) -> Loaded:
    """An index of a copy of the seeds, which the page may change."""
    shutil.copytree(ROOT / "seeds", root / "seeds")
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
    while pace.acquire(blocking=False):
        pass
    visitor.ask(ask["answer"])
    page.locator("#sources .source").first.wait_for()
    page.locator("#stop").wait_for()
    take(visitor, prefix, "busy")
    pace.release(100)
    visitor.wait_for("answered", "partial")
    for state in ("answer", "differ", "refusal", "error"):
        answer(visitor, ask[state])
        if state == "answer":
            page.locator("#talk details.verdicts summary").click()
        take(visitor, prefix, state)
    page.locator("#right [role=tab]").nth(1).click()
    page.locator("#kept label").first.wait_for()
    take(visitor, prefix, "conversations")
    page.locator("#right [role=tab]").nth(2).click()
    page.locator("#documents .document button").first.click()
    page.locator("#confirm button").first.wait_for()
    take(visitor, prefix, "documents")


def take(visitor: Visitor, prefix: Path, state: str) -> None:
    """One picture of the whole page."""
    visitor.page.wait_for_timeout(400)
    visitor.page.screenshot(path=prefix.with_name(f"{prefix.name}-{state}.png"), full_page=True)


if __name__ == "__main__":
    main()
