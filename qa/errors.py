"""One tree of errors; each is a sentence for a person, with what to do.

SourcierError
├── UsageError            wrong flags, settings or input files            (exit code 2)
│   └── ScopeError        the documents or dates that a question is narrowed to
├── FileError             one file of a corpus cannot be indexed
├── StoreError
│   ├── IndexMissing      there is no index yet
│   ├── IndexOutdated     made with another embedder, segmenter, metric or format
│   ├── IndexLocked       another process is writing
│   └── StoreUnavailable  the Chroma store does not answer or cannot be read
├── ModelError
│   ├── ModelMissing      weights are not there
│   ├── DigestMismatch    weights are not what they should be
│   ├── ModelUnavailable  the server does not answer, refuses or is too old
│   ├── ModelTimeout      connect, first token or total limit passed
│   ├── ModelFailed       the model's reply is broken or cut
│   └── PromptTooLong     the prompt does not fit the model's window
├── DiskFull              there is no room to write
├── Busy                  too many questions are waiting
└── Cancelled             the user stopped it
"""

from __future__ import annotations

from typing import ClassVar


class SourcierError(Exception):
    """Base of every error raised on purpose. `message` says what is wrong and where, `remedy` what to do."""

    code: ClassVar[str] = "failed"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message if not remedy else f"{message} {remedy}")
        self.message = message
        self.remedy = remedy


class UsageError(SourcierError):
    """Wrong flags, settings or input files."""

    code = "usage"
    exit_code = 2


class ScopeError(UsageError):
    """A question is narrowed to documents that there are not, or to dates that are none."""

    code = "scope"


class FileError(SourcierError):
    """One file of a corpus cannot be indexed; `reason` is a stable word for the verdict."""

    code = "file"

    def __init__(self, reason: str, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.reason = reason


class StoreError(SourcierError):
    """Something is wrong with the index as a whole."""

    code = "index"


class IndexMissing(StoreError):
    """There is no index yet."""

    code = "index_missing"


class IndexOutdated(StoreError):
    """The index was made with another embedder, segmenter, metric or format."""

    code = "index_outdated"


class IndexLocked(StoreError):
    """Another process is writing the index."""

    code = "index_locked"


class StoreUnavailable(StoreError):
    """The Chroma store does not answer or cannot be read."""

    code = "store_unavailable"


class ModelError(SourcierError):
    """A model cannot do its part."""

    code = "model"


class ModelMissing(ModelError):
    """The model's weights are not there."""

    code = "model_missing"


class DigestMismatch(ModelError):
    """A model file is not the one that was asked for."""

    code = "model_digest"


class ModelUnavailable(ModelError):
    """The model's server does not answer, refuses or is too old."""

    code = "model_unavailable"


class ModelTimeout(ModelError):
    """A time limit (connect, first token or total) passed."""

    code = "model_timeout"


class ModelFailed(ModelError):
    """The model's reply is broken or was cut off."""

    code = "model_failed"


class PromptTooLong(ModelError):
    """The prompt does not fit the model's window."""

    code = "prompt_too_long"


class DiskFull(SourcierError):
    """There is no room on the disk for what must be written."""

    code = "disk_full"


class Busy(SourcierError):
    """Too many questions are waiting for the model."""

    code = "busy"


class Cancelled(SourcierError):
    """The user stopped it."""

    code = "cancelled"
