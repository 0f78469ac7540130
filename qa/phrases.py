"""What answers say in their own words, in both languages."""

from __future__ import annotations

from qa.types import Lang

_PHRASES: dict[str, dict[Lang, str]] = {
    "refused": {
        "fr": "Les documents ne le disent pas.",
        "en": "The documents do not say.",
    },
    "silent_on": {
        "fr": "Les documents ne répondent pas à : « {question} »",
        "en": 'The documents do not answer: "{question}"',
    },
    "empty": {
        "fr": "Aucun document n'est indexé : il n'y a rien à citer.",
        "en": "No document is indexed: there is nothing to quote.",
    },
    "quote_fr": {
        "fr": "Le document dit : « {quote} »",
        "en": 'The document says, in French: "{quote}" (translated by the model: "{translation}")',
    },
    "quote_en": {
        "fr": "Le document dit, en anglais : « {quote} » (traduit par le modèle : « {translation} »)",
        "en": 'The document says: "{quote}"',
    },
    "also_fr": {
        "fr": "Il est aussi écrit : « {quote} »",
        "en": 'It is also written, in French: "{quote}" (translated by the model: "{translation}")',
    },
    "also_en": {
        "fr": "Il est aussi écrit, en anglais : « {quote} » (traduit par le modèle : « {translation} »)",
        "en": 'It is also written: "{quote}"',
    },
    "disagreement": {
        "fr": "Les documents ne s'accordent pas.",
        "en": "The documents do not agree.",
    },
    "says": {
        "fr": "« {title} »{dated} : « {quote} »",
        "en": '"{title}"{dated}: "{quote}"',
    },
    "says_translated": {
        "fr": "« {title} »{dated}, en anglais : « {quote} » (traduit par le modèle : « {translation} »)",
        "en": '"{title}"{dated}, in French: "{quote}" (translated by the model: "{translation}")',
    },
    "greeting": {
        "fr": "Bonjour ! Posez-moi une question : j'y réponds avec vos documents seuls ({count}), je cite "
        "chaque phrase et je dis quand ils se taisent.",
        "en": "Hello! Ask me a question: I answer it from your documents alone ({count}), cite every "
        "sentence and say when they are silent.",
    },
    "thanks": {
        "fr": "Avec plaisir ! Posez une autre question quand vous voulez.",
        "en": "You are welcome! Ask another question whenever you like.",
    },
    "about": {
        "fr": "Je suis Sourcier. Je réponds aux questions à partir de vos documents seuls ({count}) : "
        "chaque phrase cite celle qui la dit, et quand ils ne disent rien, je le dis.",
        "en": "I am Sourcier. I answer questions from your documents alone ({count}): every sentence cites "
        "the one that says it, and when they do not say, I tell you so.",
    },
    "contents": {
        "fr": "Je réponds à partir de {count}.",
        "en": "I answer from {count}.",
    },
    "premise": {
        "fr": "Les documents ne disent pas {premise}.",
        "en": "The documents do not say that {premise}.",
    },
    "unknown_name": {
        "fr": "Aucun document ne mentionne « {name} ».",
        "en": 'No document mentions "{name}".',
    },
}


def phrase(name: str, lang: Lang, /, **values: str) -> str:
    """The phrase `name` in `lang`, filled in."""
    return _PHRASES[name][lang].format(**values)
