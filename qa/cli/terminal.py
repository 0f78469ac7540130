"""The two streams: data goes to stdout, everything said to a person goes to stderr."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from qa.cli.messages import interface_lang, message
from qa.errors import SourcierError
from qa.types import AnswerError, Lang

STOPPED = 130


def speak_utf8() -> None:
    """Read and write UTF-8 whatever the locale says; what stderr cannot show is escaped, never fatal."""
    for stream, errors in ((sys.stdin, "strict"), (sys.stdout, "strict"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


def out(text: str, end: str = "\n") -> None:
    """Write data to stdout, at once."""
    sys.stdout.write(text + end)
    sys.stdout.flush()


def note(text: str) -> None:
    """Write a line to stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def tell(name: str, **values: object) -> None:
    """Write the message `name` to stderr in the user's language."""
    note(say(name, **values))


def say(name: str, **values: object) -> str:
    """The message `name` in the user's language."""
    return message(name, lang(), **values)


def lang() -> Lang:
    """The user's language."""
    return interface_lang(os.environ)


def tell_error(error: SourcierError | AnswerError) -> None:
    """What is wrong, and what to do, on stderr."""
    from qa.present import explain

    text, remedy = explain(error, lang())
    tell("error", message=plain(text))
    if remedy:
        note(plain(remedy))


def plain(text: str) -> str:
    """`text` on one line without the characters that would steer a terminal (escape, bidirectional, …)."""
    return "".join(
        character if unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} else " "
        for character in text
    )


def progress_shown() -> bool:
    """Whether a person watches stderr."""
    return sys.stderr.isatty()


def colours_shown() -> bool:
    """Whether stdout is a terminal that has not been asked for plain text."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextmanager
def errors_told() -> Iterator[None]:
    """Errors raised on purpose become a message and an exit code; Ctrl-C and a closed pipe end quietly."""
    try:
        yield
    except SourcierError as error:
        tell_error(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        tell("stopped")
        sys.exit(STOPPED)
    except OSError as error:
        if error.errno != errno.EPIPE:
            raise
        # The reader has gone: nothing can be written any more, not even what is still buffered.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


@contextmanager
def stop_signal() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets, so that a model stops in order; the second is KeyboardInterrupt.

    A KeyboardInterrupt raised at once would be lost inside a callback of the model's engine.
    """
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        stopped.set()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)
