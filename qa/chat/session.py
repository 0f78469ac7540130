"""What the page asks of the rest; and a session that opens when it can."""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from qa.chat.library import Library
from qa.errors import SourcierError
from qa.serve.follow import Asked
from qa.serve.late import Late
from qa.types import AskEvent, Lang, Scope, Turn

if TYPE_CHECKING:
    from qa.index import DocumentInfo


class Titled(Protocol):
    """What the page knows of a document (`qa.index.DocumentInfo`)."""

    @property
    def path(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def date(self) -> str | None: ...

    @property
    def lang(self) -> Lang: ...

    @property
    def sentences(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Extras:
    """What the page may do beside asking; None: it does not offer it.

    `feedback` is the file that readers' words on answers are appended to; `library` the folder that documents
    are added to and removed from.
    """

    feedback: Path | None = None
    library: Library | None = None


class Session(Asked, Protocol):
    """An open index with its models (`qa.api.Sourcier`)."""

    def documents(self) -> Sequence[DocumentInfo]: ...

    def document_text(self, path: str) -> str: ...

    def model_problem(self) -> SourcierError | None: ...

    def close(self) -> None: ...


class LateSession(Late[Session]):
    """A session itself: so the page is there without an index or a model, says what to do, and works once it
    is done. Every method raises what opening raises (SourcierError).
    """

    def ask_events(
        self,
        question: str,
        *,
        id: str = "",  # noqa: A002 - the Answer's word
        lang: Lang | None = None,
        history: Sequence[Turn] = (),
        scope: Scope | None = None,
        cancel: threading.Event | None = None,
    ) -> Generator[AskEvent]:
        yield from self.opened().ask_events(
            question, id=id, lang=lang, history=history, scope=scope, cancel=cancel
        )

    def documents(self) -> Sequence[DocumentInfo]:
        return self.opened().documents()

    def document_text(self, path: str) -> str:
        return self.opened().document_text(path)

    def model_problem(self) -> SourcierError | None:
        return self.opened().model_problem()
