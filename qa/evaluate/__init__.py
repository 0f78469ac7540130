"""Evaluation: gold questions, exact metrics, a judge that is judged, and a report."""
