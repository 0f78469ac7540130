"""French or English?"""

from __future__ import annotations

import re

from qa.types import Lang

_WORDS = re.compile(r"[a-zà-öø-ÿœ]+")
_FRENCH = frozenset(
    """
    le la les un une des du de et est il elle qui que quoi quel quelle où
    ou quand comment pourquoi combien dans sur pour avec par au aux ce cette ces son sa ses
    lui leur ne pas l d s qu n a été en y
    """.split()
)
_ENGLISH = frozenset(
    """
    the a an of and is are was were he she it who what which where when how
    why in on for with by to this that these his her their not did does do has
    have had be been at from
    """.split()
)


def detect_lang(text: str, default: Lang) -> Lang:
    """The language of a question or a document; `default` where nothing tells."""
    words = _WORDS.findall(text.lower())
    french = sum(word in _FRENCH for word in words)
    english = sum(word in _ENGLISH for word in words)
    if french == english:
        return default
    return "fr" if french > english else "en"
