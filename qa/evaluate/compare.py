"""Two runs on the same questions, and a run as `run.json` and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from qa.errors import UsageError
from qa.evaluate.figures import draw, intervals, sum_up
from qa.evaluate.gold import pair_of
from qa.evaluate.metrics import SECONDS, TOKENS, better, rightness
from qa.evaluate.types import BadRow, Figure, Gold, GoldEvidence, JudgedRow, RowScore, Run
from qa.present import answer_from_json
from qa.types import Turn

RUN_SCHEMA = 1
# Of fewer pairs an interval tells nothing.
LEAST_PAIRS = 5
# Told, not held against a run: another machine, or a kept answer, would change them.
_NOT_GATED = frozenset({*SECONDS, *TOKENS})
_ROUNDING = 1e-9
_REMEDY = "Name the run.json of an evaluation made by this version, or make it again."


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure in both runs over the questions that both have; `low` and `high` hold new − old."""

    metric: str
    old: float
    new: float
    low: float
    high: float

    @property
    def change(self) -> float:
        """New − old."""
        return self.new - self.old

    @property
    def fell(self) -> bool:
        """Whether it is worse, beyond its interval. Seconds and tokens never are."""
        if self.metric in _NOT_GATED:
            return False
        worse = {"more": self.high < -_ROUNDING, "less": self.low > _ROUNDING, "neither": False}
        return worse[better(self.metric)]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run against an earlier one, on `questions` (in `pairs`) that both have (same id, same text).

    `fixed` and `broke` are the ids of questions that are treated rightly now and were not, and the other
    way round. `lost` are metrics that the earlier run has on them and the new one has not. Of fewer than
    LEAST_PAIRS pairs there are no differences and nothing is lost.
    """

    questions: int
    pairs: int
    differences: tuple[Difference, ...]
    fixed: tuple[str, ...]
    broke: tuple[str, ...]
    lost: tuple[str, ...] = ()


def compare(new: Run, old: Run, without: frozenset[str] = frozenset()) -> Comparison:
    """Compare two runs question by question; intervals by resampling the same pairs in both.

    The metrics `without` are left out.
    """
    known = {(gold.id, gold.question): score for gold, score in zip(old.gold, old.scores, strict=True)}
    shared = [
        (gold, score, known[gold.id, gold.question])
        for gold, score in zip(new.gold, new.scores, strict=True)
        if (gold.id, gold.question) in known
    ]
    if not shared:
        return Comparison(0, 0, (), (), ())
    marks = [(gold.id, rightness(score), rightness(before)) for gold, score, before in shared]
    fixed = tuple(ident for ident, is_now, was in marks if is_now == 1 and was == 0)
    broke = tuple(ident for ident, is_now, was in marks if is_now == 0 and was == 1)
    pairs = list(dict.fromkeys(pair_of(gold) for gold, _, _ in shared))
    if len(pairs) < LEAST_PAIRS:
        return Comparison(len(shared), len(pairs), (), fixed, broke)
    # The gold row of the new run says what is absent and what is a pair, in both.
    ours = sum_up([(gold, score) for gold, score, _ in shared], groups=False, pairs=pairs)
    theirs = sum_up([(gold, score) for gold, _, score in shared], groups=False, pairs=pairs)
    weights = draw(len(pairs))
    now, then = _by_metric(ours.keys, ours.means()), _by_metric(theirs.keys, theirs.means())
    now_drawn = _by_metric(ours.keys, ours.resampled(weights).T)
    then_drawn = _by_metric(theirs.keys, theirs.resampled(weights).T)
    differences: list[Difference] = []
    lost: list[str] = []
    for metric, before in then.items():
        if metric in without or before != before:
            continue
        value = now.get(metric, float("nan"))
        if value != value:
            lost.append(metric)
            continue
        low, high = intervals((now_drawn[metric] - then_drawn[metric])[:, None])
        differences.append(Difference(metric, float(before), float(value), float(low[0]), float(high[0])))
    return Comparison(len(shared), len(pairs), tuple(differences), fixed, broke, tuple(lost))


def fallen(comparison: Comparison) -> list[Difference]:
    """The figures that are worse than in the earlier run, beyond their interval."""
    return [difference for difference in comparison.differences if difference.fell]


def run_to_json(run: Run) -> dict[str, Any]:
    """A run as a dict ready for `json.dumps`: what it was made with first, then a list of rows."""
    return {
        "schema": RUN_SCHEMA,
        "about": dict(run.about),
        "figures": [asdict(figure) for figure in run.figures],
        "bad": [asdict(row) for row in run.bad],
        "rows": [
            {"gold": asdict(gold), "answer": dict(answer), "score": asdict(score)}
            for gold, answer, score in zip(run.gold, run.answers, run.scores, strict=True)
        ],
        "judged": [asdict(row) for row in run.judged],
    }


def run_from_json(data: object) -> Run:
    """The run that `run_to_json` wrote. Raises UsageError where `data` is none, or of another version."""
    if not isinstance(data, dict) or "schema" not in data:
        raise UsageError("This is not a run of an evaluation.", _REMEDY)
    if data["schema"] != RUN_SCHEMA:
        raise UsageError(f"This run has schema {data['schema']!r}, {RUN_SCHEMA} is known.", _REMEDY)
    try:
        rows = data["rows"]
        return Run(
            gold=tuple(_gold(row["gold"]) for row in rows),
            answers=tuple(_answer(row["answer"]) for row in rows),
            scores=tuple(_score(row["score"]) for row in rows),
            figures=tuple(Figure(**figure) for figure in data["figures"]),
            judged=tuple(JudgedRow(**row) for row in data["judged"]),
            about=_mapping(data["about"]),
            bad=tuple(BadRow(**row) for row in data["bad"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"This run is not whole: {error!r}.", _REMEDY) from error


def _by_metric(keys: Sequence[tuple[str, str]], values: Any) -> dict[str, Any]:
    return {metric: value for (_, metric), value in zip(keys, values, strict=True)}


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is not an object")
    return value


def _answer(value: object) -> Mapping[str, Any]:
    """An Answer as JSON. Raises KeyError or UsageError where a documented field is missing, or its schema is
    another: found here, not in the midst of scoring."""
    answer = _mapping(value)
    answer_from_json(answer)
    return answer


def _score(data: Mapping[str, Any]) -> RowScore:
    metrics = {str(name): float(value) for name, value in data["metrics"].items()}
    return RowScore(data["id"], metrics, tuple(data["failures"]))


def _gold(data: Mapping[str, Any]) -> Gold:
    given = dict(data)
    for name in ("answers", "correction", "forbidden"):
        given[name] = tuple(given.get(name, ()))
    given["evidence"] = tuple(GoldEvidence(**item) for item in given["evidence"])
    given["history"] = tuple(Turn(**turn) for turn in given["history"])
    return Gold(**given)
