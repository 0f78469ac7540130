"""Fixtures that more than one file of tests uses."""

from __future__ import annotations

from real_models import llm, ollama_url

__all__ = ["llm", "ollama_url"]
