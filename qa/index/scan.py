"""Which files the given paths hold, what they are called in the index, and what may not be read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.errors import FileError, UsageError
from qa.readers import METADATA_NAMES, SUFFIXES, Metadata, check_inside, load_metadata
from qa.types import FileVerdict


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to index; `name` is its path relative to the root, with `/`."""

    name: str
    path: Path
    size: int
    mtime_ns: int
    metadata: Metadata | None


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands under the paths, by name, and the verdicts on what is not read.

    `roots` are the paths as given, absolute.
    """

    roots: tuple[str, ...]
    files: tuple[FoundFile, ...]
    failed: tuple[FileVerdict, ...]


def scan_corpus(paths: Sequence[Path], store: Path) -> Scan:
    """List the files of known formats under `paths` (folders or files), one stat a file.

    Hidden files and folders, unknown formats, metadata files and the index itself are passed over.
    Raises UsageError for a path that is missing, and where nothing can be indexed.
    """
    roots = list(dict.fromkeys(Path(path).resolve() for path in paths))
    for root in roots:
        if not root.exists():
            raise UsageError(f"{root} does not exist.", "Check the path.")
    if not roots:
        raise UsageError("There is nothing to index: no path is given.", "Give a folder or a file.")
    base = _common_folder(roots)
    found: dict[str, FoundFile] = {}
    failed: list[FileVerdict] = []

    def pass_over(error: OSError) -> None:
        folder = Path(error.filename)
        name = folder.name if folder == base else folder.relative_to(base).as_posix()
        message = f"The folder {name} cannot be read: {error.strerror}. Check its permissions."
        failed.append(FileVerdict(name, "unreadable", message))

    for root in roots:
        folder = root if root.is_dir() else root.parent
        known, problems = load_metadata(folder)
        for problem in problems:
            name = (folder / problem.path).relative_to(base).as_posix()
            failed.append(FileVerdict(name, problem.code, problem.message))
        for path in _walk(root, store, pass_over) if root.is_dir() else (root,):
            name = path.relative_to(base).as_posix()
            if not _is_unicode(name):
                told = name.encode("utf-8", "replace").decode()
                failed.append(
                    FileVerdict(told, "name", f"The name of {told} is not Unicode. Rename the file.")
                )
                continue
            try:
                # Links to folders are not followed, so that only a link itself can lead out.
                if path.is_symlink():
                    check_inside(folder, path)
                    if path.is_dir():
                        continue
                stat = path.stat()
            except FileError as error:
                failed.append(FileVerdict(name, error.reason, str(error)))
                continue
            except OSError as error:
                message = f"{name} cannot be read: {error.strerror}. Check the link or its permissions."
                failed.append(FileVerdict(name, "unreadable", message))
                continue
            metadata = known.get(path.relative_to(folder).as_posix())
            found[name] = FoundFile(name, path, stat.st_size, stat.st_mtime_ns, metadata)
    if not found and not failed:
        kinds = ", ".join(sorted(SUFFIXES))
        where = ", ".join(str(root) for root in roots)
        raise UsageError(f"{where} holds no document.", f"Known formats: {kinds}.")
    files = tuple(found[name] for name in sorted(found))
    unique = {(verdict.path, verdict.message): verdict for verdict in failed}
    return Scan(tuple(str(root) for root in roots), files, tuple(unique[key] for key in sorted(unique)))


def _is_unicode(name: str) -> bool:
    """False for a name on disk that is not UTF-8: Python then gives it lone surrogates."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _common_folder(roots: Sequence[Path]) -> Path:
    """The folder that names are relative to: the one folder given, else the common parent."""
    if len(roots) == 1:
        return roots[0] if roots[0].is_dir() else roots[0].parent
    return Path(os.path.commonpath([root if root.is_dir() else root.parent for root in roots]))


def _walk(root: Path, store: Path, pass_over: Callable[[OSError], None]) -> Iterator[Path]:
    """Files of known formats, and links to folders (which are not followed), in a stable order."""
    for parent, folders, files in os.walk(root, onerror=pass_over):
        here = Path(parent)
        visible = sorted(name for name in folders if not name.startswith("."))
        for name in visible:
            if (here / name).is_symlink():
                yield here / name
        folders[:] = [n for n in visible if not (here / n).is_symlink() and here / n != store]
        for name in sorted(files):
            known = Path(name).suffix.lower() in SUFFIXES
            if known and not name.startswith(".") and name not in METADATA_NAMES:
                yield here / name
