"""The index and Chroma, which holds its passages."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from importlib.metadata import version

from qa.doctor.check import Check, Speaker
from qa.doctor.messages import MESSAGES
from qa.index import check_index
from qa.models.protocols import Embedder
from qa.settings import Loaded

ANSWER_S = 3.0
"""Seconds that a server gets to say its version."""


def check_chroma(loaded: Loaded, speak: Speaker) -> Check:
    """The embedded library, or the server that the settings name."""
    url = loaded.settings.store.url.rstrip("/")
    if not url:
        return speak.ok("chroma", "chroma.embedded", version=version("chromadb"), place=loaded.store_path)
    # A proxy has nothing to do with a store, which is on this machine or next to it.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/api/v2/version", timeout=ANSWER_S) as reply:
            return speak.ok("chroma", "chroma.server", version=json.load(reply), url=url)
    except (OSError, ValueError, urllib.error.URLError) as error:
        return speak.error("chroma", "chroma.down", url=url, reason=getattr(error, "reason", error))


def check_corpus(loaded: Loaded, embedder: Embedder | None, speak: Speaker) -> list[Check]:
    """The index, whether it still holds what is in the folder, and room for the next run."""
    if embedder is None:
        return [Check("index", "warning", speak.say("index.unchecked"))]
    checks = []
    for found in check_index(loaded, embedder):
        key = f"index.{found.code}"
        name = "disk.index" if found.code.startswith("disk") else "index"
        # What is broken is told in the words of the part that found it.
        known = key in MESSAGES
        message = speak.say(key, **found.values) if known else found.message
        remedy = speak.remedy(key, **found.values) if known else found.remedy
        checks.append(Check(name, found.state, message, remedy))
    return checks
