"""What the commands that answer questions need of the rest."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from qa.asker import Asker
from qa.types import AskEvent, Lang, Scope, Turn

if TYPE_CHECKING:
    from qa.index import DocumentInfo
    from qa.models.progress import PullProgress
    from qa.retrieve import Legs
    from qa.settings import Loaded


class Session(Asker, Protocol):
    """An open index with its models (`qa.api.Sourcier`)."""

    def ask_events(
        self,
        question: str,
        *,
        id: str = "",  # noqa: A002 - the Answer's word
        lang: Lang | None = None,
        history: Sequence[Turn] = (),
        scope: Scope | None = None,
        cancel: threading.Event | None = None,
    ) -> Iterator[AskEvent]: ...

    def documents(self) -> Sequence[DocumentInfo]: ...

    def document_text(self, path: str) -> str: ...

    def search_legs(self, question: str, lang: Lang) -> Legs: ...


OpenSession = Callable[["Loaded"], AbstractContextManager[Session]]


def open_sourcier(loaded: Loaded) -> AbstractContextManager[Session]:
    """Sourcier on the index and with the models of the settings; a model being pulled is told on stderr."""
    from qa.api import Sourcier
    from qa.cli.progress import sparse_lines
    from qa.cli.terminal import say

    advance = sparse_lines(say("models.pulling"), "bytes")

    def progress(state: PullProgress) -> None:
        advance(state.done, state.total, state.state)

    return Sourcier.open(loaded, on_progress=progress)
