"""Sourcier's own verifier on the labelled cases, beside the judge."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qa.evaluate.judge.cases import QUESTION, Case
from qa.lang import detect_lang
from qa.models.choose import open_embedder
from qa.segment import split_sentences, standalone_context
from qa.settings import Settings
from qa.types import Evidence
from qa.verify import Judges, check_sentence
from qa.write import Written


def open_verifier(settings: Settings) -> Callable[[Case], bool]:
    """What says of a case whether its claim would be shown. Loads the embedder and the reader.

    Raises ModelError.
    """
    from qa.weigh import OnnxReader, load_calibration

    judges = Judges(open_embedder(settings.embedder, settings.llm), OnnxReader(), load_calibration())

    def supports(case: Case) -> bool:
        evidence = [
            piece for number, text in enumerate(case.evidence, 1) for piece in _pieces(f"{number}.txt", text)
        ]
        written = Written(case.claim)
        return (
            check_sentence(written, evidence, QUESTION[case.lang], case.lang, judges).verdict == "supported"
        )

    return supports


def _pieces(doc: str, text: str) -> Iterator[Evidence]:
    """The sentences of a text, as retrieval brings those of a document."""
    lang = detect_lang(text, default="en")
    sentences = split_sentences(text, lang)
    for number, span in enumerate(sentences):
        context = standalone_context(text, sentences, number)
        yield Evidence(
            doc=doc,
            title="",
            date=None,
            lang=lang,
            start=span.start,
            end=span.end,
            text=text[span.start : span.end],
            context=context,
            context_text=text[context.start : context.end],
        )
