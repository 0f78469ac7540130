"""`qa batch`: exit codes and what it says; what stands in the output is tested in test_batch.py."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from batch_support import Teller, read_jsonl

from qa.cli import main
from qa.settings import Loaded
from qa.types import Answer

pytestmark = pytest.mark.slow

Batch = Callable[..., tuple[object, str]]


class Interrupted(Teller):
    """Ctrl-C arrives while the second question is answered."""

    def ask(self, question: str, **given: Any) -> Answer:
        answer = super().ask(question, **given)
        if len(self.asked) == 2:
            os.kill(os.getpid(), signal.SIGINT)
            assert given["cancel"].wait(10)
        return answer


@pytest.fixture
def batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Batch:
    """Runs `qa batch q.jsonl -o a.jsonl` on three questions; returns the exit code and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    questions = "".join(json.dumps({"question": f"{n} ?"}) + "\n" for n in range(3))
    (tmp_path / "q.jsonl").write_text(questions, "utf-8")

    def run(teller: Teller) -> tuple[object, str]:
        @contextmanager
        def open_session(_: Loaded) -> Iterator[Any]:
            yield teller

        with pytest.raises(SystemExit) as ended:
            main(["batch", "q.jsonl", "-o", "a.jsonl"], open_session=open_session)
        captured = capsys.readouterr()
        assert captured.out == ""
        return ended.value.code or 0, captured.err

    return run


def test_done(batch: Batch, tmp_path: Path) -> None:
    code, said = batch(Teller())
    assert code == 0
    assert "3 questions: 3 answered, 0 in part, 0 refused, 0 failed → a.jsonl" in said
    assert len(read_jsonl(tmp_path / "a.jsonl")) == 3


def test_a_failed_row_is_exit_1_and_a_rerun_mends_it(batch: Batch, tmp_path: Path) -> None:
    code, said = batch(Teller(fails_on="1"))
    assert code == 1
    assert "2 answered, 0 in part, 0 refused, 1 failed" in said
    code, said = batch(Teller())
    assert code == 0
    assert "2 already answered" in said
    assert [row["status"] for row in read_jsonl(tmp_path / "a.jsonl")] == ["answered"] * 3


def test_ctrl_c_says_how_to_go_on(batch: Batch, tmp_path: Path) -> None:
    code, said = batch(Interrupted())
    assert code == 130
    assert "Stopped at 2/3." in said
    assert "qa batch q.jsonl -o a.jsonl" in said
    assert not (tmp_path / "a.jsonl").exists()
    code, said = batch(Teller())
    assert code == 0
    assert "2 already answered" in said
