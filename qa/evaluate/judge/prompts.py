"""The judge's prompts: ragas's own in English, and in French, as files.

`prompts/judge/NAME.LANG.json` holds an `instruction` and `examples` (`input`, `output`: ragas's models).
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, TypedDict, cast

from qa.errors import SourcierError
from qa.prompts import prompts_folder
from qa.types import LANGS, Lang

NAMES = (
    "faithfulness_statements",
    "faithfulness_verdicts",
    "answer_accuracy_first",
    "answer_accuracy_second",
    "context_recall",
)


class Example(TypedDict):
    """What the judge would be given, and what it should reply."""

    input: dict[str, Any]
    output: dict[str, Any]


class JudgePrompt(TypedDict):
    """One prompt of one metric in one language."""

    instruction: str
    examples: list[Example]


def load_judge_prompt(name: str, lang: Lang) -> JudgePrompt:
    """Read one prompt. Raises SourcierError where its file is missing or broken."""
    path = _path(name, lang)
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SourcierError(f"The prompt {path} cannot be read.", "Install Sourcier again.") from error
    if not isinstance(data, dict) or data.keys() != {"instruction", "examples"}:
        raise SourcierError(
            f"The prompt {path} needs `instruction` and `examples`, no more.", "Mend the file."
        )
    return cast("JudgePrompt", data)


def prompts_digest() -> str:
    """SHA-256 over all of the judge's prompts. Raises SourcierError where one is missing."""
    total = hashlib.sha256()
    for name in NAMES:
        for lang in LANGS:
            total.update(json.dumps(load_judge_prompt(name, lang), sort_keys=True).encode())
    return total.hexdigest()


def _path(name: str, lang: Lang) -> Path:
    return prompts_folder() / "judge" / f"{name}.{lang}.json"
