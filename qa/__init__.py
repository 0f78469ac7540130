"""Sourcier: ask a corpus in French or English; every sentence is tied to the sentence that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.api import Sourcier
    from qa.types import Scope

__all__ = ["Scope", "Sourcier"]


def __getattr__(name: str) -> Any:
    # Imported on first use: `qa --help` must not pay for the models and the store.
    if name == "Sourcier":
        from qa.api import Sourcier

        return Sourcier
    if name == "Scope":
        from qa.types import Scope

        return Scope
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
