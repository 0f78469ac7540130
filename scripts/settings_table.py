"""Write the README's table of settings from `qa.settings`, between its two markers.

`--check` writes nothing and exits 1 where the table is not what would be written.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from qa.settings import Settings

README = Path(__file__).resolve().parent.parent / "README.md"
BEGIN, END = "<!-- settings -->", "<!-- /settings -->"


def table() -> str:
    """A markdown table of every setting: its name, default and meaning."""
    lines = ["| setting | default | meaning |", "|---|---|---|"]
    for section, field in Settings.model_fields.items():
        for key, setting in type(field.default).model_fields.items():
            meaning = (setting.description or "").replace("|", "\\|")
            lines.append(f"| `{section}.{key}` | {_shown(setting.default)} | {meaning} |")
    return "\n".join(lines)


def _shown(default: object) -> str:
    if isinstance(default, tuple):
        default = ", ".join(str(part) for part in default)
    if isinstance(default, bool):
        default = str(default).lower()
    return f"`{default}`" if default != "" else "(empty)"


def with_table(readme: str) -> str:
    """The README with its table as it should be. Raises SystemExit where the markers are missing."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{README.name} lacks the markers {BEGIN} and {END}.")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether the table is current")
    check = parser.parse_args().check
    readme = README.read_text("utf-8")
    wanted = with_table(readme)
    if check and wanted != readme:
        sys.stderr.write("The README's table of settings is not current; run: make notice\n")
        return 1
    if not check:
        README.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
