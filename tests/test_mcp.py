"""The MCP server, spoken to by the SDK's own client over stdin and stdout."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from chat_support import ASK_ABSENT, ASK_BRIDGE, ASK_HOSTILE, ASK_LOIRE, BRIDGE, DOCUMENTS
from mcp import Client, StdioServerParameters, stdio_client
from mcp.types import CallToolResult, TextContent
from mcp_server import QUEUE
from serve_support import make_index

from qa import Sourcier
from qa.models.e5 import E5Embedder
from qa.settings import Loaded

pytestmark = pytest.mark.slow

# Longer than what is read at a time.
LONG = "Le long registre " + "compte " * 4000 + "jusqu'au bout."
TESTS = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    embedder = E5Embedder()
    loaded = make_index(tmp_path_factory.mktemp("project"), embedder)
    (loaded.root / "corpus" / "long.txt").write_text(LONG, "utf-8")
    assert not Sourcier.index(loaded.root / "corpus", loaded=loaded, embedder=embedder).failed
    return loaded


def spoken(folder: Path, talk: Callable[[Client], Awaitable[None]], *command: str) -> None:
    """Have `talk` speak to a server started in `folder`."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    server = StdioServerParameters(
        command=sys.executable,
        args=list(command or (str(TESTS / "mcp_server.py"),)),
        cwd=str(folder),
        env={**environment, "PYTHONPATH": os.pathsep.join((str(TESTS), str(TESTS.parent)))},
    )

    async def run() -> None:
        with anyio.fail_after(120):
            async with Client(stdio_client(server)) as client:
                await talk(client)

    anyio.run(run)


