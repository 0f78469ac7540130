"""Sentences of French and English text, with exact offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.segment.blocks import split_blocks
from qa.segment.words import AFTER_TIME, BEFORE_NUMBER, EITHER, INTRODUCERS, STARTERS, TITLES
from qa.types import Lang, Span

# Longer ones (tables, lists, legal text) are cut where they breathe.
MAX_SENTENCE = 600

# Final punctuation, the quotes, brackets and note marks that it closes, then white space.
_CANDIDATE = re.compile(
    r"(?<![.!?…])(?P<mark>[.!?…]++)"  # possessive: a line of dots is read once
    r"(?P<closers>(?:[ \u00a0\u202f\u2009]?»|[”’\"')\]]|\[\d{1,3}\])*+)"
    r"(?P<space>\s+|(?<=[a-zà-ÿ]{3}\.)(?=[A-ZÀ-Ý]))"  # or none: « la fin.Le début »
    r"(?=(?P<next>\S))"
)
_SAYS = re.compile(r"\w")
# What a page's export leaves before its first words: « date 2023-03 », "Published: 2023-03-02".
_DATE_LABEL = re.compile(
    r"(?P<label>(?:date|publié(?: le)?|mis à jour(?: le)?|published(?: on)?|updated(?: on)?)\s*:?\s+"
    r"\d{4}-\d\d(?:-\d\d)?)\s+(?=\S)",
    re.IGNORECASE,
)
_WORD_BEFORE = re.compile(r"[^\s«“\"(\[’'/]*$")
_WORD_AFTER = re.compile(r"[«“\"'‘(\[–—-]*\s*([^\W\d_]+['’]?)")
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?)*[^\W\d_]$")
_ROMAN = re.compile(r"[IVXLC]+\b(?!['’])")
_BREATH = (re.compile(r"[;:]\s+|\s\|\s"), re.compile(r",\s+"), re.compile(r"\s+"))


def split_sentences(text: str, lang: Lang) -> tuple[Span, ...]:
    """The sentences of `text` in order: they do not overlap, begin and end with a character that is
    not white space, and together hold every such character. None is longer than `MAX_SENTENCE`.
    """
    return tuple(
        piece
        for block in split_blocks(text)
        for sentence in _split_block(text, block, lang)
        for piece in _cut_long(text, sentence)
    )


def is_label(sentence: str) -> bool:
    """Whether a sentence is no more than the date that a page's export put before its first words."""
    label = _DATE_LABEL.match(f"{sentence} .")
    return label is not None and label.end("label") == len(sentence)


def _split_block(text: str, block: Span, lang: Lang) -> Iterator[Span]:
    start = block.start
    label = _DATE_LABEL.match(text, block.start, block.end)
    if label:
        yield Span(start, label.end("label"))
        start = label.end()
    pending: Span | None = None
    for match in _CANDIDATE.finditer(text, start, block.end):
        if not _ends_sentence(text, start, match, lang):
            continue
        if pending and not _SAYS.search(text, start, match.start()):
            pending = Span(pending.start, match.start("space"))  # « […] »: no sentence of its own
        else:
            if pending:
                yield pending
            pending = Span(start, match.start("space"))
        start = match.end()
    if pending and not _SAYS.search(text, start, block.end):
        yield Span(pending.start, block.end)
        return
    if pending:
        yield pending
    yield Span(start, block.end)


def _ends_sentence(text: str, start: int, match: re.Match[str], lang: Lang) -> bool:
    """Whether the sentence that began at `start` ends with the punctuation that `match` found."""
    following = match["next"]
    if following.islower() or following in ",;:.!?…)]»”%":
        return False
    if match["mark"] != "." or match["closers"]:
        return not _is_aside(text, start, match)
    word = _WORD_BEFORE.search(text, max(start, match.start() - 30), match.start())
    token = word[0] if word else ""
    return not token or _full_stop_ends(text, start, match, token, lang)


def _full_stop_ends(text: str, start: int, match: re.Match[str], token: str, lang: Lang) -> bool:
    """Whether the full stop after `token` (not the mark of an abbreviation alone) ends a sentence."""
    lower = token.lower()
    if token.isdigit() and match.start() - len(token) == start:
        return False  # the number of a list item
    if (token[0].isupper() and lower in TITLES[lang]) or lower in INTRODUCERS[lang]:
        return False
    if lower == "ex" and text[max(start, match.start() - 6) : match.start()].lower().startswith("p. "):
        return False
    following = match["next"]
    if lower in BEFORE_NUMBER[lang]:
        if following.isdigit():
            return False
        roman = _ROMAN.match(text, match.end())
        if roman and not (lang == "en" and roman[0] == "I"):
            return False
        if lower not in EITHER[lang] and len(token) > 1:
            return True
    after = _WORD_AFTER.match(text, match.end())
    next_word = after[1].lower().replace("’", "'") if after else ""
    starts = next_word in STARTERS[lang] or next_word.rstrip("'") in STARTERS[lang]
    if after and len(after[1]) == 1 and text.startswith(".", after.end()):
        starts = False  # another initial
    if not match["space"]:
        return starts and token.islower()
    if lower in ("a.m", "p.m"):
        return next_word not in AFTER_TIME
    if lower in EITHER[lang]:
        return starts
    if _INITIALS.match(token):
        return starts and (token in "IVX" or not _is_name(text, start, match.start() - len(token)))
    return True


def _is_name(text: str, start: int, end: int) -> bool:
    """Whether a name (a capital in mid-sentence) stands before `end`: « Jean D. Le Goff »."""
    before = text[start:end].split()[-2:]
    return len(before) == 2 and before[-1][:1].isupper()


def _is_aside(text: str, start: int, match: re.Match[str]) -> bool:
    """`(vraiment ?)`, `[…]`: the bracket that closes was opened inside the sentence, which goes on."""
    closers = match["closers"].strip()
    if not closers or closers[0] not in ")]" or match["mark"] == ".":
        return False
    opener = "(" if closers[0] == ")" else "["
    return text.rfind(opener, start, match.start()) > start


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
