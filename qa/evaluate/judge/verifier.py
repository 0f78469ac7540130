"""Sourcier's own verifier on the labelled cases, beside the judge."""

from __future__ import annotations

from collections.abc import Callable

from qa.evaluate.judge.cases import QUESTION, Case
from qa.lang import detect_lang
from qa.models.choose import open_embedder
from qa.settings import Settings
from qa.types import Evidence, Span
from qa.verify import Judges, check_sentence
from qa.write import Written


def open_verifier(settings: Settings) -> Callable[[Case], bool]:
    """What says of a case whether its claim would be shown. Loads the embedder and the reader.

    Raises ModelError.
    """
    from qa.weigh import OnnxReader, load_calibration

    judges = Judges(open_embedder(settings.embedder, settings.llm), OnnxReader(), load_calibration())

    def supports(case: Case) -> bool:
        written = Written(case.claim, ())
        evidence = [_evidence(number, text) for number, text in enumerate(case.evidence)]
        return (
            check_sentence(written, evidence, QUESTION[case.lang], case.lang, judges).verdict == "supported"
        )

    return supports


def _evidence(number: int, text: str) -> Evidence:
    """A text of a case as one piece of evidence of a document of its own."""
    span = Span(0, len(text))
    return Evidence(
        f"{number}.txt", "", None, detect_lang(text, default="en"), 0, len(text), text, span, text
    )
