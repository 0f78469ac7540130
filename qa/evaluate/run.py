"""A whole evaluation: answer, score, judge, compare, and write `run.json`, `report.html` and `report.md`.

What is answered or judged stands in `answers.jsonl` at once: stopped or killed, a rerun does only the rest.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from qa.errors import Cancelled, UsageError
from qa.evaluate import about
from qa.evaluate.answering import Answerer, answer_gold
from qa.evaluate.answering import Progress as Counts
from qa.evaluate.baseline import against
from qa.evaluate.compare import run_from_json, run_to_json
from qa.evaluate.figures import SEED, figures
from qa.evaluate.gold import split_of
from qa.evaluate.judging import Judge, Judged, judge_answers, with_judged
from qa.evaluate.legs import score_legs
from qa.evaluate.metrics import score_row
from qa.evaluate.report import Change, markdown, page
from qa.evaluate.types import Gold, GoldSet, RowScore, Run
from qa.journal import open_journal, publish_text
from qa.settings import Loaded
from qa.types import Lang

Split = Literal["dev", "held", "all"]
Stage = Literal["answering", "judging", "testing"]
Progress = Callable[[Stage, int, int, int], None]
"""Called with the stage, the rows that are done, of how many, and how many stood in an earlier run."""

RUN, HTML, MARKDOWN, JOURNAL = "run.json", "report.html", "report.md", "answers.jsonl"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be evaluated, the rows of the file `source`, which of them, and into which `folder`.

    `baseline` is an earlier run by its name; `lang` is what the reports open in.
    """

    source: Path
    gold: GoldSet
    folder: Path
    split: Split = "all"
    limit: int | None = None
    baseline: tuple[str, Run] | None = None
    lang: Lang = "en"

    @property
    def rows(self) -> tuple[Gold, ...]:
        """The questions of the chosen part, the first `limit` of them."""
        rows = [row for row in self.gold.rows if self.split in ("all", split_of(row))]
        return tuple(rows[: self.limit])


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: the whole `run`, or None where it was stopped with `done` of the `total` rows or
    labelled cases of its stage; of `kept` rows the answer is an earlier run's."""

    run: Run | None
    done: int
    total: int
    kept: int
    change: Change | None = None


def evaluate(
    order: Order,
    session: Answerer,
    loaded: Loaded,
    judge: Judge | None = None,
    progress: Progress = lambda *_: None,
    cancel: threading.Event | None = None,
) -> Outcome:
    """Run the evaluation and write its folder, which is there.

    Raises UsageError where no row can be asked, SourcierError where nothing can be asked at all, the folder
    cannot be written or another run is writing it.
    """
    rows = order.rows
    if not rows:
        raise UsageError(f"{order.source} has no question to ask.", "Check the file, --split and --limit.")
    if order.baseline:
        name, baseline = order.baseline
        if not {(row.id, row.question) for row in rows} & {(row.id, row.question) for row in baseline.gold}:
            raise UsageError(f"The baseline {name} has none of these questions.", "Name another run.")
    began = datetime.now(UTC)
    reached = (0, len(rows))

    def counted(stage: Stage) -> Counts:
        def told(done: int, total: int, kept: int) -> None:
            nonlocal reached
            reached = (done, total)
            progress(stage, done, total, kept)

        return told

    pipeline, asked = about.pipeline_digest(), about.digest(order.source)
    with open_journal(order.folder / JOURNAL, order.folder) as journal:
        how = about.recipe(loaded, pipeline)
        answered = answer_gold(rows, session, journal, how, counted("answering"), cancel)
        if answered.stopped:
            return Outcome(None, *reached, answered.kept)
        judged, worth = Judged(()), None
        if judge is not None:
            judged = judge_answers(rows, answered.answers, judge, journal, counted("judging"), cancel)
            if not judged.stopped:
                worth = _worth(judge, counted("testing"), cancel)
            if worth is None:
                return Outcome(None, *reached, answered.kept)
        scores = tuple(
            _scored(gold, answer, session) for gold, answer in zip(rows, answered.answers, strict=True)
        )
        made = _about(order, asked, session, loaded, pipeline, began)
        if judge is not None:
            scores = with_judged(scores, rows, answered.answers, judged.rows, judge.metrics)
            itself = any(judge.wrote(answer) for answer in answered.answers)
            made["judge"] = {
                "name": judge.name,
                "identity": judge.identity,
                "itself": itself,
                **(worth or {}),
            }
        run = Run(
            gold=rows,
            answers=answered.answers,
            scores=scores,
            figures=figures(list(zip(rows, scores, strict=True))),
            judged=judged.rows,
            about=made,
            bad=order.gold.bad,
        )
        change = against(run, *order.baseline, session.document_text) if order.baseline else None
        publish_text(order.folder / RUN, json.dumps(run_to_json(run), ensure_ascii=False, indent=1) + "\n")
        publish_text(order.folder / MARKDOWN, markdown(run, order.lang, change))
        publish_text(order.folder / HTML, page(run, session.document_text, order.lang, change))
    return Outcome(run, len(rows), len(rows), answered.kept, change)


def read_baseline(folder: Path) -> tuple[str, Run]:
    """An earlier run, by its folder (or its run.json), and its name. Raises UsageError where it is none."""
    path = folder / RUN if folder.is_dir() else folder
    try:
        return str(folder), run_from_json(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise UsageError(
            f"The baseline {path} cannot be read: {error.strerror}.", "Name the folder of another run."
        ) from error
    except ValueError as error:
        raise UsageError(f"The baseline {path} is not JSON: {error}.", "Name another run.") from error


def _scored(gold: Gold, answer: Mapping[str, Any], session: Answerer) -> RowScore:
    """An Answer against its gold row, and what each leg of retrieval finds for the question."""
    score = score_row(gold, answer, session.document_text)
    legs = score_legs(gold, answer, session.document_text, session.search_legs)
    return replace(score, metrics={**score.metrics, **legs})


def _worth(judge: Judge, progress: Counts, cancel: threading.Event | None) -> Mapping[str, Any] | None:
    """What the judge is worth on the labelled cases; None where it was stopped."""
    try:
        return judge.worth(progress, cancel)
    except Cancelled:
        return None


def _about(
    order: Order, asked: str, session: Answerer, loaded: Loaded, pipeline: str, began: datetime
) -> dict[str, Any]:
    """What `run.json` says of the run beside its rows; `asked` is the digest of what it was asked from."""
    ended = datetime.now(UTC)
    model = session.llm_name
    return {
        "model": model,
        "index": session.generation,
        "documents": len(session.documents()),
        "finished": ended.isoformat(timespec="seconds"),
        "gold": {
            "name": order.source.name,
            "sha256": asked,
            "split": order.split,
            "limit": order.limit,
        },
        "seed": SEED,
        "versions": about.versions(),
        "digests": about.digests(loaded, model, pipeline),
        "settings": about.settings_that_matter(loaded),
        "run": {
            "began": began.isoformat(timespec="seconds"),
            "seconds": round((ended - began).total_seconds(), 1),
        },
    }
