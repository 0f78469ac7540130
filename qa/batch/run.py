"""A file of questions in, a file of Answers out; stopped or killed at any moment, a rerun does only the rest.

Each Answer is appended to a journal beside the output (`OUT.partial.jsonl`) as soon as it is there. When all
rows are done the output appears in one step, in the order of the input, and the journal goes. The output is
its own record: a rerun keeps its rows that still hold (same id, question, language and history; same index;
same model) and answers the others.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.asker import Asker, ask_or_error
from qa.batch.output import (
    KEPT_STATUSES,
    check_files,
    journal_path,
    open_journal,
    publish,
    rows_that_hold,
)
from qa.batch.rows import Question, read_questions
from qa.errors import Cancelled
from qa.journal import append
from qa.present import answer_to_json, error_answer


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """Rows done of `total`; `kept` of them stood in an earlier run."""

    done: int
    total: int
    kept: int


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What a run did: rows by status, kept ones included. `stopped`: the output is not there yet."""

    total: int
    kept: int
    counts: Mapping[str, int]
    stopped: bool = False

    @property
    def done(self) -> int:
        return sum(self.counts.values())

    @property
    def errors(self) -> int:
        return self.counts.get("error", 0)


def run_batch(
    source: Path,
    target: Path,
    session: Asker,
    progress: Callable[[BatchProgress], None] = lambda _: None,
    cancel: threading.Event | None = None,
) -> BatchReport:
    """Answer the rows of `source` (.jsonl or .csv) into `target` (.jsonl or .csv).

    A row that cannot be asked or answered becomes a row with `status: error`; the others go on. Once `cancel`
    is set the run ends with `stopped`, and what is answered stays in the journal.
    Raises UsageError for files that do not fit, SourcierError where another run writes the same output or
    the disk refuses.
    """
    check_files(source, target)
    questions = read_questions(source)
    with open_journal(target) as journal:
        known = rows_that_hold(target, journal, session.generation, session.llm_name)
        rows: dict[int, dict[str, Any]] = {
            number: known[question.asked]
            for number, question in enumerate(questions)
            if question.problem is None and question.asked in known
        }
        kept = len(rows)
        progress(BatchProgress(kept, len(questions), kept))
        for number, question in enumerate(questions):
            if number in rows:
                continue
            try:
                rows[number] = _answer(question, session, cancel)
            except Cancelled:
                return BatchReport(len(questions), kept, _count(rows.values()), stopped=True)
            if rows[number]["status"] in KEPT_STATUSES:
                append(journal, rows[number])
            progress(BatchProgress(len(rows), len(questions), kept))
        publish(target, [rows[number] for number in range(len(questions))])
        journal_path(target).unlink()
    return BatchReport(len(questions), kept, _count(rows.values()))


def _answer(question: Question, session: Asker, cancel: threading.Event | None) -> dict[str, Any]:
    if cancel is not None and cancel.is_set():
        raise Cancelled("Stopped.")
    told = question.lang or "en"
    if question.problem is not None:
        answer = error_answer(question.id, question.question, told, question.problem)
    else:
        answer = ask_or_error(
            session,
            question.question,
            told,
            id=question.id,
            lang=question.lang,
            history=question.history,
            scope=question.scope,
            cancel=cancel,
        )
    return answer_to_json(answer) | {"asked": question.asked}


def _count(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["status"]] = counts.get(row["status"], 0) + 1
    return counts
