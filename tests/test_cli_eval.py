"""`qa eval`: exit codes, what it says, and the folder it leaves."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from evaluate_support import judged, make_run
from fakes import FakeLLM

from qa.api import Sourcier
from qa.cli import main
from qa.cli.eval import headline_lines, run_draft
from qa.index import update_index
from qa.models.e5 import E5Embedder
from qa.settings import Loaded, load_settings
from qa.types import Answer

pytestmark = pytest.mark.slow

CORPUS = {
    "pont.txt": "Le pont\n\nLe pont de Normandie a été inauguré le 20 janvier 1995 par le ministre.\n",
    "bridge.txt": "The bridge\n\nThe Forth Bridge was opened on 4 March 1890 by the Prince of Wales.\n",
}
GOLD = (
    {
        "id": "fr",
        "lang": "fr",
        "question": "Quand le pont de Normandie a-t-il été inauguré ?",
        "kind": "when",
        "answers": ["20 janvier 1995"],
        "evidence": [{"doc": "pont.txt", "quote": "inauguré le 20 janvier 1995"}],
    },
    {
        "id": "en",
        "lang": "en",
        "question": "When was the Forth Bridge opened?",
        "kind": "when",
        "answers": ["4 March 1890"],
    },
)
FR = "Le pont de Normandie a été inauguré le 20 janvier 1995 [1]."
EN = "The Forth Bridge was opened on 4 March 1890 [1]."
WRONG = "The Forth Bridge was opened by the Prince of Wales [1]."
YES = {"1": 0.9, "0": 0.02}

Eval = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def embedder() -> E5Embedder:
    return E5Embedder()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, embedder: E5Embedder) -> Path:
    root = tmp_path_factory.mktemp("project")
    (root / "docs").mkdir()
    for name, text in CORPUS.items():
        (root / "docs" / name).write_text(text, "utf-8")
    update_index([root / "docs"], load_settings(root, {}), embedder)
    return root


@pytest.fixture
def evaluate(
    project: Path,
    embedder: E5Embedder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Eval:
    """Runs `qa eval gold.jsonl --no-judge` with a model of `replies`; gives exit code, stdout, stderr."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(json.dumps(row) + "\n" for row in GOLD), "utf-8")

    def run(
        *flags: str,
        replies: tuple[str, ...] = (),
        wrap: Callable[[Sourcier], Any] = lambda session: session,
        rows: tuple[dict[str, Any], ...] = (),
    ) -> tuple[int, str, str]:
        if rows:
            gold.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")

        @contextmanager
        def open_session(loaded: Loaded) -> Iterator[Any]:
            model = FakeLLM(replies, [YES] * len(replies))
            with Sourcier.open(loaded, llm=model, embedder=embedder) as session:
                yield wrap(session)

        with pytest.raises(SystemExit) as ended:
            main(["eval", str(gold), "--no-judge", *flags], open_session=open_session)
        captured = capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int | None)
        return code or 0, captured.out, captured.err

    return run


class Interrupted:
    """Ctrl-C arrives while the second question is answered."""

    def __init__(self, session: Sourcier) -> None:
        self._session = session
        self._asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def ask(self, question: str, **given: Any) -> Answer:
        self._asked += 1
        if self._asked == 2:
            os.kill(os.getpid(), signal.SIGINT)
            assert given["cancel"].wait(10)
        return self._session.ask(question, **given)


