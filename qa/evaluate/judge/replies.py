"""What a judge's reply must hold to be a verdict: the schema sent for it, and the check of what comes back.

ragas divides by the verdicts that came back, whatever was asked for; here a short reply has failed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from qa.words import fold

_RATINGS = (0, 2, 4)
_BINARY = (0, 1)
# More statements than this for one sentence is a model that does not stop.
_MOST_A_CLAIM = 8


@dataclass(slots=True)
class Expected:
    """What is waited for: statements of so many `claims`, a verdict on each of `statements` (set when they
    come), a classification of each of so many `parts` of the reference."""

    claims: int
    parts: int
    statements: tuple[str, ...] = ()


def schema_for(name: str, schema: Mapping[str, Any], expected: Expected) -> dict[str, Any]:
    """ragas's schema of the reply `name` with what it leaves open: how many, which values, no other fields.

    A server that writes by the schema then cannot leave a verdict out, nor go on for ever.
    """
    tight: dict[str, Any] = deepcopy(dict(schema))
    fields = tight["properties"]
    for one in (tight, *tight.get("$defs", {}).values()):
        one["additionalProperties"] = False
    match name:
        case "StatementGeneratorOutput":
            fields["statements"] |= {
                "minItems": expected.claims,
                "maxItems": _MOST_A_CLAIM * expected.claims,
            }
        case "NLIStatementOutput":
            count = len(expected.statements)
            fields["statements"] |= {"minItems": count, "maxItems": count}
            tight["$defs"]["StatementFaithfulnessAnswer"]["properties"]["verdict"]["enum"] = list(_BINARY)
        case "AnswerAccuracyOutput":
            fields["rating"]["enum"] = list(_RATINGS)
        case "ContextRecallOutput":
            fields["classifications"] |= {
                "minItems": expected.parts,
                "maxItems": _MOST_A_CLAIM * expected.parts,
            }
            tight["$defs"]["ContextRecallClassification"]["properties"]["attributed"]["enum"] = list(_BINARY)
        case _:
            raise ValueError(f"a reply {name!r} that is not known")
    return tight


def wrong_with(name: str, reply: Any, expected: Expected) -> str:
    """What a reply (ragas's model `name`) lacks, as words for the report; empty where it is whole."""
    match name:
        case "StatementGeneratorOutput":
            return _statements(reply.statements, expected)
        case "NLIStatementOutput":
            return _verdicts(reply.statements, expected.statements)
        case "AnswerAccuracyOutput":
            return "" if reply.rating in _RATINGS else f"the rating {reply.rating} is none of 0, 2 and 4"
        case "ContextRecallOutput":
            given = reply.classifications
            if len(given) < expected.parts:
                return f"{len(given)} verdicts for {expected.parts} statements"
            return _binary([one.attributed for one in given])
        case _:
            raise ValueError(f"a reply {name!r} that is not known")


def _statements(statements: Sequence[str], expected: Expected) -> str:
    if any(not statement.strip() for statement in statements):
        return "an empty statement"
    if len(statements) < expected.claims:
        return f"{len(statements)} statements for {expected.claims} sentences"
    return ""


def _verdicts(verdicts: Sequence[Any], statements: Sequence[str]) -> str:
    if len(verdicts) != len(statements):
        return f"{len(verdicts)} verdicts for {len(statements)} statements"
    # One statement judged twice while another is left out counts as short too.
    if len({fold(one.statement) for one in verdicts}) < len({fold(one) for one in statements}):
        return "two verdicts on one statement"
    return _binary([one.verdict for one in verdicts])


def _binary(values: Sequence[int]) -> str:
    strange = [value for value in values if value not in _BINARY]
    return f"the verdict {strange[0]} is neither 0 nor 1" if strange else ""
