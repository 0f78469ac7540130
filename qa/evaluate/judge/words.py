"""What is said of a judge, in both languages."""

from __future__ import annotations

from typing import Literal

from qa.types import Lang

_PHRASES: dict[str, dict[Lang, str]] = {
    "chance": {
        "fr": "Ce juge ne fait pas mieux que le hasard : ses notes ne disent rien.",
        "en": "This judge does no better than chance: its scores say nothing.",
    },
    "same_model": {
        "fr": "Le juge est le modèle qui a répondu : il juge son propre travail.",
        "en": "The judge is the model that answered: it judges its own work.",
    },
    "no_headline": {
        "fr": "Le juge a noté moins de 95 % des réponses : pas de chiffre.",
        "en": "The judge scored less than 95% of the answers: no figure.",
    },
}


def judge_phrase(name: Literal["chance", "same_model", "no_headline"], lang: Lang) -> str:
    """A sentence for the report."""
    return _PHRASES[name][lang]
