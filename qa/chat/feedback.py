"""What readers say of answers, kept with the whole Answer for `qa eval --from-feedback`."""

from __future__ import annotations

import fcntl
from datetime import UTC, datetime
from pathlib import Path

from qa.chat.exchange import Feedback
from qa.journal import append, cannot_write
from qa.present import answer_to_json
from qa.types import Answer, Turn

FILE = "feedback.jsonl"


def keep_feedback(
    path: Path, answer: Answer, verdict: Feedback, history: tuple[Turn, ...] = (), now: datetime | None = None
) -> None:
    """Append one row to `path`: when, what was said, the Answer, and the turns before it.

    A later row on the same question speaks for its reader's changed mind. Raises SourcierError where it
    cannot be written.
    """
    row = {
        "at": (now or datetime.now(UTC)).isoformat(timespec="seconds"),
        "verdict": verdict,
        "answer": answer_to_json(answer),
        "history": [{"question": turn.question, "answer": turn.answer} for turn in history],
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            # Two pages may say something at once.
            fcntl.flock(file, fcntl.LOCK_EX)
            append(file, row)
    except OSError as error:
        raise cannot_write(path, error) from error
