"""Verdicts on the labelled cases, kept from run to run: they say the same of the same judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import SourcierError
from qa.evaluate.types import JudgedRow
from qa.journal import append, open_journal, read_journal
from qa.models.weights import models_folder

if TYPE_CHECKING:
    from qa.evaluate.judge.cases import Case


def verdicts_folder() -> Path:
    """Where they are: in the user's cache folder, beside the models."""
    return models_folder().parent / "judge"


class KeptVerdicts:
    """The verdicts of one judge (its `identity`) in `folder`, which is made where it is missing.

    Raises SourcierError where the folder cannot be written or another run is writing in it.
    """

    def __init__(self, folder: Path, identity: str) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise SourcierError(
                f"{folder} cannot be made: {error.strerror}.", "Make room or mend the rights."
            ) from error
        self._path = folder / f"{identity}.jsonl"
        self._known = self._read()

    def find(self, case: Case) -> JudgedRow | None:
        """The verdict on a case; None where there is none yet."""
        return self._known.get(_key(case))

    def add(self, case: Case, row: JudgedRow) -> None:
        """Keep a verdict; a case that could not be scored is asked again next time."""
        if row.problem:
            return
        with open_journal(self._path, self._path) as journal:
            append(journal, {"case": _key(case), "verdict": asdict(row)})

    def _read(self) -> Mapping[str, JudgedRow]:
        with open_journal(self._path, self._path) as journal:
            rows = list(read_journal(journal))
        return {row["case"]: JudgedRow(**row["verdict"]) for row in rows if "case" in row}


def _key(case: Case) -> str:
    """A case by all that its verdict depends on."""
    return "\n".join((case.id, case.lang, case.claim, *case.evidence))
