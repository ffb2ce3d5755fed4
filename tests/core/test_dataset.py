"""A split leaves room for a test set."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from nnstudio.core.dataset import Split


def test_what_is_left_is_the_test_set() -> None:
    assert Split().test == pytest.approx(0.15)
    assert Split(train=0.7, validation=0.3).test == pytest.approx(0.0)
    assert Split(train=0.6, validation=0.1).test == pytest.approx(0.3)


def test_shares_cannot_be_more_than_everything() -> None:
    with pytest.raises(ValidationError, match="cannot be more than 1"):
        Split(train=0.8, validation=0.3)
