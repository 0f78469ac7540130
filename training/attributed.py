"""Sheets of questions for who says so: the sentence that tells it, and the same without its speaker.

The question sets ask seldom for a source. Statements are taken by pattern out of sentences that name who made
them: of PIAF, SQuAD, SelQA and of the pairs of the news (training/asserted.py).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.types import Lang
from qa.words import content_words
from training.asserted import Pair, news_sentences, opened
from training.examples import Asked, is_held
from training.probe import Sheet

_SAID_FR = (
    r"(?:a|ont|avait|avaient) (?:déclaré|affirmé|annoncé|indiqué|précisé|expliqué|estimé|assuré|rapporté|"
    r"ajouté|souligné|confirmé|révélé|prévenu)"
)
_SAID_EN = (
    r"(?:said|says|argued|argues|stated|claimed|claims|reported|reports|announced|concluded|suggested|suggests|"
    r"believed|believes|wrote|noted)"
)
# Who, and what; what is said ends where its first clause does.
_REPORTS: dict[Lang, tuple[re.Pattern[str], ...]] = {
    "fr": (
        re.compile(rf"^(?P<what>[^«\"]{{25,160}}), {_SAID_FR} (?P<who>(?!qu)[^,.;]{{4,70}})(?:[,.].*)?$"),
        re.compile(
            r"^(?:Selon|D['’]après) (?P<who>[^,]{4,70}), (?!qui\b|dont\b)(?P<what>[^,;]{25,160})(?:[,;].*)?$"
        ),
        re.compile(
            rf"^(?P<who>[A-Z][^,;«\"]{{3,60}}) (?:{_SAID_FR}|affirme|estime|indique|déclare|soutient|assure) "
            r"(?:que |qu['’])(?P<what>[^,;]{25,160})(?:[,;].*)?$"
        ),
    ),
    "en": (
        re.compile(
            r"^According to (?P<who>[^,]{4,70}), (?!who\b|which\b)(?P<what>[^,;]{25,160})(?:[,;].*)?$"
        ),
        re.compile(
            r"^(?P<who>(?!(?:It|He|She|They|This|Since|When|In|As|Though)\b)[A-Z][^,;\"]{3,60}?)(?: also)? "
            rf"{_SAID_EN} "
            r"that (?P<what>[^,;]{25,160})(?:[,;].*)?$"
        ),
    ),
}
_WHO: dict[Lang, tuple[str, ...]] = {
    "fr": (
        "Qui affirme que {} ?",
        "Qui a déclaré que {} ?",
        "Selon qui {} ?",
        "D'après qui {} ?",
        "De qui tient-on que {} ?",
        "Quelle est la source selon laquelle {} ?",
    ),
    "en": (
        "Who says that {}?",
        "Who stated that {}?",
        "Who is the source of the claim that {}?",
        "Where does it come from that {}?",
        "Which source reported that {}?",
    ),
}
_WHAT: dict[Lang, str] = {"fr": "Que dit {} ?", "en": "What does {} say?"}
# The share of sheets in which the statement stands alone beside what names its speaker, and in its place.
_BESIDE, _INSTEAD = 0.35, 0.4
# What tells that a statement was cut in the middle of a quotation.
_MARKS = frozenset('"«»“”…[]()')
_OTHERS = (1, 2, 3, 3)
_NEAREST = 8


@dataclass(frozen=True)
class _Reported:
    """A sentence that names who (`who`) says what (`what`)."""

    lang: Lang
    sentence: str
    who: str
    what: str


def attribute_sheets(asked: Sequence[Asked], pairs: Sequence[Pair], held: bool, seed: int) -> Iterator[Sheet]:
    """A sheet for each sentence that names who says something, in an order of its own."""
    rng = random.Random(seed)
    pools: dict[Lang, list[str]] = {
        "fr": [*news_sentences(pairs, held), *_sentences(asked, "fr", held)],
        "en": _sentences(asked, "en", held),
    }
    words = {text: content_words(text) for pool in pools.values() for text in pool}
    reports = [r for lang, pool in pools.items() for text in pool if (r := _reported(text, lang))]
    rng.shuffle(reports)
    for count, report in enumerate(reports):
        told = content_words(report.what)
        shared = {text: len(told & words[text]) for text in pools[report.lang] if report.what not in text}
        others = sorted(shared, key=lambda text: -shared[text])[:_NEAREST]
        excerpts = rng.sample(others, rng.choice(_OTHERS))
        bare = report.what[:1].upper() + report.what[1:].rstrip(" .") + "."
        draw = rng.random()
        if draw < _BESIDE + _INSTEAD:
            excerpts.insert(rng.randint(0, len(excerpts)), bare)
        if not _BESIDE <= draw < _BESIDE + _INSTEAD:
            excerpts.insert(rng.randint(0, len(excerpts)), report.sentence)
        number = excerpts.index(report.sentence) + 1 if report.sentence in excerpts else 0
        kind = "attributed" if number else "unattributed"
        who = rng.choice(_WHO[report.lang]).format(opened(report.what.rstrip(" .")))
        rows = [(report.lang, _elided(who), number, kind)]
        if report.who[:1].isupper():
            rows.append((report.lang, _WHAT[report.lang].format(opened(report.who)), number, kind))
        yield Sheet(f"source-{count}", report.sentence, report.lang, tuple(excerpts), tuple(rows))


def _sentences(asked: Sequence[Asked], lang: Lang, held: bool) -> list[str]:
    of = (s for a in asked if a.lang == lang and is_held(a.article) == held for s in a.sentences)
    return [" ".join(text.split()) for text in dict.fromkeys(of) if 40 < len(text) < 330]


def _elided(question: str) -> str:
    return re.sub(r"\b(qu)e (?=[aeiouyhâéèêîôÉ])", r"\1’", question)


def _reported(text: str, lang: Lang) -> _Reported | None:
    for pattern in _REPORTS[lang]:
        match = pattern.match(text)
        if match and not _MARKS & set(match["what"]):
            return _Reported(lang, text, match["who"].strip(), match["what"].strip())
    return None
