"""The judge is judged: claims whose right verdict is known, and how often a judge finds it."""

from __future__ import annotations

import random
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

from qa.errors import UsageError
from qa.evaluate.types import JudgedRow
from qa.rows import read_rows
from qa.types import LANGS, Lang

Label = Literal["supported", "unsupported"]
# A claim holds where the judge finds at least half of what it states.
_HOLDS = 0.5
_SAMPLES = 2000
_SEED = 20231
# ragas wants a question; a claim of a case answers none.
QUESTION: dict[Lang, str] = {"fr": "Que disent les textes ?", "en": "What do the texts say?"}


@dataclass(frozen=True, slots=True)
class Case:
    """A claim, the texts it is held against, and whether they say it; `kind`: how it is wrong, or `right`."""

    id: str
    lang: Lang
    claim: str
    evidence: tuple[str, ...]
    label: Label
    kind: str


@dataclass(frozen=True, slots=True)
class Trial:
    """How a judge did on labelled cases.

    `accuracy` is balanced (the mean of the shares found right among the supported and the unsupported),
    with a 95 % bootstrap interval over texts; a case without a verdict counts as wrong. `coverage` is the
    share of cases that have one, `kinds` the share found right of each kind.
    """

    name: str
    cases: int
    accuracy: float
    low: float
    high: float
    coverage: float
    kinds: Mapping[str, float]

    @property
    def chance(self) -> bool:
        """Whether it is no better than chance."""
        return self.low <= 0.5

    def to_json(self) -> dict[str, Any]:
        """For `run.json`."""
        return {
            "name": self.name,
            "cases": self.cases,
            "accuracy": {"value": self.accuracy, "low": self.low, "high": self.high},
            "coverage": self.coverage,
            "kinds": dict(self.kinds),
            "chance": self.chance,
        }


class CaseJudge(Protocol):
    """What gives a verdict on a case (`qa.evaluate.judge.Judge`)."""

    @property
    def name(self) -> str: ...

    def judge_case(self, case: Case, cancel: threading.Event | None = None) -> JudgedRow: ...


def load_cases(folder: Path | None = None) -> tuple[Case, ...]:
    """The cases of `folder/*.jsonl` (default: Sourcier's own), of both labels.

    Raises UsageError, naming a bad line.
    """
    files = sorted((folder or _folder()).glob("*.jsonl"))
    cases = tuple(case for file in files for case in _read(file))
    if {case.label for case in cases} != set(get_args(Label)):
        raise UsageError(
            f"{folder or _folder()} has no cases for the judge, some supported and some unsupported.",
            "Mend the setting `judge.cases`." if folder else "Install Sourcier again.",
        )
    return cases


def judge_the_judge(
    cases: Sequence[Case],
    judge: CaseJudge,
    *,
    known: Mapping[Case, JudgedRow] | None = None,
    progress: Callable[[JudgedRow], None] = lambda _: None,
    cancel: threading.Event | None = None,
) -> Trial:
    """Have the judge judge every case that is not `known` yet; each new verdict goes to `progress`.

    Raises Cancelled.
    """
    rows: list[JudgedRow] = []
    for case in cases:
        row = (known or {}).get(case)
        if row is None:
            row = judge.judge_case(case, cancel)
            progress(row)
        rows.append(row)
    return try_verdicts(judge.name, cases, [_verdict(row) for row in rows])


def try_verifier(cases: Sequence[Case], supports: Callable[[Case], bool]) -> Trial:
    """How code that says of a case whether it is supported does on the same cases."""
    return try_verdicts("sourcier", cases, [supports(case) for case in cases])


def try_verdicts(name: str, cases: Sequence[Case], verdicts: Sequence[bool | None]) -> Trial:
    """What verdicts (None: none was given) are worth; `verdicts[i]` is on `cases[i]`.

    Raises ValueError unless there are cases of both labels.
    """
    right = [
        verdict is not None and verdict == (case.label == "supported")
        for case, verdict in zip(cases, verdicts, strict=True)
    ]
    if {case.label for case in cases} != set(get_args(Label)):
        raise ValueError("cases of one label alone tell nothing of a judge")
    low, high = _interval(cases, right)
    kinds: dict[str, list[bool]] = defaultdict(list)
    for case, found in zip(cases, right, strict=True):
        kinds[case.kind].append(found)
    return Trial(
        name=name,
        cases=len(cases),
        accuracy=_balanced([(case.label, found) for case, found in zip(cases, right, strict=True)]) or 0.0,
        low=low,
        high=high,
        coverage=sum(verdict is not None for verdict in verdicts) / len(cases),
        kinds={kind: sum(found) / len(found) for kind, found in sorted(kinds.items())},
    )


def _verdict(row: JudgedRow) -> bool | None:
    return None if row.problem else row.scores["faithfulness"] >= _HOLDS


def _balanced(found: Sequence[tuple[Label, bool]]) -> float | None:
    """None where one of the labels is missing."""
    shares = []
    for label in get_args(Label):
        of_label = [right for one, right in found if one == label]
        if not of_label:
            return None
        shares.append(sum(of_label) / len(of_label))
    return sum(shares) / len(shares)


def _interval(cases: Sequence[Case], right: Sequence[bool]) -> tuple[float, float]:
    """Cases on the same texts are drawn together: they are not independent."""
    texts: dict[tuple[str, ...], list[tuple[Label, bool]]] = defaultdict(list)
    for case, found in zip(cases, right, strict=True):
        texts[case.evidence].append((case.label, found))
    groups = list(texts.values())
    draw = random.Random(_SEED)
    drawn = (
        _balanced([one for group in draw.choices(groups, k=len(groups)) for one in group])
        for _ in range(_SAMPLES)
    )
    values = sorted(value for value in drawn if value is not None)
    return values[int(0.025 * len(values))], values[int(0.975 * len(values))]


def _folder() -> Path:
    """Where the cases are: inside an installed package, else in a checkout."""
    package = Path(__file__).parent
    installed = package / "cases"
    return installed if installed.is_dir() else package.parent.parent.parent / "eval" / "judge"


def _read(file: Path) -> Iterator[Case]:
    for row in read_rows(file):
        given = row.values
        try:
            evidence = tuple(given["evidence"])
            case = Case(given["id"], given["lang"], given["claim"], evidence, given["label"], given["kind"])
        except (KeyError, TypeError) as error:
            raise UsageError(
                f"{file}, line {row.line}, is no case: {row.problem or error}.", "Mend the line."
            ) from error
        texts = (case.id, case.claim, case.kind, *evidence)
        if (
            case.lang not in LANGS
            or case.label not in get_args(Label)
            or not evidence
            or isinstance(given["evidence"], str)
            or not all(isinstance(text, str) for text in texts)
        ):
            raise UsageError(
                f"{file}, line {row.line}: its lang, label or texts are wrong.", "Mend the line."
            )
        yield case
