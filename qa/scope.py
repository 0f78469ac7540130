"""A question put to some of the documents: what it is narrowed to, and the index as it then sees it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import Protocol

from qa.errors import ScopeError
from qa.models.protocols import Vectors
from qa.reply import Listed, ListedIndex
from qa.retrieve import SearchableIndex, StoredText
from qa.types import Filters, Hit, Lang, Scope

_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_WRITE = "Write it as 2023-03-02, 2023-03 or 2023."


class AskedIndex(SearchableIndex, ListedIndex, Protocol):
    """What answering needs of an index."""

    @property
    def langs(self) -> frozenset[Lang]: ...

    def languages(self, filters: Filters | None = None) -> dict[str, Lang]: ...

    def document(self, path: str) -> StoredText: ...


class Narrowed:
    """An index of which only the documents of a scope are seen; itself an AskedIndex.

    Raises ScopeError for a document that the index does not have.
    """

    def __init__(self, index: AskedIndex, scope: Scope) -> None:
        self._index = index
        self._only = _filters(scope)
        if scope.documents:
            _check_known(scope.documents, index)
        self._languages = index.languages(self._only)

    @property
    def langs(self) -> frozenset[Lang]:
        """The languages of its documents."""
        return frozenset(self._languages.values())

    def languages(self, filters: Filters | None = None) -> dict[str, Lang]:
        """The documents that pass, by path, each with its language."""
        return self._index.languages(self._with(filters))

    def documents(self) -> Sequence[Listed]:
        """Every document, by path."""
        return [document for document in self._index.documents() if document.path in self._languages]

    def document(self, path: str) -> StoredText:
        """One document as it was indexed."""
        return self._index.document(path)

    def search_dense(self, vector: Vectors, k: int, filters: Filters | None = None) -> list[Hit]:
        """As the index does."""
        return self._index.search_dense(vector, k, self._with(filters))

    def search_lexical(
        self, question: str, langs: Sequence[Lang], k: int, filters: Filters | None = None
    ) -> list[Hit]:
        """As the index does."""
        return self._index.search_lexical(question, langs, k, self._with(filters))

    def _with(self, filters: Filters | None) -> Filters:
        lang = filters.lang if filters is not None else None
        assert filters in (None, Filters(lang=lang)), "only a language narrows further"
        return replace(self._only, lang=lang)


def check_scope(scope: Scope | None) -> Scope | None:
    """`scope` without what says nothing (a name twice, blanks); None where nothing is left.

    Raises ScopeError for what is no date, and where `since` comes after `until`.
    """
    if scope is None:
        return None
    documents = tuple(dict.fromkeys(name for name in scope.documents if name.strip()))
    since, until = (_written(given) for given in (scope.since, scope.until))
    checked = Scope(documents, since, until)
    only = _filters(checked)
    if only.since is not None and only.until is not None and only.since > only.until:
        raise ScopeError(f"No day is after {since} and before {until}.", "Change one of the two dates.")
    return checked if checked != Scope() else None


def _written(given: str | None) -> str | None:
    """A date as it was given; None where nothing was."""
    return (given or "").strip() or None


def _filters(scope: Scope) -> Filters:
    """What the index is searched with; a shortened date stands for its first or its last day."""
    since = None if scope.since is None else _number(scope.since, "00")
    until = None if scope.until is None else _number(scope.until, "99")
    return Filters(docs=scope.documents, since=since, until=until)


def _number(written: str, rest: str) -> int:
    """2023-03 → 20230300 or 20230399, as `rest` says. Raises ScopeError where it is no date."""
    match = _ISO.fullmatch(written)
    if match is None:
        raise ScopeError(f"{written!r} is not a date.", _WRITE)
    year, month, day = match.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise ScopeError(f"There is no date {written!r}.", _WRITE) from error
    return int(f"{year}{month or rest}{day or rest}")


def _check_known(names: Sequence[str], index: AskedIndex) -> None:
    known = index.languages()
    unknown = [name for name in names if name not in known]
    if not unknown:
        return
    name = unknown[0]
    near = [path for path in known if path.endswith(f"/{name}")] or get_close_matches(name, known, 1)
    meant = (
        f"Did you mean {near[0]!r}?" if near else "Write its path in the indexed folder, as sources name it."
    )
    others = f" (nor {', '.join(map(repr, unknown[1:]))})" if len(unknown) > 1 else ""
    raise ScopeError(f"There is no document {name!r} in the index{others}.", meant)
