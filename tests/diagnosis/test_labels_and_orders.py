"""Sound networks for labels and orders raise no alarm; softmax and wrong losses do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nnstudio.catalog.activations import Softmax
from nnstudio.catalog.datasets.judgements import FruitRipeness, SongMoods
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.losses import CrossEntropy, MeanSquaredError
from nnstudio.core.dataset import Source
from nnstudio.core.finding import Evidence
from nnstudio.core.project import Project
from nnstudio.core.run import History
from nnstudio.data.beginning import begin
from nnstudio.diagnosis import diagnose
from nnstudio.diagnosis.score import beats_constant, constant_loss, constant_score, label_shares, skill

SOURCES: list[Source] = [SongMoods(samples=300), FruitRipeness(samples=300)]


def evidence_of(source: Source, **values: Any) -> Evidence:
    begun = begin(source)
    project = begun.project
    for path, value in values.items():
        project = project.set(f"training.{path}", value)
    return Evidence(project, project.trace(), begun.prepared.facts, History())


def with_softmax(evidence: Evidence) -> Evidence:
    network = evidence.project.network
    last = network.nodes[-1]
    assert isinstance(last.layer, Dense)
    layer = last.layer.model_copy(update={"activation": Softmax()})
    project: Project = evidence.project.with_network(network.replace(last.id, layer))
    return Evidence(project, project.trace(), evidence.facts, evidence.history)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.kind)
def test_the_recommended_design_is_sound(source: Source) -> None:
    found = diagnose(evidence_of(source))
    assert [finding.id for finding in found if finding.severity in ("error", "warning")] == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.kind)
def test_softmax_and_losses_for_one_class_or_a_number_are_found_and_mended(source: Source) -> None:
    for wrong, id in ((with_softmax(evidence_of(source)), "wrong_output_activation"),
                      (evidence_of(source, loss=CrossEntropy()), "wrong_loss"),
                      (evidence_of(source, loss=MeanSquaredError()), "wrong_loss")):  # fmt: skip
        finding = next(finding for finding in diagnose(wrong) if finding.id == id)
        assert finding.severity == "error"
        mended = finding.fixes[0].apply(wrong.project)
        left = diagnose(Evidence(mended, mended.trace(), wrong.facts, wrong.history))
        assert id not in {other.id for other in left}


def test_the_constant_answer_to_labels_is_how_often_each_is_true() -> None:
    evidence = evidence_of(SOURCES[0])
    often = label_shares(evidence, "train")
    assert evidence.facts is not None
    assert often == pytest.approx(np.array(evidence.facts.train.class_counts) / evidence.facts.train.rows)
    assert constant_score(evidence, "train") == pytest.approx(np.maximum(often, 1 - often).mean())
    entropy = -(often * np.log(often) + (1 - often) * np.log(1 - often)).mean()
    assert constant_loss(evidence) == pytest.approx(entropy)


def test_the_constant_answer_to_an_order_is_how_often_each_border_is_passed() -> None:
    evidence = evidence_of(SOURCES[1])
    assert evidence.facts is not None
    counts = np.array(evidence.facts.train.class_counts)
    above = np.array([counts[k + 1 :].sum() for k in range(3)]) / counts.sum()
    entropy = -(above * np.log(above) + (1 - above) * np.log(1 - above)).mean()
    assert constant_loss(evidence) == pytest.approx(entropy)


def test_skill_in_labels_starts_at_the_constant_answer() -> None:
    evidence = evidence_of(SOURCES[0])
    base = constant_score(evidence, "val")
    columns = {"epoch": [1.0] * 8, "val_hamming_loss": [1 - base] * 8, "val_label_f1": [0.0] * 8}
    flat = Evidence(evidence.project, evidence.trace, evidence.facts, History(columns))
    assert not beats_constant(flat, "val")
    assert skill(flat, "val") == pytest.approx(0.0)
    columns |= {"val_hamming_loss": [0.05] * 8, "val_label_f1": [0.9] * 8}
    good = Evidence(evidence.project, evidence.trace, evidence.facts, History(columns))
    assert beats_constant(good, "val")
    assert skill(good, "val") > 0.8
