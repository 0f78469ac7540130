"""The two adapters on the real model: what both promise, and what each adds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from real_models import MODEL

from qa.errors import Cancelled, ModelFailed, ModelMissing, ModelTimeout, ModelUnavailable, PromptTooLong
from qa.models.llamacpp import LlamaCppLLM
from qa.models.ollama import OllamaLLM
from qa.models.ollama_embedder import OllamaEmbedder
from qa.models.protocols import LLM, Message
from qa.settings import EmbedderSettings, LLMSettings
from qa.types import Usage

RULES = Message("system", "You answer with the number of the excerpt that answers, and 0 if none does.")
EXCERPTS = "[1] The bridge was opened in 1932.\n[2] Its architect was born in Lyon.\n\n"
QUESTION = Message("user", EXCERPTS + "In which year was the bridge opened?")
LONG = Message("user", "The bridge is long and the river is wide. " * 150 + "What is long?")
AWKWARD = "L'été 2023, « d'où » ?\n\n\n  x\t🙂 12 345,67 <|im_end|> [/INST]"


@pytest.fixture(
    params=[pytest.param("llamacpp", marks=pytest.mark.llm), pytest.param("ollama", marks=pytest.mark.ollama)]
)
def model(request: pytest.FixtureRequest) -> Iterator[LLM]:
    if request.param == "llamacpp":
        yield request.getfixturevalue("llm")
    else:
        ollama = OllamaLLM(LLMSettings(url=request.getfixturevalue("ollama_url"), model=MODEL))
        yield ollama
        ollama.close()


def write(model: LLM, *messages: Message, max_tokens: int = 24) -> tuple[str, Usage]:
    chunks = list(model.stream(messages, max_tokens=max_tokens))
    assert chunks[-1].usage is not None
    return "".join(chunk.text for chunk in chunks), chunks[-1].usage


def test_it_answers_and_says_the_same_again(model: LLM) -> None:
    text, usage = write(model, Message("user", "What is the capital of France? One word."))
    assert "Paris" in text
    assert 0 < usage.written <= 24
    assert write(model, Message("user", "What is the capital of France? One word."))[0] == text


def test_it_chooses_the_excerpt_that_answers(model: LLM) -> None:
    scores, usage = model.score((RULES, QUESTION), ["0", "1", "2"])
    assert max(scores, key=lambda choice: scores[choice]) == "1"
    assert 0 < sum(scores.values()) <= 1.0001
    assert usage.written == 1


def test_prompts_are_counted_exactly_before_they_are_sent(model: LLM) -> None:
    for messages in (
        (RULES, QUESTION),
        (Message("user", AWKWARD),),
        (RULES, Message("user", AWKWARD), Message("assistant", "The")),
    ):
        counted = model.count_tokens(messages)
        assert write(model, *messages, max_tokens=1)[1].read == counted


def test_a_started_reply_is_continued(model: LLM) -> None:
    text, _ = write(
        model, Message("user", "Count from one to five in words."), Message("assistant", "one, two,")
    )
    assert text.strip().startswith("three")


def test_a_prompt_that_does_not_fit_is_refused(model: LLM) -> None:
    with pytest.raises(PromptTooLong):
        write(model, Message("user", "mot " * 5000))
    with pytest.raises(PromptTooLong):
        write(model, RULES, QUESTION, max_tokens=4090)


def test_it_stops_while_it_reads_and_serves_the_next(model: LLM) -> None:
    cancel = threading.Event()
    threading.Timer(0.5, cancel.set).start()
    with pytest.raises(Cancelled):
        list(model.stream((Message("system", "Stop."), LONG), max_tokens=200, cancel=cancel))
    assert model.score((RULES, QUESTION), ["1"])[0]["1"] > 0


def test_leaving_a_reply_early_frees_the_model(model: LLM) -> None:
    reply = iter(model.stream((Message("user", "Count from one to one hundred."),), max_tokens=400))
    next(reply)
    reply.close()  # type: ignore[attr-defined]
    assert model.score((RULES, QUESTION), ["1"])[0]["1"] > 0


def test_calls_of_several_threads_wait_for_each_other(model: LLM) -> None:
    words = {"France": "Paris", "Italy": "Rome", "Germany": "Berlin"}
    got: dict[str, str] = {}

    def ask(country: str) -> None:
        got[country] = write(model, Message("user", f"What is the capital of {country}? One word."))[0]

    threads = [threading.Thread(target=ask, args=(country,)) for country in words]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(word in got[country] for country, word in words.items())


def test_one_that_waits_can_be_stopped(model: LLM) -> None:
    first = iter(model.stream((Message("user", "Count from one to one hundred."),), max_tokens=400))
    next(first)
    cancel = threading.Event()
    threading.Timer(0.2, cancel.set).start()
    with pytest.raises(Cancelled):
        model.score((RULES, QUESTION), ["1"], cancel=cancel)
    first.close()  # type: ignore[attr-defined]


@pytest.mark.llm
def test_a_second_question_reads_only_what_is_new(llm: LlamaCppLLM) -> None:
    rules = Message("system", "You answer in a few words, only from the excerpts. " * 6)
    others = Message("system", "Tu réponds par le numéro de l'extrait. " * 6)
    question = [Message("user", f"{EXCERPTS}When was bridge {n} opened?") for n in range(3)]
    common = llm.count_tokens((rules,)) - 8  # without what closes the message
    llm.score((rules, question[0]), ["1"])
    llm.score((others, question[0]), ["1"])  # other rules in between do not cost the first ones
    _, usage = llm.score((rules, question[1]), ["1"])
    assert usage.cached >= common
    _, usage = write(llm, rules, question[1], Message("assistant", "It"), max_tokens=2)
    assert usage.read - usage.cached <= 2


@pytest.mark.llm
def test_the_time_limits_hold(llm: LlamaCppLLM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llm, "_first_token_s", 0.2)
    with pytest.raises(ModelTimeout, match="first_token_s"):
        write(llm, Message("system", "Time."), LONG)


@pytest.mark.llm
def test_nobody_else_may_use_the_engines_port(llm: LlamaCppLLM) -> None:
    port = llm._engine().listening_address.rpartition(":")[2]
    for path in ("/v1/chat/completions", "/tokenize", "/apply-template"):
        reply = httpx.post(f"http://127.0.0.1:{port}{path}", json={"content": "x"}, trust_env=False)
        assert reply.status_code == 401
    url = f"http://127.0.0.1:{port}/v1/chat/completions"
    reply = httpx.options(url, headers={"Origin": "http://x.example"}, trust_env=False)
    assert reply.headers.get("access-control-allow-origin") not in ("*", "http://x.example")


def test_a_missing_or_broken_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="qa models pull"):
        LlamaCppLLM(tmp_path / "none.gguf", num_ctx=512)
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF nothing")
    model = LlamaCppLLM(broken, num_ctx=512)
    with pytest.raises(ModelFailed, match=r"broken\.gguf"):
        model.count_tokens([RULES])
    model.close()
    with pytest.raises(ModelUnavailable):
        model.count_tokens([RULES])


@pytest.mark.ollama
def test_a_language_model_embeds_too(ollama_url: str) -> None:
    settings = EmbedderSettings(provider="ollama", model=MODEL, query_prefix="query: ")
    embedder = OllamaEmbedder(settings, LLMSettings(url=ollama_url))
    vectors = embedder.embed_passages(["Le pont", "The bridge", "Two eggs"])
    assert vectors.shape == (3, embedder.dimension)
    with pytest.raises(PromptTooLong):
        embedder.embed_passages(["mot " * 9000])


@pytest.mark.ollama
def test_a_model_made_without_a_template_is_asked_as_one_with_it(ollama_url: str) -> None:
    """`ollama create` from a GGUF file alone gives the template `{{ .Prompt }}`."""
    body = {"model": "bare", "from": MODEL, "template": "{{ .Prompt }}", "stream": False}
    assert httpx.post(f"{ollama_url}/api/create", json=body, timeout=60).json() == {"status": "success"}
    made = [OllamaLLM(LLMSettings(url=ollama_url, model=name)) for name in (MODEL, "bare")]
    try:
        whole, bare = (llm.score((RULES, QUESTION), ["0", "1", "2"]) for llm in made)
        assert bare[0] == pytest.approx(whole[0], abs=0.02)
        assert bare[1].read == whole[1].read
        assert made[1].count_tokens((RULES, QUESTION)) == made[0].count_tokens((RULES, QUESTION))
        assert "<|im" not in write(made[1], RULES, QUESTION)[0]
    finally:
        for llm in made:
            llm.close()
