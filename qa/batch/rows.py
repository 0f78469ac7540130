"""The questions of a batch: rows of people's files, each checked by itself."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from qa.errors import SourcierError, UsageError
from qa.present import check_text, lang_from, scope_from, scope_to_json, turns_from_row
from qa.rows import Row, read_rows
from qa.types import Lang, Scope, Turn


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the input as it is asked; `problem` says why it cannot be."""

    id: str
    question: str = ""
    lang: Lang | None = None
    history: tuple[Turn, ...] = ()
    scope: Scope | None = None
    problem: SourcierError | None = None

    @property
    def asked(self) -> str:
        """Identifies what was asked: 16 hex digits over id, question, language, history and scope."""
        history = [[turn.question, turn.answer] for turn in self.history]
        scope = [scope_to_json(self.scope)] if self.scope else []
        text = json.dumps([self.id, self.question, self.lang, history, *scope], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_questions(source: Path) -> list[Question]:
    """The rows of `source` in order; what is wrong with one stands in its `problem`."""
    taken: set[str] = set()
    questions = []
    for row in read_rows(source):
        question = _question(row)
        if question.problem is None and question.id in taken:
            problem = UsageError(
                f"The id {question.id!r} of row {row.number} is already taken.", "Give each row its own id."
            )
            question = Question(question.id, question.question, question.lang, problem=problem)
        taken.add(question.id)
        questions.append(question)
    return questions


def _question(row: Row) -> Question:
    name, question = str(row.number), ""
    if row.problem:
        return Question(
            name, problem=UsageError(f"{row.problem[0].upper()}{row.problem[1:]}.", "Mend the row.")
        )
    try:
        name = _id(row, name)
        question = _text(row)
        lang = lang_from(row.values.get("lang"))
        return Question(name, question, lang, turns_from_row(row.values.get("history")), _scope(row))
    except UsageError as problem:
        return Question(name, question, problem=problem)


def _id(row: Row, default: str) -> str:
    value = row.values.get("id")
    if value is None or value == "":
        return default
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UsageError(f"The id of row {row.number} is neither text nor a number.", "Mend the row.")
    return check_text(str(value), f"the id of row {row.number}")


def _text(row: Row) -> str:
    value = row.values.get("question")
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"Row {row.number} has no question.", "Write it under `question`.")
    return check_text(value, f"row {row.number}")


def _scope(row: Row) -> Scope | None:
    documents, since, until = (row.values.get(name) for name in ("documents", "since", "until"))
    if isinstance(documents, str):
        documents = [name.strip() for name in documents.split("|")]
    return scope_from(documents, since, until)
