"""How a download tells how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class PullProgress:
    """Bytes that are there, of how many. `waiting`: another process is fetching the same file."""

    state: Literal["waiting", "fetching", "checking"]
    done: int
    total: int


OnProgress = Callable[[PullProgress], None]