@pytest.fixture(autouse=True)
def nothing_but_the_protocol(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The client logs a line that is not of the protocol."""
    yield
    assert not [record for record in caplog.get_records("call") if record.name == "mcp.client.stdio"]


def said(result: CallToolResult) -> str:
    return "".join(block.text for block in result.content if isinstance(block, TextContent))


def test_a_client_lists_and_calls_the_tools(loaded: Loaded) -> None:
    heard: list[str | None] = []

    async def note(_progress: float, _total: float | None, message: str | None) -> None:
        heard.append(message)

    async def talk(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"ask", "search", "read"}
        for tool in tools.values():
            assert tool.description
            assert tool.output_schema
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint

        asked = await client.call_tool("ask", {"question": ASK_BRIDGE}, progress_callback=note)
        assert not asked.is_error
        assert said(asked).startswith(BRIDGE.removesuffix(".") + " [1].")
        assert f"**Sources**\n\n- [1] “{BRIDGE}” — " in said(asked)
        answer: Any = asked.structured_content
        assert answer["status"] == "answered"
        cited = answer["citations"][0]
        assert cited["quote"] == BRIDGE
        assert "writing" in heard
        assert BRIDGE in heard

        found = await client.call_tool("search", {"query": "Forth Bridge opened", "limit": 3})
        evidence: Any = found.structured_content
        assert len(evidence["evidence"]) == 3
        assert BRIDGE in [item["text"] for item in evidence["evidence"]]
        assert BRIDGE in said(found)

        asked_of = {"query": "Forth Bridge opened", "documents": ["loire.txt"]}
        narrowed: Any = (await client.call_tool("search", asked_of)).structured_content
        assert {item["doc"] for item in narrowed["evidence"]} == {"loire.txt"}

        place = {"doc": cited["doc"], "start": cited["start"], "end": cited["end"]}
        read = await client.call_tool("read", place)
        assert said(read) == BRIDGE
        whole: Any = (await client.call_tool("read", {"doc": cited["doc"]})).structured_content
        assert whole["text"] == DOCUMENTS["bridge.txt"]
        assert (whole["start"], whole["end"], whole["length"]) == (0, len(whole["text"]), len(whole["text"]))

        refused: Any = (await client.call_tool("ask", {"question": ASK_ABSENT})).structured_content
        assert refused["status"] == "refused"
        assert refused["nearest"]

    spoken(loaded.root, talk)


def test_what_cannot_be_done_is_an_error_with_a_remedy(loaded: Loaded) -> None:
    async def talk(client: Client) -> None:
        for tool, arguments, told in (
            ("read", {"doc": "../../etc/passwd"}, "There is no document"),
            ("ask", {"question": " "}, "Write a question."),
            ("search", {"query": "pont", "limit": 0}, "limit"),
            ("ask", {"question": "Où ?", "lang": "de"}, "lang"),
            ("ask", {"question": "Où ?", "documents": ["lore.txt"]}, "Did you mean 'loire.txt'?"),
            ("search", {"query": "pont", "until": "demain"}, "is not a date"),
        ):
            result = await client.call_tool(tool, arguments)
            assert result.is_error
            assert told in said(result)

    spoken(loaded.root, talk)


def test_qa_mcp_without_an_index_says_what_to_do(tmp_path: Path) -> None:
    async def talk(client: Client) -> None:
        assert len((await client.list_tools()).tools) == 3
        result = await client.call_tool("search", {"query": "pont"})
        assert result.is_error
        assert "qa index" in said(result)

    spoken(tmp_path, talk, "-m", "qa", "mcp")


def test_a_call_that_is_given_up_frees_the_model(loaded: Loaded) -> None:
    """The next question is answered though the one before, which would never end, was not."""

    async def talk(client: Client) -> None:
        reading = anyio.Event()

        async def note(_progress: float, _total: float | None, message: str | None) -> None:
            if message == "reading":
                reading.set()

        async def ask() -> None:
            await client.call_tool("ask", {"question": ASK_LOIRE}, progress_callback=note)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask)
            await reading.wait()
            tasks.cancel_scope.cancel()
        asked = await client.call_tool("ask", {"question": ASK_BRIDGE})
        assert said(asked).startswith(BRIDGE.removesuffix("."))

    spoken(loaded.root, talk)


def test_an_answer_is_in_the_language_and_from_the_documents_asked_for(loaded: Loaded) -> None:
    async def talk(client: Client) -> None:
        french: Any = (await client.call_tool("ask", {"question": ASK_ABSENT})).structured_content
        asked = await client.call_tool("ask", {"question": ASK_ABSENT, "lang": "en"})
        english: Any = asked.structured_content
        assert (french["lang"], english["lang"]) == ("fr", "en")
        assert english["answer"] != french["answer"]
        assert "without a sure answer" in said(asked)

        narrowed = await client.call_tool("ask", {"question": ASK_BRIDGE, "documents": ["loire.txt"]})
        answer: Any = narrowed.structured_content
        assert answer["status"] == "refused"
        assert answer["scope"]["documents"] == ["loire.txt"]
        assert "narrowed to: loire.txt" in said(narrowed)
        dated: Any = (
            await client.call_tool("search", {"query": "Blinken", "since": "2023-03-02"})
        ).structured_content
        assert dated["evidence"]
        assert all(item["date"] >= "2023-03-02" for item in dated["evidence"])

    spoken(loaded.root, talk)


def test_a_long_document_is_read_piece_by_piece(loaded: Loaded) -> None:
    async def talk(client: Client) -> None:
        read, pieces = 0, []
        while True:
            result: Any = await client.call_tool("read", {"doc": "long.txt", "start": read})
            piece: Any = result.structured_content
            assert (piece["start"], piece["length"]) == (read, len(LONG))
            assert said(result) == piece["text"] == LONG[piece["start"] : piece["end"]]
            pieces.append(piece["text"])
            read = piece["end"]
            if read == piece["length"]:
                break
            assert len(piece["text"]) == 20_000
        assert len(pieces) == 2
        assert "".join(pieces) == LONG
        # Ranges that lie beyond it, or the wrong way round, are empty, not somewhere else.
        for start, end in ((len(LONG) + 5, None), (9, 3)):
            place = {"doc": "long.txt", "start": start} | ({} if end is None else {"end": end})
            nothing: Any = (await client.call_tool("read", place)).structured_content
            assert nothing["text"] == ""

    spoken(loaded.root, talk)


def test_a_failure_is_no_refusal(loaded: Loaded) -> None:
    async def talk(client: Client) -> None:
        failed = await client.call_tool("ask", {"question": ASK_HOSTILE})
        assert failed.is_error
        assert failed.structured_content is None
        assert "Ollama does not answer." in said(failed)
        assert "Start it: ollama serve" in said(failed)
        # What needs no model goes on.
        assert not (await client.call_tool("search", {"query": ASK_HOSTILE})).is_error

    spoken(loaded.root, talk)


def test_no_more_wait_than_are_meant_to(loaded: Loaded) -> None:
    async def talk(client: Client) -> None:
        under_way: set[int] = set()
        begun = anyio.Event()

        async def ask(number: int) -> None:
            async def note(_progress: float, _total: float | None, _message: str | None) -> None:
                under_way.add(number)
                if len(under_way) == QUEUE + 1:
                    begun.set()

            await client.call_tool("ask", {"question": ASK_LOIRE}, progress_callback=note)

        async with anyio.create_task_group() as tasks:
            for number in range(QUEUE + 1):
                tasks.start_soon(ask, number)
            await begun.wait()
            refused = await client.call_tool("ask", {"question": ASK_BRIDGE})
            assert refused.is_error
            assert f"{QUEUE + 1} questions are before yours" in said(refused)
            tasks.cancel_scope.cancel()
        # Those that were given up leave the line; until they have, it is full.
        while "before yours" in said(asked := await client.call_tool("ask", {"question": ASK_BRIDGE})):
            await anyio.sleep(0.1)
        assert said(asked).startswith(BRIDGE.removesuffix("."))

    spoken(loaded.root, talk)


def test_it_ends_with_its_input(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "qa", "mcp"],
        cwd=tmp_path,
        input="",
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        timeout=300,
    )
    assert (run.returncode, run.stdout) == (0, "")
    assert "Traceback" not in run.stderr
