"""Waiting for an answer: one question at a time, in order of arrival, and no more than a few behind it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType

from qa.errors import Busy, Cancelled
from qa.plurals import fill

_POLL_S = 0.05  # how often a waiting question looks whether it is still wanted


class Line:
    """At most `most` questions wait behind the one being answered. Safe to use from several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._changed = threading.Condition()
        self._places: list[Place] = []

    def join(self) -> Place:
        """The last place, to be left again. Raises Busy where too many are waiting."""
        with self._changed:
            if len(self._places) > self._most:
                told = "Busy: {count} {count:question is|questions are} before yours."
                raise Busy(fill(told, "en", {"count": len(self._places)}), "Ask again in a moment.")
            place = Place(self)
            self._places.append(place)
            return place

    def __len__(self) -> int:
        """Questions in the line, with the one that is being answered."""
        with self._changed:
            return len(self._places)

    def before(self, place: Place) -> int:
        """How many come before `place`; 0: it is its turn."""
        with self._changed:
            return self._places.index(place)

    def wait(self, place: Place, cancel: threading.Event, on_move: Callable[[int], None]) -> None:
        """Return when it is the turn of `place`; raises Cancelled once `cancel` is set."""
        told = -1
        while True:
            with self._changed:
                before = self._places.index(place)
                if before and before == told:
                    self._changed.wait(_POLL_S)
            if cancel.is_set():
                raise Cancelled("Stopped.")
            if not before:
                return
            if before != told:
                told = before
                on_move(before)

    def leave(self, place: Place) -> None:
        """Let the next one come; a second time does nothing."""
        with self._changed:
            if place in self._places:
                self._places.remove(place)
                self._changed.notify_all()


class Place:
    """One question's place in a line; a context manager that leaves it."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def before(self) -> int:
        """How many come before it."""
        return self._line.before(self)

    def wait(self, cancel: threading.Event, on_move: Callable[[int], None] = lambda _: None) -> None:
        """Wait for the turn; `on_move` gets how many are before, now and whenever that changes."""
        self._line.wait(self, cancel, on_move)

    def leave(self) -> None:
        self._line.leave(self)

    def __enter__(self) -> Place:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()
