"""Following a question while it is answered elsewhere, so that the page can be stopped at any moment."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator

from qa.errors import Cancelled
from qa.serve.follow import Asked, End, Question, Step, answer_in_turn
from qa.serve.line import Line

TICK_S = 0.2  # how long a page may be deaf to its stop button


def follow(session: Asked, line: Line, question: Question, cancel: threading.Event) -> Generator[Step | None]:
    """The steps of one question, which waits its turn in `line`; None where `TICK_S` passed without one.

    Raises Busy at once, what answering raises, and Cancelled as soon as `cancel` is set, without waiting for
    the model. Closed before the end, it sets `cancel`: nobody waits for that answer any more. The place in
    the line is free once the model has let go.
    """
    place = line.join()
    steps: queue.SimpleQueue[Step | End] = queue.SimpleQueue()

    def answer() -> None:
        steps.put(End(answer_in_turn(session, question, place, cancel, steps.put)))

    threading.Thread(target=answer, name="question", daemon=True).start()
    try:
        while True:
            if cancel.is_set():
                raise Cancelled("Stopped.")
            try:
                step = steps.get(timeout=TICK_S)
            except queue.Empty:
                yield None
                continue
            if isinstance(step, End):
                if step.error is not None:
                    raise step.error
                return
            yield step
    finally:
        cancel.set()
