"""Sourcier inside LlamaIndex: its own router, retrievers and response types, with a model passed."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from chat_support import ANSWERS, ASK_ABSENT, ASK_BRIDGE, ASK_LOIRE, BRIDGE, DOCUMENTS, LOIRE_2
from llama_index.core import Settings
from llama_index.core.base.response.schema import AsyncStreamingResponse, Response, StreamingResponse
from llama_index.core.bridge.pydantic import Field
from llama_index.core.llms import CompletionResponse, CustomLLM, LLMMetadata
from llama_index.core.query_engine import RetrieverQueryEngine, RouterQueryEngine
from llama_index.core.response_synthesizers import get_response_synthesizer
from llama_index.core.schema import MetadataMode, QueryBundle
from llama_index.core.selectors import LLMSingleSelector
from llama_index.core.tools import QueryEngineTool
from serve_support import Model, failing, make_index, opened

from qa import Scope, Sourcier
from qa.errors import ModelUnavailable
from qa.llama import SourcierQueryEngine, SourcierRetriever
from qa.models.e5 import E5Embedder
from qa.settings import Loaded

pytestmark = pytest.mark.slow


class Chooser(CustomLLM):
    """A LlamaIndex model that always takes the second choice; `read` keeps its prompts."""

    read: list[str] = Field(default_factory=list)

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="chooser")

    def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:  # noqa: ARG002
        self.read.append(prompt)
        return CompletionResponse(text=json.dumps([{"choice": 2, "reason": "It knows the documents."}]))

    def stream_complete(self, prompt: str, formatted: bool = False, **_: Any) -> Any:
        raise NotImplementedError


@pytest.fixture(scope="module")
def embedder() -> E5Embedder:
    return E5Embedder()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, embedder: E5Embedder) -> Loaded:
    return make_index(tmp_path_factory.mktemp("project"), embedder)


@pytest.fixture(scope="module")
def sourcier(loaded: Loaded, embedder: E5Embedder) -> Iterator[Sourcier]:
    with opened(loaded, embedder) as found:
        yield found


@pytest.fixture(autouse=True)
def no_global_model() -> Iterator[None]:
    """Whoever asks for LlamaIndex's global model would be given OpenAI's: nobody may."""
    yield
    assert Settings._llm is None
    assert Settings._embed_model is None


def test_both_can_be_narrowed_to_some_documents(sourcier: Sourcier) -> None:
    scope = Scope(documents=("bridge.txt",))
    nodes = SourcierRetriever(sourcier, scope=scope).retrieve(ASK_LOIRE)
    assert {node.metadata["doc"] for node in nodes} == {"bridge.txt"}
    response = SourcierQueryEngine(sourcier, scope=scope).query(ASK_LOIRE)
    assert response.metadata is not None
    assert response.metadata["status"] == "refused"
    streamed = SourcierQueryEngine(sourcier, scope=scope, streaming=True).query(ASK_LOIRE)
    assert isinstance(streamed, StreamingResponse)
    assert "".join(streamed.response_gen) == response.metadata["answer"]
    assert (streamed.metadata or {})["scope"]["documents"] == ["bridge.txt"]


def test_the_retriever_gives_sentences_with_their_place(sourcier: Sourcier) -> None:
    nodes = SourcierRetriever(sourcier, limit=3).retrieve(ASK_BRIDGE)
    assert len(nodes) == 3
    assert [n.score for n in nodes] == sorted((n.score for n in nodes), key=lambda s: -(s or 0))
    node = next(n.node for n in nodes if n.node.get_content() == BRIDGE)
    about = node.metadata
    assert about["doc"] == "bridge.txt"
    assert DOCUMENTS["bridge.txt"][about["start"] : about["end"]] == about["quote"] == BRIDGE
    assert about["lang"] == "en"
    shown = node.get_content(MetadataMode.LLM)
    assert BRIDGE in shown
    assert "start" not in shown
    again = SourcierRetriever(sourcier).retrieve(QueryBundle(ASK_BRIDGE))
    assert node.node_id in [n.node.node_id for n in again]
    asynchronous = asyncio.run(SourcierRetriever(sourcier, limit=3).aretrieve(ASK_BRIDGE))
    assert [n.node.node_id for n in asynchronous] == [n.node.node_id for n in nodes]


def test_an_engine_of_llama_index_reads_what_the_retriever_brings(sourcier: Sourcier) -> None:
    llm = Chooser()
    engine = RetrieverQueryEngine(SourcierRetriever(sourcier, limit=3), get_response_synthesizer(llm=llm))
    response = engine.query(ASK_BRIDGE)
    assert len(response.source_nodes) == 3
    assert BRIDGE in llm.read[0]


def test_the_query_engine_answers_with_its_sources(sourcier: Sourcier) -> None:
    response = SourcierQueryEngine(sourcier).query(ASK_BRIDGE)
    assert isinstance(response, Response)
    assert str(response).startswith(BRIDGE.removesuffix(".") + " [1].")
    first = response.source_nodes[0]
    assert first.node.metadata["n"] == 1
    assert first.node.metadata["quote"] == first.node.get_content() == BRIDGE
    assert first.score is not None
    assert response.metadata is not None
    assert response.metadata["status"] == "answered"
    assert BRIDGE[:40] in response.get_formatted_sources()
    asynchronous = asyncio.run(SourcierQueryEngine(sourcier).aquery(ASK_BRIDGE))
    assert str(asynchronous) == str(response)


def test_a_refusal_has_no_sources(sourcier: Sourcier) -> None:
    response = SourcierQueryEngine(sourcier).query(ASK_ABSENT)
    assert response.source_nodes == []
    assert response.metadata is not None
    assert response.metadata["status"] == "refused"
    assert response.metadata["nearest"]


def test_a_failure_is_raised(loaded: Loaded, embedder: E5Embedder) -> None:
    error = ModelUnavailable("The model is gone.", "Start Ollama.")
    with opened(loaded, embedder, failing(error)) as session, pytest.raises(ModelUnavailable, match="Start"):
        SourcierQueryEngine(session).query(ASK_LOIRE)


def test_an_answer_is_streamed(sourcier: Sourcier) -> None:
    response = SourcierQueryEngine(sourcier, streaming=True).query(ASK_LOIRE)
    assert isinstance(response, StreamingResponse)
    pieces = list(response.response_gen)
    assert pieces[0] == LOIRE_2.removesuffix(".") + " [1]."
    assert len(pieces) >= 2
    assert response.metadata is not None
    assert "".join(pieces) == response.metadata["answer"]
    assert response.source_nodes[0].node.get_content() == LOIRE_2

    async def streamed() -> tuple[str, AsyncStreamingResponse]:
        found = await SourcierQueryEngine(sourcier, streaming=True).aquery(ASK_LOIRE)
        assert isinstance(found, AsyncStreamingResponse)
        return "".join([piece async for piece in found.response_gen]), found

    text, found = asyncio.run(streamed())
    assert text == "".join(pieces)
    assert found.source_nodes


@pytest.mark.parametrize("streaming", [False, True])
def test_it_works_in_a_router_with_a_model_passed(sourcier: Sourcier, streaming: bool) -> None:
    llm = Chooser()
    other = RetrieverQueryEngine(SourcierRetriever(sourcier, limit=1), get_response_synthesizer(llm=llm))
    router = RouterQueryEngine(
        selector=LLMSingleSelector.from_defaults(llm=llm),
        query_engine_tools=[
            QueryEngineTool.from_defaults(other, name="plain", description="Summaries"),
            QueryEngineTool.from_defaults(
                SourcierQueryEngine(sourcier, streaming=streaming), name="sourcier", description="Documents"
            ),
        ],
        llm=llm,
    )
    response = router.query(ASK_BRIDGE)
    assert "Documents" in llm.read[0]
    assert str(response).startswith(BRIDGE.removesuffix(".") + " [1].")
    assert response.metadata is not None
    assert response.metadata["selector_result"].ind == 1
    assert response.metadata["citations"][0]["quote"] == BRIDGE
    assert response.source_nodes[0].node.metadata["doc"] == "bridge.txt"


def test_an_answer_is_in_the_language_asked_for(sourcier: Sourcier) -> None:
    french = SourcierQueryEngine(sourcier).query(ASK_ABSENT)
    english = SourcierQueryEngine(sourcier, lang="en").query(ASK_ABSENT)
    assert french.metadata is not None
    assert english.metadata is not None
    assert (french.metadata["lang"], english.metadata["lang"]) == ("fr", "en")
    assert str(english) != str(french)


def test_a_refusal_is_streamed_too_and_a_failure_never_is(
    loaded: Loaded, embedder: E5Embedder, sourcier: Sourcier
) -> None:
    response = SourcierQueryEngine(sourcier, streaming=True).query(ASK_ABSENT)
    assert isinstance(response, StreamingResponse)
    assert "".join(response.response_gen) == (response.metadata or {})["answer"]
    assert (response.metadata or {})["status"] == "refused"
    assert response.source_nodes == []
    error = ModelUnavailable("The model is gone.", "Start Ollama.")
    with opened(loaded, embedder, failing(error)) as session:
        broken = SourcierQueryEngine(session, streaming=True)
        with pytest.raises(ModelUnavailable, match="Start"):
            list(broken.query(ASK_LOIRE).response_gen)  # type: ignore[union-attr]
        with pytest.raises(ModelUnavailable, match="Start"):
            asyncio.run(SourcierQueryEngine(session).aquery(ASK_LOIRE))
        # What needs no model goes on.
        assert SourcierRetriever(session).retrieve(ASK_LOIRE)


def test_whoever_stops_reading_frees_the_model(loaded: Loaded, embedder: E5Embedder) -> None:
    async def leave_a_stream(engine: SourcierQueryEngine) -> None:
        response = await engine.aquery(ASK_LOIRE)
        assert isinstance(response, AsyncStreamingResponse)
        pieces = response.response_gen
        assert LOIRE_2.removesuffix(".") in await anext(pieces)
        await pieces.aclose()

    def leave_at_once(engine: SourcierQueryEngine) -> None:
        response = engine.query(ASK_LOIRE)
        assert isinstance(response, StreamingResponse)
        assert LOIRE_2.removesuffix(".") in next(response.response_gen)
        response.response_gen.close()

    async def give_up(engine: SourcierQueryEngine, llm: Model) -> None:
        asked = asyncio.create_task(engine.aquery(ASK_LOIRE))
        assert await asyncio.to_thread(llm.writing.wait, 60)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked

    for way in ("stream", "async stream", "whole"):
        llm = Model(answers=ANSWERS, pace=threading.Semaphore(2))
        with opened(loaded, embedder, llm) as session:
            engine = SourcierQueryEngine(session, streaming=way != "whole")
            if way == "stream":
                leave_at_once(engine)
            elif way == "async stream":
                asyncio.run(leave_a_stream(engine))
            else:
                asyncio.run(give_up(engine, llm))
            assert llm.stopped.wait(30), way


def test_a_router_that_is_awaited_chooses_it_as_well(sourcier: Sourcier) -> None:
    llm = Chooser()
    other = RetrieverQueryEngine(SourcierRetriever(sourcier, limit=1), get_response_synthesizer(llm=llm))
    router = RouterQueryEngine(
        selector=LLMSingleSelector.from_defaults(llm=llm),
        query_engine_tools=[
            QueryEngineTool.from_defaults(other, name="plain", description="Summaries"),
            QueryEngineTool.from_defaults(
                SourcierQueryEngine(sourcier), name="sourcier", description="Documents"
            ),
        ],
        llm=llm,
    )
    response = asyncio.run(router.aquery(ASK_BRIDGE))
    assert str(response).startswith(BRIDGE.removesuffix(".") + " [1].")
    assert response.metadata is not None
    assert response.metadata["citations"][0]["quote"] == BRIDGE
