"""The command line: one small module a command; each imports its rooms when it runs."""

from qa.cli.app import main

__all__ = ["main"]
