"""The HTTP interface with the embedded model on the real articles, asked by OpenAI's own client."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI
from real_models import Kept
from serve_support import SEEDS, serving

from qa import Sourcier
from qa.models.e5 import E5Embedder
from qa.models.lower import LowerLayers
from qa.models.protocols import LLM
from qa.settings import load_settings

pytestmark = pytest.mark.llm


def test_an_answer_is_streamed_with_its_sources(tmp_path: Path, llm: LLM, encoder: LowerLayers) -> None:
    shutil.copytree(SEEDS, tmp_path / "seeds")
    loaded, embedder = load_settings(tmp_path, {}), E5Embedder()
    Sourcier.index(tmp_path / "seeds", loaded=loaded, embedder=embedder)
    kept: Any = Kept(llm)
    lower: Any = Kept(encoder)
    with (
        Sourcier.open(loaded, llm=kept, embedder=embedder, encoder=lower) as sourcier,
        serving(sourcier) as address,
    ):
        talk = OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0, timeout=180)
        chunks = list(
            talk.chat.completions.create(
                model="sourcier",
                messages=[{"role": "user", "content": "How long did Blinken and Lavrov talk?"}],
                stream=True,
            )
        )
        answer: Any = (chunks[-1].model_extra or {})["sourcier"]
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
        assert answer["status"] == "answered"
        assert "10 minutes" in answer["answer"]
        assert answer["disagreement"], "about ten minutes in one article, less than ten in another"
        assert "**Sources**" in text
        for cited in answer["citations"]:
            document = sourcier.document_text(cited["doc"])
            assert document[cited["start"] : cited["end"]] == cited["quote"]
