"""The meeting with ragas, imported only when something is judged (it takes seconds).

Set QUIET_ENVIRONMENT before this module is imported.
"""

from __future__ import annotations

import math
import threading
from typing import Any

from ragas.llms.base import InstructorBaseRagasLLM
from ragas.metrics.collections import AnswerAccuracy, ContextRecall, Faithfulness

from qa.errors import Cancelled, ModelFailed, SourcierError
from qa.evaluate.judge.prompts import load_judge_prompt
from qa.evaluate.judge.reading import Reading
from qa.evaluate.judge.replies import Expected, schema_for, wrong_with
from qa.models.compatible import CompatibleModel
from qa.types import LANGS, Lang


class CountedLLM(InstructorBaseRagasLLM):
    """What ragas asks: one call for each question, counted, with the first failure kept.

    ragas's own (`llm_factory`) tries again behind our back, takes cut replies and writes a user id into the
    home folder; and `AnswerAccuracy` swallows what it raises.
    """

    def __init__(self, model: CompatibleModel) -> None:
        self._model = model
        self.start(Expected(1, 1), None)

    def start(self, expected: Expected, cancel: threading.Event | None) -> None:
        """Begin a row's metric: nothing called, nothing failed."""
        self._expected = expected
        self._cancel = cancel
        self.calls = 0
        self.failed = 0
        self.problem = ""

    def generate(self, prompt: str, response_model: type[Any]) -> Any:
        raise NotImplementedError("the judge is asked by `agenerate`")

    async def agenerate(self, prompt: str, response_model: type[Any]) -> Any:
        """A whole reply. Raises ModelError, also for a short one, and Cancelled."""
        self.calls += 1
        try:
            return await self._reply(prompt, response_model)
        except Cancelled:
            self.calls -= 1
            raise
        except SourcierError as error:
            self.failed += 1
            self.problem = self.problem or error.message
            raise

    async def _reply(self, prompt: str, response_model: type[Any]) -> Any:
        name = response_model.__name__
        schema = schema_for(name, response_model.model_json_schema(), self._expected)
        text = await self._model.complete(prompt, schema, self._cancel)
        try:
            reply = response_model.model_validate_json(text)
        except ValueError as error:
            raise ModelFailed(f"{self._model.name} did not keep to the form of the reply.") from error
        if wrong := wrong_with(name, reply, self._expected):
            raise ModelFailed(f"{self._model.name} gave a short or wrong reply: {wrong}.")
        if name == "StatementGeneratorOutput":
            self._expected.statements = tuple(reply.statements)
        return reply


class Metrics:
    """ragas's metrics in both languages, with our prompts, on one model."""

    def __init__(self, llm: CountedLLM) -> None:
        self._made = {(name, lang): make(llm, lang) for name, make in _MAKERS.items() for lang in LANGS}

    async def score(self, name: str, reading: Reading) -> float:
        """One metric of one row in [0, 1]; NaN where ragas has nothing to divide by. Raises ModelError."""
        given: dict[str, Any] = {"user_input": reading.question}
        if name != "context_recall":
            given["response"] = reading.response
        if name != "answer_accuracy":
            given["retrieved_contexts"] = list(reading.contexts)
        if name != "faithfulness":
            given["reference"] = reading.reference
        result = await self._made[name, reading.lang].ascore(**given)
        return math.nan if result.value is None else float(result.value)


def _set(prompt: Any, name: str, lang: Lang) -> None:
    """Put a prompt of ours in the place of ragas's; its scaffolding stays English."""
    ours = load_judge_prompt(name, lang)
    prompt.instruction = ours["instruction"]
    prompt.examples = [
        (prompt.input_model(**one["input"]), prompt.output_model(**one["output"])) for one in ours["examples"]
    ]
    prompt.language = "french" if lang == "fr" else "english"


def _faithfulness(llm: CountedLLM, lang: Lang) -> Faithfulness:
    metric = Faithfulness(llm=llm)
    _set(metric.statement_generator_prompt, "faithfulness_statements", lang)
    _set(metric.nli_statement_prompt, "faithfulness_verdicts", lang)
    return metric


def _answer_accuracy(llm: CountedLLM, lang: Lang) -> AnswerAccuracy:
    metric = AnswerAccuracy(llm=llm, max_retries=1)
    _set(metric.judge1_prompt, "answer_accuracy_first", lang)
    _set(metric.judge2_prompt, "answer_accuracy_second", lang)
    return metric


def _context_recall(llm: CountedLLM, lang: Lang) -> ContextRecall:
    metric = ContextRecall(llm=llm)
    _set(metric.prompt, "context_recall", lang)
    return metric


_MAKERS = {
    "faithfulness": _faithfulness,
    "answer_accuracy": _answer_accuracy,
    "context_recall": _context_recall,
}
