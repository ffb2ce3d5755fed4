"""Fixes put right what is wrong: the step that fits the data, the settings that only help together."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.catalog.activations import ReLU, Sigmoid
from nnstudio.catalog.edits import with_dropout
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.losses import MeanSquaredError
from nnstudio.catalog.optimizers import Momentum
from nnstudio.catalog.preparations import FillMissing, KeepMissing, ScaleInputs
from nnstudio.catalog.schedules import StepDown
from nnstudio.core.project import Project
from nnstudio.core.shape import image, sequence
from nnstudio.data.array_file import ArrayFile
from nnstudio.diagnosis import data_fixes, fixes, reshape
from nnstudio.diagnosis.capacity import overfitting
from nnstudio.diagnosis.labels import label_noise
from tests.diagnosis.cases import FIRING, beside_simple
from tests.diagnosis.simulate import accuracy, evidence, healthy_run, history, project
from tests.diagnosis.simulate import decay as gone_down


def seeing(of: Project, **data: object) -> Project:
    assert of.signature is not None
    shape = sequence(8, 2) if "source" in data else image(1, 8, 8)
    known = of.signature.model_copy(update={"input": shape})
    return of.model_copy(update={"signature": known, "data": of.data.model_copy(update=data)})


def kinds(of: Project) -> list[str]:
    return [step.kind for step in of.data.preparation]


def test_every_kind_of_input_gets_its_own_scaling() -> None:
    of = project()
    pictures, rows = seeing(of), seeing(of, source=ArrayFile(path="rows.npz"))
    for before, step in ((of, "scale_inputs"), (pictures, "normalise_pixels"), (rows, "normalise_pixels")):
        assert step in kinds(data_fixes.scaled_inputs(before).apply(before))


def test_gaps_are_filled_before_anything_else() -> None:
    of = project()
    data = of.data.model_copy(update={"preparation": (ScaleInputs(), KeepMissing())})
    gappy = of.model_copy(update={"data": data})
    fix = data_fixes.filled_gaps(gappy)
    assert fix is not None
    assert fix.apply(gappy).data.preparation == (FillMissing(), ScaleInputs())
    assert data_fixes.filled_gaps(of) is None


def test_heavy_momentum_goes_back_with_the_rate() -> None:
    of = project(training__optimizer=Momentum(rate=0.5, momentum=0.999))
    fix = fixes.usual_momentum(evidence(healthy_run(), of))
    assert fix is not None
    assert fix.apply(of).training.optimizer == Momentum(rate=0.01, momentum=0.9)
    assert fix.title == "Momentum 0.999 → 0.9, learning rate 0.5 → 0.01"
    assert fixes.usual_momentum(evidence(healthy_run(), project())) is None


def test_a_rate_that_was_taken_away_is_kept() -> None:
    of = project(training__schedule=StepDown(every=1, gamma=0.1))
    run = healthy_run(40)
    run.columns["rate"] = list(0.01 * 0.1 ** np.arange(40.0))
    fix = fixes.steady_rate(evidence(run, of))
    assert fix is not None
    assert fix.apply(of).training.schedule.kind == "constant"
    run.columns["rate"] = list(0.01 * np.linspace(1, 0, 40))
    assert fixes.steady_rate(evidence(run, of)) is None, "half of it was left half-way"


@pytest.mark.parametrize(("epochs", "after"), [(2, 40), (100, 200), (1500, 2000)])
def test_longer_is_long_enough(epochs: int, after: int) -> None:
    of = project(training__epochs=epochs)
    assert fixes.more_epochs(of).apply(of).training.epochs == after


def test_dead_biases_are_started_afresh() -> None:
    of = project()
    network = of.network
    for node in network.nodes[:-1]:
        network = network.replace(node.id, node.layer.model_copy(update={"bias_value": -6.0}))
    dead = of.with_network(network)
    ids = tuple(network.ids[:-1])
    fix = reshape.odd_start(dead, ids)
    assert fix is not None
    assert fix.title == "Initial biases -6 → 0"
    assert [n.layer.bias_value for n in fix.apply(dead).network.nodes] == [0.0] * len(network.nodes)
    assert reshape.odd_start(of, ids) is None
    both = reshape.leaky_relu(dead, ids).apply(dead).network.nodes[0].layer
    assert (both.activation.kind, both.bias_value) == ("leaky_relu", 0.0)


def test_loss_and_output_are_fitted_together() -> None:
    of = project(classes=3, training__loss=MeanSquaredError())
    last = of.network.nodes[-1]
    bent = of.with_network(of.network.replace(last.id, Dense(units=3, activation=Sigmoid())))
    for fix in (reshape.fitted_output(bent), reshape.fitted_loss(bent)):
        assert fix is not None
        after = fix.apply(bent)
        assert after.training.loss.kind == "cross_entropy"
        assert after.network.nodes[-1].layer.activation.kind == "softmax"


def test_a_network_of_two_units_gets_room_and_time() -> None:
    of = project(width=2, training__epochs=50)
    after = reshape.larger_and_longer(of).apply(of)
    assert min(n.layer.units for n in after.network.nodes[:-1]) >= 16
    assert after.training.epochs == 100
    straight = of.with_network(of.network.remove(tuple(of.network.ids[:-1])))
    grown = reshape.larger_and_longer(straight).apply(straight)
    assert len(grown.network.nodes) == 2
    assert isinstance(grown.network.nodes[0].layer.activation, ReLU)


@pytest.mark.parametrize(("decay", "severity"), [(0.0, "warning"), (0.01, "hint")])
def test_what_the_usual_means_leave_over_is_a_hint(decay: float, severity: str) -> None:
    train = gone_down(60, 0.7, 0.02)
    run = history(train, np.linspace(0.6, 0.45, 60), accuracy(train, 0.69, 0.998, 0.5), np.full(60, 0.8))
    of = with_dropout(project(training__weight_decay=decay), 0.3)
    found = overfitting(evidence(run, of))
    assert found is not None
    assert found.severity == severity
    assert ("more rows" in found.why) is (severity == "hint")


def test_wrong_labels_are_met_by_the_best_epoch_and_a_penalty_together() -> None:
    case = FIRING["label_noise"]()
    found = label_noise(case)
    assert found is not None
    after = found.fixes[0].apply(case.project).training
    assert (after.early_stopping.on, after.weight_decay) == (True, 0.01)
    calm = evidence(healthy_run(best=0.7, gap=0.01), status="early stopped")
    kept = label_noise(beside_simple(calm, 0.69, 0.7, wrong=0.35))
    assert kept is not None
    assert kept.fixes[0].id == "weight_decay_0.01", "the best epoch is kept already"
