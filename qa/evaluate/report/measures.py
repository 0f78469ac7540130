"""What each metric is called in the report, its unit, and which ones open it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from qa.evaluate.report.words import Said, decimal, percent, points, seconds
from qa.evaluate.types import Gold, RowScore

RIGHT = "accuracy"
REFUSED = "refusal_recall"
INVENTED = "invented"
FAITHFUL = "faithfulness"


@dataclass(frozen=True, slots=True)
class Headline:
    """One of the figures that open the report; `name` is its text in `words`."""

    name: str
    metric: str
    judged: bool = False


HEADLINE = (
    Headline("right", RIGHT),
    Headline("refused", REFUSED),
    Headline("invented", INVENTED),
    Headline("faithful", FAITHFUL, judged=True),
)


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric's name for people; `better`: more or less of it is better, or neither."""

    name: Said
    unit: Literal["share", "seconds", "count"] = "share"
    better: Literal["more", "less", "neither"] = "more"


MEASURES: Mapping[str, Measure] = {
    "accuracy": Measure({"fr": "Réponses justes", "en": "Right answers"}),
    "refusal_recall": Measure({"fr": "Refus justifiés (rappel)", "en": "Refused rightly (recall)"}),
    "invented": Measure({"fr": "Réponses inventées", "en": "Invented answers"}, better="less"),
    "faithfulness": Measure({"fr": "Fidélité aux sources (juge)", "en": "Faithfulness (judge)"}),
}  # fmt: skip


def measure(metric: str) -> Measure:
    """What is known of a metric; one without a name here goes by its own."""
    return MEASURES.get(metric) or Measure({"fr": metric, "en": metric})


def written(metric: str, value: float) -> Said:
    """A value as people write it."""
    match measure(metric).unit:
        case "seconds":
            return seconds(value)
        case "count":
            return decimal(value, 0)
        case "share":
            return percent(value)


def difference(metric: str, value: float) -> Said:
    """A change as people write it, with its sign; shares in points."""
    if measure(metric).unit == "share":
        return points(value)
    sign = "+" if value > 0 else "\u2212" if value < 0 else ""
    return {lang: f"{sign}{text}" for lang, text in written(metric, abs(value)).items()}


def rightness(gold: Gold, answer: Mapping[str, Any], score: RowScore) -> float | None:
    """1 where the row was treated rightly, 0 where not, between where partly; None where nothing says."""
    if answer["status"] == "error":
        return 0.0
    if gold.absent:
        return float(answer["status"] == "refused")
    return score.metrics.get(RIGHT)
