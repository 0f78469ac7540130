"""Sourcier as a library: open it once, ask it many times, from any thread.

from qa import Sourcier

Sourcier.index("my/folder")
with Sourcier.open() as sourcier:
    print(sourcier.ask("Qui a parlé ?").answer)
    sourcier.batch("questions.csv", "answers.jsonl")
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

from qa.ask import Parts, Question, ask
from qa.batch import BatchProgress, BatchReport, run_batch
from qa.errors import SourcierError
from qa.index import DocumentInfo, Index, IndexProgress, open_index, update_index
from qa.instructions import without_orders
from qa.models.choose import open_embedder, open_encoder, open_llm
from qa.models.progress import OnProgress
from qa.models.protocols import LLM, Embedder, Encoder
from qa.retrieve import Legs, Query, search_legs
from qa.settings import Loaded, load_settings
from qa.smalltalk import strip_greeting
from qa.types import (
    LANGS,
    Answer,
    AnswerDone,
    AskEvent,
    Evidence,
    EvidenceFound,
    IndexReport,
    Lang,
    Scope,
    Turn,
)
from qa.weigh import OnnxReader, StateChooser, choose, load_calibration, load_probe
from qa.write import choice_messages

_PROBLEM_S = 1.0  # a page that opens waits no longer to hear what is wrong with the model


class Sourcier:
    """An open index and its models. Safe to use from several threads; close it, or use it in a `with`.

    The index is opened at once; the language model loads in the background, so that evidence need
    not wait for it. When the index is replaced meanwhile, the next question uses the new one.
    """

    def __init__(
        self,
        loaded: Loaded,
        index: Index,
        embedder: Embedder,
        llm: LLM | None,
        encoder: Encoder | None,
        on_progress: OnProgress | None,
    ) -> None:
        self._loaded = loaded
        self._embedder = embedder
        self._on_progress = on_progress
        self._llm: Future[LLM] = Future()
        if llm is None:
            self._begin_loading()
        else:
            self._llm.set_result(llm)
        self._lock = threading.Lock()
        self._index = index
        self._users: dict[Index, int] = {index: 0}
        self._reader = OnnxReader()
        self._calibration = load_calibration()
        probe = load_probe()
        if encoder is None and llm is None:
            encoder = open_encoder(loaded.settings.llm, probe.layers, probe.adapter)
        self._states = StateChooser(probe, encoder) if encoder else None

    @classmethod
    def index(
        cls,
        *paths: str | Path,
        loaded: Loaded | None = None,
        embedder: Embedder | None = None,
        rebuild: bool = False,
        on_progress: Callable[[IndexProgress], None] | None = None,
    ) -> IndexReport:
        """Make the index hold exactly what is under `paths` (none: those of the settings), before `open`.

        A file that cannot be read has its verdict in the report. Raises UsageError, StoreError or ModelError.
        """
        loaded = loaded or load_settings()
        found = tuple(Path(path) for path in paths) or loaded.corpus_paths
        embedder = embedder or open_embedder(loaded.settings.embedder, loaded.settings.llm)
        return update_index(found, loaded, embedder, rebuild=rebuild, progress=on_progress)

    @classmethod
    def open(
        cls,
        loaded: Loaded | None = None,
        *,
        llm: LLM | None = None,
        embedder: Embedder | None = None,
        encoder: Encoder | None = None,
        on_progress: OnProgress | None = None,
    ) -> Self:
        """Open the index that the settings name. Raises StoreError, ModelError or UsageError.

        A model given here is used as it is and closed with the session; a language model without an encoder
        chooses among the excerpts itself.
        """
        loaded = loaded or load_settings()
        embedder = embedder or open_embedder(loaded.settings.embedder, loaded.settings.llm)
        return cls(loaded, open_index(loaded, embedder), embedder, llm, encoder, on_progress)

    def ask_events(
        self,
        question: str,
        *,
        id: str = "",  # noqa: A002 - the Answer's own word
        lang: Lang | None = None,
        history: Sequence[Turn] = (),
        scope: Scope | None = None,
        cancel: threading.Event | None = None,
    ) -> Generator[AskEvent]:
        """Answer one question, event by event (see qa.ask); `scope` narrows it to some of the documents.

        AnswerDone comes last. Raises SourcierError, ScopeError (a UsageError) where the scope does not fit.
        """
        index = self._take_index()
        try:
            parts = Parts(
                self._loaded.settings,
                index,
                index.generation,
                self._embedder,
                self._reader,
                self._calibration,
                self._loaded_llm,
                self._states,
            )
            yield from ask(Question(question, id, lang, tuple(history), scope), parts, cancel)
        finally:
            self._give_back(index)

    def ask(
        self,
        question: str,
        *,
        id: str = "",  # noqa: A002 - the Answer's own word
        lang: Lang | None = None,
        history: Sequence[Turn] = (),
        scope: Scope | None = None,
        cancel: threading.Event | None = None,
    ) -> Answer:
        """Answer one question, of all documents or of those of `scope`:

            sourcier.ask("Qui a signé ?", scope=Scope(documents=("rapport.pdf",), since="2023-03"))

        Raises SourcierError; `qa.present.error_answer` carries it as an Answer.
        """
        for event in self.ask_events(question, id=id, lang=lang, history=history, scope=scope, cancel=cancel):
            if isinstance(event, AnswerDone):
                return event.answer
        raise SourcierError("The question ended without an answer.", "Please report this.")

    def search(
        self,
        question: str,
        *,
        lang: Lang | None = None,
        scope: Scope | None = None,
        cancel: threading.Event | None = None,
    ) -> tuple[Evidence, ...]:
        """The sentences that an answer would be made of, best first, without one. Raises SourcierError."""
        with closing(self.ask_events(question, lang=lang, scope=scope, cancel=cancel)) as events:
            for event in events:
                if isinstance(event, EvidenceFound):
                    return event.evidence
        return ()

    def search_legs(self, question: str, lang: Lang) -> Legs:
        """The passages that each leg of retrieval brings for a question, by itself: for measuring.

        No language model is asked: the question is taken whole and is not translated. Raises SourcierError.
        """
        asked = strip_greeting(without_orders(question, lang), lang)
        index = self._take_index()
        try:
            return search_legs(Query(asked, lang), index, self._embedder, self._loaded.settings.retrieve)
        finally:
            self._give_back(index)

    def batch(
        self,
        source: str | Path,
        target: str | Path,
        *,
        on_progress: Callable[[BatchProgress], None] = lambda _: None,
        cancel: threading.Event | None = None,
    ) -> BatchReport:
        """Answer the questions of a file (.jsonl or .csv) into another; a rerun keeps what holds.

        A row that cannot be answered becomes a row with `status: error`. Raises SourcierError.
        """
        return run_batch(Path(source), Path(target), self, on_progress, cancel)

    def warm(self) -> None:
        """Load the models now and read the fixed rules once, so that the first question need not.

        Raises ModelError.
        """
        self._reader.load()
        if self._states is not None:
            self._states.encoder.load()
        llm = self._loaded_llm()
        for lang in LANGS:
            choose(llm, choice_messages("", lang, ()), 1)

    @property
    def generation(self) -> str:
        """Names the content of the index that the next question is asked of."""
        index = self._take_index()
        try:
            return index.generation
        finally:
            self._give_back(index)

    @property
    def llm_name(self) -> str:
        """The language model's name; waits until it is loaded."""
        return self._loaded_llm().name

    def model_problem(self) -> SourcierError | None:
        """Why no language model is there, to be told before a question is asked; None where all is well.

        Where it failed before it is tried again, for at most `_PROBLEM_S`; a first loading is not waited for.
        """
        with self._lock:
            if again := _has_failed(self._llm):
                self._begin_loading()
            loading = self._llm
        if not again and not loading.done():
            return None
        try:
            problem = loading.exception(_PROBLEM_S)
        except TimeoutError:
            return None
        return problem if isinstance(problem, SourcierError) else None

    def documents(self) -> tuple[DocumentInfo, ...]:
        """What is in the index."""
        index = self._take_index()
        try:
            return index.documents()
        finally:
            self._give_back(index)

    def document_text(self, path: str) -> str:
        """The text of a document as indexed: what offsets count in."""
        index = self._take_index()
        try:
            return index.document(path).document.text
        finally:
            self._give_back(index)

    def close(self) -> None:
        """Free the models and the index."""
        with self._lock:
            for index in self._users:
                index.close()
            self._users.clear()
        if self._states is not None:
            self._states.encoder.close()
        if self._llm.done() and self._llm.exception() is None:
            self._llm.result().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _begin_loading(self) -> None:
        self._llm = Future()
        arguments = (self._llm, self._loaded, self._on_progress)
        threading.Thread(target=_load, args=arguments, daemon=True).start()

    def _loaded_llm(self) -> LLM:
        """The language model; waits until it is loaded, anew where that failed before."""
        with self._lock:
            if _has_failed(self._llm):
                self._begin_loading()
            loading = self._llm
        return loading.result()

    def _take_index(self) -> Index:
        with self._lock:
            if not self._index.is_current():
                self._index = open_index(self._loaded, self._embedder)
                self._users.setdefault(self._index, 0)
                self._close_unused()
            self._users[self._index] += 1
            return self._index

    def _give_back(self, index: Index) -> None:
        with self._lock:
            if index in self._users:
                self._users[index] -= 1
                self._close_unused()

    def _close_unused(self) -> None:
        for index in [i for i, users in self._users.items() if users == 0 and i is not self._index]:
            del self._users[index]
            index.close()


def _has_failed(loading: Future[LLM]) -> bool:
    return loading.done() and loading.exception() is not None


def _load(future: Future[LLM], loaded: Loaded, on_progress: OnProgress | None) -> None:
    try:
        future.set_result(open_llm(loaded.settings.llm, root=loaded.root, on_progress=on_progress))
    except SourcierError as error:
        future.set_exception(error)
    except BaseException as error:
        # Whoever waits for the model must hear of any failure, not wait for ever.
        future.set_exception(error)
        raise
