"""`qa ask`: one question; the answer sentence by sentence, then its sources."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli import terminal
from qa.errors import Cancelled, SourcierError, UsageError
from qa.types import (
    Answer,
    AnswerDone,
    AskEvent,
    Citation,
    ClaimChecked,
    EvidenceFound,
    Lang,
    Scope,
    StageBegun,
    Turn,
)

# Characters of a sentence in the table of evidence.
_EXPLAINED = 90

if TYPE_CHECKING:
    from qa.cli.session import OpenSession


def run_ask(
    question: str,
    *,
    lang: Lang | None,
    history: Path | None,
    scope: Scope | None = None,
    as_json: bool,
    explain: bool = False,
    open_session: OpenSession | None = None,
) -> int:
    """Answer `question` and return the exit code. Raises UsageError before anything is opened."""
    from qa.lang import detect_lang
    from qa.present import check_text, error_answer
    from qa.scope import check_scope
    from qa.settings import load_settings

    if not question.strip():
        raise UsageError(terminal.say("question.empty"), terminal.say("question.remedy"))
    check_text(question, "the question")
    turns = read_history(history) if history else ()
    scope = check_scope(scope)
    loaded = load_settings()
    with terminal.stop_signal() as stopped:
        try:
            from qa.cli.session import open_sourcier

            with (open_session or open_sourcier)(loaded) as session:
                if as_json:
                    return _print_json(
                        session.ask(question, lang=lang, history=turns, scope=scope, cancel=stopped)
                    )
                events = session.ask_events(question, lang=lang, history=turns, scope=scope, cancel=stopped)
                return _stream(events, explain)
        except Cancelled:
            terminal.tell("stopped")
            return terminal.STOPPED
        except UsageError:
            raise
        except SourcierError as error:
            if not as_json:
                raise
            terminal.tell_error(error)
            spoken = lang or detect_lang(question, default="fr")
            return _print_json(error_answer("", question, spoken, error))


def read_history(path: Path) -> tuple[Turn, ...]:
    """Earlier questions and answers from a .json list or .jsonl rows. Raises UsageError."""
    from qa.present import turns_from_json
    from qa.rows import read_rows

    if path.suffix.lower() != ".json":
        rows = read_rows(path)
        for row in rows:
            if row.problem:
                raise UsageError(f"{path}: {row.problem}.", "Mend the file.")
        return turns_from_json([row.values for row in rows])
    try:
        return turns_from_json(json.loads(path.read_bytes().decode("utf-8-sig")))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not JSON in UTF-8.", "Mend the file.") from error


def _print_json(answer: Answer) -> int:
    from qa.present import dump_answer

    terminal.out(dump_answer(answer))
    return 1 if answer.status == "error" else 0


def _stream(events: Iterator[AskEvent], explain: bool) -> int:
    from qa.draft import with_marks

    shown = ""
    answer: Answer | None = None
    try:
        for event in events:
            if isinstance(event, StageBegun):
                if terminal.progress_shown():
                    terminal.tell(f"stage.{event.stage}")
            elif isinstance(event, EvidenceFound):
                _tell_evidence(event)
            elif isinstance(event, ClaimChecked):
                sentence = (" " if shown else "") + with_marks(event.claim)
                terminal.out(clean(sentence), end="")
                shown += sentence
            elif isinstance(event, AnswerDone):
                answer = event.answer
    finally:
        if shown and answer is None:
            terminal.out("")
    if answer is None:
        raise SourcierError("The question ended without an answer.", "Please report this.")
    _print_rest(answer, shown)
    if explain:
        terminal.out("\n" + clean(explained(answer)))
    return 1 if answer.status == "error" else 0


def _tell_evidence(event: EvidenceFound) -> None:
    documents = len({evidence.doc for evidence in event.evidence})
    terminal.tell("ask.evidence", count=len(event.evidence), documents=documents, seconds=event.seconds)


def _print_rest(answer: Answer, shown: str) -> None:
    """What the answer says beside its claims, what to know before relying on it, then the sources."""
    from qa.signs import asked_as, warnings

    if answer.answer.startswith(shown):
        terminal.out(clean(answer.answer[len(shown) :]))
    else:
        terminal.out("\n\n" + clean(answer.answer))
    lang = terminal.lang()
    # What was not read is told last, with the setting that helps.
    signs = [*warnings(replace(answer, dropped=()), lang), *asked_as(answer, lang)]
    if signs:
        terminal.out("\n" + "\n".join(terminal.plain(sign) for sign in signs))
    if answer.error:
        terminal.tell_error(answer.error)
    for heading, citations in (("ask.sources", answer.citations), ("ask.nearest", answer.nearest)):
        if citations:
            terminal.out(f"\n{terminal.say(heading)}")
            for citation in citations:
                terminal.out(source_lines(citation))
    if answer.dropped:
        terminal.tell("ask.dropped", count=len(answer.dropped))


def explained(answer: Answer) -> str:
    """Every signal of the question, then every sentence of evidence with its scores, best first."""
    lines = [terminal.say("explain.signals")]
    lines += [
        f"  {name:<14}{value:>9.3f}  {terminal.say(f'explain.{name}')}"
        for name, value in answer.signals.items()
    ]
    lines += [f"  {'support':<12}{claim.support:>9.3f}  {claim.text}" for claim in answer.claims]
    lines.append(terminal.say("explain.evidence"))
    legs = ("reader", "fused", "dense", "lexical")
    lines.append("  " + "".join(f"{leg:>9}" for leg in legs))
    for item in answer.evidence:
        scores = "".join(f"{item.scores[leg]:>9.3f}" if leg in item.scores else f"{'-':>9}" for leg in legs)
        lines.append(f"  {scores}  {item.doc}: {' '.join(item.text.split())[:_EXPLAINED]}")
    return "\n".join(lines)


def source_lines(citation: Citation) -> str:
    """`[1] title, date, page (document)`, and the quote on the next line."""
    mark = f"[{citation.n}]" if citation.n is not None else "-"
    facts = [citation.title or citation.doc]
    if citation.date:
        facts.append(citation.date)
    if citation.page is not None:
        facts.append(terminal.say("ask.page", page=citation.page))
    quote = " ".join(citation.quote.split())
    lines = [f"{mark} {', '.join(facts)} ({citation.doc})", f"    « {quote} »"]
    if citation.translation:
        lines.append(f"    {terminal.say('ask.translation', translation=citation.translation)}")
    return "\n".join(terminal.plain(line) for line in lines)


def clean(text: str) -> str:
    """`text` with its line breaks and without what would steer a terminal."""
    return "\n".join(terminal.plain(line) for line in text.split("\n"))
