"""`qa ask`: what stands on which stream, for an answer, a refusal and a failure."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from qa.cli import main
from qa.cli.messages import MESSAGES
from qa.cli.session import Session
from qa.draft import with_marks
from qa.errors import Cancelled, ModelUnavailable, SourcierError
from qa.settings import Loaded
from qa.types import (
    Answer,
    AnswerDone,
    AskEvent,
    Citation,
    Claim,
    ClaimChecked,
    Evidence,
    EvidenceFound,
    Lang,
    Scope,
    Span,
    StageBegun,
    Turn,
)
from qa.weigh import load_calibration

EVIDENCE = Evidence(
    "a/été.txt", "L'été", "2023-03-02", "fr", 4, 15, "Il a plu là.", Span(4, 15), "Il a plu là."
)
CITATIONS = (
    Citation("a/été.txt", "L'été", "2023-03-02", 4, 16, "Il a\nplu là.", n=1),
    Citation("b.pdf", "Rapport", None, 0, 5, "Oui.", n=2, page=3),
)
CLAIMS = (
    Claim("Il a plu.", "supported", 0.9, (1,)),
    Claim("On l'a confirmé.", "supported", 0.8, (2,)),
)
ANSWERED = Answer(
    id="",
    question="A-t-il plu ?",
    lang="fr",
    status="answered",
    answer=" ".join(with_marks(claim) for claim in CLAIMS),
    claims=CLAIMS,
    citations=CITATIONS,
)
PARTIAL = replace(
    ANSWERED, status="partial", answer=f"{ANSWERED.answer} Les documents ne disent pas combien."
)
REFUSED = replace(
    ANSWERED,
    status="refused",
    answer="Les documents ne le disent pas.",
    claims=(),
    citations=(),
    nearest=(replace(CITATIONS[0], n=None),),
)


@dataclass
class Script:
    """A session that gives one answer, or fails."""

    answer: Answer
    fails: SourcierError | None = None
    interrupt: bool = False
    asked: list[tuple[str, Lang | None, tuple[Turn, ...]]] = field(default_factory=list)
    scopes: list[Scope | None] = field(default_factory=list)
    generation: str = "g1"
    llm_name: str = "script"

    def ask_events(
        self,
        question: str,
        *,
        id: str = "",  # noqa: A002, ARG002
        lang: Lang | None = None,
        history: Sequence[Turn] = (),
        scope: Scope | None = None,
        cancel: threading.Event | None = None,
    ) -> Iterator[AskEvent]:
        self.asked.append((question, lang, tuple(history)))
        self.scopes.append(scope)
        yield StageBegun("searching")
        yield EvidenceFound((EVIDENCE,), 0.25)
        for claim in self.answer.claims:
            yield ClaimChecked(claim, tuple(c for c in self.answer.citations if c.n in claim.citations))
            if self.interrupt and cancel:
                os.kill(os.getpid(), signal.SIGINT)
                assert cancel.wait(10)
                raise Cancelled("Stopped.")
        if self.fails:
            raise self.fails
        yield AnswerDone(self.answer)

    def ask(
        self,
        question: str,
        *,
        id: str = "",  # noqa: A002
        lang: Lang | None = None,
        history: Sequence[Turn] = (),
        scope: Scope | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer:
        *_, last = self.ask_events(question, id=id, lang=lang, history=history, scope=scope, cancel=cancel)
        assert isinstance(last, AnswerDone)
        return last.answer


@dataclass(frozen=True)
class Run:
    code: object
    out: str
    err: str


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs `qa ask …` with a scripted session in an empty folder, in French."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")

    def run(script: Script, *arguments: str) -> Run:
        @contextmanager
        def open_session(_: Loaded) -> Iterator[Session]:
            yield script

        with pytest.raises(SystemExit) as ended:
            main(["ask", *arguments], open_session=open_session)
        captured = capsys.readouterr()
        return Run(ended.value.code or 0, captured.out, captured.err)

    return run


def test_the_answer_comes_first_then_its_numbered_sources(ask) -> None:
    run = ask(Script(ANSWERED), "A-t-il plu ?")
    assert run.code == 0
    assert run.out == (
        "Il a plu [1]. On l'a confirmé [2].\n"
        "\nSources\n"
        "[1] L'été, 2023-03-02 (a/été.txt)\n"
        "    « Il a plu là. »\n"
        "[2] Rapport, p. 3 (b.pdf)\n"
        "    « Oui. »\n"
    )
    assert "1 phrase de 1 document" in run.err


def test_explain_shows_every_signal_and_every_sentence_weighed(ask) -> None:
    weighed = replace(EVIDENCE, scores={"reader": 0.871, "dense": 0.9})
    answer = replace(ANSWERED, signals={"answers": 2.5, "answerable": 0.93}, evidence=(weighed,))
    run = ask(Script(answer), "A-t-il plu ?", "--explain")
    assert run.out.startswith("Il a plu [1].")
    explained = run.out.partition("Ce qui a décidé")[2]
    for told in ("answers", "2.500", "answerable", "0.930", "support", "0.900", "0.871", "a/été.txt"):
        assert told in explained


def test_every_signal_of_a_real_question_is_explained() -> None:
    calibration = load_calibration()
    names = {*calibration.answerable.weights, *calibration.state.written.weights}
    names |= {"answerable", "choice", "chosen", "fused", "right", "quoted", "elsewhere"}
    assert all(f"explain.{name}" in MESSAGES for name in names)


def test_what_is_missing_follows_the_sentences_shown(ask) -> None:
    run = ask(Script(PARTIAL), "A-t-il plu ?")
    assert run.code == 0
    assert run.out.startswith(f"{PARTIAL.answer}\n")


def test_what_to_know_before_relying_on_an_answer_is_told(ask) -> None:
    doubtful = (CLAIMS[0], replace(CLAIMS[1], verdict="unsupported"))
    answer = replace(PARTIAL, claims=doubtful, disagreement=True, understood="A-t-il plu à Brest ?")
    run = ask(Script(answer), "Et là ?")
    told = run.out.partition("Sources\n")[0].replace("\u00a0", " ").replace("\u202f", " ")
    assert told.removeprefix(answer.answer) == (
        "\n\nRéponse partielle : il manque quelque chose de ce qui est demandé.\n"
        "Les sources ne s'accordent pas : lisez-les avant de conclure.\n"
        "Non vérifié : « On l'a confirmé. »\n"
        "Compris comme : A-t-il plu à Brest ?\n\n"
    )


def test_a_refusal_is_done_and_its_nearest_sentences_are_marked_as_no_answer(ask) -> None:
    run = ask(Script(REFUSED), "Pourquoi ?")
    assert run.code == 0
    answer, _, nearest = run.out.partition("\n\n")
    assert answer == "Les documents ne le disent pas."
    assert nearest.startswith("Les phrases les plus proches (sans réponse sûre)\n- L'été")
    assert "[1]" not in run.out


def test_a_failure_is_told_on_stderr_with_its_remedy(ask) -> None:
    error = ModelUnavailable("Ollama refuses.", "Start it.")
    run = ask(Script(REFUSED, fails=error), "Pourquoi ?")
    assert run.code == 1
    assert run.out == ""
    assert "erreur : Le modèle ne répond pas. [Ollama refuses.]\nDémarrez-le (ollama serve)" in run.err


@pytest.mark.parametrize("answer", [ANSWERED, REFUSED])
def test_json_is_the_answer_and_nothing_else(ask, answer: Answer) -> None:
    run = ask(Script(answer), "A-t-il plu ?", "--json")
    assert run.code == 0
    assert json.loads(run.out)["answer"] == answer.answer
    assert run.out.count("\n") == 1
    assert "\\u" not in run.out


def test_a_failure_as_json_is_an_answer_with_its_error(ask) -> None:
    error = ModelUnavailable("Ollama refuses.", "Start it.")
    run = ask(Script(ANSWERED, fails=error), "A-t-il plu ?", "--json")
    assert run.code == 1
    data = json.loads(run.out)
    assert (data["status"], data["answer"], data["claims"]) == ("error", "", [])
    assert data["error"] == {"code": "model_unavailable", "message": "Ollama refuses.", "remedy": "Start it."}


def test_language_and_history_reach_the_question(ask, tmp_path: Path) -> None:
    turns = [{"question": "Qui ?", "answer": "Ève."}, {"question": "Où ?", "answer": "À Metz."}]
    (tmp_path / "h.json").write_text(json.dumps(turns), "utf-8")
    (tmp_path / "h.jsonl").write_text("\n".join(json.dumps(turn) for turn in turns), "utf-8")
    expected = (Turn("Qui ?", "Ève."), Turn("Où ?", "À Metz."))
    for name in ("h.json", "h.jsonl"):
        script = Script(ANSWERED)
        assert ask(script, "Et lui ?", "--lang", "en", "--history", name).code == 0
        assert script.asked == [("Et lui ?", "en", expected)]


@pytest.mark.parametrize("content", ["{", '"text"', '[{"question": 1, "answer": ""}]', '{"question": "Q"}'])
@pytest.mark.parametrize("name", ["h.json", "h.jsonl"])
def test_a_broken_history_is_wrong_usage(ask, tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    script = Script(ANSWERED)
    assert ask(script, "Et lui ?", "--history", name).code == 2
    assert script.asked == []


def test_ctrl_c_stops_the_model_in_order(ask) -> None:
    run = ask(Script(ANSWERED, interrupt=True), "A-t-il plu ?")
    assert run.code == 130
    assert run.out == "Il a plu [1].\n"
    assert run.err.endswith("Arrêté.\n")


def test_documents_cannot_steer_the_terminal(ask) -> None:
    evil = replace(CITATIONS[0], title="\x1b[2JRouge\u202e", quote="a\x07b\x9bc")
    run = ask(Script(replace(ANSWERED, citations=(evil,), answer="\x1b]0;x\x07oui", claims=())), "Quoi ?")
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(run.out)
    assert "Rouge" in run.out
