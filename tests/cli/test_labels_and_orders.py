"""Several labels at once and classes in an order, from a table to an evaluation without a window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.cli.calls import Caller

WORDS = np.array(["tiny risk", "some risk", "much risk"], dtype=object)


@pytest.fixture
def risks(nn: Caller) -> Path:
    """People by age and dose, and their risk in words of no known scale."""
    rng = np.random.default_rng(0)
    rows = rng.uniform(0, 1, (200, 2))
    level = np.digitize(rows.sum(1), (0.7, 1.3))
    lines = [f"{a:.3f},{d:.3f},{WORDS[k]}" for (a, d), k in zip(rows, level, strict=True)]
    return written(nn.folder / "risks.csv", "age,dose,risk", lines)


@pytest.fixture
def flags(nn: Caller) -> Path:
    """Things by size and redness, and a column of 0 and 1 for each label."""
    rows = np.random.default_rng(1).uniform(0, 1, (200, 2))
    lines = [f"{s:.3f},{r:.3f},{int(s > 0.6)},{int(r > 0.5)}" for s, r in rows]
    return written(nn.folder / "flags.csv", "size,redness,big,red", lines)


def written(path: Path, head: str, lines: list[str]) -> Path:
    path.write_text("\n".join([head, *lines]) + "\n")
    return path


def test_classes_in_an_order_from_table_to_evaluation(nn: Caller, risks: Path) -> None:
    asked = nn.refused("new", "r", "--data", risks, "--target", "risk", "--task", "ordinal")
    assert "In which order are the classes" in asked
    order = ",".join(WORDS)
    made = nn.good(
        "new", "r", "--data", risks, "--target", "risk", "--task", "ordinal", "--order", order, "--json"
    ).json
    assert (made["task"], made["classes"]) == ("ordinal", list(WORDS))
    nn.good("train", "r.nnproj", "--epochs", "30", "--set", "training.optimizer.rate=0.02")
    found = nn.good("evaluate", "r.nnproj", "--reference", "--json").json
    assert found["values"]["kappa"] > 0.8
    assert found["values"]["steps_off"] < 0.3
    assert np.array(found["confusion"]).shape == (3, 3)
    assert found["references"][0]["values"]["steps_off"] > found["values"]["steps_off"]
    nn.good("explain", "r.nnproj", "--row", "1")


def test_columns_of_flags_are_labels(nn: Caller, flags: Path) -> None:
    made = nn.good("new", "f", "--data", flags, "--target", "big,red", "--json").json
    assert (made["task"], made["labels"], made["input"]) == ("multilabel", ["big", "red"], [2])
    nn.good("train", "f.nnproj", "--epochs", "40", "--set", "training.optimizer.rate=0.02")
    answer = nn.good("evaluate", "f.nnproj", "--reference")
    assert "never a label" in answer.out or "always" in answer.out
    found = nn.good("evaluate", "f.nnproj", "--json").json
    assert found["values"]["label_f1"] > 0.8
    assert found["labels"]["red"]["rows"] > 0
    assert found["confusion"] is None
    nn.good("explain", "f.nnproj", "--row", "1", "--about", "red")


def test_numbers_are_no_labels(nn: Caller, flags: Path) -> None:
    answer = nn.refused("new", "f", "--data", flags, "--target", "size,red", "--task", "multilabel")
    assert "must hold 0 or 1" in answer
    made = nn.good("new", "f", "--data", flags, "--target", "size,red", "--json").json
    assert made["task"] == "regression"
    assert nn.good("train", "f.nnproj", "--epochs", "1", "--json").json["status"] == "done"
