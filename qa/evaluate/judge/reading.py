"""What a judge reads of a gold row and of the Answer to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.evaluate.gold import BOTH
from qa.evaluate.types import Gold
from qa.lang import detect_lang
from qa.types import Lang

# Refusals have their own figures, from code; an error is no answer.
_JUDGED = frozenset({"answered", "partial"})
_NEEDS_REFERENCE = frozenset({"answer_accuracy", "context_recall"})
_NO_ANSWER = "the answer has no sentence that states a fact"
_NO_CONTEXT = "the answer came without evidence"


@dataclass(frozen=True, slots=True)
class Reading:
    """What is judged: the response is `claims`, the reference answer `parts` (both sentence by sentence)."""

    lang: Lang
    question: str
    claims: tuple[str, ...]
    contexts: tuple[str, ...]
    parts: tuple[str, ...] = ()

    @property
    def response(self) -> str:
        return " ".join(self.claims)

    @property
    def reference(self) -> str:
        return ". ".join(part.rstrip(". ") for part in self.parts) + "." if self.parts else ""

    @property
    def lacks(self) -> str:
        """What it cannot be judged without; ragas would raise."""
        return _NO_ANSWER if not self.response.strip() else "" if self.contexts else _NO_CONTEXT


def applicable(gold: Gold, answer: Mapping[str, Any], metrics: Sequence[str]) -> tuple[str, ...]:
    """Which of `metrics` say something of this row: none of a refusal or an error, those that compare with
    a reference answer only where the gold row has one."""
    if answer["status"] not in _JUDGED:
        return ()
    compares = bool(gold.answers) and not gold.absent
    return tuple(metric for metric in metrics if compares or metric not in _NEEDS_REFERENCE)


def read(gold: Gold, answer: Mapping[str, Any], contexts: int) -> Reading:
    """What is judged of an Answer (as JSON): its claims, the best `contexts` pieces of its evidence and
    those that it cites, and the gold answer in the row's language."""
    lang: Lang = gold.lang or answer["lang"]
    return Reading(
        lang=lang,
        question=answer.get("understood") or gold.question,
        claims=tuple(claim["text"] for claim in answer["claims"] if claim["text"].strip()),
        contexts=_contexts(answer, contexts),
        parts=() if gold.absent else _parts(gold, lang),
    )


def _contexts(answer: Mapping[str, Any], most: int) -> tuple[str, ...]:
    cited = {(citation["doc"], citation["start"]) for citation in answer["citations"]}
    found: dict[str, None] = {}  # In order, each once: neighbours may share their context.
    for number, evidence in enumerate(answer.get("evidence") or ()):
        if number < most or (evidence["doc"], evidence["start"]) in cited:
            found[_context(evidence, (evidence.get("context") or evidence)["text"])] = None
    known = {(evidence["doc"], evidence["start"]) for evidence in answer.get("evidence") or ()}
    for citation in answer["citations"]:
        if (citation["doc"], citation["start"]) not in known:
            found[_context(citation, citation["quote"])] = None
    return tuple(found)


def _context(source: Mapping[str, Any], text: str) -> str:
    """A text with what its "Thursday" hangs on: the title and the date of its document."""
    head = ", ".join(part for part in (source.get("title"), source.get("date")) if part)
    return f"[{head}] {text}" if head else text


def _parts(gold: Gold, lang: Lang) -> tuple[str, ...]:
    """One accepted form, in the row's language where that can be told; `a & b` are two parts."""
    forms = [form for form in gold.answers if detect_lang(form, default=lang) == lang] or list(gold.answers)
    return tuple(part.strip() for part in BOTH.split(forms[0])) if forms else ()
