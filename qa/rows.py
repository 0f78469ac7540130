"""Rows from people: jsonl or csv files, where a bad row costs only itself."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import UsageError

ROW_FORMATS = (".jsonl", ".csv")
_END = "\0"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its `number` counts rows from 1, `line` is where it starts in the file.

    `problem` is a sentence where the row cannot be read; `values` is then empty.
    """

    number: int
    line: int
    values: dict[str, Any]
    problem: str = ""


def read_rows(path: Path) -> list[Row]:
    """The rows of a .jsonl or .csv file (UTF-8, a byte-order mark is allowed; csv by `,`, `;` or tab).

    Blank lines are passed over. Raises UsageError where the file as a whole cannot be read.
    """
    if path.suffix.lower() not in ROW_FORMATS:
        raise UsageError(f"{path} is neither .jsonl nor .csv.", "Give a file of one of these two formats.")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path} is not UTF-8 (byte {error.start}).", "Save it as UTF-8 and run again."
        ) from error
    if path.suffix.lower() == ".jsonl":
        return list(_read_jsonl(text))
    try:
        return list(_read_csv(path, text))
    except csv.Error as error:
        raise UsageError(f"{path} cannot be read as csv: {error}.", "Mend the file.") from error


def _read_jsonl(text: str) -> Iterator[Row]:
    number = 0
    for line, content in enumerate(text.split("\n"), 1):
        if not content.strip():
            continue
        number += 1
        try:
            values = json.loads(content)
        except json.JSONDecodeError as error:
            yield Row(number, line, {}, f"line {line} is not JSON: {error.msg} at column {error.colno}")
            continue
        except (ValueError, RecursionError):
            # A number of more digits than Python reads, or brackets deeper than it follows.
            yield Row(number, line, {}, f"line {line} is not JSON that can be read")
            continue
        if isinstance(values, dict):
            yield Row(number, line, values)
        else:
            yield Row(number, line, {}, f"line {line} is not a JSON object")


def _read_csv(path: Path, text: str) -> Iterator[Row]:
    header, _, _ = text.partition("\n")
    delimiter = max(",;\t", key=header.count)
    if not text:
        raise UsageError(f"{path} is empty.", "Its first line names the columns.")
    # A quotation mark that is never closed takes this line in, with all others behind it.
    reader = csv.reader([*io.StringIO(text, newline=""), _END], delimiter=delimiter)
    names = [name.strip() for name in next(reader)]
    number, line = 0, reader.line_num + 1
    for cells in reader:
        here, line = line, reader.line_num + 1
        if cells == [_END] or not any(cell.strip() for cell in cells):
            continue
        number += 1
        if cells[-1].endswith(_END):
            yield Row(number, here, {}, f"line {here} opens a quotation mark that is never closed")
        elif len(cells) > len(names):
            problem = f"line {here} has {len(cells)} cells, the header names {len(names)}"
            yield Row(number, here, {}, problem)
        else:
            yield Row(number, here, {n: c for n, c in zip(names, cells, strict=False) if c.strip()})
