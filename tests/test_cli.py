"""The command itself, run as a person runs it."""

from __future__ import annotations

import os
import string
import subprocess
import sys
from pathlib import Path

import pytest

from qa.cli.messages import MESSAGES, interface_lang

ENVIRONMENT = {
    name: value for name, value in os.environ.items() if not name.startswith(("QA_", "LC_", "LANG"))
}


def qa(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qa", *arguments],
        cwd=folder,
        env=ENVIRONMENT | environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


def test_help_names_every_command(tmp_path: Path) -> None:
    run = qa("--help", folder=tmp_path)
    assert run.returncode == 0
    for command in ("index", "ask", "batch", "eval", "chat", "serve", "mcp", "doctor", "models"):
        assert f"  {command} " in run.stdout


def test_version(tmp_path: Path) -> None:
    run = qa("--version", folder=tmp_path)
    assert run.returncode == 0
    assert run.stdout.startswith("qa 0.")


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["ask"],
        ["ask", "Où ?", "--lang", "de"],
        ["ask", "   "],
        ["ask", "Où ?", "--history", "none.json"],
        ["batch", "none.jsonl", "-o", "out.jsonl"],
        ["batch", "q.jsonl"],
        ["batch", "q.jsonl", "-o", "q.jsonl"],
        ["batch", "q.jsonl", "-o", "none/out.jsonl"],
        ["index", "none"],
        ["index"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2_with_a_sentence_on_stderr(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "q.jsonl").write_text('{"question": "Où ?"}\n')
    run = qa(*arguments, folder=tmp_path)
    assert run.returncode == 2, run.stderr
    assert run.stdout == ""
    assert run.stderr.strip()
    assert "Traceback" not in run.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["q.jsonl"]


@pytest.mark.parametrize("setting", [{"QA_LLM__COLOUR": "red"}, {"QA_LLM__NUM_CTX": "few"}])
def test_a_wrong_setting_is_named(tmp_path: Path, setting: dict[str, str]) -> None:
    run = qa("doctor", folder=tmp_path, **setting)
    assert run.returncode == 2
    assert next(iter(setting)) in run.stderr


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "erreur : La question est vide."),
        ({"LANG": "en_GB.UTF-8"}, "error: The question is empty."),
        ({"LC_ALL": "fr_CA.ISO-8859-1", "LANG": "en_US.UTF-8"}, "erreur : La question est vide."),
        ({}, "error: The question is empty."),
    ],
)
def test_messages_follow_the_locale(tmp_path: Path, environment: dict[str, str], words: str) -> None:
    assert words in qa("ask", " ", folder=tmp_path, **environment).stderr


def test_every_message_stands_in_both_languages_with_the_same_variables() -> None:
    for name, texts in MESSAGES.items():
        assert set(texts) == {"fr", "en"}, name
        variables = {
            lang: {field for _, field, _, _ in string.Formatter().parse(text) if field}
            for lang, text in texts.items()
        }
        assert variables["fr"] == variables["en"], name


def test_the_first_locale_variable_that_is_set_decides() -> None:
    assert interface_lang({"LC_ALL": "", "LC_MESSAGES": "fr", "LANG": "en"}) == "fr"
    assert interface_lang({"LC_ALL": "C", "LANG": "fr_FR.UTF-8"}) == "en"
