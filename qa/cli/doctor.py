"""`qa doctor`: the checks as a table or as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from qa.cli import terminal

if TYPE_CHECKING:
    from qa.doctor import Check

# The escape codes of green, yellow and red.
COLOURS = {"ok": "32", "warning": "33", "error": "31"}


def run_doctor(*, as_json: bool) -> int:
    """Print the checks and return the exit code: 1 where one is an error."""
    from qa.settings import load_settings

    loaded = load_settings()
    if terminal.progress_shown():
        terminal.tell("doctor.checking")
    from qa.doctor import run_checks, setting_values

    checks = run_checks(loaded, terminal.lang())
    if as_json:
        report = {"checks": [asdict(check) for check in checks], "settings": setting_values(loaded)}
        terminal.out(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for check in checks:
            terminal.out("\n".join(check_lines(check)))
    return 1 if any(check.state == "error" for check in checks) else 0


def check_lines(check: Check) -> list[str]:
    """State, part and message, then the remedy."""
    state = f"{terminal.say(f'state.{check.state}'):<9}"
    if terminal.colours_shown():
        state = f"\x1b[{COLOURS[check.state]}m{state}\x1b[0m"
    lines = [f"{state} {check.name:<11} {terminal.plain(check.message)}"]
    if check.remedy:
        lines.append(f"{'':<21} → {terminal.plain(check.remedy)}")
    return lines
