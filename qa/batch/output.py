"""What a batch writes: a journal while it runs, then the output in one step, as jsonl or csv."""

from __future__ import annotations

import csv
import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from qa.errors import SourcierError, UsageError
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
        except (UsageError, csv.Error):
            rows = []  # Not an output of ours: nothing of it can be kept.
    journal.seek(0)
    for line in journal:
        try:
            rows.append(dict(json.loads(line)))
        except (ValueError, TypeError):
            continue  # Half a line, from when the machine went down.
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


@contextmanager
def open_journal(target: Path) -> Iterator[BinaryIO]:
    """The journal, locked, ready to be read and appended to; an empty one does not stay behind."""
    path = journal_path(target)
    try:
        file = path.open("a+b")
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}.", "Name an output in a folder that can be written."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            current = path.exists() and os.path.samestat(path.stat(), os.fstat(file.fileno()))
        except BlockingIOError:
            current = False
        if not current:
            raise SourcierError(
                f"Another run is writing {target}.", "Wait until it ends, or name another output."
            )
        _cut_torn_line(file)
        try:
            yield file
        finally:
            if path.exists() and path.stat().st_size == 0:
                path.unlink()


def _cut_torn_line(file: BinaryIO) -> None:
    file.seek(0)
    content = file.read()
    if content and not content.endswith(b"\n"):
        file.truncate(content.rfind(b"\n") + 1)


def append(journal: BinaryIO, row: Mapping[str, Any]) -> None:
    try:
        journal.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
        journal.flush()
        os.fsync(journal.fileno())
    except OSError as error:
        raise _cannot_write(Path(journal.name), error) from error


def publish(target: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    unfinished = target.with_name(target.name + ".tmp")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            if target.suffix.lower() == ".csv":
                writer = csv.writer(file)
                writer.writerow(CSV_COLUMNS)
                writer.writerows(_csv_cells(row) for row in rows)
            else:
                file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    except OSError as error:
        raise _cannot_write(target, error) from error


def _cannot_write(path: Path, error: OSError) -> SourcierError:
    return SourcierError(
        f"{path} cannot be written: {error.strerror}.",
        "Make room or mend the rights, then run the same command: what is answered is kept.",
    )


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
