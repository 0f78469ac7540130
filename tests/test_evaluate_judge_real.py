"""The judge on a real Ollama server; the embedded one judges in test_cli_eval_real.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from real_models import MODEL

from qa.evaluate.judge import Case, Judge, judge_the_judge, open_judge
from qa.settings import load_settings

TEXT = ("Le ferry fait quatre traversées par jour en été. La traversée dure 50 minutes.",)
RIGHT = Case("r", "fr", "La traversée dure 50 minutes.", TEXT, "supported", "right")
WRONG = Case("w", "en", "The ferry was built in Norway in 1987.", TEXT, "unsupported", "not_in_text")


@pytest.fixture
def judge(ollama_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Judge]:
    flags = {"judge.provider": "ollama", "judge.model": MODEL, "judge.url": ollama_url}
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with open_judge(load_settings(tmp_path, {}, flags), {}) as judge:
        yield judge


@pytest.mark.ollama
@pytest.mark.timeout(900)
def test_a_real_model_gives_whole_verdicts(judge: Judge) -> None:
    judge.check()
    trial = judge_the_judge((RIGHT, WRONG), judge)
    assert trial.coverage == 1
    assert trial.name.startswith("ollama/")