def test_a_run_leaves_its_folder_and_prints_the_headline(evaluate: Eval, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, said, told = evaluate("-o", str(out), replies=(FR, EN))
    assert code == 0
    assert said.splitlines()[0].startswith("Answered rightly")
    assert "100%" in said.splitlines()[0]
    assert "2 questions, 0 failed" in told
    assert {path.name for path in out.iterdir()} == {
        "answers.jsonl",
        "report.html",
        "report.md",
        "run.json",
    }
    run = json.loads((out / "run.json").read_text("utf-8"))
    assert run["about"]["versions"]["sourcier"]
    assert run["about"]["digests"]["reader"]
    assert "20 janvier 1995" in (out / "report.html").read_text("utf-8")


def test_what_the_judge_is_worth_stands_under_the_headline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    accuracy = {"value": 0.62, "low": 0.53, "high": 0.72}
    judge = {"name": "j/7b", "cases": 88, "coverage": 0.85, "accuracy": accuracy, "verifier": accuracy}
    lines = headline_lines(make_run(judged=judged(), about={"judge": judge}), None)
    assert lines[3].startswith("Faithful to the sources")
    assert "On 88 cases whose verdict is known, its balanced accuracy is 62%" in lines[4]
    assert "it gave a verdict on 85% of them" in lines[4]
    assert len(headline_lines(make_run(), None)) == 4


def test_scoring_again_asks_nothing(evaluate: Eval, tmp_path: Path) -> None:
    out = tmp_path / "out"
    evaluate("-o", str(out), replies=(FR, EN))
    stricter = (GOLD[0], GOLD[1] | {"answers": ["1891"]})
    code, said, told = evaluate("-o", str(out), rows=stricter)
    assert code == 0
    assert "2 answers of an earlier run" in told
    assert "50%" in said.splitlines()[0]


def test_ctrl_c_says_how_to_go_on(evaluate: Eval, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, said, told = evaluate("-o", str(out), replies=(FR, EN), wrap=Interrupted)
    assert code == 130
    assert said == ""
    assert "Stopped at 1/2." in told
    assert not (out / "report.html").exists()
    code, _, told = evaluate("-o", str(out), replies=(EN,))
    assert code == 0
    assert "1 answer of an earlier run, kept as it is" in told


# Five pairs: with fewer nothing is compared.
SIX = tuple(
    row | {"id": f"{row['id']}-{n}", "question": question}
    for row, questions in (
        (
            GOLD[0],
            (
                "Quand le pont de Normandie a-t-il été inauguré ?",
                "À quelle date le pont de Normandie a-t-il été inauguré ?",
                "Quel jour le pont de Normandie a-t-il été inauguré par le ministre ?",
            ),
        ),
        (
            GOLD[1],
            (
                "When was the Forth Bridge opened?",
                "On which date was the Forth Bridge opened?",
                "On what day was the Forth Bridge opened by the Prince of Wales?",
            ),
        ),
    )
    for n, question in enumerate(questions)
)


class Refusing:
    """Whatever is asked, what the documents do not have is asked instead."""

    def __init__(self, session: Sourcier) -> None:
        self._session = session

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def ask(self, _question: str, **given: Any) -> Answer:
        return self._session.ask("Who painted the Mona Lisa in Florence?", **given)


def test_a_figure_that_fell_is_exit_3_and_named(evaluate: Eval, tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    replies = (FR,) * 3 + (EN,) * 3
    evaluate("-o", str(good), replies=replies, rows=SIX)
    code, said, told = evaluate("-o", str(bad), "--baseline", str(good), rows=SIX, wrap=Refusing)
    assert code == 3
    assert f"Below {good}, beyond the interval: " in told
    assert "−100 points" in said
    assert "Wrong now (6)" in (bad / "report.md").read_text("utf-8")
    # Nothing is cited any more: that figure is gone, and said to be.
    assert "where they apply to no question any more" in told


def test_of_too_few_questions_nothing_is_compared_and_that_is_said(evaluate: Eval, tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    evaluate("-o", str(good), replies=(FR, EN))
    code, said, told = evaluate("-o", str(bad), "--baseline", str(good), wrap=Refusing)
    assert code == 0
    assert "Warning: Too few questions in common to compare figures: 2 pairs, 5 are needed." in told
    assert "points" not in said
    assert "Wrong now (2)" in (bad / "report.md").read_text("utf-8")


def test_gold_that_was_mended_scores_both_runs(evaluate: Eval, tmp_path: Path) -> None:
    """The answers are the same: what changed is what is accepted, and that is no fall."""
    good, same = tmp_path / "good", tmp_path / "same"
    replies = (FR,) * 3 + (EN,) * 3
    evaluate("-o", str(good), replies=replies, rows=SIX)
    stricter = tuple(row | {"answers": ["1234"]} for row in SIX)
    code, said, told = evaluate("-o", str(same), "--baseline", str(good), replies=replies, rows=stricter)
    assert code == 0
    assert "Below" not in told
    assert said.splitlines()[0].split()[2] == "0%"


def test_the_same_again_passes_the_gate(evaluate: Eval, tmp_path: Path) -> None:
    out = tmp_path / "out"
    evaluate("-o", str(out), replies=(FR, EN))
    code, _, told = evaluate("-o", str(out), "--baseline", str(out))
    assert code == 0
    assert "Below" not in told


def test_a_bad_row_is_named_and_the_others_are_asked(evaluate: Eval, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, _, told = evaluate("-o", str(out), replies=(FR,), rows=(GOLD[0], {"answers": ["1"]}))
    assert code == 1
    assert "Line 2 is left out" in told
    assert "1 question, 0 failed" in told
    assert (out / "report.html").exists()


def test_a_proposal_that_nobody_accepted_is_not_asked(evaluate: Eval, tmp_path: Path) -> None:
    proposed = {"question": "Proposed?", "answers": ["x"], "accepted": False}
    code, _, told = evaluate("-o", str(tmp_path / "out"), replies=(FR,), rows=(GOLD[0], proposed))
    assert code == 0
    assert "1 proposal not accepted yet" in told
    assert "left out" not in told
    assert "1 question, 0 failed" in told


def test_a_baseline_that_is_none_is_wrong_usage(evaluate: Eval, tmp_path: Path) -> None:
    code, _, told = evaluate("-o", str(tmp_path / "out"), "--baseline", str(tmp_path / "nowhere"))
    assert code == 2
    assert "nowhere" in told


def test_without_gold_in_a_folder_of_ones_own_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    with pytest.raises(SystemExit) as ended:
        main(["eval", "-o", "out"])
    assert ended.value.code == 2
    assert "qa eval --draft 20 -o DOSSIER" in capsys.readouterr().err


def test_drafts_are_proposed(
    project: Path,
    embedder: E5Embedder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    model = FakeLLM(["When was the bridge opened?", "Quand le pont a-t-il été inauguré ?"])

    @contextmanager
    def open_session(loaded: Loaded) -> Iterator[Sourcier]:
        with Sourcier.open(loaded, llm=model, embedder=embedder) as session:
            yield session

    code = run_draft(tmp_path / "d", 2, open_session=open_session, open_model=lambda _: model)
    assert code == 0
    assert "2 proposals (2 new)" in capsys.readouterr().err
    assert len((tmp_path / "d" / "draft.jsonl").read_text("utf-8").splitlines()) == 2
