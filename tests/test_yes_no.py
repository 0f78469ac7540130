"""Questions that wait for yes or no get it before the quotation, where that is sure: on the real parts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from real_models import Kept

from qa.api import Sourcier
from qa.index import update_index
from qa.models.e5 import E5Embedder
from qa.models.lower import LowerLayers
from qa.models.protocols import LLM
from qa.settings import load_settings
from qa.types import Lang

pytestmark = pytest.mark.llm
TEXT = (
    "La piscine de Brax\n\n"
    "La piscine municipale de Brax a rouvert lundi après deux ans de travaux. Le maire a renoncé à relever "
    "le prix de l'entrée. Tous les maîtres-nageurs ont gardé leur poste. Aucun enfant de moins de huit ans "
    "n'est admis sans un adulte. Le toboggan ne sera mis en service qu'au printemps.\n"
)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, llm: LLM, encoder: LowerLayers) -> Iterator[Sourcier]:
    folder: Path = tmp_path_factory.mktemp("pool")
    (folder / "docs").mkdir()
    (folder / "docs/piscine.txt").write_text(TEXT, "utf-8")
    loaded, embedder = load_settings(folder, {}), E5Embedder()
    update_index((folder / "docs",), loaded, embedder)
    kept: Any = Kept(llm)
    lower: Any = Kept(encoder)
    with Sourcier.open(loaded, llm=kept, embedder=embedder, encoder=lower) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "lang", "opening"),
    [
        ("Les maîtres-nageurs ont-ils tous été gardés ?", "fr", "Oui"),
        ("Has the swimming pool in Brax opened again?", "en", "Yes"),
        ("Des maîtres-nageurs ont-ils perdu leur emploi ?", "fr", "Non"),
        ("Is the slide in use yet?", "en", "No"),
    ],
)
def test_yes_or_no_stands_before_the_quotation(
    session: Sourcier, question: str, lang: Lang, opening: str
) -> None:
    answer = session.ask(question, lang=lang)
    assert answer.status == "answered"
    assert answer.answer.startswith((f"{opening}.", f"{opening},"))
    assert answer.citations[0].quote in TEXT


def test_another_question_has_none(session: Sourcier) -> None:
    answer = session.ask("Quand le toboggan sera-t-il mis en service ?")
    assert answer.status == "answered"
    assert not answer.answer.startswith(("Oui", "Non"))
    assert "yes" not in answer.signals
