"""The machine: Python, packages, disk, port."""

from __future__ import annotations

import re
import shutil
import socket
import sys
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from qa.doctor.check import Check, Speaker
from qa.settings import Loaded

OLDEST, NEWEST = (3, 11), (3, 14)
NEEDED_MB = 500
"""Below this much free space neither an index nor a model can be counted on to be written."""


def check_python(speak: Speaker) -> Check:
    """The version that runs."""
    here = sys.version_info[:3]
    values = {"version": ".".join(map(str, here)), "place": sys.executable}
    if not OLDEST <= here[:2] <= NEWEST:
        oldest, newest = (".".join(map(str, v)) for v in (OLDEST, NEWEST))
        return speak.error("python", "python.wrong", oldest=oldest, newest=newest, **values)
    return speak.ok("python", "python.ok", **values)


def check_packages(speak: Speaker) -> Check:
    """Each package that Sourcier declares, against the version it declares."""
    wrong: list[str] = []
    declared = [line for line in requires("sourcier") or () if "extra ==" not in line]
    for line in declared:
        name, operator, wanted = split_requirement(line)
        try:
            found = version(name)
        except PackageNotFoundError:
            wrong.append(f"{name} {speak.say('packages.missing')}")
            continue
        fits = {"==": found == wanted, ">=": release(found) >= release(wanted)}
        if not fits.get(operator, True):
            wrong.append(f"{name} {found} ({operator}{wanted})")
    if wrong:
        return speak.error("packages", "packages.wrong", wrong=", ".join(wrong))
    return speak.ok("packages", "packages.ok", count=len(declared))


def split_requirement(line: str) -> tuple[str, str, str]:
    """`chromadb==1.5.9` → name, operator, version; a bare name has neither of the others."""
    name, operator, wanted = re.fullmatch(r"([\w.\-]+)\s*(==|>=|)\s*([^,;\s]*).*", line, re.DOTALL).groups()  # type: ignore[union-attr]
    return name, operator, wanted


def release(text: str) -> tuple[int, ...]:
    """`1.5.9rc1` → (1, 5, 9): enough to compare with a lower bound."""
    return tuple(int(number) for number in re.findall(r"\d+", text)[:3])


def check_cache_disk(cache: Path, speak: Speaker) -> Check:
    """Free space where the models are."""
    place = next(folder for folder in (cache, *cache.parents) if folder.exists())
    free_mb = shutil.disk_usage(place).free / 1e6
    values = {"place": cache, "free": f"{free_mb / 1000:.1f}"}
    if free_mb < NEEDED_MB:
        return speak.warning("disk.models", "disk.low", **values)
    return speak.ok("disk.models", "disk.ok", **values)


def check_port(command: Literal["chat", "serve"], loaded: Loaded, speak: Speaker) -> Check:
    """Whether `qa chat` or `qa serve` could listen on its port now."""
    section = getattr(loaded.settings, command)
    host, port = section.host, section.port
    values = {"host": host, "port": port, "command": command}
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            # As the server does: a port whose last connections are still closing is free.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except OSError as error:
        taken = {"reason": error.strerror or error, "variable": f"QA_{command.upper()}__PORT"}
        return speak.warning(command, "port.taken", **values, **taken)
    return speak.ok(command, "port.free", **values)
