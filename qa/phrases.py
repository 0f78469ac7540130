"""What answers say in their own words, in both languages."""

from __future__ import annotations

from qa.types import Lang

_PHRASES: dict[str, dict[Lang, str]] = {
    "refused": {
        "fr": "Les documents ne le disent pas.",
        "en": "The documents do not say.",
    },
    "empty": {
        "fr": "Aucun document n'est indexé : il n'y a rien à citer.",
        "en": "No document is indexed: there is nothing to quote.",
    },
    "quote_fr": {
        "fr": "Le document dit : « {quote} »",
        "en": 'The document says, in French: "{quote}"',
    },
    "quote_en": {
        "fr": "Le document dit, en anglais : « {quote} »",
        "en": 'The document says: "{quote}"',
    },
}


def phrase(name: str, lang: Lang, **values: str) -> str:
    """The phrase `name` in `lang`, filled in."""
    return _PHRASES[name][lang].format(**values)
