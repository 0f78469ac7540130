"""Nothing of a conversation stays on the server: the page carries it, and Gradio lets go of what it showed.

Gradio would keep what every part of a page last showed, and its state, until 10,000 more pages came.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, suppress
from functools import wraps
from typing import Any

import gradio as gr
from fastapi import FastAPI

from qa.chat.layout import Parts
from qa.chat.memory import conversation_from_json, conversation_to_json

_SWEPT_S = 1.0


def with_conversation(parts: Parts, handler: Callable[..., Any], inputs: Sequence[Any]) -> dict[str, Any]:
    """`fn` and `inputs` of an event whose `handler` takes or gives a Conversation: the page has it as JSON.

    Where `parts.conversation` is not among the `inputs`, it is only given.
    """
    conversation = parts.conversation
    at = next((position for position, part in enumerate(inputs) if part is conversation), None)
    return {"fn": _carried(handler, at, conversation), "inputs": list(inputs)}


def _carried(handler: Callable[..., Any], at: int | None, conversation: gr.JSON) -> Callable[..., Any]:

    def read(values: Sequence[Any]) -> list[Any]:
        return [
            conversation_from_json(value) if position == at else value
            for position, value in enumerate(values)
        ]

    def write(updates: Any) -> Any:
        if isinstance(updates, Mapping) and conversation in updates:
            return {**updates, conversation: conversation_to_json(updates[conversation])}
        return updates

    # Gradio looks at which of the two it is, and at the signature.
    if inspect.isgeneratorfunction(handler):

        @wraps(handler)
        def stepping(*values: Any) -> Iterator[Any]:
            with closing(handler(*read(values))) as steps:
                for updates in steps:
                    yield write(updates)

        return stepping

    @wraps(handler)
    def telling(*values: Any) -> Any:
        return write(handler(*read(values)))

    return telling


def forget_closed(page: gr.Blocks) -> Callable[[gr.Request], None]:
    """What lets go of a page that was closed."""

    def forget(request: gr.Request) -> None:
        holder = page.state_holder
        with holder.lock:
            holder.session_data.pop(request.session_hash or "", None)
            holder.time_last_used.pop(request.session_hash or "", None)

    return forget


def forget_shown(app: FastAPI, page: gr.Blocks) -> None:
    """Have `app`, while it runs, let go every second of what open pages have shown and sent."""
    before = app.router.lifespan_context

    @asynccontextmanager
    async def life(running: FastAPI) -> AsyncIterator[Any]:
        async with before(running) as state:
            sweeping = asyncio.create_task(_sweep(page))
            try:
                yield state
            finally:
                sweeping.cancel()
                with suppress(asyncio.CancelledError):
                    await sweeping

    app.router.lifespan_context = life


async def _sweep(page: gr.Blocks) -> None:
    """In the loop that Gradio's own steps run in: never in the middle of one."""
    while True:
        await asyncio.sleep(_SWEPT_S)
        for session in list(page.state_holder.session_data.values()):
            session.config_values.clear()
            # The parts as laid out, not as they were changed for this page, some of them under new numbers.
            session.blocks_config.blocks = dict(page.default_config.blocks)
