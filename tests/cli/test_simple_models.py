"""Simple models beside a network of every kind: in the table of an evaluation and in the diagnosis."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from nnstudio.cli.projects import open_file
from tests.cli.calls import Caller

AUTOENCODER = [
    {"kind": "flatten"},
    {"kind": "dense", "units": 8, "activation": "relu"},
    {"kind": "dense", "units": 64, "activation": "linear"},
]
ONE_UNIT = [
    {"kind": "dense", "units": 1, "activation": "relu"},
    {"kind": "dense", "units": 3, "activation": "sigmoid"},
]


def compared(nn: Caller, *training: str) -> tuple[dict[str, Any], str]:
    """Train and evaluate; return the JSON beside simple models, and the table."""
    nn.good("train", "p.nnproj", *training)
    return (
        nn.good("evaluate", "p.nnproj", "--reference", "--json").json,
        nn.good("evaluate", "p.nnproj", "--reference").out,
    )


def facts(nn: Caller) -> Any:
    kept = open_file(nn.folder / "p.nnproj").runs[-1].history.facts
    return kept.reference if kept is not None else None


def test_a_text_that_goes_on(nn: Caller) -> None:
    nn.good("new", "p", "--example", "alice")
    found, table = compared(nn, "--epochs", "1")
    assert [model["kind"] for model in found["references"]] == ["unigrams", "bigrams", "trigrams"]
    losses = [model["values"]["loss"] for model in found["references"]]
    assert losses == sorted(losses, reverse=True)
    assert "cross-entropy (nats)" in table
    assert "the commonest after the last two" in table
    known = facts(nn)
    assert set(known.scores) == {"bigrams", "trigrams"}
    accuracies = [model["values"]["accuracy"] for model in found["references"]]
    assert [known.constant, *known.scores.values()] == pytest.approx(accuracies)


def test_an_autoencoder(nn: Caller) -> None:
    nn.good("new", "p", "--example", "digits", "--goal", "reconstruct", "--network", json.dumps(AUTOENCODER))
    found, table = compared(nn, "--epochs", "2")
    assert [model["kind"] for model in found["references"]] == ["constant", "components"]
    assert "8 principal components" in table
    assert set(facts(nn).scores) == {"components"}
    told = nn.good("diagnose", "p.nnproj", "--json").json["findings"]
    assert not {"corrupted_labels", "label_noise"} & {finding["id"] for finding in told}


def test_labels_that_simple_models_find_and_a_single_unit_does_not(nn: Caller) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 4))
    y = (x[:, :3] > 0.3).astype(int)
    parts: dict[str, Any] = {"x_train": x[:300], "y_train": y[:300], "x_val": x[300:], "y_val": y[300:]}
    np.savez(nn.folder / "l.npz", **parts)
    nn.good("new", "p", "--data", nn.folder / "l.npz", "--network", json.dumps(ONE_UNIT))
    off = ("--set", "training.early_stopping.on=false", "training.optimizer.rate=0.02")
    found, _ = compared(nn, "--epochs", "120", *off)
    assert [model["kind"] for model in found["references"]] == ["constant", "linear", "forest"]
    told = nn.good("diagnose", "p.nnproj", "--json").json["findings"][0]
    assert told["id"] == "underfitting"
    assert told["evidence"]["simple model's labels right"] > 0.9
