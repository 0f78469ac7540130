"""`/v1/answers`, `/v1/documents` and `/healthz`, and how failures are told over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from qa.errors import SourcierError
from qa.present import answer_to_json, citation_to_json, evidence_to_json, scope_from
from qa.serve.bodies import PROBLEMS, AnswerReply, DocumentsReply, HealthReply, QuestionBody
from qa.serve.compatible import chat_router
from qa.serve.follow import Question, Step, Waiting, follow
from qa.serve.guard import BodyLimit
from qa.serve.line import Line
from qa.serve.page import add_page
from qa.serve.problems import Refused, headers_of, problem, status_of
from qa.serve.replies import Session, Steps, answered, checked, event, kept_alive, reply, spoken, streamed
from qa.types import AnswerDone, ClaimChecked, EvidenceFound, Lang, StageBegun, Turn

MAX_BODY = 1_000_000  # bytes of one request


def add_api(app: FastAPI, session: Session, line: Line) -> None:
    """Put the interface on `app`, which `guard.Guard` stands before: questions wait in `line`."""
    app.include_router(_router(session, line), responses=PROBLEMS)
    app.include_router(chat_router(session, line), responses=PROBLEMS)
    add_page(app)

    @app.get("/healthz", summary="Whether it can be asked", responses={200: {"model": HealthReply}})
    async def healthz() -> Response:
        documents = await asyncio.to_thread(session.documents)
        return reply({"status": "ok", "documents": len(documents), "waiting": len(line)})

    app.add_exception_handler(SourcierError, _tell)
    app.add_exception_handler(RequestValidationError, _tell_invalid)
    app.add_exception_handler(HTTPException, _tell_http)
    app.add_middleware(BodyLimit, most=MAX_BODY, path="/v1/")


def _router(session: Session, line: Line) -> APIRouter:
    router = APIRouter(tags=["Sourcier"])

    @router.post("/v1/answers", summary="Answer one question", responses={200: {"model": AnswerReply}})
    async def answers(body: QuestionBody, request: Request) -> Response:
        """The Answer; a refusal is one (`status: refused`), a failure is not."""
        history = tuple(Turn(turn.question, turn.answer) for turn in body.history)
        scope = scope_from(body.documents, body.since, body.until)
        question = checked(Question(body.question, body.id, body.lang, history, scope))
        request.state.lang = spoken(question)
        steps = follow(session, line, question)
        if body.stream:
            return await streamed(steps, request, _events)
        return await answered(steps, request, answer_to_json)

    @router.get("/v1/documents", summary="What is in the index", responses={200: {"model": DocumentsReply}})
    async def documents() -> Response:
        """Every document, by its path in the indexed folder."""
        listed = [
            {
                "doc": document.path,
                "title": document.title,
                "date": document.date,
                "lang": document.lang,
                "source": document.source,
                "sentences": document.sentences,
                "passages": document.passages,
            }
            for document in await asyncio.to_thread(session.documents)
        ]
        return reply({"documents": listed})

    return router


async def _events(steps: Steps, lang: Lang) -> AsyncGenerator[str]:
    async with aclosing(steps), aclosing(kept_alive(steps)) as lively:
        try:
            async for step in lively:
                yield ": \n\n" if step is None else _event(step)
        except SourcierError as error:
            yield event("error", problem(error, lang))


def _event(step: Step) -> str:
    match step:
        case Waiting(before):
            return event("waiting", {"before": before})
        case StageBegun(stage):
            return event("stage", {"stage": stage})
        case EvidenceFound(evidence, seconds):
            found = [evidence_to_json(item) for item in evidence]
            return event("evidence", {"evidence": found, "seconds": round(seconds, 3)})
        case ClaimChecked(claim, citations):
            said = {
                "text": claim.text,
                "verdict": claim.verdict,
                "support": claim.support,
                "citations": list(claim.citations),
            }
            return event("claim", {"claim": said, "citations": [citation_to_json(c) for c in citations]})
        case AnswerDone(answer):
            return event("answer", answer_to_json(answer))


def _is_openai(request: Request) -> bool:
    return request.url.path.startswith(("/v1/chat/", "/v1/models"))


async def _tell(request: Request, error: Exception) -> Response:
    assert isinstance(error, SourcierError)
    lang: Lang = getattr(request.state, "lang", "en")
    body = problem(error, lang, whole=_is_openai(request))
    return JSONResponse(body, status_of(error), headers_of(error))


async def _tell_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part != "body") or "the body"
    message = f"The request is wrong at `{where}`: {first['msg']}."
    return await _tell(request, Refused(422, "usage", message, "The page /docs says what is taken."))


async def _tell_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    message = f"{request.method} {request.url.path} is not here."
    return await _tell(
        request, Refused(error.status_code, "not_found", message, "The page /docs lists what is.")
    )
