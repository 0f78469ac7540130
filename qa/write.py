"""The prompt, and the model's words as whole sentences while they come."""

from __future__ import annotations

import re
import threading
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from qa.dates import annotate, spoken_date
from qa.errors import PromptTooLong
from qa.expected import form_of
from qa.instructions import addresses_model, defuse
from qa.models.protocols import LLM, Message
from qa.prompts import load_prompt
from qa.segment import split_sentences
from qa.settings import AnswerSettings
from qa.types import Evidence, Lang, Span, Turn, Usage

_MARKS = r"(?:\s*\[\d+(?:\s*[,;]\s*\d+)*\])"
_MARKS_AFTER_STOP = re.compile(rf"([.!?…]+(?:\s?[\"»”’)])*)({_MARKS}+)")
_MARK = re.compile(r"\s*\[(\d+(?:\s*[,;]\s*\d+)*)\]|\s*\((\d)\)(?=[.!?]?$)")
_LEAD_IN = re.compile(
    r"^(?:according to|based on|selon|d['’]après)\s*(?:(?:the\s+|l['’])?(?:excerpt|extrait))?\s*\d?\s*,\s*",
    re.IGNORECASE,
)
_LEAD_OUT = re.compile(
    r",?\s*(?:according to|based on|selon|d['’]après)\s+(?:the|les|l['’])\s*(?:excerpts?|extraits?)(?:\s+\d)?"
    r"(?=[.!?]?$)",
    re.IGNORECASE,
)
_ASKS_WHEN = re.compile(
    r"\b(quand|date|jour|mois|année|depuis|when|day|month|year|since)\b|\bwhat time\b", re.IGNORECASE
)
# A follow-up leans on the last turns; more of them only make the small model answer the wrong one.
_TURNS = 2
_ANSWER_CHARACTERS = 400
_MAX_REWRITTEN = 60
_MAX_TRANSLATED = 160
_LEAST_EXCERPTS = 2
# More neighbouring text than this costs another excerpt its place (dev/LOG.md).
_MOST_AROUND = 120
_MOST_SENTENCES = 3
# Of news in other words than the question's, the sentence that answers is among the first excerpts for three
# fifths of questions, and among four times as many for four fifths (dev/LOG.md).
LOOKS = 4


@dataclass(frozen=True, slots=True)
class Written:
    """One sentence of the model: its text without marks, and the numbers (from 1) that it named."""

    text: str
    numbers: tuple[int, ...] = ()


def format_excerpts(question: str, evidence: Sequence[Evidence]) -> str:
    """Numbered lines, one an excerpt.

    Where the question is about time, the document's date stands before the text, and behind words such
    as "jeudi" or "last week" the date that they mean there. What looks like a template's tokens or like
    our own numbers is made harmless.
    """
    dated = asks_time(question)
    lines: list[str] = []
    for number, item in enumerate(evidence, 1):
        date = f"({spoken_date(item.date, item.lang)}) " if dated and item.date else ""
        text = annotate(item.context_text, item.lang, item.date) if dated else item.context_text
        lines.append(f"[{number}] {date}{' '.join(defuse(text).split())}")
    return "\n".join(lines)


def asks_time(question: str) -> bool:
    """Whether dates are shown with the excerpts: where the question may ask for one."""
    return _ASKS_WHEN.search(question) is not None


def pick_excerpts(evidence: Sequence[Evidence], settings: AnswerSettings) -> tuple[Evidence, ...]:
    """The best sentences that the settings' limits leave room for, at least two where there are two; one that
    is too long for what is left makes room for those behind it.

    A document's title names its matter and takes no place where there are enough sentences. A sentence whose
    neighbours are long, are themselves among the excerpts, or order the reading machine about, is shown
    without them.
    """
    picked: list[Evidence] = []
    characters = 0
    sentences = [item for item in evidence if item.text != item.title]
    for item in sentences if len(sentences) >= _LEAST_EXCERPTS else evidence:
        if len(picked) == settings.excerpts:
            break
        alone = (
            len(item.context_text) - len(item.text) > _MOST_AROUND
            or any(e.doc == item.doc and _overlap(e.context, item.context) for e in picked)
            or addresses_model(item.context_text)
        )
        shown = replace(item, context=Span(item.start, item.end), context_text=item.text) if alone else item
        if (
            len(picked) >= _LEAST_EXCERPTS
            and characters + len(shown.context_text) > settings.excerpt_characters
        ):
            continue
        characters += len(shown.context_text)
        picked.append(shown)
    return tuple(picked)


