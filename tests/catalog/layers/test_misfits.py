"""What a layer says when it does not fit, and what it offers: whole sentences, and a layer that mends it."""

from __future__ import annotations

import pytest

from nnstudio.catalog.layers.attention import EncoderBlock, PatchEmbedding
from nnstudio.catalog.layers.blocks import ResidualBlock, VGGBlock
from nnstudio.catalog.layers.conv import Conv1D, Conv2D
from nnstudio.catalog.layers.dense import Dense, Flatten
from nnstudio.catalog.layers.merge import Add
from nnstudio.catalog.layers.pool import GlobalPool, MaxPool
from nnstudio.catalog.layers.regularise import SpatialDropout
from nnstudio.catalog.layers.sequence import LSTM, Embedding
from nnstudio.catalog.layers.shape import Permute, Reshape
from nnstudio.core.network import Layer, Misfit
from nnstudio.core.shape import Shape, features, image, sequence, tokens
from nnstudio.core.trace import Target, trace
from tests.engine.made import chain

TWO = Target(task="classification", names=("no", "yes"))


def misfit(layer: Layer, *inputs: Shape) -> Misfit:
    """Return what the layer says."""
    with pytest.raises(Misfit) as caught:
        layer.output(*inputs)
    return caught.value


@pytest.mark.parametrize(
    ("layer", "shape", "words", "remedy"),
    [
        (LSTM(), tokens(9, 50), "LSTM needs a sequence, but gets token ids (9)", Embedding()),
        (Dense(), tokens(9, 50), "Dense needs numbers, but gets token ids", Embedding()),
        (Flatten(), tokens(9, 50), "put Embedding before it", Embedding()),
        (Conv1D(), features(12), "put Reshape before it", Reshape(to="sequence", sizes=(12, 1))),
        (LSTM(), image(3, 8, 6), "needs a sequence", Reshape(to="sequence", sizes=(24, 6))),
        (EncoderBlock(), image(3, 8, 8), "put Patches before it", PatchEmbedding(size=2)),
        (ResidualBlock(), features(64), "needs an image", Reshape(to="image", sizes=(1, 8, 8))),
        (Conv2D(), tokens(9, 50), "put Embedding in its place", None),
        (GlobalPool(), features(4), "needs an image or a sequence", Reshape(to="sequence", sizes=(4, 1))),
        (Embedding(), features(4), "it belongs right behind text", None),
        (Embedding(), tokens(9), "load the texts first", None),
        (SpatialDropout(), features(4), "use Dropout", None),
        (Permute(), image(1, 8, 8), "choose axes that are there", None),
        (Permute(swap="height, width"), sequence(4, 5), "choose axes that are there", None),
        (PatchEmbedding(size=5), image(1, 8, 12), "choose a side of 1 or 2 or 4", None),
        (EncoderBlock(heads=5), sequence(4, 64), "choose 4 heads", None),
        (Conv2D(groups=2), image(3, 8, 8), "2 groups must divide both the 3 channels", None),
        (Conv1D(padding="none", dilation=4), sequence(8, 2), "A kernel of 9 does not fit into 8 steps", None),
        (MaxPool(size=4), image(2, 3, 3), "A window of 4 does not fit into 3×3", None),
        (VGGBlock(), image(2, 1, 4), "switch the max pool off", None),
    ],
)
def test_it_says_what_to_do(layer: Layer, shape: Shape, words: str, remedy: Layer | None) -> None:
    said = misfit(layer, shape)
    assert words in str(said)
    assert said.before == remedy


def test_token_ids_cannot_be_added() -> None:
    assert "put Embedding into that branch" in str(misfit(Add(), tokens(4, 9), tokens(4, 9)))


def test_layers_behind_a_misfit_are_still_checked() -> None:
    network = chain(LSTM(units=8, gives="all steps"), EncoderBlock(heads=3), GlobalPool(), Dense(units=1))
    table = trace(network, tokens(9, 50), TWO)
    assert [row.error is not None for row in table.rows] == [True, True, False, False]


def test_inserting_what_is_offered_mends_a_network_step_by_step() -> None:
    network = chain(EncoderBlock(), GlobalPool(), Dense(units=1))
    for shape in (tokens(9, 50), image(3, 8, 8), features(12)):
        mended = network
        for _ in range(3):
            table = trace(mended, shape, TWO)
            bad = next((row for row in table.rows if row.error), None)
            if bad is None or bad.error is None or bad.error.before is None:
                break
            mended = mended.insert(bad.error.before, mended.index(bad.id))
        # A list of plain numbers has one feature per step, which four heads cannot share.
        assert trace(mended, shape, TWO).valid == (shape.axes != ("features",))
