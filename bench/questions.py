"""The twenty questions."""

from __future__ import annotations

import json
from pathlib import Path

QUESTIONS = Path(__file__).parent / "questions.jsonl"


def load_questions(limit: int | None = None) -> list[dict[str, str]]:
    """The first `limit` questions; they alternate between the languages."""
    rows = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    return rows[:limit]
