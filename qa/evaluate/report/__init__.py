"""The report of a run: one HTML page without network, and the same figures in markdown."""

from qa.evaluate.report.markdown import markdown
from qa.evaluate.report.page import page

__all__ = ["markdown", "page"]
