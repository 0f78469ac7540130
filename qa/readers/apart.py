"""Reading in a process of its own: a hostile file costs that process and a time limit, not ours.

Bytes on stdin; on stdout one JSON object, a Content (`{"text", …, "pages": [[start, end], …]}`) or a
FileError (`{"reason", "message", "remedy"}`). It costs about 0.3 s a file.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from qa.errors import FileError
from qa.readers.base import Content, Limits
from qa.types import Span

_MAX_MEMORY = 4 << 30

Reader = Callable[[bytes, str, Limits], Content]


@dataclass(frozen=True, slots=True)
class _Limits:
    max_file_mb: float
    max_pages: int
    read_timeout_s: float


def read_apart(module: str, function: str, data: bytes, name: str, limits: Limits) -> Content:
    """What `function` of `module` makes of `data`, and the FileError it raises; `timeout` after
    `limits.read_timeout_s`, `broken` where the process dies.
    """
    numbers = _Limits(limits.max_file_mb, limits.max_pages, limits.read_timeout_s)
    request = json.dumps([module, function, name, asdict(numbers)])
    # -P: what lies in the working directory is not imported.
    command = [sys.executable, "-P", "-m", "qa.readers.apart", request]
    try:
        child = subprocess.run(command, input=data, capture_output=True, timeout=limits.read_timeout_s)
    except subprocess.TimeoutExpired as error:
        raise FileError(
            "timeout",
            f"Reading {name} took more than {limits.read_timeout_s:g} s.",
            "Save it again with another program, or raise corpus.read_timeout_s.",
        ) from error
    if child.returncode:
        last = child.stderr.decode("utf-8", "backslashreplace").strip().rpartition("\n")[2]
        raise FileError(
            "broken",
            f"{name} cannot be read: {last or f'its reader ended with {child.returncode}'}.",
            "Open it in the program that made it and save it again.",
        )
    reply = json.loads(child.stdout)
    if "reason" in reply:
        raise FileError(**reply)
    return Content(**{**reply, "pages": tuple(Span(start, end) for start, end in reply["pages"])})


def _main() -> None:
    from importlib import import_module

    module, function, name, numbers = json.loads(sys.argv[1])
    _bound_memory()
    read: Reader = getattr(import_module(module), function)
    reply: dict[str, Any]
    try:
        content = read(sys.stdin.buffer.read(), name, _Limits(**numbers))
        reply = {
            "text": content.text,
            "title": content.title,
            "date": content.date,
            "lang": content.lang,
            "source": content.source,
            "pages": [[page.start, page.end] for page in content.pages],
        }
    except FileError as error:
        reply = {"reason": error.reason, "message": error.message, "remedy": error.remedy}
    sys.stdout.buffer.write(json.dumps(reply).encode("ascii"))


def _bound_memory() -> None:
    """Where the system can: a crafted file must not take the machine's memory."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


if __name__ == "__main__":
    _main()
