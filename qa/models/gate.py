"""Waiting for the model: one call at a time, in order of arrival; and the time limits of a call."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TypeVar

from qa.errors import Cancelled, ModelTimeout

T = TypeVar("T")

POLL_S = 0.05  # how often a waiting call looks at its `cancel`


def check_cancelled(cancel: threading.Event | None) -> None:
    """Raise Cancelled once `cancel` is set."""
    if cancel is not None and cancel.is_set():
        raise Cancelled("Stopped.")


class Gate:
    """Lets one call through at a time, first come first served.

    `leave` may be called by another thread than the one that entered: a stopped generation frees the
    model only when the engine has let go of it.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._waiting: deque[object] = deque()

    def enter(self, cancel: threading.Event | None = None) -> None:
        """Wait for our turn; raises Cancelled (and gives the place up) once `cancel` is set."""
        ticket = object()
        with self._condition:
            self._waiting.append(ticket)
            while self._waiting[0] is not ticket:
                self._condition.wait(POLL_S)
                if cancel is not None and cancel.is_set():
                    self._waiting.remove(ticket)
                    self._condition.notify_all()
                    raise Cancelled("Stopped.")

    def leave(self) -> None:
        """End our turn."""
        with self._condition:
            self._waiting.popleft()
            self._condition.notify_all()


@dataclass(slots=True)
class Limits:
    """The time limits of one call, counted from `started` (seconds of `time.monotonic`)."""

    first_token_s: float
    total_s: float
    started: float
    first_token_seen: bool = False

    @classmethod
    def start(cls, first_token_s: float, total_s: float) -> Limits:
        return cls(first_token_s, total_s, time.monotonic())

    @property
    def left_s(self) -> float:
        """Seconds until the limit that holds now; negative once it has passed."""
        limit = self.total_s if self.first_token_seen else min(self.first_token_s, self.total_s)
        return self.started + limit - time.monotonic()

    def check(self, model: str) -> None:
        """Raise ModelTimeout where the limit that holds now has passed."""
        if self.left_s > 0:
            return
        if self.first_token_seen or self.total_s <= self.first_token_s:
            raise ModelTimeout(
                f"{model} did not finish within {self.total_s:g} s.",
                "Ask for less, or raise `llm.total_s`.",
            )
        raise ModelTimeout(
            f"{model} wrote nothing within {self.first_token_s:g} s.",
            "Raise `llm.first_token_s`, or use a smaller model or shorter excerpts.",
        )


def follow(
    pieces: SimpleQueue[T | None], limits: Limits, cancel: threading.Event | None, model: str
) -> Iterator[T]:
    """What another thread puts in the queue, until its None; `cancel` and the limits hold meanwhile."""
    while True:
        check_cancelled(cancel)
        limits.check(model)
        try:
            piece = pieces.get(timeout=POLL_S)
        except Empty:
            continue
        if piece is None:
            return
        yield piece
