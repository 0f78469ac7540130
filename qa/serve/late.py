"""A session that is opened at its first use."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from qa.errors import SourcierError


class _Closed(Protocol):
    def close(self) -> None: ...


S = TypeVar("S", bound=_Closed)


class Late(Generic[S]):
    """Opens a session when it is first asked for, and tries again the next time where that failed."""

    def __init__(self, open_session: Callable[[], S]) -> None:
        self._open = open_session
        self._lock = threading.Lock()
        self._session: S | None = None

    def opened(self) -> S:
        """The session. Raises what opening raises (SourcierError)."""
        with self._lock:
            if self._session is None:
                self._session = self._open()
            return self._session

    def begin(self) -> None:
        """Open it now, elsewhere; who asks is told of a failure."""
        threading.Thread(target=self._try, daemon=True).start()

    def close(self) -> None:
        """Close it where it was opened."""
        with self._lock:
            if self._session is not None:
                self._session.close()

    def _try(self) -> None:
        with suppress(SourcierError):
            self.opened()
