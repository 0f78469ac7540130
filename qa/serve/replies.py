"""Replies over HTTP: whole or as server-sent events, and the model stopped once nobody reads them."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Protocol

from fastapi import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from qa.lang import detect_lang
from qa.present import check_text
from qa.serve.follow import Asked, Question, Step
from qa.types import Answer, AnswerDone, Lang

if TYPE_CHECKING:
    from qa.index import DocumentInfo

_KEEP_ALIVE_S = 15  # proxies close what is silent for longer
_GONE = 499  # the client has; nobody reads it

Steps = AsyncGenerator[Step | None]


class Session(Asked, Protocol):
    """An open index with its models (`qa.api.Sourcier`)."""

    def documents(self) -> Sequence[DocumentInfo]: ...


def checked(question: Question) -> Question:
    """`question` itself. Raises UsageError where it holds what no UTF-8 carries."""
    check_text(question.text, "the question")
    check_text(question.id, "the id")
    for turn in question.history:
        check_text(turn.question + turn.answer, "the history")
    return question


def spoken(question: Question) -> Lang:
    """The language in which the one who asks is told of a failure."""
    return question.lang or detect_lang(question.text, default="en")


def reply(data: object) -> Response:
    """JSON in UTF-8, not escaped."""
    return Response(json.dumps(data, ensure_ascii=False), media_type="application/json")


async def answered(steps: Steps, request: Request, shape: Callable[[Answer], dict[str, Any]]) -> Response:
    """The whole reply once it is there; where the client has gone meanwhile, the model is stopped."""
    async with aclosing(steps):
        async for step in steps:
            if isinstance(step, AnswerDone):
                return reply(shape(step.answer))
            if step is None and await request.is_disconnected():
                break
    return Response(status_code=_GONE)


async def streamed(
    steps: Steps, request: Request, write: Callable[[Steps, Lang], AsyncGenerator[str]]
) -> Response:
    """The reply as server-sent events, which `write` makes of the steps.

    What fails before the first step is an HTTP error, as without a stream.
    """
    first = await anext(steps)
    written = write(_from(first, steps, request), request.state.lang)
    return _Stream(
        written,
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def event(name: str, data: object) -> str:
    """One server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


async def _from(first: Step | None, steps: Steps, request: Request) -> Steps:
    """`first` and the others, until the client has gone."""
    async with aclosing(steps):
        yield first
        async for step in steps:
            if step is None and await request.is_disconnected():
                return
            yield step


class _Stream(StreamingResponse):
    """Closes what it streams however it ends, so that the model is stopped at once."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            if isinstance(self.body_iterator, AsyncGenerator):
                await self.body_iterator.aclose()


async def kept_alive(steps: Steps) -> Steps:
    """The steps, and None where nothing has come for some seconds: a sign of life is due."""
    told = time.monotonic()
    async for step in steps:
        if step is not None or time.monotonic() - told > _KEEP_ALIVE_S:
            told = time.monotonic()
            yield step
