"""Outputs as shares of the classes."""

from __future__ import annotations

import numpy as np

from nnstudio.engine.scores import class_shares


def test_outputs_that_are_no_shares_are_not_taken_for_some() -> None:
    assert class_shares(np.array([[3.0, -1.0]], np.float32), 2) is None
    assert class_shares(np.array([[0.2, np.nan]], np.float32), 2) is None


def test_one_output_is_the_share_of_the_second_class() -> None:
    shares = class_shares(np.array([[0.25]], np.float32), 2)
    assert shares is not None
    assert shares.tolist() == [[0.75, 0.25]]
