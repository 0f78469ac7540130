"""A fixed slice of the seeds' gold set, evaluated as a person does it: embedded models, judge included."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from real_models import model_file

from qa.evaluate.gold import read_gold, split_of

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "eval" / "gold" / "seeds.jsonl"
# Of the dev split: a fact, a date, a follow-up and a question of yes or no; a near miss and a false premise.
SLICE = ("s012-fr", "s013-fr", "s014-en", "s020-en", "s021-en", "s024-fr")
ANSWERABLE = 4
# Of the labelled cases one of a kind and language: a judge is not known by two, but is tried as by all.
CASES = {"fr": "right", "en": "wrong_number"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The slice as a gold file of one's own, and a few cases."""
    rows = [line for line in SEEDS.read_text("utf-8").splitlines() if json.loads(line)["id"] in SLICE]
    (tmp_path / "gold.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    assert {split_of(gold) for gold in read_gold(tmp_path / "gold.jsonl").rows} == {"dev"}
    (tmp_path / "cases").mkdir()
    for lang, kind in CASES.items():
        cases = (ROOT / "eval" / "judge" / f"claims.{lang}.jsonl").read_text("utf-8").splitlines()
        first = next(case for case in cases if json.loads(case)["kind"] == kind)
        (tmp_path / "cases" / f"{lang}.jsonl").write_text(first + "\n", "utf-8")
    return tmp_path


def qa(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("QA_", "LC_", "LANG", "XDG_"))}
    weights = str(model_file())
    settings = {
        "QA_LLM__PROVIDER": "llamacpp",
        "QA_LLM__MODEL": weights,
        "QA_JUDGE__MODEL": weights,
        "QA_JUDGE__METRICS": "faithfulness",
        "QA_JUDGE__CASES": "cases",
        # Fewer than it reads by default: so is the time that a slice may take.
        "QA_JUDGE__CONTEXTS": "2",
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    return subprocess.run(
        [sys.executable, "-m", "qa", *arguments],
        cwd=folder,
        env=kept | settings,
        capture_output=True,
        encoding="utf-8",
        timeout=800,
    )


@pytest.mark.llm
@pytest.mark.timeout(900)
def test_a_slice_of_the_seeds_is_answered_judged_and_reported_once(project: Path) -> None:
    indexed = qa("index", str(ROOT / "seeds"), folder=project)
    assert indexed.returncode == 0, indexed.stderr
    first = qa("eval", "gold.jsonl", "-o", "out", folder=project)
    assert first.returncode == 0, first.stderr
    assert f"{len(SLICE)} questions, 0 failed" in first.stderr
    assert re.search(rf"^Answered rightly .* of {ANSWERABLE} questions", first.stdout, re.MULTILINE)
    assert re.search(r"^Faithful to the sources ", first.stdout, re.MULTILINE)

    out = project / "out"
    run = json.loads((out / "run.json").read_text("utf-8"))
    assert run["about"]["judge"]["cases"] == 2
    assert "value" in run["about"]["judge"]["verifier"]
    written = (out / "report.md").read_text("utf-8")
    for row in run["judged"]:
        assert row["calls"] > 0
        assert row["scores"] or row["problem"]
    answered = [row for row in run["rows"] if row["answer"]["status"] in ("answered", "partial")]
    assert len(run["judged"]) == len(answered)
    scored = sum(not row["problem"] for row in run["judged"])
    if answered:
        assert f"It scored {scored / len(answered):.0%} of the answers" in written
        assert "balanced accuracy" in written
    page = html.unescape((out / "report.html").read_text("utf-8"))
    assert all(row["gold"]["question"].split("?")[0][:20] in page for row in run["rows"])

    before = (out / "answers.jsonl").read_bytes()
    again = qa("eval", "gold.jsonl", "-o", "out", "--baseline", "out", folder=project)
    assert again.returncode == 0, again.stderr
    assert f"{len(SLICE)} answers of an earlier run" in again.stderr
    assert (out / "answers.jsonl").read_bytes().startswith(before)
    if scored == len(answered):
        assert (out / "answers.jsonl").read_bytes() == before
