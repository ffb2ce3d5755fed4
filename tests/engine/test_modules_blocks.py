"""The blocks of image networks do what their papers say; dropping whole channels."""

from __future__ import annotations

import torch
from torch import nn

from nnstudio.engine.modules.image_blocks import MBConv, Residual, SqueezeExcite
from nnstudio.engine.modules.merge import Multiply
from nnstudio.engine.modules.noise import SpatialDropout, draw_from
from nnstudio.engine.modules.permute import SwapAxes


def test_a_residual_block_adds_what_came_in() -> None:
    block = Residual(4, 4).eval()
    assert isinstance(block.shortcut, nn.Identity)
    for part in block.body.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.zeros_(part.weight)
    x = torch.randn(2, 4, 5, 5)
    torch.testing.assert_close(block(x), x)


def test_the_shortcut_follows_a_change_of_shape() -> None:
    for bottleneck in (False, True):
        block = Residual(4, 8, 2, bottleneck)
        assert block(torch.randn(2, 4, 6, 6)).shape == (2, 8, 3, 3)
        assert isinstance(block.shortcut, nn.Sequential)
    inner = [
        part.out_channels for part in Residual(4, 8, 1, True).body.modules() if isinstance(part, nn.Conv2d)
    ]
    assert inner == [2, 2, 8]


def test_squeeze_and_excite_weighs_whole_channels() -> None:
    x = torch.rand(2, 3, 4, 4) + 0.1
    share = SqueezeExcite(3, 2)(x) / x
    torch.testing.assert_close(share, share[:, :, :1, :1].expand_as(share))
    assert ((share > 0) & (share < 1)).all()


def test_mbconv_adds_only_where_the_shape_stays() -> None:
    assert MBConv(4, 4).adds
    assert not MBConv(4, 4, stride=2).adds
    assert not MBConv(4, 5).adds
    assert MBConv(4, 4, kernel=4)(torch.randn(2, 4, 6, 6)).shape == (2, 4, 7, 7)


def test_whole_channels_are_dropped() -> None:
    for axis, x in ((1, torch.ones(8, 6, 5, 5)), (2, torch.ones(8, 5, 6))):
        drop = SpatialDropout(0.5, axis)
        draw_from(drop, torch.Generator().manual_seed(0))
        out = drop(x).movedim(axis, 1).flatten(2)
        assert ((out == 0).all(2) | (out == 2).all(2)).all()
        assert 0.2 < (out[:, :, 0] == 0).float().mean() < 0.8
        assert torch.equal(drop.eval()(x), x)


def test_products_and_swapped_axes() -> None:
    a, b, c = torch.rand(3, 4, 5).unbind()
    torch.testing.assert_close(Multiply()(a, b, c), a * b * c)
    assert SwapAxes(1, 3)(torch.zeros(2, 3, 4, 5)).shape == (2, 5, 4, 3)
