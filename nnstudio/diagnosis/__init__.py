"""Diagnosis: pure functions that read a run's evidence and say what is wrong, why, and what to change."""

from nnstudio.diagnosis.report import NoSuchFix, check, diagnose, find_fix, finding_json
from nnstudio.diagnosis.rules import RULES

__all__ = ["RULES", "NoSuchFix", "check", "diagnose", "find_fix", "finding_json"]
