"""PDF: read in a process of its own, so that a hostile file costs one process and a time limit.

pdfium is native code: a crafted file can make it loop or crash. A process costs about 0.2 s a file.
"""

from __future__ import annotations

import json
import subprocess
import sys

from qa.errors import FileError
from qa.readers.base import Content, Limits
from qa.types import Span

_REMEDIES = {
    "encrypted": "Save a copy without the password.",
    "broken": "Open it in a PDF reader and save it again.",
    "no_text": "It is probably a scan: run a text recognition (OCR) over it first.",
    "too_many_pages": "Split it, or raise corpus.max_pages.",
}


def read_pdf(data: bytes, name: str, limits: Limits) -> Content:
    """Raises FileError `empty`, `broken`, `encrypted`, `no_text`, `too_many_pages` or `timeout`."""
    if not data.strip():
        raise FileError("empty", f"{name} is empty.", "Remove it from the folder.")
    # -P: what lies in the working directory is not imported.
    command = [sys.executable, "-P", "-m", "qa.readers.pdf_process", str(limits.max_pages)]
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
            f"{name} cannot be read as a PDF: {last or f'the reader ended with {child.returncode}'}.",
            _REMEDIES["broken"],
        )
    reply = json.loads(child.stdout)
    if "reason" in reply:
        raise FileError(reply["reason"], f"{name} {reply['message']}.", _REMEDIES[reply["reason"]])
    return Content(
        reply["text"],
        title=reply["title"],
        date=reply["date"],
        pages=tuple(Span(start, end) for start, end in reply["pages"]),
    )
