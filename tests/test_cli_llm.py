"""`qa ask` and `qa batch` with the embedded models, run as a person runs them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.llm

ENVIRONMENT = {
    name: value for name, value in os.environ.items() if not name.startswith(("QA_", "LC_", "LANG"))
} | {"QA_LLM__PROVIDER": "llamacpp"}
PONT = "Le pont de Brumeval a été ouvert en 1931. Il mesure 240 mètres. Son architecte était Aline Corvez."
TOWER = "The tower of Harwick was built in 1874. It has 12 bells. The largest bell weighs 900 kilograms."


def qa(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qa", *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        encoding="utf-8",
        timeout=600,
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of one French and one English document."""
    folder = tmp_path_factory.mktemp("project")
    docs = folder / "docs"
    docs.mkdir()
    (docs / "pont.txt").write_text(PONT, "utf-8")
    (docs / "tower.txt").write_text(TOWER, "utf-8")
    run = qa("index", "docs", folder=folder)
    assert run.returncode == 0, run.stderr
    return folder


@pytest.mark.parametrize(
    ("question", "lang", "doc", "text", "fact"),
    [
        ("En quelle année le pont de Brumeval a-t-il été ouvert ?", "fr", "pont.txt", PONT, "1931"),
        ("How many bells does the tower of Harwick have?", "en", "tower.txt", TOWER, "12"),
    ],
)
def test_the_answer_stands_word_for_word_in_the_document(
    project: Path, question: str, lang: str, doc: str, text: str, fact: str
) -> None:
    run = qa("ask", "--json", question, folder=project)
    assert run.returncode == 0, run.stderr
    answer: dict[str, Any] = json.loads(run.stdout)
    assert (answer["schema"], answer["lang"], answer["status"]) == (1, lang, "answered")
    assert fact in answer["answer"]
    assert answer["model"]["llm"].startswith("llamacpp/")
    assert answer["citations"]
    for citation in answer["citations"]:
        assert citation["doc"] == doc
        assert citation["quote"] == text[citation["start"] : citation["end"]]
    assert {n for claim in answer["claims"] for n in claim["citations"]} == {
        citation["n"] for citation in answer["citations"]
    }


def test_what_a_person_sees_is_the_answer_and_its_source(project: Path) -> None:
    run = qa("ask", "Combien mesure le pont de Brumeval ?", "--lang", "fr", folder=project)
    assert run.returncode == 0, run.stderr
    answer, _, sources = run.stdout.partition("\n\nSources\n")
    assert "240" in answer
    assert "[1]" in answer
    assert sources.startswith("[1] ")
    assert "« Il mesure 240 mètres. »" in sources
    assert "sentences of 1 document in" in run.stderr, "the English document is far from the question"


def test_a_batch_killed_in_the_middle_answers_each_question_once(project: Path) -> None:
    questions = [
        "En quelle année le pont de Brumeval a-t-il été ouvert ?",
        "How many bells does the tower of Harwick have?",
        "Qui était l'architecte du pont de Brumeval ?",
        "When was the tower of Harwick built?",
        "",
    ]
    source, target = project / "q.jsonl", project / "a.jsonl"
    source.write_text("".join(json.dumps({"question": question}) + "\n" for question in questions), "utf-8")
    journal = project / "a.jsonl.partial.jsonl"
    command = [sys.executable, "-m", "qa", "batch", "q.jsonl", "-o", "a.jsonl"]
    with (project / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=project, env=ENVIRONMENT, stderr=log)
    deadline = time.monotonic() + 600
    while not journal.exists() or journal.read_bytes().count(b"\n") < 2:
        assert process.poll() is None, (project / "log").read_text("utf-8")
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not target.exists()
    kept = journal.read_bytes().splitlines()

    run = qa("batch", "q.jsonl", "-o", "a.jsonl", folder=project)
    assert run.returncode == 1, "the empty question is an error"
    assert f"{len(kept)} already answered" in run.stderr
    lines = target.read_bytes().splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["id"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert [row["question"] for row in rows] == questions
    assert [row["status"] == "error" for row in rows] == [False, False, False, False, True]
    # What stood in the journal was not answered a second time: its timings are the same.
    assert lines[: len(kept)] == kept
    assert not journal.exists()

    again = qa("batch", "q.jsonl", "-o", "a.jsonl", folder=project)
    assert "4 already answered" in again.stderr
    assert target.read_bytes().splitlines() == lines


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Qui a voulu le report du bal ?", "Un autre document dit"),
        ("Who asked for the ball to be postponed?", "Another document says"),
    ],
)
def test_what_another_document_says_of_the_same_is_quoted_beside(
    tmp_path: Path, question: str, said: str
) -> None:
    texts = {
        "mairie.txt": "Le bal du port a été reporté à samedi. Le report a été demandé par le comité des "
        "fêtes, selon la mairie. Le comité craignait un orage dans la soirée de vendredi.",
        "comite.txt": "Le comité des fêtes regrette l'annulation de vendredi. Sa présidente assure que la "
        "mairie seule a voulu le report du bal. Elle n'a été prévenue que jeudi soir, par un courriel.",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    assert qa("index", ".", folder=tmp_path).returncode == 0
    answer: dict[str, Any] = json.loads(qa("ask", "--json", question, folder=tmp_path).stdout)
    assert {citation["doc"] for citation in answer["citations"]} == set(texts)
    assert said in answer["answer"]
    explained = qa("ask", "--explain", question, folder=tmp_path)
    assert explained.returncode == 0, explained.stderr
    assert "elsewhere" in explained.stdout
