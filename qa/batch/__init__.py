"""Files of questions to files of Answers, resumable."""

from qa.batch.run import Asker, BatchProgress, BatchReport, run_batch

__all__ = ["Asker", "BatchProgress", "BatchReport", "run_batch"]
