"""Sourcier for LlamaIndex: a retriever and a query engine, to be used wherever LlamaIndex takes one.

from qa import Sourcier
from qa.llama import SourcierQueryEngine, SourcierRetriever

with Sourcier.open() as sourcier:
    print(SourcierQueryEngine(sourcier).query("Qui a parlé ?"))
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import AsyncGenerator, Generator, Iterator, Sequence
from typing import Any, Protocol

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import AsyncStreamingResponse, Response, StreamingResponse
from llama_index.core.callbacks.base import CallbackManager
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import (
    NodeRelationship,
    NodeWithScore,
    ObjectType,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
)

from qa.draft import with_marks
from qa.errors import SourcierError
from qa.present import answer_to_json
from qa.types import Answer, AnswerDone, AskEvent, Citation, ClaimChecked, Evidence, Lang, Scope, Turn


class Session(Protocol):
    """An open index with its models (`qa.Sourcier`)."""

    def search(
        self,
        question: str,
        *,
        lang: Lang | None = None,
        scope: Scope | None = None,
        cancel: threading.Event | None = None,
    ) -> tuple[Evidence, ...]: ...

    def ask_events(
        self,
        question: str,
        *,
        id: str = "",  # noqa: A002 - the Answer's word
        lang: Lang | None = None,
        history: Sequence[Turn] = (),
        scope: Scope | None = None,
        cancel: threading.Event | None = None,
    ) -> Iterator[AskEvent]: ...


class SourcierRetriever(BaseRetriever):
    """The sentences that Sourcier would answer from, best first, one a node; no language model is asked.

    A node's text is the sentence; its metadata has `doc`, `title`, `date`, `lang`, `source`, `page` (where
    they are known), `start`, `end` and `quote`; its score is the reader's probability that it answers.
    `scope` narrows it to some of the documents.
    Raises SourcierError.
    """

    def __init__(
        self,
        sourcier: Session,
        *,
        limit: int | None = None,
        lang: Lang | None = None,
        scope: Scope | None = None,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        super().__init__(callback_manager=callback_manager)
        self._sourcier = sourcier
        self._limit = limit
        self._lang = lang
        self._scope = scope

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._sourcier.search(query_bundle.query_str, lang=self._lang, scope=self._scope)
        return [_node(item, item.text, item.scores.get("reader")) for item in found[: self._limit]]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


class SourcierQueryEngine(BaseQueryEngine):
    """Sourcier's answers as LlamaIndex responses.

    `source_nodes` are the sentences that the answer cites, in the order of their numbers (metadata `n`, and
    as `SourcierRetriever` has it); a refusal has none. `metadata` is the Answer as JSON. With `streaming` a
    StreamingResponse hands out checked sentences; nodes and metadata are there once it has ended. `scope`
    narrows it to some of the documents.
    Raises SourcierError; a failure is never an answer.
    """

    def __init__(
        self,
        sourcier: Session,
        *,
        streaming: bool = False,
        lang: Lang | None = None,
        scope: Scope | None = None,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        super().__init__(callback_manager=callback_manager)
        self._sourcier = sourcier
        self._streaming = streaming
        self._lang = lang
        self._scope = scope

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}

    def _query(self, query_bundle: QueryBundle) -> Response | StreamingResponse:
        if self._streaming:
            return self._stream(query_bundle.query_str)
        return self._whole(query_bundle.query_str)

    async def _aquery(self, query_bundle: QueryBundle) -> Response | AsyncStreamingResponse:
        if self._streaming:
            return self._astream(query_bundle.query_str)
        cancel = threading.Event()
        try:
            return await asyncio.to_thread(self._whole, query_bundle.query_str, cancel)
        finally:
            cancel.set()

    def _whole(self, question: str, cancel: threading.Event | None = None) -> Response:
        for event in self._sourcier.ask_events(question, lang=self._lang, scope=self._scope, cancel=cancel):
            if isinstance(event, AnswerDone):
                answer = event.answer
                return Response(answer.answer, _sources(answer), answer_to_json(answer))
        raise SourcierError("The question ended without an answer.", "Please report this.")

    def _stream(self, question: str) -> StreamingResponse:
        nodes: list[NodeWithScore] = []
        metadata: dict[str, Any] = {
            "question": question
        }  # not empty: a router would put another in its place
        return StreamingResponse(self._sentences(question, nodes, metadata), nodes, metadata)

    def _astream(self, question: str) -> AsyncStreamingResponse:
        nodes: list[NodeWithScore] = []
        metadata: dict[str, Any] = {"question": question}
        cancel = threading.Event()
        pieces = self._sentences(question, nodes, metadata, cancel)

        async def sentences() -> AsyncGenerator[str]:
            try:
                while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
                    yield piece
            finally:
                cancel.set()

        return AsyncStreamingResponse(sentences(), nodes, metadata)

    def _sentences(
        self,
        question: str,
        nodes: list[NodeWithScore],
        metadata: dict[str, Any],
        cancel: threading.Event | None = None,
    ) -> Generator[str]:
        """The answer's sentences as they are checked; fills `nodes` and `metadata` at the end."""
        said = ""
        for event in self._sourcier.ask_events(question, lang=self._lang, scope=self._scope, cancel=cancel):
            if isinstance(event, ClaimChecked):
                more = (" " if said else "") + with_marks(event.claim)
                said += more
                yield more
            elif isinstance(event, AnswerDone):
                nodes.extend(_sources(event.answer))
                metadata.update(answer_to_json(event.answer))
                whole = event.answer.answer
                rest = whole[len(said) :] if whole.startswith(said) else f"\n{whole}"
                if rest:
                    yield rest


def _sources(answer: Answer) -> list[NodeWithScore]:
    return [_node(c, c.quote, _score(c, answer.evidence), n=c.n) for c in answer.citations]


def _score(citation: Citation, evidence: Sequence[Evidence]) -> float | None:
    """Of the likeliest of the sentences that a citation quotes."""
    quoted = [e for e in evidence if e.doc == citation.doc and citation.start <= e.start < citation.end]
    return max((e.scores["reader"] for e in quoted if "reader" in e.scores), default=None)


def _node(item: Evidence | Citation, quote: str, score: float | None, **more: Any) -> NodeWithScore:
    metadata = {
        "doc": item.doc,
        "start": item.start,
        "end": item.end,
        "quote": quote,
        "title": item.title,
        "date": item.date,
        "lang": item.lang,
        "source": item.source,
        "page": item.page,
        **more,
    }
    known = {name: value for name, value in metadata.items() if value is not None}
    # The same sentence is the same node, wherever it comes from.
    identity = hashlib.sha256(f"{item.doc}\0{item.start}\0{item.end}\0{quote}".encode()).hexdigest()[:32]
    node = TextNode(
        id_=identity,
        text=quote,
        metadata=known,
        # To a model that reads the node only these are of use.
        excluded_llm_metadata_keys=[name for name in known if name not in ("title", "date", "source")],
        excluded_embed_metadata_keys=list(known),
        relationships={
            NodeRelationship.SOURCE: RelatedNodeInfo(node_id=item.doc, node_type=ObjectType.DOCUMENT)
        },
        start_char_idx=item.start,
        end_char_idx=item.end,
    )
    return NodeWithScore(node=node, score=score)
