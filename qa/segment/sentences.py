"""Sentences of French and English text, with exact offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.segment.blocks import split_blocks
from qa.segment.words import BEFORE_NUMBER, EITHER, STARTERS, TITLES
from qa.types import Lang, Span

# Longer ones (tables, lists, legal text) are cut where they breathe.
MAX_SENTENCE = 600

# Final punctuation, the quotes, brackets and note marks that it closes, then white space.
_CANDIDATE = re.compile(
    r"(?P<mark>[.!?…]+)"
    r"(?P<closers>(?:[ \u00a0\u202f\u2009]?»|[”’\"')\]]|\[\d{1,3}\])*)"
    r"(?P<space>\s+)"
    r"(?=(?P<next>\S))"
)
_WORD_BEFORE = re.compile(r"[^\s«“\"(\[’'/]*$")
_WORD_AFTER = re.compile(r"[«“\"'‘(\[–—-]*\s*([^\W\d_]+)")
_INITIAL = re.compile(r"(?:[^\W\d_]\.)*(?:[^\W\d_]\.-)*[^\W\d_]$")
_BREATH = (re.compile(r"[;:]\s+|\s\|\s"), re.compile(r",\s+"), re.compile(r"\s+"))


def split_sentences(text: str, lang: Lang) -> tuple[Span, ...]:
    """The sentences of `text` in order: they do not overlap, begin and end with a character that is
    not white space, and together hold every such character. None is longer than `MAX_SENTENCE`.
    """
    return tuple(
        piece
        for block in split_blocks(text)
        for sentence in _split_block(text, block)
        for piece in _cut_long(text, sentence)
    )


def _split_block(text: str, block: Span) -> Iterator[Span]:
    start = block.start
    for match in _CANDIDATE.finditer(text, block.start, block.end):
        if _ends_sentence(text, start, match):
            yield Span(start, match.start("space"))
            start = match.end()
    yield Span(start, block.end)


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    following = match["next"]
    if following.islower() or following in ",;:.!?…)]»”%":
        return False
    mark, closers = match["mark"], match["closers"]
    if mark != "." or closers:
        return True
    word = _WORD_BEFORE.search(text, max(start, match.start() - 30), match.start())
    token = (word[0] if word else "").lower()
    if not token:
        return True
    after = _WORD_AFTER.match(text, match.end())
    next_word = after[1].lower() if after else ""
    if token in TITLES:
        return False
    if token in BEFORE_NUMBER:
        return not (following.isdigit() or following in "IVXLC")
    if token in EITHER:
        return next_word in STARTERS
    if _INITIAL.match(token):
        return next_word in STARTERS
    return not (token.isdigit() and match.start() - len(token) == start)


def _cut_long(text: str, sentence: Span) -> Iterator[Span]:
    """Cut at the last `;` or `:`, else `,`, else white space that leaves a piece of bearable length."""
    start = sentence.start
    while sentence.end - start > MAX_SENTENCE:
        limit = start + MAX_SENTENCE
        cut = next(
            (
                last
                for pattern in _BREATH
                if (last := max((m.end() for m in pattern.finditer(text, start + 80, limit)), default=0))
            ),
            limit,
        )
        yield Span(start, start + len(text[start:cut].rstrip()))
        start = cut
        while text[start].isspace():
            start += 1
    yield Span(start, sentence.end)
