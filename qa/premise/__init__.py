"""What a question takes for granted: the statement behind its "why", and the names it holds."""

from qa.premise.names import unknown_names
from qa.premise.statement import premise_of, that

__all__ = ["premise_of", "that", "unknown_names"]
