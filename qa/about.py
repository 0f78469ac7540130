"""Whether a sentence is about the persons, places and things that a question names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from qa.exonyms import is_ordinary, of_same_state, other_forms
from qa.scope import AskedIndex
from qa.types import Evidence, Filters, Lang
from qa.verify import names_in
from qa.words import fold, is_among, parts

# Characters before and behind a sentence in which what it is about is named, or else its pronouns have no one
# to stand for (dev/LOG.md).
_AROUND = 600


def about_what_is_named(
    question: str, lang: Lang, evidence: Sequence[Evidence], index: AskedIndex
) -> tuple[Evidence, ...]:
    """The sentences near which every name of the question stands that the documents of their language know.

    The near miss is a sentence that says the right thing of somebody else. A name that no document has
    decides nothing here.
    """
    named = names_in(question)
    known: dict[tuple[str, Lang], bool] = {}

    def counts(name: str, other: Lang) -> bool:
        if (name, other) not in known:
            forms = (name, *other_forms(name))
            # The other language may write a word of an office otherwise, and so may this one a people's.
            loose = is_ordinary(name) and (other != lang or len(forms) == 1)
            known[name, other] = not loose and any(
                index.search_lexical(form, (other,), 1, Filters(lang=other)) for form in forms
            )
        return known[name, other]

    return tuple(
        item
        for item in evidence
        if _speaks_of([name for name in named if counts(name, item.lang)], _around(item, index))
    )


def names_stand_in(names: Collection[str], text: str) -> bool:
    """Whether a text holds every one of these folded names, in this or in the other language's form."""
    return _stand_in(names, text, other_forms)


def _speaks_of(names: Collection[str], text: str) -> bool:
    """The same, where a capital or a people may stand for its state."""
    return _stand_in(names, text, lambda name: other_forms(name) | of_same_state(name))


def _stand_in(names: Collection[str], text: str, forms: Callable[[str], frozenset[str]]) -> bool:
    held = {fold(part) for part in parts(text)}
    return all(any(is_among(form, held) for form in (name, *forms(name))) for name in names)


def _around(item: Evidence, index: AskedIndex) -> str:
    text = index.document(item.doc).document.text
    near = text[max(0, item.start - _AROUND) : item.end + _AROUND]
    return f"{item.title} {item.source or ''} {near}"
