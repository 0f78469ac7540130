"""Orders inside a document or a question are text: told from statements, made harmless in a prompt.

What says how to answer is no evidence, and what looks like a chat template's token must not become one.
"""

from qa.instructions.addressed import addresses_model
from qa.instructions.defused import defuse
from qa.instructions.question import without_orders

__all__ = ["addresses_model", "defuse", "without_orders"]
