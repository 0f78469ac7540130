"""What a batch writes: a journal while it runs, then the output in one step, as jsonl or csv."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, BinaryIO

from qa import journal as journals
from qa.errors import UsageError
from qa.journal import publish_text, read_journal
from qa.rows import ROW_FORMATS, read_rows

KEPT_STATUSES = ("answered", "partial", "refused")
CSV_COLUMNS = (
    *("id", "question", "lang", "status", "answer", "citations", "disagreement", "nearest", "understood"),
    *("error_code", "error_message", "error_remedy", "llm", "embedder", "index", "total_s", "asked"),
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def journal_path(target: Path) -> Path:
    """Where the Answers of an unfinished run are kept."""
    return target.with_name(target.name + ".partial.jsonl")


def check_files(source: Path, target: Path) -> None:
    """Raise UsageError where `source` and `target` cannot be what a run reads and writes."""
    if target.suffix.lower() not in ROW_FORMATS:
        raise UsageError(
            f"{target} is neither .jsonl nor .csv.", "Name an output of one of these two formats."
        )
    if not target.parent.is_dir():
        raise UsageError(f"The folder {target.parent} does not exist.", "Make it, or name another output.")
    if target.is_dir():
        raise UsageError(f"{target} is a folder.", "Name a file.")
    for written in (target, journal_path(target)):
        if source.resolve() == written.resolve() or (
            source.exists() and written.exists() and source.samefile(written)
        ):
            raise UsageError(
                f"{written} would be both read and written.", "Name an output other than the questions."
            )


def rows_that_hold(
    target: Path, journal: BinaryIO, generation: str, llm_name: str
) -> dict[str, dict[str, Any]]:
    """Rows answered earlier on the same index by the same model, by what was asked.

    A row of a csv output has the columns of CSV_COLUMNS, any other the fields of the Answer.
    """
    rows: list[dict[str, Any]] = []
    if target.exists():
        try:
            rows += [row.values for row in read_rows(target)]
        except UsageError:
            rows = []  # Not an output of ours: nothing of it can be kept.
    rows += read_journal(journal)
    known = {}
    for row in rows:
        model = row.get("model") or {"llm": row.get("llm", "")}
        if (
            row.get("asked")
            and row.get("status") in KEPT_STATUSES
            and row.get("index") == generation
            # No model answers where the index is empty.
            and isinstance(model, dict)
            and model.get("llm") in ("", llm_name)
        ):
            known[row["asked"]] = row
    return known


def open_journal(target: Path) -> AbstractContextManager[BinaryIO]:
    """The journal of `target`, locked, ready to be read and appended to; none stays behind empty."""
    return journals.open_journal(journal_path(target), target)


def publish(target: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the rows in one step, in the format that the name of `target` says."""
    text = io.StringIO(newline="")
    if target.suffix.lower() == ".csv":
        writer = csv.writer(text)
        writer.writerow(CSV_COLUMNS)
        writer.writerows(_csv_cells(row) for row in rows)
    else:
        text.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    publish_text(target, text.getvalue())


def _csv_cells(row: Mapping[str, Any]) -> list[str]:
    cells = _csv_row(row) if "schema" in row else row
    return [_harmless(str(cells.get(column) or "")) for column in CSV_COLUMNS]


def _csv_row(row: Mapping[str, Any]) -> dict[str, Any]:
    error = row["error"] or {}
    return dict(row) | {
        "citations": _csv_citations(row["citations"]),
        "nearest": _csv_citations(row["nearest"]),
        "disagreement": "true" if row["disagreement"] else "false",
        "error_code": error.get("code"),
        "error_message": error.get("message"),
        "error_remedy": error.get("remedy"),
        "llm": row["model"]["llm"],
        "embedder": row["model"]["embedder"],
        "total_s": row["timings"]["total_s"],
    }


def _csv_citations(citations: Iterable[Mapping[str, Any]]) -> str:
    """One line a citation: `doc [start-end] quote`, in the order of their numbers."""
    return "\n".join(f"{c['doc']} [{c['start']}-{c['end']}] {c['quote']}" for c in citations)


def _harmless(cell: str) -> str:
    """A spreadsheet would run a cell that begins like a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
