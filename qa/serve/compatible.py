"""`/v1/chat/completions` and `/v1/models` in OpenAI's shape: for chat clients that speak it.

The answer is the text, with footnotes; the Answer itself stands beside it as `sourcier`.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from qa.errors import SourcierError, UsageError
from qa.present import answer_to_json, scope_from
from qa.serve.bodies import ChatBody, ChatMessage
from qa.serve.follow import Question, follow
from qa.serve.footnotes import remainder, shown_claim, with_footnotes, without_footnotes
from qa.serve.line import Line
from qa.serve.problems import Refused, problem
from qa.serve.replies import Session, Steps, answered, checked, kept_alive, reply, spoken, streamed
from qa.types import Answer, AnswerDone, ClaimChecked, Lang, Turn

MODEL = "sourcier"


def chat_router(session: Session, line: Line) -> APIRouter:
    """The two routes."""
    router = APIRouter(tags=["OpenAI's shape"])

    @router.get("/v1/models", summary="The one model: this corpus")
    async def models() -> Response:
        """`sourcier`, whatever language model writes behind it."""
        return reply({"object": "list", "data": [_MODEL]})

    @router.get("/v1/models/{name}", include_in_schema=False)
    async def model(name: str) -> Response:
        _check_model(name)
        return reply(_MODEL)

    @router.post("/v1/chat/completions", summary="Answer the last message of a conversation")
    async def completions(body: ChatBody, request: Request) -> Response:
        """The text is the answer with its footnotes, `sourcier` the Answer.

        Sampling parameters, tools and system messages have no effect: `ignored` names those that came.
        """
        _check_model(body.model)
        if body.n is not None and body.n != 1:
            raise UsageError(f"{body.n} answers were asked for.", "Ask for one (`n`).")
        scope = scope_from(body.documents, body.since, body.until)
        question = checked(replace(question_of(body.messages), scope=scope))
        request.state.lang = spoken(question)
        written = _Written(_ignored(body), bool(body.stream_options and body.stream_options.include_usage))
        steps = follow(session, line, question)
        if body.stream:
            return await streamed(steps, request, written.chunks)
        return await answered(steps, request, written.whole)

    return router


def question_of(messages: list[ChatMessage]) -> Question:
    """The last message as the question, those before it as the history.

    Raises UsageError where the last one is not the user's or holds more than text.
    """
    turns: list[Turn] = []
    asked = ""
    spoken_messages = [m for m in messages if m.role in ("user", "assistant")]
    if not spoken_messages or spoken_messages[-1].role != "user":
        raise UsageError("There is no question.", "The last message must be the user's.")
    for message in spoken_messages[:-1]:
        text = _text(message)
        if message.role == "user":
            asked = text
        elif asked.strip():
            turns.append(Turn(asked, without_footnotes(text)))
            asked = ""
    return Question(_text(spoken_messages[-1]), history=tuple(turns))


@dataclass(frozen=True, slots=True)
class _Written:
    """One reply; `ignored` names what had no effect."""

    ignored: list[str]
    usage: bool
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid.uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, answer: Answer) -> dict[str, Any]:
        """The reply in one piece."""
        message = {"role": "assistant", "content": with_footnotes(answer), "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {**self._head("chat.completion"), "choices": [choice], "usage": _usage(answer)} | self._beside(
            answer
        )

    async def chunks(self, steps: Steps, lang: Lang) -> AsyncGenerator[str]:
        """The reply sentence by sentence; the Answer comes with the last chunk of text."""
        yield self._chunk({"role": "assistant", "content": ""})
        shown: list[str] = []
        async with aclosing(steps), aclosing(kept_alive(steps)) as lively:
            try:
                async for step in lively:
                    if step is None:
                        yield ": \n\n"
                    elif isinstance(step, ClaimChecked):
                        said = shown_claim(step.claim)
                        yield self._chunk({"content": f" {said}" if shown else said})
                        shown.append(said)
                    elif isinstance(step, AnswerDone):
                        yield self._chunk({"content": remainder(step.answer, shown)})
                        yield self._chunk({}, "stop", self._beside(step.answer))
                        if self.usage:
                            head = self._head("chat.completion.chunk")
                            yield _data({**head, "choices": [], "usage": _usage(step.answer)})
                        yield "data: [DONE]\n\n"
            except SourcierError as error:
                yield _data(problem(error, lang, whole=True))

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": MODEL}

    def _chunk(
        self, delta: dict[str, str], finish: str | None = None, beside: dict[str, Any] | None = None
    ) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _data({**self._head("chat.completion.chunk"), "choices": [choice], **(beside or {})})

    def _beside(self, answer: Answer) -> dict[str, Any]:
        beside: dict[str, Any] = {"sourcier": answer_to_json(answer)}
        return beside | ({"ignored": self.ignored} if self.ignored else {})


_MODEL = {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}


def _check_model(name: str) -> None:
    if name != MODEL:
        raise Refused(404, "model_not_found", f"There is no model {name!r}.", f"Use `{MODEL}`.")


def _ignored(body: ChatBody) -> list[str]:
    others = {m.role for m in body.messages} - {"user", "assistant"}
    return sorted(body.model_extra or {}) + [f"messages: {role}" for role in sorted(others)]


def _text(message: ChatMessage) -> str:
    if message.content is None or isinstance(message.content, str):
        return message.content or ""
    for part in message.content:
        if part.type != "text":
            raise UsageError(f"A message holds {part.type!r}, not text.", "Send text alone.")
    return "\n".join(part.text for part in message.content)


def _usage(answer: Answer) -> dict[str, Any]:
    used = answer.usage
    return {
        "prompt_tokens": used.read,
        "completion_tokens": used.written,
        "total_tokens": used.read + used.written,
        "prompt_tokens_details": {"cached_tokens": used.cached},
    }


def _data(data: object) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
