"""Files of questions to files of Answers, resumable."""

from qa.batch.run import BatchProgress, BatchReport, run_batch

__all__ = ["BatchProgress", "BatchReport", "run_batch"]
