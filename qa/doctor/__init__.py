"""What is well, what is not and what to do: one check a part."""

from qa.doctor.check import Check
from qa.doctor.checks import run_checks, setting_values

__all__ = ["Check", "run_checks", "setting_values"]
