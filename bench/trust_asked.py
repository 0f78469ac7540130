"""The whole way of public questions, present, near and far: statuses, gold answers, seconds."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median

import numpy as np

from bench.absence import ABSENCES, Absence, Case, Without, open_piaf, read_piaf
from bench.report import Figure
from bench.trust_parts import SEED, Tools, share
from qa.ask import Parts, Question, ask
from qa.index import DocumentInfo, Index
from qa.models.llamacpp import LlamaCppLLM
from qa.models.weights import weights_path
from qa.settings import Settings
from qa.types import Answer, AnswerDone, Filters, Lang


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question got."""

    id: str
    lang: str
    absence: str
    question: str
    status: str
    answer: str
    gold: bool
    evidence_s: float | None
    first_s: float | None
    total_s: float | None
    signals: dict[str, float]


def measure_asked(options: argparse.Namespace, tools: Tools) -> tuple[list[Figure], object]:
    """The whole way of a question with the embedded language model, present, near and far."""
    kept = options.work / f"asked-{tools.states.probe.name.replace('/', '-')}.jsonl"
    known: dict[tuple[str, str], Outcome] = {}
    if kept.exists():
        for line in kept.read_text("utf-8").splitlines():
            outcome = Outcome(**json.loads(line))
            known[(outcome.id, outcome.absence)] = outcome
    cases = read_piaf(options.data, options.made, calibration=False, seed=SEED)[: options.questions]
    llm = LlamaCppLLM(options.gguf or weights_path(), num_ctx=4096)
    try:
        llm.load()
        tools.states.encoder.load()
        with open_piaf(options.data, options.work, tools.embedder) as index:
            for case in cases:
                for absence in ABSENCES:
                    if (case.id, absence) not in known:
                        outcome = _ask(case, absence, index, tools, llm)
                        known[(case.id, absence)] = outcome
                        with kept.open("a", encoding="utf-8") as out:
                            out.write(json.dumps(asdict(outcome), ensure_ascii=False) + "\n")
    finally:
        llm.close()
    outcomes = [known[(case.id, absence)] for case in cases for absence in ABSENCES]
    return _asked_figures(outcomes), [asdict(o) for o in outcomes]


def _ask(case: Case, absence: Absence, index: Index, tools: Tools, llm: LlamaCppLLM) -> Outcome:
    without = Listing(index, case.without(absence))
    parts = Parts(
        Settings(),
        without,
        "bench",
        tools.embedder,
        tools.reader,
        tools.calibration,
        lambda: llm,
        tools.states,
    )
    answer: Answer | None = None
    for event in ask(Question(case.question, case.id, case.lang), parts):
        if isinstance(event, AnswerDone):
            answer = event.answer
    assert answer is not None
    cited = [
        e
        for e in answer.evidence
        if any(c.doc == e.doc and c.start <= e.start < c.end for c in answer.citations)
    ]
    gold = any(case.holds(e.doc, e.context_text) for e in cited) or any(
        a.casefold() in answer.answer.casefold() for a in case.answers
    )
    times = answer.timings
    return Outcome(
        case.id, case.lang, absence, case.question, answer.status, answer.answer, gold,
        times.evidence_s, times.first_sentence_s, times.total_s, dict(answer.signals),
    )  # fmt: skip


class Listing(Without):
    """A part of an index with the list of its documents."""

    def documents(self) -> tuple[DocumentInfo, ...]:
        """See Index."""
        return tuple(d for d in self.index.documents() if d.path not in self.out)

    @property
    def langs(self) -> frozenset[Lang]:
        """See Index."""
        return self.index.langs

    def languages(self, filters: Filters | None = None) -> dict[str, Lang]:
        """See Index."""
        return {doc: lang for doc, lang in self.index.languages(filters).items() if doc not in self.out}


def _asked_figures(outcomes: Sequence[Outcome]) -> list[Figure]:
    present = [o for o in outcomes if o.absence == "present"]
    wrongly = [float(o.status == "refused") for o in present]
    figures: list[Figure] = []
    for absence, least, most in (("far", 0.95, 0.05), ("near", 0.80, 0.10)):
        refused = [float(o.status == "refused") for o in outcomes if o.absence == absence]
        figures.append(
            Figure(
                f"{absence} absence: refused / present wrongly refused ({len(refused)} each)",
                f"{share(refused)} / {share(wrongly)}",
                "",
                f"≥ {least} / ≤ {most}",
                float(np.mean(refused)) >= least and float(np.mean(wrongly)) <= most,
            )
        )
    shown = [o for o in present if o.status != "refused"]
    sure = sorted(shown, key=lambda o: -o.signals.get("right", o.signals.get("quoted", 0.0)))[
        : round(0.7 * len(present))
    ]
    right = [float(o.gold) for o in sure]
    figures.append(
        Figure(
            f"present, shown answers right at {len(sure)} of {len(present)} shown",
            share(right),
            f"all shown: {share([float(o.gold) for o in shown])}",
            "≥ 0.90 at 70 %",
            float(np.mean(right)) >= 0.90,
        )
    )
    by_id = {(o.id, o.absence): o for o in outcomes}
    pairs = [(o, by_id[(f"{o.id}-en", o.absence)]) for o in outcomes if (f"{o.id}-en", o.absence) in by_id]
    if pairs:
        same = [float(a.status == b.status) for a, b in pairs]
        figures.append(
            Figure(
                f"same status in French and in English, {len(same)}",
                share(same),
                "",
                "≥ 0.90",
                float(np.mean(same)) >= 0.9,
            )
        )
    for name, values, most in (
        ("refusal", [o.total_s for o in outcomes if o.status == "refused"], 1.0),
        ("evidence", [o.evidence_s for o in outcomes], 1.0),
        ("first checked sentence", [o.first_s for o in outcomes if o.status != "refused"], 6.0),
        ("whole answer", [o.total_s for o in outcomes if o.status != "refused"], 9.0),
    ):
        seconds = [v for v in values if v is not None]
        if seconds:
            figures.append(
                Figure(
                    f"median s: {name}", f"{median(seconds):.2f}", "", f"≤ {most:g}", median(seconds) <= most
                )
            )
    return figures
