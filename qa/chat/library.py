"""The folder of documents as the page may change it: files added and removed, the index following."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import DiskFull, SourcierError, UsageError
from qa.journal import MAKE_ROOM, is_full
from qa.readers import METADATA_NAMES, SUFFIXES
from qa.types import FileVerdict

if TYPE_CHECKING:
    from qa.index import IndexProgress
    from qa.index.manifest import Manifest
    from qa.settings import Loaded
    from qa.types import IndexReport

MOST_FILES = 50  # in one drop
_NAME = 200  # characters of a file's name


class Library:
    """One folder, the only one that is written to. Safe to use from several threads, one at a time.

    `failed` are the verdicts on files that are in the folder and not in the index.
    """

    def __init__(self, folder: Path, loaded: Loaded) -> None:
        self.folder = folder.resolve()
        self.failed = _verdicts(loaded.store_path, self.folder)
        self.max_file_mb = loaded.settings.corpus.max_file_mb
        self.max_upload_mb = loaded.settings.chat.max_upload_mb
        self._loaded = loaded
        self._lock = threading.Lock()

    def add(
        self, files: Sequence[Path], on_progress: Callable[[IndexProgress], None]
    ) -> tuple[FileVerdict, ...]:
        """Take copies of `files` in and index them; the verdicts are of those that were not.

        Raises UsageError where nothing may be changed, and what indexing raises.
        """
        with self._lock:
            self._check_index()
            refused: list[FileVerdict] = []
            for file in files[:MOST_FILES]:
                if (problem := self._take(file)) is not None:
                    refused.append(problem)
            refused += [
                FileVerdict(file.name, "too_many", f"At most {MOST_FILES} files are taken at once.")
                for file in files[MOST_FILES:]
            ]
            if len(refused) < len(files):
                self._update(on_progress)
            return (*refused, *self.failed)

    def remove(self, name: str, known: Sequence[str], on_progress: Callable[[IndexProgress], None]) -> None:
        """Delete the file `name`, one of the `known` documents or of those with a verdict, and index again.

        Raises UsageError where it is neither, stands elsewhere or is the last; and what indexing raises.
        """
        with self._lock:
            self._check_index()
            if name not in known and all(name != verdict.path for verdict in self.failed):
                raise UsageError(f"There is no document {name!r}.", "Look at the list again.")
            if [name] == list(known):
                raise UsageError(
                    f"{name!r} is the only document.", "Add another one first: an index holds at least one."
                )
            path = self.folder / name
            if path.is_symlink() or not path.resolve().is_relative_to(self.folder):
                raise UsageError(f"{name!r} stands outside the folder.", "Remove it where it is.")
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise _cannot(path.name, error) from error
            self._update(on_progress)

    def _take(self, file: Path) -> FileVerdict | None:
        """Copy one file; why not, where it is not taken."""
        name = file.name
        limit = self.max_file_mb
        problem: tuple[str, str] | None = None
        if name.startswith(".") or len(name) > _NAME or not name.isprintable() or name in METADATA_NAMES:
            problem = "name", "Such a name is not taken."
        elif file.suffix.lower() not in SUFFIXES:
            problem = "format", f"Only {', '.join(sorted(SUFFIXES))} are read."
        elif file.stat().st_size > limit * 1_000_000:
            problem = "too_large", f"It is larger than {limit:g} MB (setting `corpus.max_file_mb`)."
        if problem is not None:
            return FileVerdict(name, *problem)
        target = self.folder / name
        try:
            with target.open("xb") as copy:
                copy.write(file.read_bytes())
        except FileExistsError:
            return FileVerdict(name, "exists", "A file of this name is there already; remove it first.")
        except OSError as error:
            target.unlink(missing_ok=True)
            raise _cannot(name, error) from error
        return None

    def _update(self, on_progress: Callable[[IndexProgress], None]) -> None:
        from qa.api import Sourcier

        report: IndexReport = Sourcier.index(self.folder, loaded=self._loaded, on_progress=on_progress)
        self.failed = (*report.failed, *report.duplicates)

    def _check_index(self) -> None:
        """Indexing this folder must not let go of what was indexed from elsewhere."""
        roots = _roots(self._loaded.store_path)
        if roots and roots != (str(self.folder),):
            raise UsageError(
                "The index was made of other folders than the one of the settings.",
                f"Run `qa index {self.folder}` first, or name its folder in `corpus.paths`.",
            )


def open_library(loaded: Loaded) -> Library | None:
    """The folder that the settings let the page change; None where they do not.

    Raises UsageError where they do and name no folder, or more than one.
    """
    if not loaded.settings.chat.documents:
        return None
    paths = loaded.corpus_paths
    if len(paths) != 1 or not paths[0].is_dir():
        raise UsageError(
            "`chat.documents` lets the page change one folder, and `corpus.paths` does not name one.",
            "Name an existing folder in `corpus.paths`.",
        )
    return Library(paths[0], loaded)


def _verdicts(store: Path, folder: Path) -> tuple[FileVerdict, ...]:
    """What the index says of the files that it could not take, where it was made of this folder."""
    try:
        manifest = _manifest(store)
    except SourcierError:
        # The page's notice says what is wrong with the index.
        return ()
    if manifest is None or manifest.roots != (str(folder),):
        return ()
    return tuple(
        FileVerdict(name, *entry.verdict)
        for name, entry in manifest.files.items()
        if entry.verdict is not None and (folder / name).is_file()
    )


def _roots(store: Path) -> tuple[str, ...]:
    manifest = _manifest(store)
    return manifest.roots if manifest else ()


def _manifest(store: Path) -> Manifest | None:
    from qa.index.layout import generations_folder, read_current
    from qa.index.manifest import load_manifest

    name = read_current(store)
    return load_manifest(generations_folder(store) / name) if name else None


def _cannot(name: str, error: OSError) -> SourcierError:
    message = f"{name} cannot be written or removed: {error.strerror}."
    if is_full(error):
        return DiskFull(message, MAKE_ROOM)
    return SourcierError(message, "Mend the folder's rights.")
