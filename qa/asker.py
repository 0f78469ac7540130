"""One question after another, each of which may fail alone: what batches and evaluations ask."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Protocol

from qa.errors import Cancelled, SourcierError
from qa.present import error_answer
from qa.types import Answer, Lang, Scope, Turn


class Asker(Protocol):
    """What answers the questions (`qa.api.Sourcier`)."""

    @property
    def generation(self) -> str: ...

    @property
    def llm_name(self) -> str: ...

    def ask(
        self,
        question: str,
        *,
        id: str = "",  # noqa: A002 - the Answer's word
        lang: Lang | None = None,
        history: Sequence[Turn] = (),
        scope: Scope | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer: ...


def ask_or_error(
    session: Asker,
    question: str,
    fallback: Lang,
    *,
    id: str,  # noqa: A002 - the Answer's word
    lang: Lang | None = None,
    history: Sequence[Turn] = (),
    scope: Scope | None = None,
    cancel: threading.Event | None = None,
) -> Answer:
    """The Answer; one with `status: error`, in `fallback`, where asking fails. Raises Cancelled alone."""
    try:
        return session.ask(question, id=id, lang=lang, history=history, scope=scope, cancel=cancel)
    except Cancelled:
        raise
    except SourcierError as error:
        return error_answer(id, question, fallback, error)
