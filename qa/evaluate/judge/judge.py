"""A judge: ragas metrics of answered rows, one call at a time, each counted."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import math
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import Cancelled, ModelError, SourcierError
from qa.evaluate.judge.cases import QUESTION, Case, judge_the_judge, load_cases, try_verifier
from qa.evaluate.judge.kept import KeptVerdicts, verdicts_folder
from qa.evaluate.judge.prompts import prompts_digest
from qa.evaluate.judge.reading import Reading, applicable, read
from qa.evaluate.judge.replies import Expected
from qa.evaluate.judge.verifier import open_verifier
from qa.evaluate.types import Gold, JudgedRow
from qa.models.compatible import CompatibleModel
from qa.models.gate import check_cancelled
from qa.models.judge import open_judge_model
from qa.settings import QUIET_ENVIRONMENT, JudgeSettings, Loaded

if TYPE_CHECKING:
    from qa.evaluate.judge.metrics import CountedLLM, Metrics

_PROBE = {
    "type": "object",
    "properties": {"ready": {"type": "boolean"}},
    "required": ["ready"],
    "additionalProperties": False,
}


def open_judge(loaded: Loaded, environment: Mapping[str, str] | None = None) -> Judge:
    """The judge that the settings name; `close` it, or use it as a context.

    Its verdicts on the labelled cases stay in the user's cache folder. Raises ModelError or UsageError
    where there is none.
    """
    settings = loaded.settings
    model = open_judge_model(settings.judge, settings.llm, root=loaded.root, environment=environment)
    cases = loaded.root / Path(settings.judge.cases).expanduser() if settings.judge.cases else None
    return Judge(
        model,
        settings.judge,
        folder=verdicts_folder(),
        verifier=lambda: open_verifier(settings),
        cases=cases,
    )


class Judge:
    """Scores rows with ragas; safe to share, asked one row at a time.

    ragas is loaded at the first row (6 s). Not for threads in which an event loop runs.
    """

    def __init__(
        self,
        model: CompatibleModel,
        settings: JudgeSettings,
        *,
        folder: Path | None = None,
        verifier: Callable[[], Callable[[Case], bool]] | None = None,
        cases: Path | None = None,
    ) -> None:
        """`folder` keeps verdicts on the labelled cases from run to run; `verifier` opens the code's own
        verifier, to stand beside the judge; `cases` is the folder of the cases (default: Sourcier's own)."""
        self._model = model
        self._settings = settings
        self._folder = folder
        self._verifier = verifier
        self._cases = cases
        self._kept: KeptVerdicts | None = None
        self._runner = asyncio.Runner()
        self._turn = threading.Lock()
        self._loaded: tuple[CountedLLM, Metrics] | None = None

    @property
    def name(self) -> str:
        """The model's name, as the Answer names its own."""
        return self._model.name

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that the settings ask for."""
        return self._settings.metrics

    @property
    def identity(self) -> str:
        """What a verdict depends on beside the row, as 16 hex digits: one kept under the same still holds."""
        from importlib.metadata import version

        parts = [
            self.name,
            self._model.version,
            version("ragas"),
            prompts_digest(),
            self._settings.model_dump(mode="json", exclude={"cases", "key_env", "connect_s", "total_s"}),
        ]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]

    def wrote(self, answer: Mapping[str, Any]) -> bool:
        """Whether the model that judges is the one that wrote this Answer."""
        return bool(answer["model"]["llm"] == self.name)

    def check(self) -> None:
        """Read the labelled cases and ask the model for one word, before anything is judged.

        Raises ModelError or UsageError.
        """
        load_cases(self._cases)
        with self._turn:
            self._runner.run(self._model.complete('Reply with {"ready": true}, in JSON.', _PROBE))

    def judge(
        self, gold: Gold, answer: Mapping[str, Any], cancel: threading.Event | None = None
    ) -> JudgedRow:
        """Every metric that applies to the Answer (as JSON); none, and no call, for a refusal or an error.

        A row with a failed or short reply has a `problem` and no score; what could still be asked of it is
        not asked. Raises Cancelled.
        """
        metrics = applicable(gold, answer, self._settings.metrics)
        if not metrics:
            return JudgedRow(gold.id)
        return self.score(gold.id, read(gold, answer, self._settings.contexts), metrics, cancel)

    def judge_case(self, case: Case, cancel: threading.Event | None = None) -> JudgedRow:
        """ragas's faithfulness of one claim to its texts, where it is not kept. Raises Cancelled."""
        known = self._known(case)
        if known is not None:
            return known
        reading = Reading(case.lang, QUESTION[case.lang], (case.claim,), case.evidence)
        row = self.score(case.id, reading, ("faithfulness",), cancel)
        if self._kept:
            self._kept.add(case, row)
        return row

    def score(
        self, row: str, reading: Reading, metrics: tuple[str, ...], cancel: threading.Event | None = None
    ) -> JudgedRow:
        """These metrics of one reading; as `judge`."""
        if reading.lacks:
            return JudgedRow(row, problem=f"Not judged: {reading.lacks}.")
        scores: dict[str, float] = {}
        calls = failed = 0
        with self._turn:
            llm, made = self._load()
            for metric in metrics:
                llm.start(Expected(len(reading.claims), len(reading.parts)), cancel)
                value, problem = self._score(llm, made, metric, reading)
                check_cancelled(cancel)
                calls, failed = calls + llm.calls, failed + llm.failed
                if problem:
                    return JudgedRow(row, {}, calls, failed, f"{metric}: {problem}")
                scores[metric] = value
        return JudgedRow(row, scores, calls, failed)

    def worth(
        self,
        progress: Callable[[int, int, int], None] = lambda *_: None,
        cancel: threading.Event | None = None,
    ) -> dict[str, Any]:
        """What it is worth on the labelled cases (a Trial as JSON), with the `verifier`'s accuracy beside it.

        Some 20 seconds a case on two cores, the first time. `progress` is called with the cases that are
        done, of how many, and how many of them were kept. Raises Cancelled and SourcierError.
        """
        cases = load_cases(self._cases)
        known = {case: row for case in cases if (row := self._known(case)) is not None}
        done = itertools.count(len(known) + 1)
        progress(len(known), len(cases), len(known))
        worth = judge_the_judge(
            cases,
            self,
            known=known,
            progress=lambda _: progress(next(done), len(cases), len(known)),
            cancel=cancel,
        ).to_json()
        if self._verifier:
            worth["verifier"] = try_verifier(cases, self._verifier()).to_json()["accuracy"]
        return worth

    def close(self) -> None:
        """Close the connections and, where it is ours, the engine."""
        with self._turn:
            self._runner.run(self._model.close())
            self._runner.close()

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _known(self, case: Case) -> JudgedRow | None:
        """The kept verdict on a case."""
        if self._kept is None and self._folder is not None:
            self._kept = KeptVerdicts(self._folder, self.identity)
        return self._kept.find(case) if self._kept else None

    def _score(self, llm: CountedLLM, made: Metrics, metric: str, reading: Reading) -> tuple[float, str]:
        try:
            value = self._runner.run(made.score(metric, reading))
        except Cancelled:
            raise
        except ModelError as error:
            return math.nan, llm.problem or error.message
        if llm.problem:  # swallowed on its way
            return math.nan, llm.problem
        if math.isnan(value):
            return math.nan, "ragas gave no score."
        return value, ""

    def _load(self) -> tuple[CountedLLM, Metrics]:
        if self._loaded is None:
            os.environ.update(QUIET_ENVIRONMENT)  # read when ragas is imported
            try:
                from qa.evaluate.judge.metrics import CountedLLM, Metrics
            except ImportError as error:
                raise SourcierError(
                    f"ragas cannot be loaded: {error}.", "Install Sourcier again, or use --no-judge."
                ) from error
            llm = CountedLLM(self._model)
            self._loaded = llm, Metrics(llm)
        return self._loaded
