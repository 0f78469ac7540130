"""Gold candidates from what readers said of answers on the page, for a person to accept or strike out.

Each has `"accepted": false`: as it stands no evaluation uses it (see `draft`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qa.errors import UsageError
from qa.evaluate.draft import Drafted
from qa.journal import append, open_journal, publish_text, read_journal

FILE = "feedback.jsonl"
# What a reader said, and what the row's note tells whoever accepts it.
_NOTES = {
    "good": "A reader found the answer good.",
    "false": "A reader found the answer false: write the right one.",
    "not_in_sources": "A reader found that the sources do not say it.",
    "should_have_known": "A reader found that the documents do answer: write the answer and its evidence.",
    "badly_said": "A reader found the answer badly said: write a better one.",
}


def feedback_candidates(source: Path, folder: Path) -> Drafted:
    """Have `feedback.jsonl` in `folder` hold a candidate for each question that readers spoke of.

    Of several words on one question the latest counts, also where an earlier one made a candidate that nobody
    has touched since. What was accepted or mended stays as it is. Raises UsageError where nobody said
    anything yet, or the folder cannot be written.
    """
    try:
        with source.open("rb") as file:
            said = [row for row in read_journal(file) if row.get("verdict") in _NOTES]
    except FileNotFoundError:
        said = []
    except OSError as error:
        raise UsageError(f"{source} cannot be read: {error.strerror}.", "Mend its rights.") from error
    if not said:
        raise UsageError(
            f"There is no feedback in {source}.",
            "Say on the page (qa chat) what is good or wrong of answers.",
        )
    drafted = list(map(_candidate, said))
    latest = {row["id"]: row for row in drafted}
    path = folder / FILE
    with open_journal(path, path) as journal:
        rows = list(read_journal(journal))
        seen = {str(row.get("id")) for row in rows}
        new = [row for ident, row in latest.items() if ident not in seen]
        for row in new:
            append(journal, row)
        current = [latest.get(row.get("id"), row) if row in drafted else row for row in rows]
        if current != rows:
            publish_text(
                path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in [*current, *new])
            )
    return Drafted(path, len(rows) + len(new), len(new))


def _candidate(said: Mapping[str, Any]) -> dict[str, Any]:
    answer, verdict = said["answer"], said["verdict"]
    history = said.get("history") or []
    key = "\0".join([*(turn["question"] for turn in history), answer["question"]])
    refused = answer["status"] == "refused"
    silent = verdict == "not_in_sources" or (verdict == "good" and refused)
    right = verdict == "good" and not refused
    row: dict[str, Any] = {
        "id": hashlib.sha256(key.encode()).hexdigest()[:16],
        "question": answer["question"],
        "lang": answer["lang"],
        "kind": "unanswerable" if silent else "",
        "answers": [claim["text"] for claim in answer["claims"]] if right else [],
        "evidence": [{"doc": citation["doc"], "quote": citation["quote"]} for citation in answer["citations"]]
        if right
        else [],
        "note": f"{_NOTES[verdict]} {_narrowed(answer)}It was answered: {answer['answer']}",
        "accepted": False,
    }
    return row | ({"history": history} if history else {})


def _narrowed(answer: Mapping[str, Any]) -> str:
    """An evaluation asks all documents: who accepts a question that was put to some of them must know."""
    scope = answer.get("scope") or {}
    told = [*scope.get("documents", ()), *(f"{n} {scope[n]}" for n in ("since", "until") if scope.get(n))]
    return f"It was asked of these alone: {', '.join(told)}. " if told else ""
