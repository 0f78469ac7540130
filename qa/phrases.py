"""What answers say in their own words, in both languages."""

from __future__ import annotations

from qa.types import Lang
from qa.typography import inner, no_break

_PHRASES: dict[str, dict[Lang, str]] = {
    "refused": {
        "fr": "Les documents ne le disent pas.",
        "en": "The documents do not say.",
    },
    "untranslated": {
        "fr": "Les documents semblent répondre, en anglais, mais aucune traduction n'en est assez sûre pour "
        "être montrée. Lisez la première des phrases les plus proches.",
        "en": "The documents seem to answer, in French, but no translation of it is sure enough to be shown. "
        "Read the first of the nearest sentences.",
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
        "fr": "Le document dit : « {quote} »{when}",
        "en": 'The document says, in French: "{quote}" (translated by the model: "{translation}"){when}',
    },
    "quote_en": {
        "fr": "Le document dit, en anglais : « {quote} » (traduit par le modèle : « {translation} »){when}",
        "en": 'The document says: "{quote}"{when}',
    },
    "yes": {
        "fr": "Oui. {said}",
        "en": "Yes. {said}",
    },
    "no": {
        "fr": "Non. {said}",
        "en": "No. {said}",
    },
    "also_fr": {
        "fr": "Il est aussi écrit : « {quote} »{when}",
        "en": 'It is also written, in French: "{quote}" (translated by the model: "{translation}"){when}',
    },
    "also_en": {
        "fr": "Il est aussi écrit, en anglais : « {quote} » (traduit par le modèle : "
        "« {translation} »){when}",
        "en": 'It is also written: "{quote}"{when}',
    },
    "of_document": {
        "fr": "document du {date}",
        "en": "document of {date}",
    },
    "disagreement": {
        "fr": "Les documents ne s'accordent pas.",
        "en": "The documents do not agree.",
    },
    "elsewhere_fr": {
        "fr": "Un autre document dit : « {quote} »{when}",
        "en": 'Another document says, in French: "{quote}" (translated by the model: "{translation}"){when}',
    },
    "elsewhere_en": {
        "fr": "Un autre document dit, en anglais : « {quote} » (traduit par le modèle : "
        "« {translation} »){when}",
        "en": 'Another document says: "{quote}"{when}',
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
        "fr": "Bonjour ! Posez-moi une question : j'y réponds à partir de vos seuls documents ({count}), je "
        "cite chaque phrase et je dis quand ils se taisent.",
        "en": "Hello! Ask me a question: I answer it from your documents alone ({count}), cite every "
        "sentence and say when they are silent.",
    },
    "thanks": {
        "fr": "Avec plaisir ! Posez une autre question quand vous voulez.",
        "en": "You are welcome! Ask another question whenever you like.",
    },
    "about": {
        "fr": "Je suis Sourcier. Je réponds aux questions à partir de vos seuls documents ({count}) : "
        "chaque phrase cite celle qui le dit, et quand ils ne disent rien, je le dis.",
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
# The same of a question that is narrowed to some documents or dates: the others were not looked at.
_OF_A_SELECTION: dict[str, dict[Lang, str]] = {
    "refused": {
        "fr": "Les documents retenus ne le disent pas.",
        "en": "The documents selected do not say.",
    },
    "silent_on": {
        "fr": "Les documents retenus ne répondent pas à : « {question} »",
        "en": 'The documents selected do not answer: "{question}"',
    },
    "empty": {
        "fr": "Aucun document ne correspond à ce choix de documents et de dates : il n'y a rien à citer.",
        "en": "No document matches the documents and dates selected: there is nothing to quote.",
    },
    "premise": {
        "fr": "Les documents retenus ne disent pas {premise}.",
        "en": "The documents selected do not say that {premise}.",
    },
    "unknown_name": {
        "fr": "Aucun des documents retenus ne mentionne « {name} ».",
        "en": 'None of the documents selected mentions "{name}".',
    },
}

# What stands between quotation marks and is no quotation from a document.
_BETWEEN_MARKS = frozenset({"title", "name", "question"})


def phrase(name: str, lang: Lang, narrowed: bool = False, /, **values: str) -> str:
    """The phrase `name` in `lang`, filled in; `narrowed`: the question was put to some documents alone."""
    phrases = _OF_A_SELECTION if narrowed and name in _OF_A_SELECTION else _PHRASES
    ours = {key: inner(value, lang) if key in _BETWEEN_MARKS else value for key, value in values.items()}
    return no_break(phrases[name][lang]).format(**ours)
