"""The frame holds together: locks, NOTICE, README, CONTRIBUTING, prompts, make."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
TEXT = {"", ".css", ".csv", ".js", ".json", ".jsonl", ".md", ".py", ".sh", ".toml", ".txt"}
LOCKS = ("requirements.lock", "requirements-dev.lock", "training/requirements.lock")
# A pinned package, its marker and its hashes.
ENTRY = re.compile(
    r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?: ; ([^\\\n]+))?((?: *\\\n +--hash=sha256:[0-9a-f]{64})*)", re.M
)


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def locked(name: str) -> dict[str, set[tuple[str, str]]]:
    """Package → its (version, marker) pairs."""
    packages: dict[str, set[tuple[str, str]]] = {}
    for package, version, marker, _ in ENTRY.findall((ROOT / name).read_text("utf-8")):
        packages.setdefault(canonicalize_name(package), set()).add((version, marker.strip()))
    return packages


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_registry(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for trace in ("://", "--index-url", "--find-links", "file:", " @ "):
        assert trace not in text, f"{name} holds {trace!r}"


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_hashes(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    entries = ENTRY.findall(text)
    assert len(entries) == len(re.findall(r"^[^\s#]", text, re.M)), (
        f"{name} has lines that are no pinned package"
    )
    assert all(hashes for *_, hashes in entries)


@pytest.mark.parametrize(
    ("name", "extras"), list(zip(LOCKS, ({"build"}, {"build", "dev"}, {"training"}), strict=True))
)
def test_a_lock_fits_the_project(name: str, extras: set[str]) -> None:
    """What pyproject.toml asks for is locked, at versions that it accepts: else run `make lock`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra, requirements in project["optional-dependencies"].items():
        if extra in extras:
            wanted += requirements
    packages = locked(name)
    for text in wanted:
        requirement = Requirement(text)
        if requirement.name == project["name"]:
            continue
        versions = packages.get(canonicalize_name(requirement.name))
        assert versions, f"{requirement.name} is not in {name}: run make lock"
        for version, _ in versions:
            assert requirement.specifier.contains(version, prereleases=True), (
                f"{text}, but {name} has {version}"
            )


def test_the_development_lock_holds_the_other_whole() -> None:
    development = locked("requirements-dev.lock")
    for package, versions in locked("requirements.lock").items():
        here = {version for version, marker in versions if not marker or Marker(marker).evaluate()}
        there = {
            v for v, marker in development.get(package, set()) if not marker or Marker(marker).evaluate()
        }
        assert here <= there, f"{package}: {here} in requirements.lock, {there} in requirements-dev.lock"


def test_notice_names_every_locked_package() -> None:
    notice = (ROOT / "NOTICE").read_text("utf-8")
    listed = dict(re.findall(r"^(\S+) (\S.*): .+$", notice.partition("DEPENDENCIES")[2], re.M))
    for package, versions in locked("requirements-dev.lock").items():
        assert package in {canonicalize_name(name) for name in listed}, f"{package}: run make notice"
        for version, _ in versions:
            assert version in listed[package].split(", "), f"{package} {version}: run make notice"


def test_notice_is_what_the_metadata_says() -> None:
    notice = script("notice")
    written = notice.NOTICE.read_text("utf-8")
    assert notice.notice_text(notice.LOCK.read_text("utf-8"), written) == written, "run make notice"


def test_the_readme_lists_every_setting() -> None:
    settings_table = script("settings_table")
    readme = settings_table.README.read_text("utf-8")
    assert settings_table.with_table(readme) == readme, "run make notice"


def test_every_setting_is_explained() -> None:
    for line in script("settings_table").table().splitlines():
        assert not line.endswith("|  |"), line


def test_contributing_names_the_make_targets() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^## make (\w+)", makefile, re.M))
    contributing = set(re.findall(r"`make (\w+)", (ROOT / "CONTRIBUTING.md").read_text("utf-8")))
    readme = set(re.findall(r"\bmake (\w+) {2,}#", (ROOT / "README.md").read_text("utf-8")))
    assert targets == contributing
    assert readme <= targets
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.M)
    assert phony is not None
    assert set(phony[1].split()) == targets | {"help"}


def test_make_help_lists_the_targets() -> None:
    run = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "make chat" in run.stdout
    assert "make test" in run.stdout


def test_the_bench_asks_ten_questions_in_each_language() -> None:
    rows = [json.loads(line) for line in (ROOT / "bench" / "questions.jsonl").read_text("utf-8").splitlines()]
    assert Counter(row["lang"] for row in rows) == {"fr": 10, "en": 10}
    assert len({row["question"] for row in rows}) == len({row["id"] for row in rows}) == 20


def test_the_bench_can_be_started() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bench", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "--only" in run.stdout


def test_prompts_come_in_both_languages() -> None:
    names = {path.name for path in (ROOT / "prompts").iterdir() if path.suffix == ".txt"}
    assert names
    for name in names:
        stem, lang, _ = name.rsplit(".", 2)
        other = {"fr": "en", "en": "fr"}[lang]
        assert f"{stem}.{other}.txt" in names, f"{name} has no {other} counterpart"


def test_nothing_names_a_machine() -> None:
    """No absolute home or scratch folder of whoever wrote it, and no key."""
    forbidden = re.compile(r"/(?:home|Users)/[a-z]+/|/tmp/w/|/root/\.|-----BEGIN [A-Z ]*PRIVATE KEY")
    folders = ("qa", "prompts", "seeds", "eval", "bench", "dev", "docs", "scripts", "tests", ".ci")
    paths = [*ROOT.glob("*.*"), ROOT / "Makefile", ROOT / "NOTICE"]
    paths += [path for folder in folders for path in (ROOT / folder).rglob("*")]
    for path in paths:
        if not path.is_file() or path.suffix not in TEXT or path == Path(__file__):
            continue
        found = forbidden.search(path.read_text("utf-8", errors="replace"))
        assert found is None, f"{path.relative_to(ROOT)}: {found and found[0]}"
