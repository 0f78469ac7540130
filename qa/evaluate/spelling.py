"""Whether two spellings are of one name: "Tolstoï" and "Tolstoy", "Poutine" and "Putin", "Chine" and "China".

Narrower than likeness: "Iran" and "Iraq", "Austria" and "Australia", "Paul" and "Paula" are two names each.
"""

from __future__ import annotations

import re

from qa.words import fold

# From a folded name to how it sounds, roughly, in either language; in order.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"tsch|tch|sch|sh|ch", "x"),
        (r"kh|ck|qu|q|c(?![eiy])", "k"),
        (r"c", "s"),
        (r"gu(?=[eiy])|gh", "g"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"dj", "j"),
        (r"ou|oo|w", "u"),
        (r"f+$", "v"),
        (r"[yï]", "i"),
        (r"z", "s"),
        (r"(.)\1+", r"\1"),
        (r"in[ea]$", "in"),
        (r"e$", "a"),
    )
)
_SHORTEST = 4


def same_name(one: str, other: str) -> bool:
    """Whether two words are one name, as the two languages may spell it; short ones must be equal."""
    one, other = fold(one), fold(other)
    if one == other:
        return True
    return min(len(one), len(other)) >= _SHORTEST and _sound(one) == _sound(other)


def _sound(name: str) -> str:
    for pattern, sound in _SOUNDS:
        name = pattern.sub(sound, name)
    return name
