"""`qa index`: make the index hold exactly what is under the paths."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from qa.errors import DiskFull, StoreError, StoreUnavailable
from qa.index import layout
from qa.index.build import ahead
from qa.index.lock import writer_lock
from qa.index.making import ByteCount, Made, Making
from qa.index.manifest import (
    FileEntry,
    Fingerprint,
    Manifest,
    check_fingerprint,
    load_manifest,
    make_fingerprint,
    save_manifest,
)
from qa.index.plan import DUPLICATE, Known, Outcome, decide
from qa.index.scan import Scan, scan_corpus
from qa.index.staging import collection_name, discard_staging, read_staging, remove_traces
from qa.index.store import drop_collections
from qa.journal import MAKE_ROOM, is_full
from qa.models.protocols import Embedder
from qa.settings import CorpusSettings, Loaded
from qa.types import FileVerdict, IndexReport


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far a run is: `done` of `total` bytes of the corpus; `file` is the one last read.

    The stages are `reading` (embedding included) and `publishing`.
    """

    stage: str
    done: int
    total: int
    file: str


@dataclass(frozen=True, slots=True)
class _Run:
    """What holds for one run; `live` is the generation that readers see now."""

    folder: Path
    url: str
    scan: Scan
    scanned_ns: int
    limits: CorpusSettings
    embedder: Embedder
    fingerprint: Fingerprint
    live: Manifest | None
    rebuild: bool
    tell: Callable[[IndexProgress], None]


def update_index(
    paths: Sequence[Path],
    loaded: Loaded,
    embedder: Embedder,
    *,
    rebuild: bool = False,
    progress: Callable[[IndexProgress], None] | None = None,
) -> IndexReport:
    """Bring the index in line with the files under `paths`; readers see the old one until the new is whole.

    With `rebuild` everything is read and embedded again. Raises UsageError for a missing path or a
    corpus without documents, IndexLocked while another process writes, IndexOutdated where the index
    was made otherwise, StoreUnavailable, and what the embedder raises. A bad file gets a verdict.
    """
    folder = loaded.store_path
    scanned_ns = time.time_ns()
    scan = scan_corpus(paths, folder)
    try:
        with writer_lock(folder):
            return _update_locked(scan, scanned_ns, loaded, embedder, rebuild, progress or (lambda _: None))
    except (OSError, sqlite3.Error) as error:
        if is_full(error):
            raise DiskFull(f"The index in {folder} cannot be written: {error}.", MAKE_ROOM) from error
        raise StoreUnavailable(
            f"The index in {folder} cannot be written: {error}.",
            "Free some space or mend its permissions; the next run goes on from here. "
            "If that is not it, `qa index --rebuild` makes it anew.",
        ) from error


def _update_locked(
    scan: Scan,
    scanned_ns: int,
    loaded: Loaded,
    embedder: Embedder,
    rebuild: bool,
    tell: Callable[[IndexProgress], None],
) -> IndexReport:
    folder, url = loaded.store_path, loaded.settings.store.url
    _finish_publication(folder)
    fingerprint = make_fingerprint(embedder, url)
    left = read_staging(folder)
    # A rebuild that was cut short is still wanted.
    rebuild = rebuild or (left is not None and left.rebuild and left.fingerprint == fingerprint)
    live = _load_live(folder, lenient=rebuild)
    if live is not None and not rebuild:
        check_fingerprint(live.fingerprint, fingerprint)
    limits = loaded.settings.corpus
    run = _Run(folder, url, scan, scanned_ns, limits, embedder, fingerprint, live, rebuild, tell)
    report = _update(run)
    _collect_garbage(folder, url)
    return report


def _update(run: _Run) -> IndexReport:
    base = None if run.rebuild else run.live
    total = sum(found.size for found in run.scan.files)
    count, latest = ByteCount(), ""

    def tell(stage: str = "reading") -> None:
        run.tell(IndexProgress(stage, count.done, total, latest))

    def embedded(passages: int) -> None:
        count.embedded(passages)
        tell()

    outcomes: list[Outcome] = []
    with Making(run.folder, run.url, run.embedder, run.fingerprint, base, run.rebuild, embedded) as making:
        known = Known(
            files=base.files if base else {},
            scanned_ns=base.scanned_ns if base else 0,
            same_limits=base is not None and base.limits == repr(run.limits),
            staged=making.staged() if _fits(run) else {},
            staged_document=making.staged_document,
        )
        with ahead(decide(run.scan.files, known, run.limits)) as reading:
            for outcome in reading:
                latest = outcome.found.name
                count.file(outcome.found.size, len(outcome.passages))
                if outcome.document is not None:
                    making.put(outcome.entry.key, outcome.document, outcome.passages)
                tell()
                outcomes.append(replace(outcome, document=None, passages=()))
        files = {outcome.found.name: outcome.entry for outcome in outcomes}
        if base is None or making.documents_put or _meaning(files) != _meaning(base.files):
            making.embed_rest()
            tell("publishing")
            wanted = {name for name, entry in files.items() if entry.verdict is None}
            made = making.finish([o.found.name for o in outcomes if o.kept], wanted)
            manifest = _make_manifest(run, files, making.generation, made)
            save_manifest(layout.staging_folder(run.folder), manifest)
        else:
            manifest = None
    if manifest is None:
        assert base is not None
        discard_staging(run.folder)
        manifest = _refresh(run, base, files)
    else:
        layout.publish(run.folder, manifest.generation)
        remove_traces(layout.generations_folder(run.folder) / manifest.generation)
    return _report(run, manifest)


