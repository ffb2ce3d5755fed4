"""Principal components: what the best straight autoencoder of the same width gives back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def given_back(x: NDArray[Any], asked: NDArray[Any], width: int) -> NDArray[np.float64] | None:
    """Return rows as `width` principal components of x (N, features) give them back.

    None where so many components leave nothing out, and so prove nothing.
    """
    if not 0 < width < min(x.shape):
        return None
    from sklearn.decomposition import PCA

    model = PCA(width, svd_solver="auto", random_state=0).fit(np.asarray(x, np.float64))
    back: NDArray[np.float64] = model.inverse_transform(model.transform(np.asarray(asked, np.float64)))
    return back
