"""The MCP server, spoken to by the SDK's own client over stdin and stdout."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from chat_support import ASK_ABSENT, ASK_BRIDGE, ASK_LOIRE, BRIDGE, DOCUMENTS
from mcp import Client, StdioServerParameters, stdio_client
from mcp.types import CallToolResult, TextContent
from serve_support import make_index

from qa.models.e5 import E5Embedder
from qa.settings import Loaded

pytestmark = pytest.mark.slow

TESTS = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return make_index(tmp_path_factory.mktemp("project"), E5Embedder())


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
