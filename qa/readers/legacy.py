"""Which one-byte encoding a French or English text is in.

Each encoding reads the bytes beyond ASCII as other characters; the right one reads letters where
letters stand, quotes where quotes stand. Every such byte votes with its two neighbours, so one « œ »
in a long text is enough to tell ISO 8859-15 from Windows-1252. (General detectors sample, and take
short French texts for Mac Roman or DOS ones: measured 5 to 35 % wrong on paragraphs.)
"""

from __future__ import annotations

import re
from collections import Counter

# In order of preference where the votes are equal. Windows-1252 contains what Latin-1 can print.
ENCODINGS = ("cp1252", "iso8859_15", "mac_roman", "cp850")

_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_FRENCH = frozenset("éèêëàâçùûüîïôœæÿ")
_FRENCH_CAPITALS = frozenset("ÉÈÊËÀÂÇÙÛÜÎÏÔŒÆŸ")
_FOREIGN = frozenset("áíóúñãõäößåøìòýšžÁÍÓÚÑÄÖÅØŠŽ")
_APOSTROPHES = frozenset("’‘")
_SPACES = frozenset(" \n\r\t\u00a0")
_CURRENCY = frozenset("€£")
_PUNCTUATION = frozenset("“”«»–—…°§·•©®™×²³½¼¾\u00a0")


def guess_legacy(data: bytes) -> str | None:
    """The encoding of bytes that are not Unicode; None where none of them makes sense of the bytes."""
    trigrams: Counter[bytes] = Counter()
    for match in _BEYOND_ASCII.finditer(data):
        at = match.start()
        trigrams[b" " + data[:2] if at == 0 else data[at - 1 : at + 2].ljust(3)] += 1
    scores = {
        encoding: score for encoding in ENCODINGS if (score := _score(trigrams, encoding, data)) is not None
    }
    if not scores:
        return None
    best = max(scores, key=lambda encoding: (scores[encoding], -ENCODINGS.index(encoding)))
    return best if scores[best] > 0 else None


def _score(trigrams: Counter[bytes], encoding: str, data: bytes) -> float | None:
    """Votes for an encoding; None where it cannot decode the bytes."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return sum(count * _vote(*trigram.decode(encoding)) for trigram, count in trigrams.items())


def _vote(before: str, character: str, after: str) -> float:
    """How natural a character is between its neighbours, about -6 to 3."""
    if character in _FRENCH:
        if before.isupper() and (after.isupper() or not after.isalpha()):
            return -2
        if character in "ùû" and not (before == "o" if character == "ù" else before in "aosdrcmfj"):
            return -1
        if before.isalpha() or after.isalpha():
            return 3 if character in "éèêàçœ" else 2.5
        return 2.5 if character == "à" else -1
    if character in _FRENCH_CAPITALS:
        if before.islower() or (before.isupper() and after.islower()):
            return -4
        if before.isupper() or after.isalpha():
            return 1.5
        return 0.5 if character == "À" else -2
    if character in _FOREIGN:
        if character.isupper():
            return -4 if before.islower() else 0
        return 0.5 if before.isalpha() or after.isalpha() else -3
    if character in _APOSTROPHES:
        return 2 if after.isalpha() else 0.5
    if character in _CURRENCY:
        beside = before.isdigit() or after.isdigit() or before in _SPACES
        return 2 if beside and not (before.isalpha() or after.isalpha()) else -3
    if character in _PUNCTUATION:
        return _vote_punctuation(before, character, after)
    return -6 if not character.isprintable() else -3


def _vote_punctuation(before: str, character: str, after: str) -> float:
    if character in "«“":
        return 1.5 if not before.isalnum() and after not in ".,;:!?»" else -2
    if character in "»”":
        return 1.5 if not after.isalnum() else -2
    if character == "…":
        return 1 if not after.isalpha() else -2
    if character == "\u00a0":
        return 1 if not (before.isalpha() and after.isalpha()) else 0
    if character == "°":
        return 1 if before.isdigit() or before in "nN " else -2
    if before.isalpha() and after.isalpha():
        return 1 if character in "–—" else 0 if character == "·" else -3
    return 0.5
