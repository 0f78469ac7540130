"""A question put to some documents or dates: the others are as if they were not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from chat_support import PacedLLM

from qa import Scope, Sourcier
from qa.chat.feedback import keep_feedback
from qa.cli import main
from qa.errors import ScopeError
from qa.evaluate.feedback import feedback_candidates
from qa.models.e5 import E5Embedder
from qa.present import answer_from_json, answer_to_json
from qa.settings import load_settings

OLD = "Le barrage de Vouglans a produit 210 gigawattheures."
NEW = "Le barrage de Vouglans a produit 340 gigawattheures."
CORPUS = {
    "rapports/ancien.txt": f"Rapport du bassin\n\n{OLD} Le directeur, Marc Tavernier, salue les équipes.\n",
    "rapports/nouveau.txt": f"Rapport du bassin\n\n{NEW} Les vannes ont été changées pendant l'été.\n",
    "notes.txt": "Notes de visite\n\nLe barrage de Vouglans retient un lac de 35 kilomètres.\n",
    "dam.txt": "The Vouglans dam\n\nThe Vouglans dam stands on the river Ain.\n",
}
DATES = "file,date\nrapports/ancien.txt,2021-05-04\nrapports/nouveau.txt,2023-03\ndam.txt,2023\n"
ASKED = "Combien de gigawattheures le barrage de Vouglans a-t-il produits ?"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sourcier]:
    """The documents, and a model that writes the figure that it is shown (the older one of both)."""
    root: Path = tmp_path_factory.mktemp("project")
    for name, text in CORPUS.items():
        path = root / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (root / "docs" / "metadata.csv").write_text(DATES, "utf-8")
    loaded, embedder = load_settings(root, {}), E5Embedder()
    Sourcier.index(root / "docs", loaded=loaded, embedder=embedder)
    model = PacedLLM(answers={said: f"{said[:-1]} [1]." for said in (OLD, NEW)})
    with Sourcier.open(loaded, llm=model, embedder=embedder) as opened:
        yield opened


def found(session: Sourcier, scope: Scope | None) -> set[str]:
    """The documents that the evidence is of."""
    return {item.doc for item in session.search(ASKED, scope=scope)}


@pytest.mark.parametrize(("name", "said"), [("ancien", OLD), ("nouveau", NEW)])
def test_the_answer_is_that_of_the_document_asked(session: Sourcier, name: str, said: str) -> None:
    doc = f"rapports/{name}.txt"
    answer = session.ask(ASKED, scope=Scope((doc,)))
    assert (answer.status, answer.disagreement) == ("answered", False)
    assert {citation.doc for citation in answer.citations} == {doc}
    assert said[:-1] in answer.answer
    assert {item.doc for item in answer.evidence} == {doc}
    assert answer_from_json(answer_to_json(answer)).scope == Scope((doc,))


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(), {"rapports/ancien.txt", "rapports/nouveau.txt", "notes.txt"}),
        (Scope(("notes.txt", "rapports/ancien.txt")), {"notes.txt", "rapports/ancien.txt"}),
        (Scope(since="2021-05-04", until="2021"), {"rapports/ancien.txt"}),
        (Scope(since="2021-05-05", until="2022"), set()),
        # Dated by its month alone, it may be of any day of it.
        (Scope(("rapports/nouveau.txt",), since="2023-03-15"), {"rapports/nouveau.txt"}),
        (Scope(("rapports/nouveau.txt",), since="2023-04"), set()),
        (Scope(("rapports/nouveau.txt",), until="2023-02"), set()),
        (Scope(("dam.txt",), since="2023-11-02"), {"dam.txt"}),
        # Without a date it is in no time.
        (Scope(("notes.txt",), since="1900"), set()),
    ],
    ids=str,
)
def test_evidence_comes_from_the_documents_and_dates_asked(
    session: Sourcier, scope: Scope | None, expected: set[str]
) -> None:
    assert found(session, scope) == expected


def test_a_name_of_the_other_documents_alone_is_mentioned_by_none_of_these(session: Sourcier) -> None:
    question = "Que dit Marc Tavernier du barrage de Vouglans ?"
    narrowed = session.ask(question, scope=Scope(("notes.txt",)))
    assert narrowed.status == "refused"
    assert narrowed.answer == "Aucun des documents retenus ne mentionne «\u00a0Marc Tavernier\u00a0»."
    assert {citation.doc for citation in narrowed.nearest} == {"notes.txt"}
    whole = session.ask(question, scope=None)
    assert "Aucun" not in whole.answer


def test_where_nothing_is_left_the_refusal_says_so_and_no_model_is_asked(session: Sourcier) -> None:
    answer = session.ask(ASKED, scope=Scope(until="1999"))
    assert (answer.status, answer.nearest) == ("refused", ())
    assert "dates" in answer.answer


def test_what_is_in_here_tells_of_the_documents_asked(session: Sourcier) -> None:
    answer = session.ask("What is in here?", scope=Scope(("dam.txt",)))
    assert [citation.doc for citation in answer.citations] == ["dam.txt"]


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        (Scope(("ancien.txt",)), "Did you mean 'rapports/ancien.txt'"),
        (Scope(("note.txt", "x")), r"'note.txt' in the index \(nor 'x'\). Did you mean 'notes.txt'"),
        (Scope(since="4 mai 2021"), "'4 mai 2021' is not a date. Write it as 2023-03-02"),
        (Scope(until="2023-02-30"), "no date '2023-02-30'"),
        (Scope(since="2023", until="2022-12"), "No day"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_wrong_usage(session: Sourcier, scope: Scope, said: str) -> None:
    with pytest.raises(ScopeError, match=said):
        session.ask(ASKED, scope=scope)


@pytest.mark.parametrize(
    ("flags", "code", "said"),
    [
        (["--document", "rapports/ancien.txt"], 0, "210"),
        (["--since", "2022", "--until", "2023-12-31"], 0, "340"),
        (["--document", "absent.txt"], 2, "absent.txt"),
        (["--since", "hier"], 2, "hier"),
    ],
    ids=str,
)
def test_the_command_line_narrows(
    session: Sourcier,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    flags: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["ask", ASKED, *flags], open_session=lambda _: nullcontext(session))
    shown = capsys.readouterr()
    assert (ended.value.code or 0) == code
    assert said in (shown.err if code else shown.out)
    assert not (code and shown.out)


def test_a_gold_candidate_tells_what_its_question_was_narrowed_to(session: Sourcier, tmp_path: Path) -> None:
    answer = session.ask(ASKED, scope=Scope(("notes.txt",), until="1999"))
    keep_feedback(tmp_path / "feedback.jsonl", answer, "should_have_known")
    folder = tmp_path / "out"
    folder.mkdir()
    drafted = feedback_candidates(tmp_path / "feedback.jsonl", folder)
    assert "notes.txt" in drafted.path.read_text("utf-8")
