"""How much around a sentence is needed to understand it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.types import Span

_MOST_BEFORE = 2
_MOST_AFTER = 2
_PARAGRAPH_CHARS = 2000  # no quotation is looked for further back
_SHORT = 30  # a shorter sentence ("Non.", "He agreed.") says little alone

# What a sentence opens with that leans on the one before. Both languages at once: quotations mix them.
_LEANING_WORDS = frozenset(
    """
    il ils elle elles lui eux ce cet cette ces c' ceci cela ça celui celui-ci celui-là celle celle-ci
    celle-là ceux ceux-ci ceux-là celles celles-ci celles-là son sa ses leur leurs
    cependant toutefois mais et donc ainsi puis ensuite enfin alors pourtant néanmoins or car aussi
    également malgré autrement auparavant finalement inversement notamment parallèlement quant
    he she they it him them this that these those his her hers its their theirs such both
    however but and so therefore moreover then thus also meanwhile instead still yet furthermore
    nevertheless nonetheless otherwise consequently hence besides similarly finally or nor
    """.split()
)
_LEANING_PHRASES = re.compile(
    r"(?:par ailleurs|par conséquent|par la suite|en outre|en effet|en revanche|en conséquence|de plus|"
    r"de même|de ce fait|dès lors|d'autre part|d'ailleurs|à l'inverse|au contraire|c'est pourquoi|"
    r"l'un|l'une|les deux|la première|le premier|la seconde|le second|la même|le même|"
    r"in addition|as a result|for example|for instance|by contrast|in contrast|on the other hand|"
    r"the latter|the former|after that|at the same time|the same)\b"
)
# Impersonal: « Il y a trois musées », "It is raining in May".
_IMPERSONAL = re.compile(r"(?:il y (?:a|avait|aura|eut)|il (?:faut|fallait|faudra|existe|pleut)|there)\b")
# Somebody speaks, and a pronoun says who.
_PRONOUN_SPEAKS = re.compile(
    r"(?:-t-|\w-)(?:il|elle|ils|elles)\b|"
    r"\b(?:he|she|they) (?:said|says|added|told|asked|wrote|explained|replied|noted|continued)\b"
)
_QUOTES = '«“"'
_OPENING = re.compile(r"[\s«“\"'‘(\[–—-]*")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*'?")
_BULLET = re.compile(r"(?:[-–—•*▪◦‣·]|\(?(?:\d{1,3}[.)]|[a-zA-Z]\)))\s")
_ENDED = re.compile(r"[.!?…][»”\"’')\]\s]*$")


def standalone_context(text: str, sentences: Sequence[Span], i: int) -> Span:
    """The range of the document's `text` around sentence `i` with just enough of its neighbours (at
    most two before, two after) to stand alone; the sentence itself where it does.

    `sentences` are consecutive sentences of the text, in order.
    """
    first = last = i
    while last + 1 < len(sentences) and last - i < _MOST_AFTER and _quote_goes_on(text, sentences, i, last):
        last += 1
    while first > 0 and i - first < _MOST_BEFORE:
        end = sentences[last].end if first == i else sentences[first].end
        if not _leans(text, sentences, first, end):
            break
        first -= 1
    return Span(sentences[first].start, sentences[last].end)


def _leans(text: str, sentences: Sequence[Span], i: int, end: int) -> bool:
    """Whether sentence `i`, read up to `end`, needs the one before it."""
    sentence = text[sentences[i].start : end]
    before = text[sentences[i - 1].start : sentences[i - 1].end]
    if _BULLET.match(sentence):
        return not _ENDED.search(before) or bool(_BULLET.match(before))
    ended = bool(_ENDED.search(sentence))
    if not ended and "\n" in text[sentences[i - 1].end : sentences[i].start]:
        return False  # a heading or a caption
    bare = sentence[_OPENING.match(sentence).end() :].lower().replace("’", "'")  # type: ignore[union-attr]
    if not bare or sentence[0].islower() or (len(sentence) < _SHORT and ended):
        return True
    if _in_quote(text, sentences, i) or _is_only_quote(sentence):
        return True
    if sentence[0] in _QUOTES and _PRONOUN_SPEAKS.search(bare):
        return True
    if _IMPERSONAL.match(bare):
        return False
    word = _WORD.match(bare)
    return bool(_LEANING_PHRASES.match(bare)) or (word is not None and word[0] in _LEANING_WORDS)


def _is_only_quote(sentence: str) -> bool:
    """Quoted from its first to its last character: nobody is named who says it."""
    inner = sentence.rstrip(" \u00a0\u202f.,")
    pairs = {"«": "»", "“": "”", '"': '"'}
    closer = pairs.get(sentence[0])
    return closer is not None and inner.find(closer, 1) == len(inner) - 1


def _in_quote(text: str, sentences: Sequence[Span], i: int) -> bool:
    """Whether sentence `i` begins inside a quotation that a sentence before it, in its paragraph, opened."""
    first = i
    while (
        first > 0
        and "\n" not in text[sentences[first - 1].end : sentences[first].start]
        and sentences[i].start - sentences[first - 1].start < _PARAGRAPH_CHARS
    ):
        first -= 1
    opened = sentences[first].start
    return _is_open(text[opened : sentences[i].start])


def _quote_goes_on(text: str, sentences: Sequence[Span], i: int, last: int) -> bool:
    """Whether a quotation that sentence `i` opens is still open after `last`; what closes it may name
    the speaker."""
    if "\n" in text[sentences[last].end : sentences[last + 1].start]:
        return False
    start = sentences[i].start
    return text[start] in _QUOTES and _is_open(text[start : sentences[last].end])


def _is_open(part: str) -> bool:
    return part.count("«") > part.count("»") or part.count("“") > part.count("”") or part.count('"') % 2 == 1
