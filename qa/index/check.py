"""Is the index sound, and does it still hold what stands in the folder? For `qa doctor`."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from qa.errors import IndexMissing, SourcierError, StoreUnavailable, UsageError
from qa.index.documents import hash_ids
from qa.index.manifest import REBUILD, FileEntry, Manifest
from qa.index.plan import DUPLICATE, is_as_indexed
from qa.index.reader import Index, open_index
from qa.index.scan import scan_corpus
from qa.models.protocols import Embedder
from qa.settings import Loaded

# An index is made beside the old one: so many times its size must be free, and never less than this.
_COPIES = 2
_LEAST_FREE = 200_000_000


@dataclass(frozen=True, slots=True)
class IndexCheck:
    """One finding. `code` and `values` name it for a translation; `message` and `remedy` say it in English.

    The codes are `index`, `index_missing`, `index_broken`, `folder_same`, `folder_changed`,
    `folder_missing`, `files_failed`, `disk`, `disk_low`.
    """

    state: Literal["ok", "warning", "error"]
    code: str
    message: str
    remedy: str = ""
    values: Mapping[str, int | str] = field(default_factory=dict[str, "int | str"])


def check_index(loaded: Loaded, embedder: Embedder) -> tuple[IndexCheck, ...]:
    """The index, the folder that it was made of, and the disk. Raises nothing that is a finding."""
    checks = []
    try:
        with open_index(loaded, embedder) as index:
            checks.append(_check_store(index))
            manifest = index.manifest
        checks += [*_check_folder(loaded, manifest), *_check_failed(manifest)]
    except IndexMissing as error:
        checks.append(IndexCheck("warning", "index_missing", error.message, error.remedy))
    except SourcierError as error:
        checks.append(IndexCheck("error", "index_broken", error.message, error.remedy))
    checks.append(_check_disk(loaded.store_path))
    return tuple(checks)


def _check_store(index: Index) -> IndexCheck:
    if hash_ids(index.stored_ids()) != index.manifest.ids_hash:
        raise StoreUnavailable("The store does not hold the passages that were published.", REBUILD)
    documents, passages = len(index.documents()), index.passages
    message = f"{documents} documents, {passages} passages (generation {index.generation})."
    values: dict[str, int | str] = {
        "documents": documents,
        "passages": passages,
        "generation": index.generation,
    }
    return IndexCheck("ok", "index", message, values=values)


def _check_folder(loaded: Loaded, manifest: Manifest) -> list[IndexCheck]:
    remedy = "Run `qa index`."
    try:
        scan = scan_corpus([Path(root) for root in manifest.roots], loaded.store_path)
    except UsageError as error:
        return [IndexCheck("warning", "folder_missing", error.message, remedy)]
    found = {file.name: file for file in scan.files}
    new = sum(name not in manifest.files for name in found)
    missing = sum(name not in found for name in manifest.files)
    changed = sum(
        name in found and not is_as_indexed(found[name], entry, manifest.scanned_ns, loaded.settings.corpus)
        for name, entry in manifest.files.items()
    )
    values = {"new": new, "changed": changed, "missing": missing}
    if not any(values.values()):
        return [IndexCheck("ok", "folder_same", "The index holds what stands in the folder.", values=values)]
    message = f"Since the last run {new} files are new, {changed} changed, {missing} gone."
    return [IndexCheck("warning", "folder_changed", message, remedy, values)]


def _check_failed(manifest: Manifest) -> list[IndexCheck]:
    def failed(entry: FileEntry) -> bool:
        return entry.verdict is not None and entry.verdict[0] != DUPLICATE

    names = [name for name, entry in manifest.files.items() if failed(entry)]
    if not names:
        return []
    more = ", …" if len(names) > 3 else ""
    message = f"{len(names)} files could not be indexed: {', '.join(names[:3])}{more}."
    values: dict[str, int | str] = {"count": len(names), "names": ", ".join(names)}
    return [IndexCheck("warning", "files_failed", message, "`qa index` says why.", values)]


def _check_disk(store: Path) -> IndexCheck:
    existing = store
    while not existing.exists():
        existing = existing.parent
    free = shutil.disk_usage(existing).free
    size = sum(path.stat().st_size for path in store.rglob("*") if path.is_file()) if store.exists() else 0
    needed = max(_LEAST_FREE, _COPIES * size)
    values = {"free_mb": free // 1_000_000, "needed_mb": needed // 1_000_000}
    message = f"{values['free_mb']} MB free in {existing}; an index run may need {values['needed_mb']} MB."
    if free < needed:
        return IndexCheck("warning", "disk_low", message, "Free some space.", values)
    return IndexCheck("ok", "disk", message, values=values)
