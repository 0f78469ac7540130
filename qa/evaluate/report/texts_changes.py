"""What the report says of a run against its baseline, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from qa.types import Lang

Said = Mapping[Lang, str]
"""A text in each language."""

CHANGES: Mapping[str, Said] = {
    "changes": {"fr": "Depuis la référence", "en": "Since the baseline"},
    "changes.caption": {
        "fr": "{count:La même question|Les mêmes {count} questions, une à une} ({name}). Les réponses de la "
        "référence sont notées à nouveau, comme celles d'ici.",
        "en": "The same {count:question|{count} questions, one by one} ({name}). The baseline's answers are "
        "scored anew, as those of this run are.",
    },
    "compare.few": {
        "fr": "Trop peu de questions en commun pour comparer des chiffres : {pairs} {pairs:paire|paires}, "
        "il en faut {least}. Rien n'est dit de ce qui a monté ou baissé.",
        "en": "Too few questions in common to compare figures: {pairs} {pairs:pair|pairs}, {least} are "
        "needed. Nothing is said of what rose or fell.",
    },
    "compare.no_judge": {
        "fr": "La référence a des chiffres d'un juge ({names}) ; cette évaluation est sans juge : ils ne "
        "sont pas comparés.",
        "en": "The baseline has a judge's figures ({names}); this run has no judge: they are not compared.",
    },
    "compare.other_judge": {
        "fr": "Le juge de la référence est {old}, celui d'ici {new} : les chiffres du juge ne sont pas "
        "comparés.",
        "en": "The baseline's judge is {old}, this run's is {new}: the judge's figures are not compared.",
    },
    "compare.other_prompts": {
        "fr": "Le juge de la référence, {name}, n'avait pas la même version, les mêmes consignes ou les "
        "mêmes réglages : les chiffres du juge ne sont pas comparés.",
        "en": "The baseline's judge, {name}, was of another version or had other instructions or settings: "
        "the judge's figures are not compared.",
    },
    "compare.old_coverage": {
        "fr": "Le juge de la référence n'a noté que {coverage} des réponses : les chiffres du juge ne sont "
        "pas comparés.",
        "en": "The baseline's judge scored only {coverage} of the answers: the judge's figures are not "
        "compared.",
    },
    "compare.lost": {
        "fr": "Chiffres perdus, ce qui compte comme une baisse : {names}. Le juge n'a noté que {coverage} "
        "des réponses, il en faut 95 %.",
        "en": "Lost, which counts as a fall: {names}. The judge scored only {coverage} of the answers, 95% "
        "are needed.",
    },
    "compare.gone": {
        "fr": "La référence les a, cette évaluation non, aucune question ne les concerne plus : {names}.",
        "en": "In the baseline and not in this run, where they apply to no question any more: {names}.",
    },
    "fell": {
        "fr": "Au-delà de leur intervalle, ont baissé : {names}.",
        "en": "Fell beyond their interval: {names}.",
    },
    "fixed": {"fr": "Justes désormais", "en": "Right now"},
    "broke": {"fr": "Fausses désormais", "en": "Wrong now"},
    "nothing": {"fr": "Aucune.", "en": "None."},
}
