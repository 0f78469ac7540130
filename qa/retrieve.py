"""From a question to candidates: both legs, fused, and the sentences of the best passages.

Which of those sentences answer is the reader's to say (see qa/weigh).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from qa.fusion import fuse
from qa.models.protocols import Embedder, Vectors
from qa.segment import is_label, standalone_context
from qa.settings import RetrieveSettings
from qa.types import LANGS, Document, Evidence, Filters, Hit, Lang, Passage, Span

# A language whose best passage is this much further from the question (cosine) than the other's does not
# hold the answer: true of each of 168 public questions put to documents in both (dev/LOG.md).
_FAR = 0.02


class SearchableIndex(Protocol):
    """What retrieval needs of an index."""

    def search_dense(self, vector: Vectors, k: int, filters: Filters | None = None) -> list[Hit]: ...

    def search_lexical(
        self, question: str, langs: Sequence[Lang], k: int, filters: Filters | None = None
    ) -> list[Hit]: ...

    def document(self, path: str) -> StoredText: ...


class StoredText(Protocol):
    """A document as indexed, with its sentences."""

    @property
    def document(self) -> Document: ...

    @property
    def sentences(self) -> tuple[Span, ...]: ...


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, and the same in other languages where that is known."""

    text: str
    lang: Lang
    translations: Mapping[Lang, str] = field(default_factory=dict[Lang, str])

    def of(self, lang: Lang) -> tuple[str, Lang]:
        """The question that documents in `lang` are asked, and its language."""
        return (self.translations[lang], lang) if lang in self.translations else (self.text, self.lang)


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that retrieval brought: its sentences in the document's order, each with the passage's
    scores: `dense` and `lexical` where that leg has it, `fused`, and `behind`, which is `fused` less that of
    the best in its language."""

    sentences: tuple[Evidence, ...]

    @property
    def lang(self) -> Lang:
        """The language of its document."""
        return self.sentences[0].lang


@dataclass(frozen=True, slots=True)
class Legs:
    """The passages that each leg of retrieval brings, best first; `fused` is both legs as one."""

    dense: tuple[Passage, ...]
    lexical: tuple[Passage, ...]
    fused: tuple[Passage, ...]


def retrieve(
    query: Query, index: SearchableIndex, embedder: Embedder, settings: RetrieveSettings
) -> tuple[Found, ...]:
    """The passages nearest to the question, best first, about `settings.read` of them.

    Each language of the corpus is searched apart: an embedder holds any text in the question's language for
    nearer than the right one in the other. Where the best of one is far behind the other's it is left out;
    else two thirds of `settings.read` are taken in each. An index without passages gives an empty tuple.
    """
    ranked = _near(_ranked(query, index, embedder, settings))
    most = settings.read if len(ranked) == 1 else -(-2 * settings.read // 3)
    kept = _merged(found[:most] for found in ranked)
    read = [(index.document(passage.doc), passage, scores) for passage, scores in kept]
    brought = (
        Found(tuple(to_evidence(stored, span, scores) for span in passage.sentences if says(stored, span)))
        for stored, passage, scores in read
    )
    return tuple(one for one in brought if one.sentences)


def search_legs(query: Query, index: SearchableIndex, embedder: Embedder, settings: RetrieveSettings) -> Legs:
    """What each leg brings for the question by itself, and the order in which `retrieve` has them together.

    For measuring: at most `settings.passages` of each leg and language, none of them left out for `read`.
    """
    ranked = _ranked(query, index, embedder, settings)
    every = [one for found in ranked for one in found]

    def of(leg: str) -> tuple[Passage, ...]:
        brought = [(passage, scores[leg]) for passage, scores in every if leg in scores]
        return tuple(passage for passage, _ in sorted(brought, key=lambda one: (-one[1], one[0].id)))

    return Legs(of("dense"), of("lexical"), tuple(passage for passage, _ in _merged(_near(ranked))))


_Ranked = list[tuple[Passage, dict[str, float]]]
"""Passages in one language, best first, with their scores."""


def _ranked(
    query: Query, index: SearchableIndex, embedder: Embedder, settings: RetrieveSettings
) -> list[_Ranked]:
    """Both legs fused, in each language that has a passage."""
    ranked: list[_Ranked] = []
    for lang in LANGS:
        only = Filters(lang=lang)
        question = query.of(lang)[0]
        vector = embedder.embed_queries([question])[0]
        dense = index.search_dense(vector, settings.passages, only)
        found = fuse(dense, index.search_lexical(question, (lang,), settings.passages, only))
        if found:
            best = found[0][1]["fused"]
            ranked.append([(p, scores | {"behind": scores["fused"] - best}) for p, scores in found])
    return ranked


def _near(ranked: Sequence[_Ranked]) -> list[_Ranked]:
    """Without a language that is far behind."""
    nearest = [max(scores.get("dense", 0.0) for _, scores in found) for found in ranked]
    return [found for found, best in zip(ranked, nearest, strict=True) if best >= max(nearest) - _FAR]


def _merged(ranked: Iterable[_Ranked]) -> _Ranked:
    """The passages of all languages as one list."""
    return sorted((one for found in ranked for one in found), key=lambda one: -one[1]["behind"])


def says(stored: StoredText, span: Span) -> bool:
    """Whether a sentence of a document says anything: a date that stands before its first words does not."""
    return not is_label(stored.document.text[span.start : span.end])


def to_evidence(stored: StoredText, span: Span, scores: dict[str, float]) -> Evidence:
    """A sentence of a document, `span` being one of its, with what it needs around it."""
    document = stored.document
    context = standalone_context(document.text, stored.sentences, stored.sentences.index(span))
    return Evidence(
        doc=document.path,
        title=document.title,
        date=document.date,
        lang=document.lang,
        start=span.start,
        end=span.end,
        text=document.text[span.start : span.end],
        context=context,
        context_text=document.text[context.start : context.end],
        scores=scores,
        source=document.source,
        page=document.page_at(span.start),
    )
