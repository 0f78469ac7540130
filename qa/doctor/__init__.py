"""What is well, what is not and what to do: one check a part."""

from qa.doctor.check import Check
from qa.doctor.checks import check_models, run_checks, setting_values

__all__ = ["Check", "check_models", "run_checks", "setting_values"]
