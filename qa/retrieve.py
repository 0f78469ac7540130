"""From a question to evidence: both legs, fused, and the sentences of the best passages ranked.

A passage brings its sentences; a sentence's score is its passage's fused score plus how near the
sentence itself is to the question, so that the one sentence that matters comes before its neighbours.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from qa.fusion import fuse
from qa.models.protocols import Embedder, Vectors
from qa.segment import standalone_context
from qa.settings import RetrieveSettings
from qa.types import LANGS, Document, Evidence, Hit, Lang, Passage, Span

# Passages whose sentences are compared with the question one by one: the time to the evidence is
# nearly all spent here (about 28 ms a sentence on two cores).
_PASSAGES_IN_DETAIL = 3
# How much the sentence's own likeness counts beside its passage's; tuned on PIAF (see dev/LOG.md).
_SENTENCE_WEIGHT = 1.0
_CACHED_PASSAGES = 2000


class SearchableIndex(Protocol):
    """What retrieval needs of an index."""

    def search_dense(self, vector: Vectors, k: int) -> list[Hit]: ...

    def search_lexical(self, question: str, langs: Sequence[Lang], k: int) -> list[Hit]: ...

    def document(self, path: str) -> StoredText: ...


class StoredText(Protocol):
    """A document as indexed, with its sentences."""

    @property
    def document(self) -> Document: ...

    @property
    def sentences(self) -> tuple[Span, ...]: ...


@dataclass(slots=True)
class SentenceVectors:
    """Vectors of the sentences of passages seen lately, by passage id: the only state retrieval keeps."""

    vectors: OrderedDict[str, Vectors] = field(default_factory=OrderedDict)

    def of(self, passages: Sequence[tuple[Passage, list[str]]], embedder: Embedder) -> list[Vectors]:
        """One (n, dimension) array a passage, embedding in one batch only what is not known yet."""
        missing = [(p, texts) for p, texts in passages if p.id not in self.vectors]
        if missing:
            flat = embedder.embed_passages([text for _, texts in missing for text in texts])
            ends = np.cumsum([len(texts) for _, texts in missing])
            for (passage, _), block in zip(missing, np.split(flat, ends[:-1]), strict=True):
                self.vectors[passage.id] = block
        found = [self.vectors[p.id] for p, _ in passages]
        while len(self.vectors) > _CACHED_PASSAGES:
            self.vectors.popitem(last=False)
        return found


def retrieve(
    question: str,
    index: SearchableIndex,
    embedder: Embedder,
    settings: RetrieveSettings,
    cache: SentenceVectors,
) -> tuple[Evidence, ...]:
    """The sentences nearest to `question`, best first, at most `settings.evidence`.

    The lexical leg is asked in both languages, since documents of both may be mixed; the dense leg
    crosses them. An index without passages gives an empty tuple.
    """
    vector = embedder.embed_queries([question])[0]
    dense = index.search_dense(vector, settings.passages)
    lexical = index.search_lexical(question, LANGS, settings.passages)
    fused = fuse(dense, lexical)
    scored = _score_sentences(fused[:_PASSAGES_IN_DETAIL], vector, index, embedder, cache)
    # Passages beyond those in detail follow, whole, in their own order.
    floor = min((score for *_, score in scored), default=0.0)
    for rank, (passage, scores) in enumerate(fused[_PASSAGES_IN_DETAIL:], 1):
        if len(scored) >= settings.evidence:
            break
        scored += [(passage, span, scores, floor - rank) for span in passage.sentences]
    scored.sort(key=lambda item: -item[3])
    return tuple(
        _to_evidence(index.document(passage.doc), span, scores | {"sentence": score})
        for passage, span, scores, score in scored[: settings.evidence]
    )


_Scored = tuple[Passage, Span, dict[str, float], float]


def _score_sentences(
    fused: Sequence[tuple[Passage, dict[str, float]]],
    vector: Vectors,
    index: SearchableIndex,
    embedder: Embedder,
    cache: SentenceVectors,
) -> list[_Scored]:
    # "It was finished in 1611" is like nothing that is asked of a lighthouse: it counts with its context.
    texts = [(p, [_context(index.document(p.doc), s)[1] for s in p.sentences]) for p, _ in fused]
    scored: list[_Scored] = []
    for (passage, scores), block in zip(fused, cache.of(texts, embedder), strict=True):
        likeness = block @ vector
        for span, similarity in zip(passage.sentences, likeness, strict=True):
            scored.append((passage, span, scores, scores["fused"] + _SENTENCE_WEIGHT * float(similarity)))
    return scored


def _context(stored: StoredText, span: Span) -> tuple[Span, str]:
    text = stored.document.text
    context = standalone_context(text, stored.sentences, stored.sentences.index(span))
    return context, text[context.start : context.end]


def _to_evidence(stored: StoredText, span: Span, scores: dict[str, float]) -> Evidence:
    document = stored.document
    context, context_text = _context(stored, span)
    return Evidence(
        doc=document.path,
        title=document.title,
        date=document.date,
        lang=document.lang,
        start=span.start,
        end=span.end,
        text=document.text[span.start : span.end],
        context=context,
        context_text=context_text,
        scores=scores,
        source=document.source,
        page=document.page_at(span.start),
    )
