"""Figures with their targets, as a table for people and as JSON."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table. `ours` and `theirs` are seconds or shares; `passed` None: no target."""

    name: str
    ours: str
    theirs: str
    target: str
    passed: bool | None


def as_table(figures: list[Figure]) -> str:
    """A markdown table."""
    lines = ["| figure | Sourcier | compared with | target | |", "|---|---|---|---|---|"]
    words = {True: "pass", False: "**miss**", None: ""}
    lines += [f"| {f.name} | {f.ours} | {f.theirs} | {f.target} | {words[f.passed]} |" for f in figures]
    return "\n".join(lines)


def write_report(folder: Path, figures: list[Figure], details: dict[str, Any]) -> Path:
    """Write everything measured to a new JSON file in `folder` and return its path."""
    now = datetime.now(UTC)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"bench-{now:%Y%m%d-%H%M%S}.json"
    content = {
        "at": now.isoformat(timespec="seconds"),
        "machine": {"cpu": _cpu(), "python": platform.python_version()},
        "figures": [asdict(figure) for figure in figures],
        "details": details,
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path


def _cpu() -> str:
    try:
        names = [
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
            if line.startswith("model name")
        ]
    except OSError:
        names = []
    return f"{len(names)} × {names[0]}" if names else platform.machine()
