"""A finding tells its evidence in a line, and a fix shows what it would change."""

from __future__ import annotations

from nnstudio.core.finding import Finding, Fix
from tests.core import samples


def test_the_evidence_is_one_line() -> None:
    evidence: dict[str, float | str] = {"train acc": 0.99812, "val acc": 0.871, "since": "epoch 7"}
    finding = Finding("overfitting", "Overfitting", evidence, "")
    assert finding.line() == "train acc 0.998 · val acc 0.871 · since epoch 7"


def test_a_preview_changes_nothing() -> None:
    fix = Fix("slower", "Slower", lambda project: project.set("training.optimizer.rate", 1e-4))
    project = samples.project()
    assert [change.text() for change in fix.preview(project)] == ["Learning rate 0.001 → 0.0001"]
    assert project == samples.project()
    assert fix.preview(fix.apply(project)) == []
