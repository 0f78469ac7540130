"""Pictures of the chat's main states, in both languages and both widths; `docs/chat-fr.png` is the README's.

    python scripts/shots.py [FOLDER]

Indexes a copy of `seeds/`, asks the embedded model, and looks with an installed Chromium. Without FOLDER
only the README's picture is made.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from browser import DESKTOP, PHONE, Visitor, chromium, served, visiting  # type: ignore[import-not-found]  # noqa: E402

from qa.api import Sourcier  # noqa: E402
from qa.chat.session import LateSession  # noqa: E402
from qa.index import update_index  # noqa: E402
from qa.models.e5 import E5Embedder  # noqa: E402
from qa.settings import load_settings  # noqa: E402

README_PICTURE = ROOT / "docs" / "chat-fr.png"
LARGEST = 300_000  # bytes of the README's picture
WAIT_S = 300
ASK = {
    "fr": ("À combien d'années de prison Paul Whelan a-t-il été condamné ?", "Quel temps faisait-il ?"),
    "en": ("Where did Blinken and Lavrov meet?", "What was the weather like?"),
}


def main() -> None:
    """Make the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", nargs="?", type=Path, help="where all states go (not committed)")
    folder: Path | None = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as root, chromium() as browser:
        with opened(Path(root)) as sourcier, served(sourcier) as address:
            with visiting(browser, address, "fr-FR") as visitor:
                answer(visitor, ASK["fr"][0])
                README_PICTURE.parent.mkdir(exist_ok=True)
                visitor.page.screenshot(path=README_PICTURE)
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
                for lang in ("fr", "en"):
                    for width, size in (("desktop", DESKTOP), ("phone", PHONE)):
                        with visiting(browser, address, lang, size) as visitor:
                            take_states(visitor, lang, folder / f"{lang}-{width}")
        if folder is not None:
            empty = load_settings(Path(root) / "empty", {})
            with served(LateSession(lambda: Sourcier.open(empty))) as address:
                for lang in ("fr", "en"):
                    with visiting(browser, address, lang) as visitor:
                        take(visitor, folder / f"{lang}-desktop-no-index.png")
    if README_PICTURE.stat().st_size > LARGEST:
        sys.exit(f"{README_PICTURE} has {README_PICTURE.stat().st_size} bytes; at most {LARGEST} are meant.")


@contextmanager
def opened(root: Path) -> Iterator[Sourcier]:
    """Sourcier on a copy of the seeds, with the embedded models."""
    shutil.copytree(ROOT / "seeds", root / "seeds")
    loaded = load_settings(root, {}, {"llm.provider": "llamacpp"})
    embedder = E5Embedder()
    update_index((root / "seeds",), loaded, embedder)
    with Sourcier.open(loaded, embedder=embedder) as sourcier:
        sourcier.warm()
        yield sourcier


def answer(visitor: Visitor, question: str) -> None:
    """Ask, wait, and open the first source."""
    visitor.ask(question)
    visitor.wait_for("answered", "partial", "refused", timeout_s=WAIT_S)
    if (first := visitor.page.locator("#talk .exchange:last-of-type button.cite")).count():
        first.first.click()
        visitor.page.locator("#sources .source.opened").wait_for()
    # Gradio's own transitions.
    visitor.page.wait_for_timeout(600)


def take_states(visitor: Visitor, lang: str, prefix: Path) -> None:
    """The page before a question, while it is answered, with an answer, and with a refusal."""
    answered, refused = ASK[lang]
    visitor.page.wait_for_timeout(600)
    take(visitor, prefix.with_name(f"{prefix.name}-start.png"))
    visitor.ask(answered)
    visitor.page.locator("#sources .source").first.wait_for()
    take(visitor, prefix.with_name(f"{prefix.name}-busy.png"))
    visitor.page.locator("#stop").click()
    visitor.wait_for("stopped", "answered")
    take(visitor, prefix.with_name(f"{prefix.name}-stopped.png"))
    answer(visitor, answered)
    take(visitor, prefix.with_name(f"{prefix.name}-answer.png"))
    answer(visitor, refused)
    take(visitor, prefix.with_name(f"{prefix.name}-refusal.png"))


def take(visitor: Visitor, path: Path) -> None:
    visitor.page.wait_for_timeout(300)
    visitor.page.screenshot(path=path, full_page=True)


if __name__ == "__main__":
    main()
