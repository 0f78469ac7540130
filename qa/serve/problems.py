"""Failures as HTTP: a status, a sentence and a remedy; never an answer, never a refusal."""

from __future__ import annotations

from typing import Any

from qa.errors import (
    Busy,
    Cancelled,
    ModelError,
    ModelFailed,
    ModelTimeout,
    PromptTooLong,
    SourcierError,
    StoreError,
    UsageError,
)
from qa.present import explain
from qa.types import Lang

# The first that fits.
_STATUS: tuple[tuple[type[SourcierError], int], ...] = (
    (UsageError, 400),
    (PromptTooLong, 400),
    (Busy, 503),
    (ModelTimeout, 504),
    (ModelFailed, 502),
    (ModelError, 503),
    (StoreError, 503),
    (Cancelled, 503),
)
RETRY_S = 10  # when it is worth asking a busy server again


class Refused(UsageError):
    """A request that is not taken, with the status to say so."""

    def __init__(self, status: int, code: str, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.status = status
        self.refused_code = code


def status_of(error: SourcierError) -> int:
    """The HTTP status of a failure."""
    if isinstance(error, Refused):
        return error.status
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def headers_of(error: SourcierError) -> dict[str, str]:
    """What goes with it."""
    return {"Retry-After": str(RETRY_S)} if isinstance(error, Busy) else {}


def problem(error: SourcierError, lang: Lang = "en", *, whole: bool = False) -> dict[str, Any]:
    """`{"error": …}` as JSON; `whole`: the message holds the remedy too, for clients that show that alone.

    `type` and `param` are what clients of OpenAI's interface look for.
    """
    message, remedy = explain(error, lang)
    status = status_of(error)
    code = error.refused_code if isinstance(error, Refused) else error.code
    return {
        "error": {
            "code": code,
            "message": f"{message} {remedy}".strip() if whole else message,
            "remedy": remedy,
            "type": "invalid_request_error" if status < 500 else "server_error",
            "param": None,
        }
    }
