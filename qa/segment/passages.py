"""Passages: what is embedded and stored."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right

from qa.segment.sentences import split_sentences
from qa.types import Document, Passage, Span

# Part of the index's fingerprint: raise it whenever the same Document would give other passages.
SEGMENTER_VERSION = 3

# Characters of one passage. Small ones are read faster by a small model and retrieve more sharply.
PASSAGE_CHARS = 450

_HEADING_CHARS = 120
_ENDED = re.compile(r"[.!?…;,][»”\"’')\]\s]*$")


def make_passages(document: Document) -> tuple[Passage, ...]:
    """Consecutive sentences up to about `PASSAGE_CHARS`, without overlap.

    No sentence is split; a heading goes with what follows it. All sentences of a passage begin on the
    same page, so that the passage's page is theirs.
    """
    text = document.text
    ends = [page.end for page in document.pages]
    groups: list[list[Span]] = []
    page = 0
    for sentence in split_sentences(text, document.lang):
        before, page = page, bisect_right(ends, sentence.start)
        if groups and page == before and sentence.end - groups[-1][0].start <= PASSAGE_CHARS:
            groups[-1].append(sentence)
            continue
        carried: list[Span] = []
        while groups and page == before and len(groups[-1]) > 1 and _is_heading(text, groups[-1][-1]):
            carried.insert(0, groups[-1].pop())
        groups.append([*carried, sentence])
    return tuple(_make_passage(document, tuple(group)) for group in groups)


def _is_heading(text: str, sentence: Span) -> bool:
    """A short line of its own without final punctuation; a lead-in (`…:`) counts too."""
    line = text[sentence.start : sentence.end]
    rest = text[sentence.end : sentence.end + 20].lstrip(" \t\r")
    return len(line) <= _HEADING_CHARS and rest.startswith("\n") and not _ENDED.search(line)


def _make_passage(document: Document, sentences: tuple[Span, ...]) -> Passage:
    start, end = sentences[0].start, sentences[-1].end
    text = document.text[start:end]
    key = "\0".join((document.path, document.sha256, str(start), str(end), text))
    identity = hashlib.sha256(key.encode("utf-8")).hexdigest()[:32]
    return Passage(identity, document.path, start, end, text, sentences)
