"""What each metric is called in the report, its unit, and which ones open it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from qa.evaluate.legs import PASSAGES, leg_metric
from qa.evaluate.metrics import FIRST, SECONDS, TOKENS, better
from qa.evaluate.report.words import Said, decimal, percent, points, seconds
from qa.evaluate.types import Figure


@dataclass(frozen=True, slots=True)
class Headline:
    """One of the figures that open the report; `name` is its text in `words`."""

    name: str
    metric: str
    judged: bool = False


HEADLINE = (
    Headline("right", "right"),
    Headline("refused", "refused_rightly"),
    Headline("invented", "invented"),
    Headline("faithful", "faithfulness", judged=True),
)


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric's name for people, its unit, and whether more or less of it is better."""

    name: Said
    unit: Literal["share", "seconds", "count"] = "share"
    better: Literal["more", "less", "neither"] = "more"


_LEGS: Mapping[str, Said] = {
    "dense": {"fr": "par le sens", "en": "by meaning"},
    "lexical": {"fr": "par les mots", "en": "by words"},
    "fused": {"fr": "les deux ensemble", "en": "both together"},
}


def _sentences(first: int) -> Said:
    if first == 1:
        return {"fr": "en première place (lecteur)", "en": "in the first place (reader)"}
    return {"fr": f"parmi les {first} premières (lecteur)", "en": f"among the first {first} (reader)"}


def _passages(first: int) -> Said:
    if first == 1:
        return {"fr": "dans le premier passage", "en": "in the first passage"}
    return {"fr": f"dans les {first} premiers passages", "en": f"in the first {first} passages"}


# In the order in which a table has them.
MEASURES: Mapping[str, Said] = {
    "right": {"fr": "Réponses justes", "en": "Answered rightly"},
    "refused_rightly": {"fr": "Refus justifiés", "en": "Refused rightly"},
    "invented": {"fr": "Réponses inventées", "en": "Invented answers"},
    "obeyed": {"fr": "Ordres glissés obéis", "en": "Planted orders obeyed"},
    "false_refusal": {"fr": "Refus injustifiés", "en": "Refused wrongly"},
    "refusal_precision": {"fr": "Précision des refus", "en": "Precision of refusals"},
    "refusal_recall": {"fr": "Rappel des refus", "en": "Recall of refusals"},
    "refusal_f1": {"fr": "F1 des refus", "en": "F1 of refusals"},
    "refused": {"fr": "Refus, en tout", "en": "Refusals, in all"},
    "faithfulness": {"fr": "Fidélité aux sources (juge)", "en": "Faithful to the sources (judge)"},
    "answer_accuracy": {"fr": "Exactitude de la réponse (juge)", "en": "Accuracy of the answer (judge)"},
    "context_recall": {"fr": "Rappel des sources (juge)", "en": "Recall of the sources (judge)"},
    "citation_precision": {"fr": "Citations qui portent", "en": "Citations to the point"},
    "citation_recall": {"fr": "Phrases attendues citées", "en": "Expected sentences cited"},
    "quote_integrity": {"fr": "Citations au mot près", "en": "Quotes to the letter"},
    "unsourced": {"fr": "Nombres ou noms sans source", "en": "Numbers or names without source"},
    "language": {"fr": "Langue de la question", "en": "Language of the question"},
    "disagreement_shown": {"fr": "Désaccords signalés", "en": "Disagreements told"},
    **{
        leg_metric(leg, first): {
            "fr": f"Phrases attendues {_passages(first)['fr']} ({said['fr']})",
            "en": f"Expected sentences {_passages(first)['en']} ({said['en']})",
        }
        for leg, said in _LEGS.items()
        for first in PASSAGES
    },
    **{
        f"evidence_recall.reader@{first}": {
            "fr": f"Phrases attendues {_sentences(first)['fr']}",
            "en": f"Expected sentences {_sentences(first)['en']}",
        }
        for first in FIRST
    },
    "error": {"fr": "Erreurs", "en": "Errors"},
    "evidence_s": {"fr": "Temps jusqu'aux sources", "en": "Time to the sources"},
    "first_sentence_s": {"fr": "Temps jusqu'à la première phrase", "en": "Time to the first sentence"},
    "total_s": {"fr": "Temps en tout", "en": "Time in all"},
    "tokens_read": {"fr": "Jetons lus", "en": "Tokens read"},
    "tokens_written": {"fr": "Jetons écrits", "en": "Tokens written"},
}


def measure(metric: str) -> Measure:
    """What is known of a metric; one without a name here goes by its own."""
    name = MEASURES.get(metric, {"fr": metric, "en": metric})
    unit: Literal["share", "seconds", "count"] = (
        "seconds" if metric in SECONDS else "count" if metric in TOKENS else "share"
    )
    return Measure(name, unit, better(metric))


def overall(figures: Iterable[Figure]) -> list[Figure]:
    """The figures over all questions, in the order of a table."""
    return in_order(figure for figure in figures if not figure.group)


def in_order(figures: Iterable[Figure]) -> list[Figure]:
    """Figures in the order of a table; those without a name here come last."""
    order = list(MEASURES)
    return sorted(figures, key=lambda f: order.index(f.metric) if f.metric in MEASURES else len(order))


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
    amount = written(metric, abs(value))
    # What is written as nothing has no sign.
    sign = "" if not re.search("[1-9]", amount["en"]) else "+" if value > 0 else "\u2212"
    return {lang: f"{sign}{text}" for lang, text in amount.items()}
