"""Passages: what is embedded and stored."""

from __future__ import annotations

import hashlib

from qa.segment.sentences import split_sentences
from qa.types import Document, Passage, Span

# Part of the index's fingerprint: raise it whenever the same Document would give other passages.
SEGMENTER_VERSION = 1

# Characters of one passage. Small ones are read faster by a small model and retrieve more sharply.
PASSAGE_CHARS = 450


def make_passages(document: Document) -> tuple[Passage, ...]:
    """Consecutive sentences up to about `PASSAGE_CHARS`; no overlap, no sentence is split."""
    groups: list[list[Span]] = []
    for sentence in split_sentences(document.text, document.lang):
        if groups and sentence.end - groups[-1][0].start <= PASSAGE_CHARS:
            groups[-1].append(sentence)
        else:
            groups.append([sentence])
    return tuple(_make_passage(document, tuple(group)) for group in groups)


def _make_passage(document: Document, sentences: tuple[Span, ...]) -> Passage:
    start, end = sentences[0].start, sentences[-1].end
    text = document.text[start:end]
    key = "\0".join((document.path, document.sha256, str(start), str(end), text))
    identity = hashlib.sha256(key.encode("utf-8")).hexdigest()[:32]
    return Passage(identity, document.path, start, end, text, sentences)
