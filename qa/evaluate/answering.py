"""Gold questions in, Answers out, by the product's own pipeline; each is asked once.

Answers and verdicts of the judge stand in a journal (`answers.jsonl`) that stays in the folder of the run.
A rerun asks only what is not there yet for the same question, history, index, model and recipe.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from qa.asker import Asker, ask_or_error
from qa.errors import Cancelled
from qa.evaluate.gold import lang_of
from qa.evaluate.types import Gold
from qa.index import DocumentInfo
from qa.journal import append, read_journal
from qa.present import answer_to_json
from qa.retrieve import Legs
from qa.types import Lang

Progress = Callable[[int, int, int], None]
"""Called with the rows that are done, of how many, and how many of them stood in an earlier run."""


class Answerer(Asker, Protocol):
    """What answers the questions and holds the documents (`qa.api.Sourcier`)."""

    def documents(self) -> Sequence[DocumentInfo]: ...

    def document_text(self, path: str) -> str: ...

    def search_legs(self, question: str, lang: Lang) -> Legs: ...


@dataclass(frozen=True, slots=True)
class Answered:
    """The Answers as JSON, one a gold row, in their order; `stopped`: only the first ones are there."""

    answers: tuple[Mapping[str, Any], ...]
    kept: int
    stopped: bool = False


def asked(gold: Gold, generation: str, model: str, recipe: str) -> str:
    """Identifies what was asked of what: 16 hex digits.

    The language of a row is not asked for: as for people, it is found from the question.
    """
    history = [[turn.question, turn.answer] for turn in gold.history]
    text = json.dumps([gold.question, history, generation, model, recipe], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def answer_gold(
    rows: Sequence[Gold],
    session: Answerer,
    journal: BinaryIO,
    recipe: str,
    progress: Progress = lambda *_: None,
    cancel: threading.Event | None = None,
) -> Answered:
    """Answer each row of `rows` that the journal does not have.

    A row that cannot be answered becomes an Answer with `status: error`, which is not kept; the others go
    on. Once `cancel` is set the result has `stopped`. Raises SourcierError where nothing can be asked at all.
    """
    known = {
        row["asked"]: row["answer"]
        for row in read_journal(journal)
        if isinstance(row.get("asked"), str) and isinstance(row.get("answer"), dict)
    }
    generation, model = session.generation, session.llm_name
    keys = [asked(gold, generation, model, recipe) for gold in rows]
    kept = sum(key in known for key in keys)
    answers: list[Mapping[str, Any]] = []
    progress(kept, len(rows), kept)
    for gold, key in zip(rows, keys, strict=True):
        if key in known:
            answers.append({**known[key], "id": gold.id})
            continue
        if cancel is not None and cancel.is_set():
            return Answered(tuple(answers), kept, stopped=True)
        try:
            answer = _ask(gold, session, cancel)
        except Cancelled:
            return Answered(tuple(answers), kept, stopped=True)
        if answer["status"] != "error":
            known[key] = answer
            append(journal, {"asked": key, "answer": answer})
        answers.append(answer)
        done = len(answers) + sum(key in known for key in keys[len(answers) :])
        progress(done, len(rows), kept)
    return Answered(tuple(answers), kept)


def _ask(gold: Gold, session: Answerer, cancel: threading.Event | None) -> dict[str, Any]:
    return answer_to_json(
        ask_or_error(session, gold.question, lang_of(gold), id=gold.id, history=gold.history, cancel=cancel)
    )
