"""The judge: ragas metrics by a language model, every call counted, and the judge itself put to the test."""

from qa.evaluate.judge.cases import Case, Trial, judge_the_judge, load_cases, try_verifier
from qa.evaluate.judge.judge import Judge, open_judge
from qa.evaluate.judge.verifier import open_verifier

__all__ = [
    "Case",
    "Judge",
    "Trial",
    "judge_the_judge",
    "load_cases",
    "open_judge",
    "open_verifier",
    "try_verifier",
]
