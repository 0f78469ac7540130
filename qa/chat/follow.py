"""Following a question while it is answered elsewhere, so that the page can be stopped at any moment."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Sequence
from concurrent.futures import Future
from contextlib import suppress

from qa.chat.session import Session
from qa.errors import Cancelled
from qa.types import AskEvent, Turn

TICK_S = 0.2  # how long a page may be deaf to its stop button


def follow(
    session: Session, question: str, history: Sequence[Turn], cancel: threading.Event
) -> Generator[AskEvent | None]:
    """The events of one question; None where `TICK_S` passed without one.

    Raises what answering raises, and Cancelled as soon as `cancel` is set, without waiting for the model.
    Closed before the end, it sets `cancel`: nobody waits for that answer any more.
    """
    events: queue.SimpleQueue[AskEvent] = queue.SimpleQueue()
    outcome: Future[None] = Future()
    arguments = (session, question, history, cancel, events, outcome)
    threading.Thread(target=_answer, args=arguments, name="question", daemon=True).start()
    try:
        while True:
            if cancel.is_set():
                raise Cancelled("Stopped.")
            # Looked at before the queue: what was put there before the end is still read.
            ended = outcome.done()
            with suppress(queue.Empty):
                yield events.get(block=not ended, timeout=TICK_S)
                continue
            if ended:
                outcome.result()
                return
            yield None
    finally:
        cancel.set()


def _answer(
    session: Session,
    question: str,
    history: Sequence[Turn],
    cancel: threading.Event,
    events: queue.SimpleQueue[AskEvent],
    outcome: Future[None],
) -> None:
    try:
        for event in session.ask_events(question, history=history, cancel=cancel):
            events.put(event)
    except BaseException as error:  # noqa: BLE001 - handed over whole: `outcome.result()` raises it
        outcome.set_exception(error)
    else:
        outcome.set_result(None)
