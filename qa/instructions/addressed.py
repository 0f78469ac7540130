"""Orders to the reading machine, told from statements."""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata

from qa.instructions.orders import ORDER

_LOOKALIKES = str.maketrans("аеорсухіѕԁ’‘ʼ`“”„‐‑", "aeopcyxisd''''\"\"\"--")
_LEET = str.maketrans("013457@$", "oieastas")
_LEET_WORD = re.compile(r"(?<![\w@$])(?=\w*[a-z]\w*[0-9@$]\w*[a-z])[a-z013457@$]{4,}(?![\w@$])")
_SPACED = re.compile(r"(?<!\w)(?:\w[ ._*-]){4,}\w(?!\w)")
_TAGS = re.compile(r"</?(?:b|i|em|strong|span|div|p|font|u|small|a|br|mark)(?: [^<>]{0,200})?/?>|<!--|-->")
_BASE64 = re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{20,400}={0,2}(?![\w+/=])")
_LONGEST = 6000  # characters looked at: no sentence is longer, and a question is shorter


def addresses_model(sentence: str) -> bool:
    """Whether the sentence orders a reading machine about rather than states something."""
    sentence = sentence[:_LONGEST]
    # Letters set apart by spaces are closed up in a second look, since words lose their bounds there.
    plain = _plain(sentence)
    closed = _SPACED.sub(lambda found: re.sub(r"[ ._*-]", "", found[0]), _fold(sentence))
    if ORDER.search(plain) or ORDER.search(_plain(closed)):
        return True
    return any(ORDER.search(_plain(hidden)) for hidden in _decoded(sentence))


def _fold(text: str) -> str:
    """Lower case without accents, invisible characters or letters that only look Latin; spaces kept."""
    text = unicodedata.normalize("NFKD", html.unescape(text)).lower().translate(_LOOKALIKES)
    return "".join(c for c in text if unicodedata.category(c) not in {"Mn", "Cf"})


def _plain(text: str) -> str:
    text = " ".join(_TAGS.sub(" ", _fold(text)).split())
    return _LEET_WORD.sub(lambda word: word[0].translate(_LEET), text)


def _decoded(text: str) -> list[str]:
    """What stretches of base64 in the text say, where they say something readable."""
    found: list[str] = []
    for match in _BASE64.finditer(text):
        coded = match[0].rstrip("=")
        try:
            said = base64.b64decode(coded + "=" * (-len(coded) % 4)).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            continue
        if said.isprintable():
            found.append(said)
    return found
