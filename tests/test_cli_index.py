"""`qa index`, `qa doctor` and `qa models`, run as a person runs them, without a language model."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

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
        timeout=300,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with two documents, and nobody who answers on Ollama's address."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "pont.txt").write_text("Le pont de Brumeval a été ouvert en 1931. Il mesure 240 mètres.", "utf-8")
    (docs / "tower.txt").write_text("The tower of Harwick was built in 1874. It has 12 bells.", "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "qa.toml").write_text(
        f'[corpus]\npaths = ["docs"]\n[llm]\nurl = "http://127.0.0.1:{port}"\n', "utf-8"
    )
    return tmp_path


def test_index_tells_what_it_did(project: Path) -> None:
    first = qa("index", folder=project)
    assert first.returncode == 0, first.stderr
    assert "2 added, 0 changed, 0 removed, 0 unchanged" in first.stdout
    assert "pont.txt" in first.stdout

    (project / "docs" / "tower.txt").unlink()
    (project / "docs" / "copie.txt").write_bytes((project / "docs" / "pont.txt").read_bytes())
    (project / "docs" / "vide.txt").write_bytes(b"")
    (project / "docs" / "cassé.pdf").write_bytes(b"%PDF-1.4 and nothing of one")
    second = qa("index", folder=project, LANG="fr_FR.UTF-8")
    assert second.returncode == 1
    lines = second.stdout.splitlines()
    assert any(line.split()[:2] == ["retiré", "tower.txt"] for line in lines)
    assert any(line.split()[:2] == ["doublon", "pont.txt"] and "copie.txt" in line for line in lines)
    assert any(line.split()[:2] == ["échec", "vide.txt"] for line in lines)
    assert any(line.split()[:2] == ["échec", "cassé.pdf"] for line in lines)
    assert lines[-1] == "L'index contient 1 document, 1 passage."
    assert "Traceback" not in second.stderr


def test_without_an_index_ask_names_the_command_that_makes_one(project: Path) -> None:
    run = qa("ask", "Quand le pont a-t-il été ouvert ?", folder=project)
    assert run.returncode == 1
    assert run.stdout == ""
    assert "qa index" in run.stderr
    assert "Traceback" not in run.stderr
    as_json = qa("ask", "--json", "Quand le pont a-t-il été ouvert ?", folder=project)
    assert as_json.returncode == 1
    answer = json.loads(as_json.stdout)
    assert (answer["status"], answer["lang"], answer["error"]["code"]) == ("error", "fr", "index_missing")


def test_the_doctor_names_what_is_wrong_and_what_to_do(project: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    run = qa("doctor", folder=project, XDG_CACHE_HOME=str(cache), LANG="fr_FR.UTF-8")
    assert run.returncode == 1, "no language model is there"
    assert "qa models pull" in run.stdout
    assert "Il n'y a pas encore d'index." in run.stdout
    assert "corpus.paths" in run.stdout
    assert "Traceback" not in run.stderr

    assert qa("index", folder=project).returncode == 0
    (project / "docs" / "neuf.txt").write_text("Un texte de plus est arrivé ce matin.", "utf-8")
    report = json.loads(qa("doctor", "--json", folder=project, XDG_CACHE_HOME=str(cache)).stdout)
    checks = [(check["name"], check["state"], check["message"]) for check in report["checks"]]
    assert ("python", "ok") in [check[:2] for check in checks]
    assert ("embedder", "ok") in [check[:2] for check in checks]
    assert any(
        name == "index" and state == "warning" and "1 files new" in text for name, state, text in checks
    )
    assert report["settings"]["corpus.paths"]["origin"] == "qa.toml"
    assert report["settings"]["chat.port"] == {"value": 7860, "origin": "default"}


def test_models_list_says_what_is_there_and_who_would_answer(project: Path, tmp_path: Path) -> None:
    run = qa("models", "list", folder=project, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert run.returncode == 0, run.stderr
    assert "qwen2.5-coder-1.5b-instruct" in run.stdout
    assert "→ Run `qa models pull`" in run.stdout
    assert "multilingual-e5-small" in run.stdout
    assert qa("models", folder=project, XDG_CACHE_HOME=str(tmp_path / "cache")).stdout == run.stdout


def test_a_closed_pipe_ends_quietly(project: Path) -> None:
    command = f'"{sys.executable}" -m qa doctor --json | true'
    run = subprocess.run(
        command, shell=True, cwd=project, env=ENVIRONMENT, capture_output=True, encoding="utf-8", timeout=120
    )
    assert run.stderr == ""


def test_output_is_utf8_whatever_the_locale(project: Path) -> None:
    environment = {"LC_ALL": "fr_FR.ISO-8859-1", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    run = qa("index", folder=project, **environment)
    assert "ajouté" in run.stdout
