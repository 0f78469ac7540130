"""What a person says about the files of a folder: `metadata.csv` or `metadata.jsonl` beside them."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from qa.errors import UsageError
from qa.readers.dates import normalise_date
from qa.rows import Row, read_rows
from qa.types import LANGS, FileVerdict, Lang

METADATA_NAMES = ("metadata.csv", "metadata.jsonl")
COLUMNS = ("file", "title", "date", "source", "lang")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a document from outside it; None where nothing is said. `date` is ISO."""

    title: str | None = None
    date: str | None = None
    source: str | None = None
    lang: Lang | None = None


def load_metadata(folder: Path) -> tuple[dict[str, Metadata], list[FileVerdict]]:
    """The metadata of the files under `folder`, by path relative to it (with `/`), and what is wrong with it.

    Problems have the code `metadata`; a bad cell or row costs only itself. Without a metadata
    file both are empty.
    """
    found: dict[str, Metadata] = {}
    problems: list[FileVerdict] = []
    files = [folder / name for name in METADATA_NAMES if (folder / name).is_file()]
    names = _names_on_disk(folder) if files else {}
    for path in files:

        def complain(message: str, path: Path = path) -> None:
            problems.append(FileVerdict(path.name, "metadata", message))

        try:
            rows = read_rows(path)
        except UsageError as error:
            complain(error.message)
            continue
        for row in rows:
            if row.problem:
                complain(f"{row.problem[0].upper()}{row.problem[1:]}; the row is passed over.")
                continue
            metadata, messages = _read_row(row)
            for message in messages:
                complain(f"Line {row.line}: {message}")
            key = unicodedata.normalize("NFC", _cell(row, "file") or "").removeprefix("./")
            if not key:
                continue
            if key not in names:
                complain(f"Line {row.line}: there is no file {key!r} here; the row is passed over.")
            elif names[key] in found:
                complain(f"Line {row.line}: {key!r} is described twice; the first row is kept.")
            else:
                found[names[key]] = metadata
    return found, problems


def _names_on_disk(folder: Path) -> dict[str, str]:
    """Paths relative to `folder` as they are spelled on disk, by their composed (NFC) spelling."""
    names = {}
    for parent, _, files in os.walk(folder):
        for file in files:
            name = (Path(parent) / file).relative_to(folder).as_posix()
            names[unicodedata.normalize("NFC", name)] = name
    return names


def _read_row(row: Row) -> tuple[Metadata, list[str]]:
    messages = [f"the column {name!r} is not known." for name in row.values if name not in COLUMNS]
    if _cell(row, "file") is None:
        messages.append("it names no file; the row is passed over.")
    given = _cell(row, "date")
    date = normalise_date(given) if given else None
    if given and date is None:
        messages.append(f"{given!r} is not a date (write 2023-03-02); the date is passed over.")
    tongue = (_cell(row, "lang") or "").lower()[:2]
    lang = next((known for known in LANGS if known == tongue), None)
    if tongue and lang is None:
        messages.append(f"{_cell(row, 'lang')!r} is not a language of Sourcier (fr, en); it is detected.")
    return Metadata(_cell(row, "title"), date, _cell(row, "source"), lang), messages


def _cell(row: Row, name: str) -> str | None:
    value = row.values.get(name)
    if value is None:
        return None
    # JSON can name half a character, which no index can keep.
    return str(value).encode("utf-8", "replace").decode("utf-8").strip() or None
