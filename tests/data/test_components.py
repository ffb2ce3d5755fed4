"""Principal components give back what a straight autoencoder of the same width can."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.data.components import given_back

RNG = np.random.default_rng(0)
X = RNG.normal(size=(80, 6)) @ np.diag([5, 4, 3, 1, 0.5, 0.1]) + 7


@pytest.mark.parametrize("width", [1, 3, 5])
def test_it_is_the_best_plane_through_the_training_rows(width: int) -> None:
    back = given_back(X[:60], X[60:], width)
    assert back is not None
    mean = X[:60].mean(0)
    _, _, directions = np.linalg.svd(X[:60] - mean, full_matrices=False)
    plane = directions[:width].T @ directions[:width]
    assert back == pytest.approx(mean + (X[60:] - mean) @ plane)


@pytest.mark.parametrize("width", [0, 6, 100])
def test_what_leaves_nothing_out_proves_nothing(width: int) -> None:
    assert given_back(X[:60], X[60:], width) is None