def _fits(run: _Run) -> bool:
    """Whether an interrupted run left a staging folder that this run continues."""
    left = read_staging(run.folder)
    return left is not None and left.fingerprint == run.fingerprint and left.rebuild == run.rebuild


def _meaning(files: Mapping[str, FileEntry]) -> dict[str, tuple[str, object]]:
    return {name: (entry.key, entry.verdict) for name, entry in files.items()}


def _make_manifest(run: _Run, files: Mapping[str, FileEntry], generation: str, made: Made) -> Manifest:
    return Manifest(
        generation=generation,
        parent=layout.read_current(run.folder),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        scanned_ns=run.scanned_ns,
        collection=made.collection,
        fingerprint=run.fingerprint,
        roots=run.scan.roots,
        limits=repr(run.limits),
        passages=made.passages,
        ids_hash=made.ids_hash,
        dead=made.dead,
        files=files,
    )


def _refresh(run: _Run, base: Manifest, files: Mapping[str, FileEntry]) -> Manifest:
    """Remember new sizes and times of files whose content is the same, so that they are not hashed again."""
    scanned_ns = base.scanned_ns if files == base.files else run.scanned_ns
    same = replace(base, roots=run.scan.roots, limits=repr(run.limits), files=files, scanned_ns=scanned_ns)
    if same != base:
        save_manifest(layout.generations_folder(run.folder) / base.generation, same)
    return same


def _load_live(folder: Path, *, lenient: bool) -> Manifest | None:
    """The live generation's manifest; where `lenient`, a broken or outdated one counts as none."""
    name = layout.read_current(folder)
    if name is None:
        return None
    try:
        return load_manifest(layout.generations_folder(folder) / name)
    except StoreError:
        if lenient:
            return None
        raise


def _finish_publication(folder: Path) -> None:
    """Do the last steps of a run that was killed after its generation had its name."""
    live = layout.read_current(folder)
    if live is not None:
        remove_traces(layout.generations_folder(folder) / live)
    for name in layout.unused_generations(folder):
        try:
            manifest = load_manifest(layout.generations_folder(folder) / name)
        except StoreError:
            continue
        if manifest.parent == live and manifest.generation > (live or ""):
            layout.set_current(folder, name)
            remove_traces(layout.generations_folder(folder) / name)
            return


def _collect_garbage(folder: Path, url: str) -> None:
    """Remove the generations that no reader holds, and a server's collections that belong to none."""
    unused = layout.unused_generations(folder)
    for name in unused:
        layout.remove_generation(folder, name)
    if url and unused:
        left = [entry.name for entry in layout.generations_folder(folder).iterdir()]
        drop_collections(url, collection_name(folder, ""), {collection_name(folder, name) for name in left})


def _report(run: _Run, manifest: Manifest) -> IndexReport:
    old = {name: e.key for name, e in run.live.files.items() if not e.verdict} if run.live else {}
    new = {name: e.key for name, e in manifest.files.items() if not e.verdict}
    duplicates, failed = [], list(run.scan.failed)
    for name, entry in manifest.files.items():
        if entry.verdict is None:
            continue
        code, message = entry.verdict
        if code == DUPLICATE:
            duplicates.append(FileVerdict(name, code, message))
            continue
        if name in old:
            message += " What was indexed of it is removed."
        failed.append(FileVerdict(name, code, message))
    return IndexReport(
        added=tuple(name for name in new if name not in old),
        changed=tuple(name for name in new if name in old and old[name] != new[name]),
        removed=tuple(name for name in old if name not in manifest.files),
        unchanged=tuple(name for name in new if old.get(name) == new[name]),
        duplicates=tuple(duplicates),
        failed=tuple(sorted(failed, key=lambda verdict: verdict.path)),
        documents=len(new),
        passages=manifest.passages,
        generation=manifest.generation,
    )
