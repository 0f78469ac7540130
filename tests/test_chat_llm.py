"""The chat in a real browser with the embedded model on the real articles: the way of `make chat`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from browser import chromium, served, visiting
from playwright.sync_api import expect
from real_models import Kept

from qa.api import Sourcier
from qa.index import update_index
from qa.models.e5 import E5Embedder
from qa.models.lower import LowerLayers
from qa.models.protocols import LLM
from qa.settings import load_settings

pytestmark = [pytest.mark.llm, pytest.mark.browser]
SEEDS = Path(__file__).resolve().parent.parent / "seeds"


def test_the_articles_are_asked_in_both_languages_and_an_answer_is_stopped(
    tmp_path: Path, llm: LLM, encoder: LowerLayers
) -> None:
    shutil.copytree(SEEDS, tmp_path / "seeds")
    loaded, embedder = load_settings(tmp_path, {}), E5Embedder()
    update_index((tmp_path / "seeds",), loaded, embedder)
    kept: Any = Kept(llm)
    lower: Any = Kept(encoder)
    sourcier = Sourcier.open(loaded, llm=kept, embedder=embedder, encoder=lower)
    with sourcier, served(sourcier) as address, chromium() as browser, visiting(browser, address) as visitor:
        page = visitor.page
        for turn, question in enumerate(
            (
                "Combien de temps Blinken et Lavrov se sont-ils parlé ?",
                "Where did Blinken and Lavrov meet?",
            )
        ):
            visitor.ask(question)
            visitor.wait_for("answered", "partial", "refused", "error", turn=turn, timeout_s=180)
            assert visitor.page.locator("#talk .exchange").nth(turn).get_attribute("data-state") == "answered"
            page.locator("#talk .exchange").nth(turn).locator("button.cite").first.click()
            mark = page.locator("#sources .source.opened mark")
            expect(mark).to_have_count(1)
            document = page.locator("#sources .source.opened header small").inner_text().split(" · ")[-1]
            assert mark.inner_text() in sourcier.document_text(document)

        visitor.ask("Qu'a demandé Antony Blinken à Sergueï Lavrov ?")
        expect(page.locator("#status")).to_contain_text("Rédaction", timeout=120_000)
        page.locator("#stop").click()
        visitor.wait_for("stopped", turn=2, timeout_s=10)
        visitor.ask("Où se sont rencontrés Blinken et Lavrov ?")
        visitor.wait_for("answered", "partial", turn=3, timeout_s=180)
        assert visitor.strangers() == []
