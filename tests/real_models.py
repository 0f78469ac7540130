"""The real language models: skipped by name where they are not on this machine, failing in CI."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from qa.models.llamacpp import LlamaCppLLM
from qa.models.lower import LowerLayers
from qa.models.weights import installed_weights, weights_path
from qa.weigh import load_probe

MODEL = "qwen2.5-coder:1.5b"
# The template under which Ollama's own library has this model, without what tools need.
TEMPLATE = """{{- range $i, $_ := .Messages }}
{{- $last := eq (len (slice $.Messages $i)) 1 -}}
<|im_start|>{{ .Role }}
{{ .Content }}{{ if or (ne .Role "assistant") (not $last) }}<|im_end|>
{{ end }}
{{- if and (ne .Role "assistant") $last }}<|im_start|>assistant
{{ end }}
{{- end }}"""


def skip_or_fail(what: str) -> None:
    """Leave the test out, naming what is missing; in CI nothing may be missing."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI runs every test, and there is no {what}.")
    pytest.skip(f"no {what}")


def model_file() -> Path:
    """The GGUF file in the user's cache folder."""
    if installed_weights() is None:
        skip_or_fail(f"language model at {weights_path()} (`qa models pull`)")
    return weights_path()


class Kept:
    """A model of all tests, which closing one session must not close for the others."""

    def __init__(self, model: LlamaCppLLM | LowerLayers) -> None:
        self._model = model

    def __getattr__(self, name: str) -> object:
        return getattr(self._model, name)

    def close(self) -> None: ...


@pytest.fixture(scope="session")
def llm() -> Iterator[LlamaCppLLM]:
    """The embedded language model, loaded once."""
    model = LlamaCppLLM(model_file(), num_ctx=4096)
    model.load()
    yield model
    model.close()


@pytest.fixture(scope="session")
def encoder() -> Iterator[LowerLayers]:
    """Its lower layers, loaded once."""
    probe = load_probe()
    lower = LowerLayers(model_file(), probe.layers, adapter=probe.adapter)
    lower.load()
    yield lower
    lower.close()


@pytest.fixture(scope="session")
def ollama_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Ollama server with a models folder of its own, holding `qwen2.5-coder:1.5b`."""
    home = Path(os.environ.get("SOURCIER_OLLAMA") or Path.home() / ".cache" / "sourcier" / "ollama")
    binary = home / "bin" / "ollama"
    if not binary.is_file():
        skip_or_fail(f"Ollama at {binary} (`scripts/build-ollama.sh`)")
    weights = model_file()
    folder = tmp_path_factory.mktemp("ollama")
    url = f"http://127.0.0.1:{free_port()}"
    environment = {
        **os.environ,
        "OLLAMA_HOST": url.removeprefix("http://"),
        "OLLAMA_MODELS": str(folder / "models"),
        "HOME": str(folder),
    }
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([binary, "serve"], env=environment, stdout=log, stderr=log)
        try:
            wait_for(url, server)
            (folder / "Modelfile").write_text(f'FROM {weights}\nTEMPLATE """{TEMPLATE}"""\n', "utf-8")
            subprocess.run(
                [binary, "create", MODEL, "-f", folder / "Modelfile"],
                env=environment,
                check=True,
                capture_output=True,
            )
            yield url
        finally:
            server.terminate()
            server.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the Ollama server ended at once"
        try:
            httpx.get(f"{url}/api/version", trust_env=False)
            return
        except httpx.ConnectError:
            time.sleep(0.1)
    pytest.fail("the Ollama server does not answer")
