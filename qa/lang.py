"""French or English? Function words tell at once; where there are none, a statistical model does."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from qa.types import LANGS, Lang
from qa.typography import QUOTED

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# English clitics ('s, n't) are taken off before words are cut at apostrophes.
_CLITIC = re.compile(r"(?:'(?:s|re|ve|ll|m|d)|s'|n't)(?![\w'])", re.IGNORECASE)
_ELIDED = re.compile(
    r"(?:\b(?:[cdjlmnst]|qu|lorsqu|puisqu|jusqu|quoiqu)'(?=\w))|-t-|\w-(?:il|elle|on|ce)s?\b"
)
_FRENCH_MARK = re.compile(r"\w\s[?!](?:\s|$)")  # « Qui ? »: French sets a space before it
_LOWER_WORD = re.compile(r"(?<![\w'’-])[^\W\d_A-ZÀ-Ý]")
_WORDS = re.compile(r"[a-zà-öø-ÿœ]+")
# Words of one language that are no word of the other; many texts come without accents.
_FRENCH = frozenset(
    """
    le la les un une des du de et est il elle ils elles qui que quoi quel quelle quels quelles où quand
    comment pourquoi combien dans sur pour avec par au aux ce cette ces cet sa ses lui leur leurs ne pas
    été ete était etait sont était ont était avait fut y en je tu nous vous mon mes votre vos notre nos
    ou mais donc car si très tres plus moins aussi même meme depuis entre chez sans sous vers selon
    parle moi dis donne explique résume resume fait dit peut doit faut sera serait être etre avoir oui
    non merci bonjour salut quelqu aujourd hui hier demain ainsi alors cela ça celui celle ceux
    lesquels laquelle lequel auquel auteur année annee ville pays premier première premiere
    """.split()
)
_ENGLISH = frozenset(
    """
    the an of and is are was were he she it they who whom whose what which where when how why in for
    with by to this that these those his her its their not did does do has have had be been at from
    there then than can could would should will shall may might must you your we our us my me i
    tell explain show give list describe summarize find yes no thanks hello please about between
    after before during into over under or but so if any some many much also other most more first
    last year city country name mean means called happened said says
    """.split()
)
# What questions turn on counts double: « A qui parle Edward Baker ? » has little else.
_ASKING = frozenset(
    """
    qui quoi quel quelle quels quelles où quand pourquoi comment combien
    who whom whose what which where when why how
    """.split()
)
_FEATURES = 2  # this many more words of one language than of the other settle it
_SURE = 0.6  # below, the model guesses


def detect_lang(text: str, default: Lang) -> Lang:
    """The language of a question or a document; `default` where nothing tells."""
    plain = text.lower().replace("’", "'")
    unquoted = QUOTED.sub(" ", plain)
    balance = _balance(unquoted) or _balance(plain)
    if abs(balance) >= _FEATURES:
        return "fr" if balance > 0 else "en"
    if not balance and not _LOWER_WORD.search(text) and not text.isupper():
        return default  # names and numbers alone
    first = next(iter(_WORDS.findall(plain)), "")
    if first in _FRENCH or first in _ENGLISH:
        return "fr" if first in _FRENCH else "en"
    if balance and len(_WORDS.findall(unquoted)) <= 3:
        return "fr" if balance > 0 else "en"
    if _FRENCH_MARK.search(plain):
        return "fr"
    return _classify(plain, default)


def _balance(text: str) -> int:
    """French function words and elisions less English ones."""
    clitics = len(_CLITIC.findall(text))
    text = _CLITIC.sub(" ", text)
    words = _WORDS.findall(text)
    french = sum(1 + (word in _ASKING) for word in words if word in _FRENCH) + len(_ELIDED.findall(text))
    return french - sum(1 + (word in _ASKING) for word in words if word in _ENGLISH) - clitics


def _classify(text: str, default: Lang) -> Lang:
    found, probability = _identifier().classify(text)
    if probability < _SURE:
        return default
    return next(lang for lang in LANGS if lang == found)


@cache
def _identifier() -> LanguageIdentifier:
    """Loading takes about 1.3 s, once a process, and only where words do not tell."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGS)
    return identifier