def in_document_order(excerpts: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The excerpts as their documents have them, that of the first before the others: who "he" or "the
    captain" is, the sentence before says (dev/LOG.md)."""
    documents = list(dict.fromkeys(item.doc for item in excerpts))
    return tuple(sorted(excerpts, key=lambda item: (documents.index(item.doc), item.start)))


def pick_looks(
    evidence: Sequence[Evidence], settings: AnswerSettings, most: int = LOOKS
) -> list[tuple[Evidence, ...]]:
    """The best sentences, then the best of those left, up to `most` times (see `pick_excerpts`); a title
    alone is not worth another look."""
    looks: list[tuple[Evidence, ...]] = []
    left = list(evidence)
    while left and len(looks) < most:
        looks.append(pick_excerpts(left, settings))
        taken = {(item.doc, item.start) for item in looks[-1]}
        left = [item for item in left if (item.doc, item.start) not in taken and item.text != item.title]
    return looks


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def build_messages(
    question: str, lang: Lang, evidence: Sequence[Evidence], choice: str = ""
) -> list[Message]:
    """The whole prompt of an answer: the excerpts, the choice, and the request to write."""
    excerpts = format_excerpts(question, evidence)
    kind = form_of(question, lang)
    form = load_prompt(f"form_{kind}", lang).messages[0].content if kind else ""
    return load_prompt("answer", lang).render(question=question, excerpts=excerpts, choice=choice, form=form)


def choice_messages(question: str, lang: Lang, evidence: Sequence[Evidence]) -> list[Message]:
    """The prompt of the choice (qa/weigh/choice.py): the same but for its two last messages, the choice made
    and the request to write. What is read once is not read again."""
    return build_messages(question, lang, evidence)[:-2]


def state_messages(question: str, lang: Lang, evidence: Sequence[Evidence]) -> list[Message]:
    """The prompt at whose end the model's state is read (qa/weigh/probe.py)."""
    excerpts = format_excerpts(question, evidence)
    return load_prompt("choose", lang).render(question=question, excerpts=excerpts)


def side_messages(question: str, lang: Lang, text: str) -> list[Message]:
    """The prompt at whose end the model's state tells whether yes or no answers, by `text`."""
    return load_prompt("side", lang).render(question=question, excerpt=" ".join(defuse(text).split()))


def fit_evidence(
    llm: LLM, question: str, lang: Lang, evidence: Sequence[Evidence], max_tokens: int
) -> tuple[Sequence[Evidence], Sequence[Evidence]]:
    """The evidence that fits the window with `max_tokens` to write, and what was dropped (lowest).

    Raises PromptTooLong where not even the best sentence fits.
    """
    for kept in range(len(evidence), 0, -1):
        messages = build_messages(question, lang, evidence[:kept], choice="0")
        if llm.count_tokens(messages) + max_tokens <= llm.window:
            return evidence[:kept], evidence[kept:]
    raise PromptTooLong(
        f"The question and one excerpt do not fit the window of {llm.name} ({llm.window} tokens).",
        "Ask a shorter question, or raise `llm.num_ctx`.",
    )


def write_sentences(
    llm: LLM,
    messages: Sequence[Message],
    lang: Lang,
    max_tokens: int,
    cancel: threading.Event | None = None,
) -> Generator[Written | Usage, None, None]:
    """Yield each sentence once it is whole, and last the Usage. Raises ModelError, and Cancelled.

    After `_MOST_SENTENCES` the model is stopped: a small one goes on to list what was not asked. A
    sentence that the limit of tokens cut off in the middle is not yielded, unless it is the only one.
    """
    text, usage, yielded = "", Usage(), 0
    for chunk in llm.stream(messages, max_tokens=max_tokens, cancel=cancel):
        text += chunk.text
        usage = chunk.usage or usage
        whole = _split(text, lang)[:-1][:_MOST_SENTENCES]
        yield from map(_parse, whole[yielded:])
        yielded = max(yielded, len(whole))
        if yielded == _MOST_SENTENCES:
            break
    sentences = _split(text, lang)[:_MOST_SENTENCES]
    if usage.written >= max_tokens and len(sentences) > 1:
        sentences = sentences[:-1]
    yield from map(_parse, sentences[yielded:])
    yield usage


def rewrite_question(
    llm: LLM,
    question: str,
    lang: Lang,
    history: Sequence[Turn],
    cancel: threading.Event | None = None,
) -> tuple[str, Usage]:
    """The question as it is understood from the last turns of the conversation."""
    letters = ("Q : ", "R : ") if lang == "fr" else ("Q: ", "A: ")
    lines: list[str] = []
    for turn in history[-_TURNS:]:
        lines.append(letters[0] + " ".join(turn.question.split()))
        lines.append(letters[1] + " ".join(_MARK.sub("", turn.answer).split())[:_ANSWER_CHARACTERS])
    turns = "\n".join(lines)
    messages = load_prompt("rewrite", lang).render(history=turns, question=question)
    rewritten, usage = _line(llm, messages, cancel)
    return rewritten or question, usage


def _line(llm: LLM, messages: Sequence[Message], cancel: threading.Event | None) -> tuple[str, Usage]:
    """The first line of what the model gives, "" where it gives nothing."""
    text, usage = "", Usage()
    for chunk in llm.stream(messages, max_tokens=_MAX_REWRITTEN, cancel=cancel):
        text += chunk.text
        usage = chunk.usage or usage
    return next((line.strip() for line in text.splitlines() if line.strip()), ""), usage


def translate_question(
    llm: LLM, question: str, lang: Lang, cancel: threading.Event | None = None
) -> tuple[str, Usage]:
    """The question as the model translates it into `lang`; "" where it gave nothing. Raises ModelError, and
    Cancelled."""
    return _line(llm, load_prompt("question", lang).render(question=question), cancel)


def translate(llm: LLM, text: str, lang: Lang, cancel: threading.Event | None = None) -> tuple[str, Usage]:
    """A quote as the model translates it into `lang`; "" where it gave nothing. Raises ModelError, and
    Cancelled."""
    translated, usage = "", Usage()
    messages = load_prompt("translate", lang).render(text=" ".join(defuse(text).split()))
    for chunk in llm.stream(messages, max_tokens=_MAX_TRANSLATED, cancel=cancel):
        translated += chunk.text
        usage = chunk.usage or usage
    return " ".join(translated.split()).strip('"«» '), usage


def _split(text: str, lang: Lang) -> list[str]:
    # "It ends. [2] Next" → "It ends [2]. Next": a mark behind the stop would open the next sentence.
    moved = _MARKS_AFTER_STOP.sub(r"\2\1", text)
    return [moved[s.start : s.end] for s in split_sentences(moved, lang)]


def _parse(sentence: str) -> Written:
    marks = [brackets or parentheses for brackets, parentheses in _MARK.findall(sentence)]
    numbers = [int(n) for mark in marks for n in re.split(r"\s*[,;]\s*", mark)]
    text = " ".join(_MARK.sub("", sentence).split()).lstrip("-*• ")
    text = _LEAD_OUT.sub("", _LEAD_IN.sub("", text))
    text = text[:1].upper() + text[1:]
    return Written(text, tuple(dict.fromkeys(numbers)))
