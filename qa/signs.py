"""What is said beside an answer wherever it is shown, so that it is not taken for more than it is."""

from __future__ import annotations

from collections.abc import Mapping

from qa.plurals import fill
from qa.types import Answer, Lang, Scope
from qa.typography import inner, no_break

SIGNS: Mapping[str, Mapping[Lang, str]] = {
    "label.partial": {
        "fr": "Réponse partielle : il manque quelque chose de ce qui est demandé.",
        "en": "Partial answer: something that was asked for is missing.",
    },
    "label.disagreement": {
        "fr": "Les sources ne s'accordent pas : lisez-les avant de conclure.",
        "en": "The sources disagree: read them before you conclude.",
    },
    "label.unsupported": {"fr": "Non vérifié", "en": "Not verified"},
    "label.unsupported_of": {"fr": "Non vérifié : « {text} »", "en": "Not verified: “{text}”"},
    "label.understood": {"fr": "Compris comme : {question}", "en": "Understood as: {question}"},
    "label.dropped": {
        "fr": "{count} {count:phrase n'a pas été lue|phrases n'ont pas été lues} : le modèle ne peut pas "
        "lire autant de texte à la fois.",
        "en": "{count} {count:sentence was|sentences were} not read: the model cannot read so much text at "
        "once.",
    },
    "narrow.line": {"fr": "Question limitée à : {what}", "en": "The question is narrowed to: {what}"},
    "narrow.documents": {"fr": "{count} documents", "en": "{count} documents"},
    "narrow.from": {"fr": "à partir de {date}", "en": "from {date}"},
    "narrow.to": {"fr": "jusqu’à {date}", "en": "until {date}"},
    "narrow.dated": {"fr": "sans les documents non datés", "en": "undated documents left out"},
}
# Documents that are named; of more their number is told.
_NAMED = 3


def sign(name: str, lang: Lang, /, **values: object) -> str:
    """The sign `name` of `SIGNS` in `lang`, its variables filled in."""
    return fill(no_break(SIGNS[name][lang]), lang, values)


def warnings(answer: Answer, lang: Lang) -> list[str]:
    """What a reader must know before relying on the answer; empty where there is nothing."""
    told = [sign("label.partial", lang)] if answer.status == "partial" else []
    told += [sign("label.disagreement", lang)] if answer.disagreement else []
    doubtful = [claim.text for claim in answer.claims if claim.verdict == "unsupported"]
    told += [sign("label.unsupported_of", lang, text=inner(text, lang)) for text in doubtful]
    return told + ([sign("label.dropped", lang, count=len(answer.dropped))] if answer.dropped else [])


def asked_as(answer: Answer, lang: Lang) -> list[str]:
    """How the question was put: to some documents alone, a follow-up as it was understood."""
    told = [scope_words(answer.scope, lang)] if answer.scope else []
    return told + ([sign("label.understood", lang, question=answer.understood)] if answer.understood else [])


def scope_words(scope: Scope, lang: Lang) -> str:
    """What a question is narrowed to, as a sentence."""
    named = ", ".join(scope.documents)
    if len(scope.documents) > _NAMED:
        named = sign("narrow.documents", lang, count=len(scope.documents))
    parts = [named] if named else []
    parts += [sign("narrow.from", lang, date=scope.since)] if scope.since else []
    parts += [sign("narrow.to", lang, date=scope.until)] if scope.until else []
    parts += [sign("narrow.dated", lang)] if scope.since or scope.until else []
    return sign("narrow.line", lang, what=" · ".join(parts))
