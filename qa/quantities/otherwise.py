"""Numbers that a text says otherwise than as a number, and that a claim or a translation may write as one:
"both" (2), "half past nine" (30), "quinze jours" (2 weeks), "the thirties" (1930), "vingt et unième" (21)."""

from __future__ import annotations

import re

from qa.quantities.words import ORDINALS, TENS
from qa.types import Lang
from qa.words import fold


def _table(
    table: tuple[tuple[str, tuple[str, ...]], ...],
) -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    return tuple((re.compile(rf"\b(?:{words})\b"), numbers) for words, numbers in table)


_SAID: dict[Lang, tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]] = {
    "fr": _table(
        (
            (r"couple|double|paire|tous deux|toutes deux", ("2",)),
            (r"triple|trio", ("3",)),
            (r"decennie", ("10",)),
            (r"un siecle", ("100",)),
            (r"(?:quinze|15) jours|quinzaine(?: de jours)?", ("2", "14", "15")),
            (r"deux semaines|2 semaines", ("14", "15")),
            (r"huit jours|8 jours", ("1", "7")),
            (r"demi-heure|heures? et demie|(?:midi|minuit) et demie?", ("30",)),
            (r"(?:une|1) heure et demie", ("90",)),
            (r"quart d'heure|(?:heures?|midi|minuit) et quart", ("15",)),
            (r"trois quarts d'heure|moins le quart", ("45",)),
            (r"minuit", ("0", "12", "24")),
        )
    ),
    "en": _table(
        (
            (r"both|twice|couple|pair|double|either|neither", ("2",)),
            (r"thrice|triple|trio", ("3",)),
            (r"decade", ("10",)),
            (r"(?:a|one) century", ("100",)),
            (r"fortnight|(?:two|2) weeks", ("2", "14", "15")),
            (r"(?:a|one) week", ("7", "8")),
            (r"half an hour|half[- ]hour|half past|hours? and a half|(?:and )?a half hours?", ("30",)),
            (r"an hour and a half|one and a half hours", ("90",)),
            (r"quarter of an hour|quarter past", ("15",)),
            (r"three[- ]quarters of an hour|quarter to", ("45",)),
            (r"midnight", ("0", "12", "24")),
        )
    ),
}
# "1930s" is "années trente", and the other way round: of the last century where no other is said.
_TENS = {"fr": "|".join(TENS["fr"]), "en": "|".join(ten[:-1] for ten in TENS["en"])}
_DECADE: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(rf"\bannees (?P<century>1[0-9]|20)?(?:(?P<tens>[2-9]0)|(?P<word>{_TENS['fr']}))\b"),
    "en": re.compile(rf"\b(?P<century>1[0-9]|20)?(?P<tens>[2-9]0)'?s\b|\b(?P<word>{_TENS['en']})ies\b"),
}
_COMPOUND: dict[Lang, re.Pattern[str]] = {
    "fr": re.compile(rf"\b({'|'.join(TENS['fr'])})(?:-| et )({'|'.join(ORDINALS['fr'])}|unieme)\b"),
    "en": re.compile(rf"\b({'|'.join(TENS['en'])})-({'|'.join(ORDINALS['en'])})\b"),
}
_LAST_CENTURY = 1900


def said_otherwise(text: str, lang: Lang) -> frozenset[str]:
    """The normalised numbers that `text` says in other words."""
    folded = fold(text.replace("’", "'"))
    held = {n for pattern, numbers in _SAID[lang] if pattern.search(folded) for n in numbers}
    tens = TENS[lang]
    for match in _DECADE[lang].finditer(folded):
        word = (match["word"] or "") + ("y" if lang == "en" else "")
        decade = int(match["tens"] or tens[word])
        held |= {str(decade)} if match["century"] else {str(decade), str(_LAST_CENTURY + decade)}
    for match in _COMPOUND[lang].finditer(folded):
        held.add(str(tens[match[1]] + ORDINALS[lang].get(match[2], 1)))
    return frozenset(held)
