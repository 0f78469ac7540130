"""The same questions, each cold, to Sourcier and to the quickstart, one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.quickstart import BEGINNING, ask_quickstart, open_quickstart
from bench.report import Figure
from bench.timers import Stopwatch, TimedEmbedder, TimedLLM
from qa.ask import Parts, Question, ask
from qa.index import Index, open_index, update_index
from qa.models.protocols import LLM, Embedder
from qa.settings import Loaded, Settings
from qa.types import AnswerDone, ClaimChecked, EvidenceFound, Usage
from qa.weigh import OnnxReader, Reader, load_calibration

# Asked first and not counted: the engine then knows its fixed rules in both languages.
WARM_UP = ("Qui est cité dans ces articles ?", "Who is quoted in these articles?")


@dataclass(frozen=True, slots=True)
class OurAnswer:
    """Seconds since the question; `own_s` is what was spent outside of model calls.

    `first_sentence_s` of a refusal is when the refusal is shown. `cached` and `read` are tokens of the
    first prompt: what the engine still knew of it, and its whole length.
    """

    evidence_s: float
    first_sentence_s: float
    total_s: float
    own_s: float
    cached: int
    read: int
    status: str
    text: str


def measure_asking(
    corpus: Path,
    scratch: Path,
    llm: LLM,
    embedder: Embedder,
    questions: Sequence[dict[str, str]],
    tell: Callable[[str], None],
) -> tuple[list[Figure], dict[str, Any]]:
    """Ask each question of both. `scratch` is an empty folder for the index."""
    watch = Stopwatch()
    timed_llm, timed_embedder = TimedLLM(llm, watch), TimedEmbedder(embedder, watch)
    loaded = Loaded(Settings(), {}, scratch)
    update_index([corpus], loaded, embedder)
    engine = open_quickstart(corpus, llm, embedder)
    timed_llm.fixed(BEGINNING)
    rows: list[dict[str, Any]] = []
    reader = OnnxReader()
    with open_index(loaded, embedder) as index:
        for question in WARM_UP:
            warm = _ask_ours(question, loaded.settings, index, timed_llm, timed_embedder, reader)
            tell(f"warm-up: {warm.total_s:.1f} s")
        for row in questions:
            timed_llm.forget()
            ours = _ask_ours(row["question"], loaded.settings, index, timed_llm, timed_embedder, reader)
            timed_llm.forget()
            theirs = ask_quickstart(engine, row["question"])
            tell(
                f"{row['id']}: evidence {ours.evidence_s:.2f} s, sentence {ours.first_sentence_s:.1f} s, "
                f"whole {ours.total_s:.1f} s; quickstart {theirs.first_word_s:.1f} s, {theirs.total_s:.1f} s"
            )
            rows.append(row | {"ours": asdict(ours), "quickstart": asdict(theirs)})
    return _figures(rows), {"model": llm.name, "questions": rows}


def _ask_ours(
    question: str, settings: Settings, index: Index, llm: TimedLLM, embedder: TimedEmbedder, reader: Reader
) -> OurAnswer:
    """Nothing but the models and the open index is warm: no sentence's vector is known yet."""
    llm.watch.reset()
    llm.usages.clear()
    parts = Parts(settings, index, index.generation, embedder, reader, load_calibration(), lambda: llm)
    evidence_s = first_s = 0.0
    began = time.perf_counter()
    for event in ask(Question(question), parts):
        passed = time.perf_counter() - began
        if isinstance(event, EvidenceFound):
            evidence_s = passed
        elif isinstance(event, ClaimChecked):
            first_s = first_s or passed
        elif isinstance(event, AnswerDone):
            answer = event.answer
    total = time.perf_counter() - began
    first = llm.usages[0] if llm.usages else Usage()
    return OurAnswer(
        evidence_s,
        first_s or total,
        total,
        total - llm.watch.seconds,
        first.cached,
        first.read,
        answer.status,
        answer.answer,
    )


def _figures(rows: Sequence[dict[str, Any]]) -> list[Figure]:
    def ours(name: str) -> float:
        return median(float(row["ours"][name]) for row in rows)

    def theirs(name: str) -> float:
        return median(float(row["quickstart"][name]) for row in rows)

    evidence, sentence, whole, own = (
        ours(name) for name in ("evidence_s", "first_sentence_s", "total_s", "own_s")
    )
    word, end = theirs("first_word_s"), theirs("total_s")
    return [
        Figure(
            "evidence, process warm",
            f"{evidence:.2f} s",
            f"{word:.1f} s (first word; {word / evidence:.0f}×)",
            "≤ 0.5 s and ≥ 20× sooner",
            evidence <= 0.5 and word >= 20 * evidence,
        ),
        Figure(
            "first sentence",
            f"{sentence:.1f} s",
            f"{word:.1f} s (first word; {word / sentence:.1f}×)",
            "≥ 3× sooner",
            word >= 3 * sentence,
        ),
        Figure(
            "whole answer",
            f"{whole:.1f} s",
            f"{end:.1f} s ({end / whole:.1f}×)",
            "≥ 2× sooner",
            end >= 2 * whole,
        ),
        Figure(
            "our own time outside model calls", f"{own * 1000:.0f} ms", "", "≤ 100 ms a question", own <= 0.1
        ),
    ]
