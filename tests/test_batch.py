"""Batch: what stands in the output, whatever happens on the way."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from batch_support import Teller, read_jsonl, write_jsonl

from qa.batch import BatchProgress, run_batch
from qa.batch.output import journal_path, open_journal
from qa.errors import Cancelled, SourcierError, UsageError
from qa.types import Answer, Scope, Turn


def test_each_row_gets_one_answer_in_the_order_of_the_input(tmp_path: Path) -> None:
    source = write_jsonl(
        tmp_path / "q.jsonl",
        {"id": "b", "question": "Où ?"},
        {"id": 7, "question": "Where?", "lang": "en"},
        {"question": "Et lui ?", "history": [{"question": "Qui ?", "answer": "Ève."}]},
    )
    teller = Teller()
    report = run_batch(source, tmp_path / "a.jsonl", teller)
    rows = read_jsonl(tmp_path / "a.jsonl")
    assert [(row["id"], row["question"], row["status"]) for row in rows] == [
        ("b", "Où ?", "answered"),
        ("7", "Where?", "answered"),
        ("3", "Et lui ?", "answered"),
    ]
    assert teller.asked[1][2] == "en"
    assert teller.asked[2][3] == (Turn("Qui ?", "Ève."),)
    assert (report.total, report.kept, report.errors, report.stopped) == (3, 0, 0, False)
    assert "Voilà « Où ? »" in (tmp_path / "a.jsonl").read_text("utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "q.jsonl"]


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_a_row_may_be_put_to_some_documents_or_dates(tmp_path: Path, kind: str) -> None:
    source = tmp_path / f"q.{kind}"
    if kind == "jsonl":
        row = {"question": "Où ?", "documents": ["a.txt", "b c.txt"], "until": "2023-03"}
        write_jsonl(source, row, {"question": "Quand ?"}, {"question": "Qui ?", "documents": [7]})
    else:
        source.write_text("question,documents,until\nOù ?,a.txt|b c.txt,2023-03\nQuand ?,,\n", "utf-8")
    teller = Teller()
    report = run_batch(source, tmp_path / "a.jsonl", teller)
    assert teller.scopes == [Scope(("a.txt", "b c.txt"), None, "2023-03"), None]
    assert report.errors == (1 if kind == "jsonl" else 0)
    # The same question put to all documents is another one.
    source.write_text(source.read_text("utf-8").replace("2023-03", ""), "utf-8")
    assert run_batch(source, tmp_path / "a.jsonl", teller).kept == 1


def test_a_bad_row_costs_only_itself(tmp_path: Path) -> None:
    source = tmp_path / "q.jsonl"
    lines = [
        '{"question": "Bon ?"}',
        "{broken",
        '{"id": "x", "question": "  "}',
        '{"id": "y", "question": "Quoi ?", "lang": "de"}',
        '{"id": "1", "question": "Doublé ?"}',
        '{"id": "z", "question": "Trop long ?"}',
        '["no object"]',
        '{"id": "h", "question": "Et ?", "history": "Qui ?"}',
        '{"id": "s", "question": "\\ud800"}',
        '{"id": [1], "question": "Liste ?"}',
        '{"id": "n", "question": ' + "9" * 5000 + "}",
        '{"id": "last", "question": "Fin ?"}',
    ]
    source.write_text("\n".join(lines), "utf-8")
    report = run_batch(source, tmp_path / "a.jsonl", Teller(fails_on="Trop long"))
    rows = read_jsonl(tmp_path / "a.jsonl")
    assert [row["id"] for row in rows] == ["1", "2", "x", "y", "1", "z", "7", "h", "s", "10", "11", "last"]
    assert [row["status"] for row in rows] == ["answered"] + ["error"] * 10 + ["answered"]
    assert report.errors == 10
    for row in rows[1:-1]:
        assert row["error"]["message"]
        assert row["answer"] == ""
    assert rows[5]["error"] == {
        "code": "model_timeout",
        "message": "The model took too long.",
        "remedy": "Raise `llm.total_s`.",
    }
    assert "'1'" in rows[4]["error"]["message"]


def test_a_rerun_asks_only_what_is_not_answered(tmp_path: Path) -> None:
    source = write_jsonl(
        tmp_path / "q.jsonl", {"question": "Un ?"}, {"question": "Deux ?"}, {"question": "Trois ?"}
    )
    target = tmp_path / "a.jsonl"
    run_batch(source, target, Teller(fails_on="Deux"))
    first = read_jsonl(target)
    again = Teller()
    report = run_batch(source, target, again)
    assert [question for _, question, _, _ in again.asked] == ["Deux ?"]
    assert report.kept == 2
    rows = read_jsonl(target)
    assert [row["status"] for row in rows] == ["answered"] * 3
    assert (rows[0], rows[2]) == (first[0], first[2])


@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
@pytest.mark.parametrize(
    ("row", "teller", "asked"),
    [
        ({"id": "a", "question": "Un ?"}, Teller(), 0),
        ({"id": "b", "question": "Un ?"}, Teller(), 1),
        ({"id": "a", "question": "Une ?"}, Teller(), 1),
        ({"id": "a", "question": "Un ?", "lang": "en"}, Teller(), 1),
        ({"id": "a", "question": "Un ?", "history": [{"question": "Q", "answer": "A"}]}, Teller(), 1),
        ({"id": "a", "question": "Un ?"}, Teller(generation="g2"), 1),
        ({"id": "a", "question": "Un ?"}, Teller(llm_name="other"), 1),
    ],
)
def test_what_is_kept_was_the_same_question_on_the_same_index_by_the_same_model(
    tmp_path: Path, suffix: str, row: dict[str, object], teller: Teller, asked: int
) -> None:
    target = tmp_path / f"a.{suffix}"
    run_batch(write_jsonl(tmp_path / "q.jsonl", {"id": "a", "question": "Un ?"}), target, Teller())
    teller.asked.clear()
    run_batch(write_jsonl(tmp_path / "q.jsonl", row), target, teller)
    assert len(teller.asked) == asked


def test_csv_in_and_out(tmp_path: Path) -> None:
    source = tmp_path / "q.csv"
    source.write_text(
        '\ufeffid;question;lang;history\na;"Où, quand ?";;\n'
        'b;Et lui ?;fr;"[{""question"": ""Q"", ""answer"": ""A""}]"\n'
        "c;;;\nd;Quoi ?;;pas du json\n",
        "utf-8",
    )
    target = tmp_path / "a.csv"
    teller = Teller(answer="=HYPERLINK(1)")
    report = run_batch(source, target, teller)
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["id"], row["status"]) for row in rows] == [
        ("a", "answered"),
        ("b", "answered"),
        ("c", "error"),
        ("d", "error"),
    ]
    assert report.errors == 2
    assert rows[0]["question"] == "Où, quand ?"
    assert rows[0]["answer"] == "'=HYPERLINK(1) [1]"
    assert rows[0]["citations"] == "a.txt [3-9] =Été"
    assert rows[2]["error_code"] == "usage"
    assert teller.asked[1][3] == (Turn("Q", "A"),)
    before = target.read_bytes()
    assert run_batch(source, target, teller).kept == 2
    assert target.read_bytes() == before


def test_stopping_keeps_what_is_answered_and_leaves_no_half_output(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "q.jsonl", *({"question": f"{n} ?"} for n in range(5)))
    target = tmp_path / "a.jsonl"
    report = run_batch(source, target, Teller(stops_after=2), cancel=threading.Event())
    assert report.stopped
    assert (report.done, report.total) == (2, 5)
    assert not target.exists()
    rest = Teller()
    assert not run_batch(source, target, rest).stopped
    assert [question for _, question, _, _ in rest.asked] == ["2 ?", "3 ?", "4 ?"]
    assert [row["question"] for row in read_jsonl(target)] == [f"{n} ?" for n in range(5)]


def test_a_question_stopped_in_the_middle_is_no_error(tmp_path: Path) -> None:
    class Stopped(Teller):
        def ask(self, *_: Any, **__: Any) -> Answer:
            raise Cancelled("Stopped.")

    source = write_jsonl(tmp_path / "q.jsonl", {"question": "Un ?"})
    report = run_batch(source, tmp_path / "a.jsonl", Stopped())
    assert report.stopped
    assert report.done == 0
    assert [path.name for path in tmp_path.iterdir()] == ["q.jsonl"]


def test_a_torn_line_of_the_journal_costs_only_its_question(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "q.jsonl", *({"question": f"{n} ?"} for n in range(3)))
    target = tmp_path / "a.jsonl"
    run_batch(source, target, Teller(stops_after=2), cancel=threading.Event())
    journal = journal_path(target)
    journal.write_bytes(journal.read_bytes()[:-20])
    rest = Teller(stops_after=1)
    assert run_batch(source, target, rest, cancel=threading.Event()).stopped
    assert [question for _, question, _, _ in rest.asked] == ["1 ?"]
    last = Teller()
    run_batch(source, target, last)
    assert [question for _, question, _, _ in last.asked] == ["2 ?"]
    assert [row["question"] for row in read_jsonl(target)] == ["0 ?", "1 ?", "2 ?"]


def test_a_second_run_on_the_same_output_is_refused(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "q.jsonl", {"question": "Un ?"})
    target = tmp_path / "a.jsonl"
    teller = Teller()
    with open_journal(target), pytest.raises(SourcierError, match="Another run is writing"):
        run_batch(source, target, teller)
    assert teller.asked == []
    run_batch(source, target, teller)
    assert len(read_jsonl(target)) == 1


@pytest.mark.parametrize("target", ["q.jsonl", "none/a.jsonl", "a.xlsx", "folder.csv"])
def test_an_output_that_cannot_be_is_wrong_usage(tmp_path: Path, target: str) -> None:
    source = write_jsonl(tmp_path / "q.jsonl", {"question": "Un ?"})
    (tmp_path / "folder.csv").mkdir()
    before = source.read_bytes()
    with pytest.raises(UsageError):
        run_batch(source, tmp_path / target, Teller())
    assert source.read_bytes() == before


def test_no_question_is_swallowed_by_another_in_silence(tmp_path: Path) -> None:
    source, target = tmp_path / "q.csv", tmp_path / "a.jsonl"
    source.write_text('question\nUn ?\n"Deux ?\nTrois ?\n', "utf-8")
    report = run_batch(source, target, Teller())
    assert report.errors == 1
    assert "Line 3 opens a quotation mark" in read_jsonl(target)[1]["error"]["message"]


def test_a_hard_link_to_the_questions_is_not_overwritten(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "q.jsonl", {"question": "Un ?"})
    (tmp_path / "a.jsonl").hardlink_to(source)
    with pytest.raises(UsageError, match="both read and written"):
        run_batch(source, tmp_path / "a.jsonl", Teller())


def test_progress_counts_kept_and_new_rows(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "q.jsonl", {"question": "Un ?"}, {"question": "Deux ?"})
    target = tmp_path / "a.jsonl"
    run_batch(source, target, Teller(fails_on="Deux"))
    seen: list[BatchProgress] = []
    run_batch(source, target, Teller(), seen.append)
    assert seen == [BatchProgress(1, 2, 1), BatchProgress(2, 2, 1)]


def test_a_file_without_rows_gives_an_output_without_rows(tmp_path: Path) -> None:
    source = tmp_path / "q.jsonl"
    source.write_text("\n\n", "utf-8")
    assert run_batch(source, tmp_path / "a.jsonl", Teller()).total == 0
    assert (tmp_path / "a.jsonl").read_bytes() == b""


def test_killed_again_and_again_each_question_is_answered_once(tmp_path: Path) -> None:
    total = 12
    source = write_jsonl(tmp_path / "q.jsonl", *({"question": f"{n} ?"} for n in range(total)))
    target = tmp_path / "a.jsonl"
    script = textwrap.dedent(
        """
        import sys
        import time
        from pathlib import Path
        from batch_support import Teller
        from qa.batch import run_batch

        class Slow(Teller):
            def ask(self, question, **given):
                time.sleep(0.05)
                return super().ask(question, **given)

        source, target = map(Path, sys.argv[1:])
        run_batch(source, target, Slow())
        """
    )
    command = [sys.executable, "-c", script, str(source), str(target)]
    journal = journal_path(target)
    kept: list[str] = []
    for kills in (3, 6):
        process = subprocess.Popen(command, cwd=Path(__file__).parent)
        deadline = time.monotonic() + 60
        while not journal.exists() or journal.read_bytes().count(b"\n") < kills:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert not target.exists()
        kept = [json.loads(line)["question"] for line in journal.read_bytes().split(b"\n")[:-1]]
        assert len(kept) == len(set(kept)) >= kills
    rest = Teller()
    run_batch(source, target, rest)
    assert [question for _, question, _, _ in rest.asked] == [
        f"{n} ?" for n in range(total) if f"{n} ?" not in kept
    ]
    assert [row["question"] for row in read_jsonl(target)] == [f"{n} ?" for n in range(total)]
    assert not journal.exists()
