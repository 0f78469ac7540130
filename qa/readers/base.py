"""What every format's reader takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from qa.types import Span


class Limits(Protocol):
    """The limits of one file; `qa.settings.CorpusSettings` is one."""

    @property
    def max_file_mb(self) -> float: ...

    @property
    def max_pages(self) -> int: ...

    @property
    def read_timeout_s(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Content:
    """What a file says: its text, and what it says about itself (None where it does not).

    `date` and `lang` are as they stand in the file, not yet normalised or checked. `pages` are
    ranges of `text`, one a page, for paged formats.
    """

    text: str
    title: str | None = None
    date: str | None = None
    lang: str | None = None
    source: str | None = None
    pages: tuple[Span, ...] = ()
