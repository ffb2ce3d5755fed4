"""What simple models reach on the same rows, and when it is worth working that out."""

from __future__ import annotations

from dataclasses import replace

from nnstudio.core.comparison import ReferenceFacts
from nnstudio.core.dataset import Prepared
from nnstudio.core.finding import Evidence
from nnstudio.diagnosis.report import diagnose
from nnstudio.diagnosis.score import doing_well, facts_of, kept_epoch, skill

EXCELLENT = 0.9
"""Validation skill from which nothing can be said against the data: wrong labels would not allow it."""


def compared(evidence: Evidence, prepared: Prepared) -> Evidence:
    """Return the evidence with simple models beside it where the run leaves a doubt, else as it is.

    A run that does well needs no comparison, so it costs nothing; else up to a few seconds, once per
    prepared data. Keep `facts` of the result with the run: diagnosed again, it says the same.
    """
    facts = facts_of(evidence)
    if facts is None or facts.reference is not None or not in_doubt(evidence):
        return evidence
    from nnstudio.data.comparison import quick_look

    found = quick_look(prepared, evidence.trace.waist if evidence.trace is not None else 0)
    return evidence if found is None else with_reference(evidence, found)


def with_reference(evidence: Evidence, found: ReferenceFacts) -> Evidence:
    """Return the evidence with what simple models have reached."""
    facts = facts_of(evidence)
    return evidence if facts is None else replace(
        evidence, facts=facts.model_copy(update={"reference": found}))  # fmt: skip


def in_doubt(evidence: Evidence) -> bool:
    """Tell whether a finished run is such that a comparison could change what is said about it."""
    if not evidence.history.epochs:
        return False
    if not doing_well(evidence) or skill(evidence, "val", kept_epoch(evidence)) < EXCELLENT:
        return True
    return any(finding.severity in ("error", "warning") for finding in diagnose(evidence))
