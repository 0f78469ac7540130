"""The judge over all answered rows, each judged once: its verdicts stand in the journal of the answers."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, BinaryIO, Protocol

from qa.errors import Cancelled
from qa.evaluate.answering import Progress
from qa.evaluate.judge.reading import applicable
from qa.evaluate.types import Gold, JudgedRow, RowScore
from qa.journal import append, read_journal


class Judge(Protocol):
    """A judge that is ready to be asked (`qa.evaluate.judge.Judge`)."""

    @property
    def name(self) -> str: ...

    @property
    def identity(self) -> str: ...

    @property
    def metrics(self) -> tuple[str, ...]: ...

    def judge(
        self, gold: Gold, answer: Mapping[str, Any], cancel: threading.Event | None = None
    ) -> JudgedRow: ...

    def wrote(self, answer: Mapping[str, Any]) -> bool: ...

    def worth(self, progress: Progress = ..., cancel: threading.Event | None = None) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts on the rows that a judge has something to say of; `stopped`: only the first ones."""

    rows: tuple[JudgedRow, ...]
    stopped: bool = False


def judge_answers(
    rows: Sequence[Gold],
    answers: Sequence[Mapping[str, Any]],
    judge: Judge,
    journal: BinaryIO,
    progress: Progress = lambda *_: None,
    cancel: threading.Event | None = None,
) -> Judged:
    """Judge every answer that can be; `answers[i]` is to `rows[i]`.

    A row that could not be scored is not kept: it is judged again next time.
    """
    known = {
        row["judged"]: row["verdict"]
        for row in read_journal(journal)
        if isinstance(row.get("judged"), str) and isinstance(row.get("verdict"), dict)
    }
    pairs = [
        (gold, answer, _key(judge, gold, answer))
        for gold, answer in zip(rows, answers, strict=True)
        if applicable(gold, answer, judge.metrics)
    ]
    kept = sum(key in known for *_, key in pairs)
    progress(kept, len(pairs), kept)
    judged: list[JudgedRow] = []
    for gold, answer, key in pairs:
        if key in known:
            judged.append(replace(JudgedRow(**known[key]), id=gold.id))
            continue
        if cancel is not None and cancel.is_set():
            return Judged(tuple(judged), stopped=True)
        try:
            verdict = judge.judge(gold, answer, cancel)
        except Cancelled:
            return Judged(tuple(judged), stopped=True)
        if not verdict.problem:
            known[key] = asdict(verdict)
            append(journal, {"judged": key, "verdict": known[key]})
        judged.append(verdict)
        done = len(judged) + sum(later in known for *_, later in pairs[len(judged) :])
        progress(done, len(pairs), kept)
    return Judged(tuple(judged))


def with_judged(
    scores: Sequence[RowScore],
    rows: Sequence[Gold],
    answers: Sequence[Mapping[str, Any]],
    judged: Sequence[JudgedRow],
    metrics: Sequence[str],
) -> tuple[RowScore, ...]:
    """The rows' scores with the judge's. A row that it could not score has 0 in each of `metrics` that
    applies: a failure raises no figure."""
    verdicts = {row.id: row for row in judged}

    def added(gold: Gold, answer: Mapping[str, Any]) -> Mapping[str, float]:
        verdict = verdicts.get(gold.id, JudgedRow(gold.id))
        return dict.fromkeys(applicable(gold, answer, metrics), 0.0) if verdict.problem else verdict.scores

    return tuple(
        replace(score, metrics={**score.metrics, **added(gold, answer)})
        for score, gold, answer in zip(scores, rows, answers, strict=True)
    )


def _key(judge: Judge, gold: Gold, answer: Mapping[str, Any]) -> str:
    """Identifies what is judged, and by whom: 16 hex digits."""
    names = ("question", "lang", "understood", "answer", "claims", "citations", "evidence")
    told = [judge.identity, gold.question, gold.lang, gold.kind, gold.answers, [answer.get(n) for n in names]]
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
