"""Words that say the opposite of each other, in both languages: no translation may say one for the other."""

from __future__ import annotations

import re
from collections.abc import Iterable

from qa.polarity import negations
from qa.types import Lang
from qa.words import fold, parts

# What a folded word begins with, one side against the other. Only words whose sense hardly depends on what
# stands around them ("plus" and "last" have two).
_PAIRS = (
    (
        "commenc debut(?!ant) demarr inaugur entam began begin begun start(?!l)",
        "arret(?!ee?s?$) cess(?!ion) termin(?!al) acheve(?!ment) stop ceas ended ending finish discontinu",
    ),
    (
        "augment hausse accroi increas grew rising risen",
        "diminu baisse recul(?!er) decreas declin fell fallen dropp",
    ),
    ("accept approuv agree approv", "refus rejet reject declin"),
    ("avant anterieur before prior", "apres posterieur after(?!noon)"),
    ("ouvr ouvert open", "ferm(?!es?$|ent|iere?s?$) clos(?!er?$|ely|est)"),
    ("naquit naiss naitre nee?s?$ born birth", "mort mour decede deces died dies dead death"),
    ("gagn remport vainc victoire victor win$ wins$ winn won$", "perd defaite lost lose losing defeat"),
    ("autoris permis permet allow permit", "interdi forbid forbad prohibit banned ban$"),
    ("achet acqui bought buys? purchas", "vend(?!red) vente sold sell sale"),
    ("nord north", "sud(?!den) south"),
    ("liber(?!te|al) relach releas freed", "emprisonn incarcer detenu imprison jail detain"),
    ("soutien souten support(?!er) favor favour", "oppos against hostile"),
    ("majorit majority", "minorit minority"),
    ("construi bati(?!ment) erig built build(?!ing) erect", "detrui demol destro demolish"),
)
# « d'après l'agence » tells no time.
_ACCORDING = re.compile(r"\bd['’]apr[èe]s\b", re.IGNORECASE)
_SIDES = tuple(tuple(re.compile(f"(?:{'|'.join(side.split())})") for side in pair) for pair in _PAIRS)


def turned_round(text: str, lang: Lang, other: str, other_lang: Lang) -> bool:
    """Whether `text` says the opposite of a word of `other` ("began", « a cessé »).

    Told where each has only one word of a pair, and not the same one. Where either denies something ("did not
    accept", « a refusé ») that is no sign.
    """
    if negations(text, lang) or negations(other, other_lang):
        return False
    said, held = _words(text), _words(other)
    for one, opposite in _SIDES:
        there = (_has(one, said), _has(opposite, said))
        if there[0] != there[1] and there == (_has(opposite, held), _has(one, held)):
            return True
    return False


def _words(text: str) -> list[str]:
    return [fold(part) for part in parts(_ACCORDING.sub(" ", text))]


def _has(side: re.Pattern[str], words: Iterable[str]) -> bool:
    return any(side.match(word) for word in words)
