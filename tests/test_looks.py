"""What answers is found although other sentences stand before it in the ranking: on the real parts."""

from __future__ import annotations

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

pytestmark = pytest.mark.llm
TEXT = (
    "Le bal des pompiers\n\n"
    "Le bal des pompiers de Brax aura lieu samedi soir sur la place du marché. Le bal des pompiers "
    "coûte cinq euros pour les adultes. Les pompiers de Brax sont intervenus deux cents fois cette "
    "année. Le bal de Brax existe depuis la guerre. « Sans nos voisins, nous n'aurions pas de quoi "
    "acheter une nouvelle échelle », confie le capitaine Morel. La recette servira au matériel de la "
    "caserne. Les enfants danseront jusqu'à vingt-deux heures, après quoi un orchestre de Toulouse "
    "jouera des valses. Une navette partira de la gare toutes les vingt minutes.\n"
)


def test_a_likely_sentence_gives_way_to_a_surer_one_further_down(
    tmp_path: Path, llm: LLM, encoder: LowerLayers
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/bal.txt").write_text(TEXT, "utf-8")
    # Two excerpts a look: what the ball costs is ranked before what the money is for.
    (tmp_path / "qa.toml").write_text("[answer]\nexcerpts = 2\n", "utf-8")
    loaded, embedder = load_settings(tmp_path, {}), E5Embedder()
    update_index((tmp_path / "docs",), loaded, embedder)
    kept: Any = Kept(llm)
    lower: Any = Kept(encoder)
    with Sourcier.open(loaded, llm=kept, embedder=embedder, encoder=lower) as session:
        answer = session.ask("What will the money from the Brax firefighters' ball pay for?")
    assert answer.status == "answered"
    assert answer.citations[0].quote == "La recette servira au matériel de la caserne."
    before = [item.text for item in answer.evidence]
    assert before.index("Le bal des pompiers coûte cinq euros pour les adultes.") < before.index(
        "La recette servira au matériel de la caserne."
    )
