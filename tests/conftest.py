"""Fixtures that more than one file of tests uses."""

from __future__ import annotations

from real_models import encoder, llm, ollama_url

__all__ = ["encoder", "llm", "ollama_url"]
