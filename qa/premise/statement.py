"""The statement that a question takes for granted, whichever its language."""

from __future__ import annotations

import re

from qa.premise.english import english_premise
from qa.premise.french import french_premise
from qa.types import Lang

_VOWEL = re.compile(r"[aeiouàâäéèêëîïôöùûüœæ]", re.IGNORECASE)
_NO_ELISION = re.compile(r"(?:onz|oui\b|ouistiti|uhlan)", re.IGNORECASE)


def premise_of(question: str, lang: Lang) -> str | None:
    """« Pourquoi l'usine a-t-elle fermé ? » → « l'usine a fermé »; None where nothing is taken for granted.

    None too where subject and verb cannot be told apart with some certainty.
    """
    text = " ".join(question.split()).rstrip(" ?!.…")
    return french_premise(text) if lang == "fr" else english_premise(text)


def that(premise: str, lang: Lang) -> str:
    """The premise as the phrase `premise` takes it: « qu'il a fermé », « que Lyon a grandi »; English as "
    "it is."""
    if lang == "en":
        return premise
    elided = _VOWEL.match(premise) and not _NO_ELISION.match(premise)
    return f"qu'{premise}" if elided else f"que {premise}"
