"""The report of a run: one HTML page without network, and the same figures in markdown."""

from qa.evaluate.report.markdown import markdown
from qa.evaluate.report.page import page
from qa.evaluate.report.summary import Change, headlines, judge_lines, metric_names

__all__ = ["Change", "headlines", "judge_lines", "markdown", "metric_names", "page"]
