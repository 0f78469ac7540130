"""The doctor: what it says of sound and of broken parts, and what to do."""

from __future__ import annotations

import socket
import string
from pathlib import Path
from typing import Literal

import pytest

from qa.doctor.check import Speaker
from qa.doctor.checks import check_settings, setting_values
from qa.doctor.machine import check_packages, check_port, check_python, release, split_requirement
from qa.doctor.messages import MESSAGES
from qa.doctor.models import check_probe
from qa.doctor.store import check_chroma
from qa.settings import load_settings

FR, EN = Speaker("fr"), Speaker("en")


def test_every_message_stands_in_both_languages_with_the_same_variables() -> None:
    for name, texts in MESSAGES.items():
        assert set(texts) == {"fr", "en"}, name
        variables = {
            lang: {field for _, field, _, _ in string.Formatter().parse(text) if field}
            for lang, text in texts.items()
        }
        assert variables["fr"] == variables["en"], name
        assert name.endswith(".remedy") is False or name.removesuffix(".remedy") in MESSAGES


def test_this_python_and_its_packages_are_as_they_should_be() -> None:
    assert check_python(EN).state == "ok"
    assert check_packages(EN).state == "ok", check_packages(EN).message


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("chromadb==1.5.9", ("chromadb", "==", "1.5.9")),
        ("numpy>=1.26", ("numpy", ">=", "1.26")),
        ("xllamacpp", ("xllamacpp", "", "")),
        ("llama-index-core==0.14.25; python_version > '3'", ("llama-index-core", "==", "0.14.25")),
    ],
)
def test_a_requirement_is_read(line: str, parts: tuple[str, str, str]) -> None:
    assert split_requirement(line) == parts


def test_without_the_embedded_model_another_choice_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    check = check_probe(load_settings(tmp_path, {}), EN)
    assert check.state == "warning"
    assert "qa models pull" in check.remedy


def test_releases_are_compared_by_number() -> None:
    assert release("1.10.0") > release("1.9")
    assert release("6.31.0rc1") >= release("6.31")


@pytest.mark.parametrize("command", ["chat", "serve"])
def test_a_taken_port_is_a_warning_with_a_way_out(tmp_path: Path, command: Literal["chat", "serve"]) -> None:
    variable = f"QA_{command.upper()}__PORT"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        loaded = load_settings(tmp_path, {variable: str(port)})
        check = check_port(command, loaded, FR)
        assert (check.name, check.state) == (command, "warning")
        assert str(port) in check.message
        assert f"{variable}=0 qa {command}" in check.remedy
    assert check_port(command, loaded, FR).state == "ok"


def test_each_setting_says_where_it_comes_from(tmp_path: Path) -> None:
    (tmp_path / "qa.toml").write_text('[llm]\nmodel = "other:1b"\n', "utf-8")
    loaded = load_settings(tmp_path, {"QA_LLM__NUM_CTX": "2048"})
    values = setting_values(loaded)
    assert values["llm.model"] == {"value": "other:1b", "origin": "qa.toml"}
    assert values["llm.num_ctx"] == {"value": 2048, "origin": "QA_LLM__NUM_CTX"}
    assert values["chat.port"] == {"value": 7860, "origin": "default"}
    message = check_settings(loaded, EN).message
    assert message == "llm.model = 'other:1b' (qa.toml); llm.num_ctx = 2048 (QA_LLM__NUM_CTX)"


def test_a_chroma_server_that_is_away_is_an_error_where_the_settings_name_it(tmp_path: Path) -> None:
    assert check_chroma(load_settings(tmp_path, {}), EN).state == "ok"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    check = check_chroma(load_settings(tmp_path, {"QA_STORE__URL": url}), EN)
    assert check.state == "error"
    assert url in check.message
    assert "chroma run" in check.remedy
