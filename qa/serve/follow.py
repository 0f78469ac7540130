"""Following a question that a thread answers, from an event loop; whoever stops listening stops the model."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Protocol

from qa.errors import SourcierError
from qa.serve.line import Line, Place
from qa.types import AnswerDone, AskEvent, EvidenceFound, Lang, Scope, Turn

TICK_S = 0.2  # how long a client that has gone may go unnoticed


class Asked(Protocol):
    """What answers questions (`qa.api.Sourcier`); safe to use from several threads."""

    def ask_events(
        self,
        question: str,
        *,
        id: str = "",  # noqa: A002 - the Answer's word
        lang: Lang | None = None,
        history: Sequence[Turn] = (),
        scope: Scope | None = None,
        cancel: threading.Event | None = None,
    ) -> Generator[AskEvent]: ...


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; `lang` None means: find out, `scope` None: of all documents."""

    text: str
    id: str = ""
    lang: Lang | None = None
    history: tuple[Turn, ...] = ()
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """`before` questions come before this one."""

    before: int


@dataclass(frozen=True, slots=True)
class End:
    """Nothing comes any more; `error` is why, where it is not the answer's end."""

    error: BaseException | None


Step = Waiting | AskEvent


async def follow(session: Asked, line: Line, question: Question) -> AsyncGenerator[Step | None]:
    """The steps of one answer, AnswerDone last; None where `TICK_S` passed without one.

    Raises Busy at once, and what answering raises. Closed before the end, it stops the model; the place in
    the line is free once the model has let go.
    """
    place = line.join()
    cancel = threading.Event()
    loop = asyncio.get_running_loop()
    steps: asyncio.Queue[Step | End] = asyncio.Queue()

    def put(step: Step | End) -> None:
        # A loop that has ended has no listener.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(steps.put_nowait, step)

    def answer() -> None:
        put(End(answer_in_turn(session, question, place, cancel, put)))

    threading.Thread(target=answer, name="question", daemon=True).start()
    try:
        while True:
            try:
                step = await asyncio.wait_for(steps.get(), TICK_S)
            except TimeoutError:
                yield None
                continue
            if isinstance(step, End):
                if step.error is not None:
                    raise step.error
                raise SourcierError("The question ended without an answer.", "Please report this.")
            yield step
            if isinstance(step, AnswerDone):
                return
    finally:
        cancel.set()


def answer_in_turn(
    session: Asked, question: Question, place: Place, cancel: threading.Event, put: _Put
) -> BaseException | None:
    """Hand each step to `put`, wait for the turn of `place` and leave the line; gives what it failed on.

    The line is for the language model. What is found needs none and is shown while others are before; a
    follow-up, which the model puts into words that can be searched, waits first.
    """

    def wait() -> None:
        place.wait(cancel, lambda before: put(Waiting(before)))

    events = session.ask_events(
        question.text,
        id=question.id,
        lang=question.lang,
        history=question.history,
        scope=question.scope,
        cancel=cancel,
    )
    try:
        with place, closing(events):
            if question.history:
                wait()
            elif place.before:
                put(Waiting(place.before))
            for event in events:
                put(event)
                if isinstance(event, EvidenceFound):
                    wait()
    except BaseException as error:  # noqa: BLE001 - handed over whole: whoever follows raises it
        return error
    return None


class _Put(Protocol):
    def __call__(self, step: Step, /) -> None: ...
