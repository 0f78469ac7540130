"""What readers said on the page becomes gold questions that somebody must accept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.chat.feedback import FILE, keep_feedback
from qa.cli.app import main
from qa.errors import UsageError
from qa.evaluate.feedback import feedback_candidates
from qa.evaluate.gold import read_gold
from qa.types import Answer, Citation, Claim, Turn

CITED = Citation("brest.txt", "Brest", None, 17, 36, "Il pleut sur Brest.", n=1)
ANSWER = Answer(
    "", "Il pleut ?", "fr", "answered", "Il pleut sur Brest [1].",
    claims=(Claim("Il pleut sur Brest.", "supported", 0.9, (1,)),), citations=(CITED,),
)  # fmt: skip
REFUSAL = Answer("", "Il neige ?", "fr", "refused", "Les documents ne le disent pas.")


def test_each_question_becomes_a_candidate_that_nobody_has_accepted(tmp_path: Path) -> None:
    source = tmp_path / ".qa" / FILE
    keep_feedback(source, ANSWER, "false")
    keep_feedback(source, ANSWER, "good")  # a changed mind
    keep_feedback(source, REFUSAL, "good", (Turn("Il pleut ?", "Oui."),))
    drafted = feedback_candidates(source, tmp_path)
    assert (drafted.questions, drafted.new) == (2, 2)
    assert read_gold(drafted.path).proposals == 2

    rows = [json.loads(line) for line in drafted.path.read_text("utf-8").splitlines()]
    accepted = tmp_path / "gold.jsonl"
    accepted.write_text("\n".join(json.dumps(row | {"accepted": True}) for row in rows), "utf-8")
    good, silent = read_gold(accepted).rows
    assert good.answers == ("Il pleut sur Brest.",)
    assert good.evidence[0].quote == CITED.quote
    assert silent.absent
    assert silent.history[0].question == "Il pleut ?"


def test_what_was_mended_stays(tmp_path: Path) -> None:
    keep_feedback(tmp_path / FILE, ANSWER, "false")
    folder = tmp_path / "out"
    folder.mkdir()
    path = feedback_candidates(tmp_path / FILE, folder).path
    mended = json.loads(path.read_text("utf-8")) | {"answers": ["non"], "accepted": True}
    path.write_text(json.dumps(mended) + "\n", "utf-8")
    assert feedback_candidates(tmp_path / FILE, folder).new == 0
    assert json.loads(path.read_text("utf-8")) == mended


def test_a_changed_mind_changes_a_candidate_that_nobody_touched(tmp_path: Path) -> None:
    source, folder = tmp_path / FILE, tmp_path / "out"
    folder.mkdir()
    keep_feedback(source, ANSWER, "good")
    keep_feedback(source, REFUSAL, "good")
    path = feedback_candidates(source, folder).path
    keep_feedback(source, ANSWER, "false")
    drafted = feedback_candidates(source, folder)
    assert (drafted.questions, drafted.new) == (2, 0)
    first, second = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    assert (first["question"], first["answers"]) == (ANSWER.question, [])
    assert "false" in first["note"]
    assert second["question"] == REFUSAL.question


def test_without_feedback_it_says_where_to_give_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no feedback"):
        feedback_candidates(tmp_path / FILE, tmp_path)


def test_the_command_finds_the_feedback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    keep_feedback(tmp_path / ".qa" / FILE, ANSWER, "good")
    with pytest.raises(SystemExit) as ended:
        main(["eval", "--from-feedback", "-o", "out"])
    assert ended.value.code == 0
    assert len((tmp_path / "out" / FILE).read_text("utf-8").splitlines()) == 1
