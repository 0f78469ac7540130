"""The Answer as JSON, version 1: what `--json`, batch, the HTTP interface and evaluation carry, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from qa.errors import SourcierError, UsageError
from qa.french import in_french
from qa.types import (
    ANSWER_SCHEMA,
    LANGS,
    Answer,
    AnswerError,
    Citation,
    Claim,
    Evidence,
    Lang,
    ModelNames,
    Scope,
    Span,
    Status,
    Timings,
    Turn,
    Usage,
    Verdict,
)


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """The Answer as a dict ready for `json.dumps`, its keys in the documented order, added fields last."""
    return {
        "schema": answer.schema,
        "id": answer.id,
        "question": answer.question,
        "lang": answer.lang,
        "status": answer.status,
        "answer": answer.answer,
        "claims": [
            {
                "text": claim.text,
                "verdict": claim.verdict,
                "support": claim.support,
                "citations": list(claim.citations),
            }
            for claim in answer.claims
        ],
        "citations": [citation_to_json(citation) for citation in answer.citations],
        "disagreement": answer.disagreement,
        "nearest": [citation_to_json(citation) for citation in answer.nearest],
        "error": error_to_json(answer.error) if answer.error else None,
        "model": {"llm": answer.model.llm, "embedder": answer.model.embedder},
        "timings": {
            "evidence_s": answer.timings.evidence_s,
            "first_sentence_s": answer.timings.first_sentence_s,
            "total_s": answer.timings.total_s,
        },
        "understood": answer.understood,
        "evidence": [evidence_to_json(evidence) for evidence in answer.evidence],
        "dropped": [evidence_to_json(evidence) for evidence in answer.dropped],
        "tokens": {
            "read": answer.usage.read,
            "cached": answer.usage.cached,
            "written": answer.usage.written,
        },
        "signals": dict(answer.signals),
        "index": answer.index,
        "scope": scope_to_json(answer.scope) if answer.scope else None,
    }


def citation_to_json(citation: Citation) -> dict[str, Any]:
    """`n` only where the citation has a number (`nearest` has none), `page` only for paged documents."""
    data: dict[str, Any] = {} if citation.n is None else {"n": citation.n}
    data |= {
        "doc": citation.doc,
        "title": citation.title,
        "date": citation.date,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "translation": citation.translation,
    }
    return data | _known(page=citation.page, source=citation.source, lang=citation.lang)


def evidence_to_json(evidence: Evidence) -> dict[str, Any]:
    """`context` only where the sentence needs words around it to stand alone."""
    data: dict[str, Any] = {
        "doc": evidence.doc,
        "start": evidence.start,
        "end": evidence.end,
        "text": evidence.text,
        "scores": dict(evidence.scores),
        "title": evidence.title,
        "date": evidence.date,
        "lang": evidence.lang,
    }
    if evidence.context != Span(evidence.start, evidence.end):
        data["context"] = {
            "start": evidence.context.start,
            "end": evidence.context.end,
            "text": evidence.context_text,
        }
    return data | _known(page=evidence.page, source=evidence.source)


def error_to_json(error: AnswerError) -> dict[str, str]:
    """Code, message and remedy."""
    return {"code": error.code, "message": error.message, "remedy": error.remedy}


def scope_to_json(scope: Scope) -> dict[str, Any]:
    """What a question was narrowed to."""
    return {"documents": list(scope.documents), "since": scope.since, "until": scope.until}


def dump_answer(answer: Answer, *, indent: int | None = None) -> str:
    """The Answer as JSON text, not escaped."""
    return json.dumps(answer_to_json(answer), ensure_ascii=False, indent=indent)


def answer_from_json(data: Mapping[str, Any]) -> Answer:
    """The Answer that `answer_to_json` wrote; unknown fields are passed over.

    Raises KeyError for a missing documented field and UsageError for another version of the schema.
    """
    if data["schema"] != ANSWER_SCHEMA:
        raise UsageError(
            f"This Answer has schema {data['schema']!r}, {ANSWER_SCHEMA} is known.",
            "Read it with the version of Sourcier that wrote it.",
        )
    tokens = data.get("tokens") or {}
    return Answer(
        id=data["id"],
        question=data["question"],
        lang=data["lang"],
        status=cast(Status, data["status"]),
        answer=data["answer"],
        claims=tuple(
            Claim(c["text"], cast(Verdict, c["verdict"]), c["support"], tuple(c["citations"]))
            for c in data["claims"]
        ),
        citations=tuple(_citation(c) for c in data["citations"]),
        disagreement=data["disagreement"],
        nearest=tuple(_citation(c) for c in data["nearest"]),
        error=AnswerError(**data["error"]) if data["error"] else None,
        model=ModelNames(**data["model"]),
        timings=Timings(**data["timings"]),
        understood=data.get("understood"),
        evidence=tuple(_evidence(e) for e in data.get("evidence", ())),
        dropped=tuple(_evidence(e) for e in data.get("dropped", ())),
        usage=Usage(**tokens),
        signals=dict(data.get("signals") or {}),
        index=data.get("index"),
        scope=scope_from(**data["scope"]) if data.get("scope") else None,
    )


def error_answer(
    id: str,  # noqa: A002 - the Answer's word
    question: str,
    lang: Lang,
    error: SourcierError,
) -> Answer:
    """An Answer that carries a failure: `status: error`, never an answer."""
    return Answer(
        id=id,
        question=question,
        lang=lang,
        status="error",
        answer="",
        error=AnswerError(error.code, error.message, error.remedy),
    )


def explain(error: SourcierError | AnswerError, lang: Lang) -> tuple[str, str]:
    """What is wrong and what to do, for a person who reads `lang`.

    Errors are raised in English, with the facts; `in_french` says how they are told in French.
    """
    if lang == "fr":
        return in_french(error)
    return error.message, error.remedy


def turns_from_json(value: object) -> tuple[Turn, ...]:
    """A `history`: a list of `{"question": …, "answer": …}`, oldest first.

    Raises UsageError, naming the turn, where it is anything else.
    """
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        raise UsageError("A history is a list of questions and answers.", _HISTORY_REMEDY)
    turns: list[Turn] = []
    for number, item in enumerate(value, 1):
        question, answer = (item.get("question"), item.get("answer")) if isinstance(item, dict) else ("", "")
        if not (isinstance(question, str) and isinstance(answer, str) and question.strip()):
            raise UsageError(f"Turn {number} of the history has no question and answer.", _HISTORY_REMEDY)
        check_text(question, f"turn {number} of the history")
        check_text(answer, f"turn {number} of the history")
        turns.append(Turn(question, answer))
    return tuple(turns)


def turns_from_row(value: object) -> tuple[Turn, ...]:
    """The `history` of somebody's row: as above, or that as JSON text (a cell of csv); or nothing.

    Raises UsageError.
    """
    if isinstance(value, str) and value.strip():
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise UsageError("The history is not JSON.", _HISTORY_REMEDY) from error
    return turns_from_json(value) if value else ()


def check_text(text: str, where: str) -> str:
    """`text` itself. Raises UsageError where it holds half characters, which no UTF-8 file can carry."""
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise UsageError(f"The text of {where} is not valid Unicode.", "Write it again in UTF-8.")
    return text


def scope_from(documents: object = (), since: object = None, until: object = None) -> Scope | None:
    """A scope of what people wrote; None where they narrowed nothing. Raises UsageError for other types.

    Whether there are such documents and dates is seen when it is asked.
    """
    if documents in (None, ""):
        documents = ()
    if isinstance(documents, str) or not isinstance(documents, Sequence):
        raise UsageError(
            "`documents` is not a list of documents.", 'Write it as ["report.pdf", "notes.txt"].'
        )
    for name in documents:
        if not isinstance(name, str):
            raise UsageError(f"{name!r} is no name of a document.", "Write its path, as sources name it.")
        check_text(name, "the documents")
    for date in (since, until):
        if date is not None and not isinstance(date, str):
            raise UsageError(f"{date!r} is not a date.", 'Write it as "2023-03-02", "2023-03" or "2023".')
        check_text(date or "", "the dates")
    scope = Scope(tuple(documents), since or None, until or None)  # type: ignore[arg-type]
    return scope if scope != Scope() else None


def lang_from(value: object) -> Lang | None:
    """`fr` or `en`; None where nothing is said. Raises UsageError for anything else."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    for lang in LANGS:
        if isinstance(value, str) and value.strip().lower() == lang:
            return lang
    raise UsageError(f"Unknown language {value!r}.", "Write `fr` or `en`, or leave it out.")


_HISTORY_REMEDY = 'Write it as [{"question": "…", "answer": "…"}], oldest first.'


def _known(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _citation(data: Mapping[str, Any]) -> Citation:
    return Citation(
        doc=data["doc"],
        title=data["title"],
        date=data["date"],
        start=data["start"],
        end=data["end"],
        quote=data["quote"],
        n=data.get("n"),
        source=data.get("source"),
        page=data.get("page"),
        lang=data.get("lang"),
        translation=data["translation"],
    )


def _evidence(data: Mapping[str, Any]) -> Evidence:
    context = data.get("context") or data
    return Evidence(
        doc=data["doc"],
        title=data["title"],
        date=data["date"],
        lang=data["lang"],
        start=data["start"],
        end=data["end"],
        text=data["text"],
        context=Span(context["start"], context["end"]),
        context_text=context["text"],
        scores=dict(data["scores"]),
        source=data.get("source"),
        page=data.get("page"),
    )
