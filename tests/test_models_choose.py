"""Which model answers: never another than the one that was named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from real_models import free_port, model_file
from servers import MODEL, OllamaStandIn, serving

from qa.errors import ModelMissing, ModelTimeout, ModelUnavailable, UsageError
from qa.models.choose import ModelCheck, describe_models, open_embedder, open_llm
from qa.settings import EmbedderSettings, LLMSettings

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[OllamaStandIn]:
    with serving(OllamaStandIn()) as stand_in:
        yield stand_in


@pytest.fixture
def no_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "empty"))


def settings(url: str = "", **more: object) -> LLMSettings:
    return LLMSettings.model_validate({"url": url or f"http://127.0.0.1:{free_port()}", **more})


def check(name: str, checks: tuple[ModelCheck, ...]) -> ModelCheck:
    return next(check for check in checks if check.name == name)


def test_ollama_answers_where_it_has_the_model(server: OllamaStandIn) -> None:
    assert open_llm(settings(server.url)).name == f"ollama/{MODEL}"


@pytest.mark.llm
def test_the_embedded_model_answers_where_ollama_does_not(server: OllamaStandIn) -> None:
    name = f"llamacpp/{model_file().stem}"
    assert open_llm(settings()).name == name
    server.models.clear()
    assert open_llm(settings(server.url)).name == name
    assert open_llm(settings(server.url, provider="llamacpp")).name == name


@pytest.mark.usefixtures("no_weights")
def test_with_neither_it_says_what_to_run() -> None:
    with pytest.raises(ModelMissing, match=r"qa models pull.*Ollama"):
        open_llm(settings())


def test_a_named_ollama_model_is_never_replaced(server: OllamaStandIn) -> None:
    with pytest.raises(ModelMissing, match="mistral"):
        open_llm(settings(server.url, model="mistral"))
    with pytest.raises(ModelUnavailable, match="mistral"):
        open_llm(settings(model="mistral"))
    with pytest.raises(UsageError, match="mistral"):
        open_llm(settings(model="mistral", provider="llamacpp"))


def test_a_named_provider_is_never_replaced() -> None:
    with pytest.raises(ModelUnavailable):
        open_llm(settings(provider="ollama"))


def test_a_server_that_is_too_old_is_told_not_passed_over(server: OllamaStandIn) -> None:
    server.version = "0.6.0"
    with pytest.raises(ModelUnavailable, match=r"0\.6\.0"):
        open_llm(settings(server.url))


def test_a_missing_model_is_pulled_where_allowed(server: OllamaStandIn) -> None:
    server.models.clear()
    server.pull = [{"status": "success"}]
    assert open_llm(settings(server.url, pull=True)).name == f"ollama/{MODEL}"


def test_a_file_starts_from_the_folder_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "own.gguf").write_bytes(b"GGUF")
    model = open_llm(settings(model="models/own.gguf"), root=tmp_path)
    assert model.name == "llamacpp/own"
    with pytest.raises(ModelMissing, match=r"none\.gguf"):
        open_llm(settings(model="none.gguf"), root=tmp_path)


def test_the_embedder_is_what_the_settings_name(server: OllamaStandIn) -> None:
    assert open_embedder(EmbedderSettings(), settings()).dimension == 384
    by_ollama = EmbedderSettings(provider="ollama", model=MODEL)
    assert open_embedder(by_ollama, settings(server.url)).name == f"ollama/{MODEL}"
    with pytest.raises(UsageError):
        open_embedder(EmbedderSettings(provider="ollama"), settings(server.url))


def test_the_description_agrees_with_what_would_answer(server: OllamaStandIn) -> None:
    checks = describe_models(settings(server.url, num_ctx=2048), EmbedderSettings())
    assert check("llm", checks).state == "ok"
    assert f"ollama/{MODEL}" in check("llm", checks).message
    assert "0.24.0" in check("ollama", checks).message
    assert "2048" in check("ollama", checks).message
    checks = describe_models(settings(model="mistral"), EmbedderSettings())
    assert check("llm", checks).state == "error"


@pytest.mark.usefixtures("no_weights")
def test_what_is_missing_and_not_needed_is_a_warning(server: OllamaStandIn) -> None:
    checks = describe_models(settings(server.url), EmbedderSettings())
    assert check("embedded model", checks).state == "warning"
    checks = describe_models(settings(), EmbedderSettings())
    assert check("llm", checks).state == "error"
    assert "qa models pull" in check("llm", checks).remedy


def test_an_address_that_swallows_everything_is_a_timeout() -> None:
    silent = settings("http://192.0.2.1:11434", connect_s=0.2)  # reserved for documentation: nobody there
    with pytest.raises((ModelTimeout, ModelUnavailable)):
        open_llm(silent.model_copy(update={"provider": "ollama"}))
