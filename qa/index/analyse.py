"""Words of a French or English text as the lexical index knows them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from qa.types import LANGS, Lang

# Numbers keep their decimals and thousands apart from words: 8,5 and 8.5 are one token each.
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_ELISION = re.compile(r"^(?:l|d|j|m|n|s|t|c|qu|jusqu|lorsqu|puisqu|quoiqu|presqu|quelqu)['’](?=\w)")
_POSSESSIVE = re.compile(r"['’]s?$")
_STOPWORDS: dict[Lang, frozenset[str]] = {
    "fr": frozenset(
        "a à ai aie as au aucun aucune aujourd aussi autre autres aux avaient avais avait avant avec "
        "avez avoir avons ayant c car ce ceci cela celle celles celui ces cet cette ceux chaque chez "
        "ci combien comme comment d dans de depuis des donc dont du elle elles en encore entre es est "
        "et étaient étais était étant été être eu eux fait faut fut hui il ils j je l la là laquelle "
        "le lequel les lesquelles lesquels leur leurs lors lui m ma mais me même mêmes mes moi moins "
        "mon n ne ni non nos notre nous on ont ou où par parce pas pendant peu peut plus pour "
        "pourquoi qu quand que quel quelle quelles quels qui quoi s sa sans se selon sera ses si sien "
        "soi soit son sont sous suis sur t ta te tel telle tes toi ton tous tout toute toutes très tu "
        "un une vers vos votre vous y".split()
    ),
    "en": frozenset(
        "a about after again all also am an and any are as at be because been before being below "
        "between both but by can could d did do does doing down during each few for from further had "
        "has have having he her here hers him himself his how i if in into is it its itself just ll "
        "me more most my no nor not of off on once only or other our out over own s same she should "
        "so some such t than that the their them then there these they this those through to too "
        "under until up very was we were what when where which while who whom whose why will with "
        "would you your".split()
    ),
}
_STEMMERS: dict[Lang, str] = {"fr": "french", "en": "english"}


def analyse(text: str, lang: Lang) -> list[str]:
    """The stems of a text's words, in order, without stopwords; accents are folded last."""
    words = []
    for match in _WORD.finditer(unicodedata.normalize("NFC", text).casefold()):
        word = match.group()
        if not word[0].isdigit():
            word = _ELISION.sub("", word) if lang == "fr" else _POSSESSIVE.sub("", word)
            if word in _STOPWORDS[lang]:
                continue
        words.append(word)
    return [_stem(word, lang) for word in words]


def analyse_question(question: str, langs: Sequence[Lang] = LANGS) -> list[str]:
    """The stems to look for in documents of these languages, each once."""
    return list(dict.fromkeys(stem for lang in langs for stem in analyse(question, lang)))


@lru_cache(maxsize=50_000)
def _stem(word: str, lang: Lang) -> str:
    return _fold(_stemmer(lang).stemWord(word))


def _fold(word: str) -> str:
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word)
    return (
        "".join(c for c in decomposed if not unicodedata.combining(c)).replace("œ", "oe").replace("æ", "ae")
    )


@cache
def _stemmer(lang: Lang) -> Any:
    import Stemmer

    return Stemmer.Stemmer(_STEMMERS[lang])
