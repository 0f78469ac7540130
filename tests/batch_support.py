"""For the tests of batch: a session that answers every question, and files of rows."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qa.errors import ModelTimeout
from qa.types import Answer, Citation, Claim, Lang, ModelNames, Scope, Turn


@dataclass
class Teller:
    """Answers every question with its own words; remembers what it was asked."""

    generation: str = "g1"
    llm_name: str = "teller"
    fails_on: str = ""
    stops_after: int = 1_000
    answer: str = ""
    asked: list[tuple[str, str, Lang | None, tuple[Turn, ...]]] = field(default_factory=list)
    scopes: list[Scope | None] = field(default_factory=list)

    def ask(
        self,
        question: str,
        *,
        id: str = "",  # noqa: A002
        lang: Lang | None = None,
        history: Sequence[Turn] = (),
        scope: Scope | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer:
        self.asked.append((id, question, lang, tuple(history)))
        self.scopes.append(scope)
        if self.fails_on and self.fails_on in question:
            raise ModelTimeout("The model took too long.", "Raise `llm.total_s`.")
        if cancel and len(self.asked) >= self.stops_after:
            cancel.set()
        text = self.answer or f"Voilà « {question} »."
        return Answer(
            id=id,
            question=question,
            lang=lang or "fr",
            status="answered",
            answer=f"{text} [1]",
            claims=(Claim(text, "supported", 0.9, (1,)),),
            citations=(Citation("a.txt", "A", "2023-03-02", 3, 9, "=Été", n=1),),
            model=ModelNames(self.llm_name, "e5"),
            index=self.generation,
        )


def write_jsonl(path: Path, *rows: object) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return path


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
