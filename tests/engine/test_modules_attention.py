"""Attention computes what torch's own Transformer computes, and shows its maps when asked."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from nnstudio.catalog.layers.attention import DecoderBlock, EncoderBlock
from nnstudio.catalog.layers.pool import GlobalPool
from nnstudio.catalog.layers.sequence import Embedding
from nnstudio.core.shape import tokens
from nnstudio.engine.build import build
from nnstudio.engine.modules.attention import (
    LearnedPositions,
    PatchEmbedding,
    SelfAttention,
    SinusoidalPositions,
    TransformerBlock,
    attention_kept,
)
from nnstudio.engine.modules.masking import real_steps
from nnstudio.engine.modules.noise import draw_from
from nnstudio.engine.randomness import stream
from tests.engine.made import chain

LENGTHS = torch.tensor([6, 4, 1])
MASK = torch.arange(6)[None] < LENGTHS[:, None]


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("norm_first", [False, True])
def test_a_block_computes_what_torchs_does(norm_first: bool, causal: bool) -> None:
    ours = TransformerBlock(8, 2, 12, 0.0, ("GELU",), norm_first, causal)
    theirs = nn.TransformerEncoderLayer(
        8, 2, 12, dropout=0.0, activation="gelu", batch_first=True, norm_first=norm_first
    )
    pairs = {
        "self_attn.in_proj_": "attention.qkv.", "self_attn.out_proj.": "attention.out.",
        "linear1.": "up.", "linear2.": "down.", "norm1.": "attention_norm.", "norm2.": "dense_norm.",
    }  # fmt: skip
    state = {}
    for name, value in theirs.state_dict().items():
        start = next(start for start in pairs if name.startswith(start))
        state[name.replace(start, pairs[start])] = value
    ours.load_state_dict(state)
    x = torch.randn(3, 6, 8)
    later = ~torch.ones(6, 6, dtype=torch.bool).tril() if causal else None
    wanted = theirs(x, src_mask=later, src_key_padding_mask=~MASK)
    torch.testing.assert_close(ours(x, MASK)[MASK], wanted[MASK])


@pytest.mark.parametrize("causal", [False, True])
def test_dropout_of_looks_is_torchs(causal: bool) -> None:
    ours = SelfAttention(8, 2, causal, dropout=0.4)
    theirs = nn.MultiheadAttention(8, 2, dropout=0.4, batch_first=True)
    names = {"in_proj_": "qkv.", "out_proj.": "out."}
    pairs = ((next(n for n in names if name.startswith(n)), name) for name in theirs.state_dict())
    ours.load_state_dict({name.replace(n, names[n]): theirs.state_dict()[name] for n, name in pairs})
    x = torch.randn(3, 6, 8)
    later = ~torch.ones(6, 6, dtype=torch.bool).tril() if causal else None
    for train in (True, False):
        torch.manual_seed(1)
        wanted, _ = theirs.train(train)(x, x, x, key_padding_mask=~MASK, attn_mask=later)
        torch.manual_seed(1)
        torch.testing.assert_close(ours.train(train)(x, MASK)[MASK], wanted[MASK])


def test_dropout_of_looks_draws_from_its_own_stream() -> None:
    block = TransformerBlock(8, 2, 12, attention_dropout=0.5)
    x, found = torch.randn(3, 6, 8), []
    for _ in range(2):
        draw_from(block, stream(0, "noise"))
        torch.rand(1)
        found.append(block(x))
    assert torch.equal(*found)
    assert not torch.equal(block(x), found[0])


@pytest.mark.parametrize("causal", [False, True])
def test_maps_are_kept_only_when_asked(causal: bool) -> None:
    attention = SelfAttention(8, 2, causal)
    x = torch.randn(3, 6, 8)
    before = attention(x, MASK)
    assert attention.last_attention is None
    with attention_kept(attention) as found:
        torch.testing.assert_close(attention(x, MASK), before)
        weights = found[""].last_attention
    assert attention.last_attention is None
    assert weights is not None
    assert weights.shape == (3, 2, 6, 6)
    torch.testing.assert_close(weights.sum(-1), torch.ones(3, 2, 6))
    if causal:
        assert not weights.triu(1).any()
    else:
        assert not weights[1, :, :, 4:].any()


def test_the_maps_of_a_whole_network() -> None:
    block = DecoderBlock(heads=2)
    graph = build(chain(Embedding(units=8), EncoderBlock(heads=2), block, GlobalPool()), tokens(5, 9), 0)
    ids = torch.tensor([[3, 4, 5, 0, 0]])
    with attention_kept(graph) as found, torch.no_grad():
        graph(ids)
        maps = {name: part.last_attention for name, part in found.items()}
    assert list(maps) == ["n2.0.attention", "n3.0.attention"]
    first = maps["n2.0.attention"]
    assert first is not None
    assert not first[..., ~real_steps(ids)[0]].any()


def test_waves_are_those_of_the_first_transformer() -> None:
    table = SinusoidalPositions(7, 5).table
    assert table[3, 0] == pytest.approx(math.sin(3))
    assert table[3, 1] == pytest.approx(math.cos(3))
    assert table[3, 4] == pytest.approx(math.sin(3 / 10_000 ** (4 / 5)), rel=1e-4)
    x = torch.randn(2, 4, 5)
    torch.testing.assert_close(SinusoidalPositions(7, 5)(x), x + table[:4])
    assert not SinusoidalPositions(7, 5).state_dict()


def test_learnt_positions_take_shorter_sequences() -> None:
    positions = LearnedPositions(7, 5)
    torch.testing.assert_close(positions(torch.zeros(1, 3, 5))[0], positions.table[:3])


def test_patches_are_read_row_by_row() -> None:
    patches = PatchEmbedding(1, 1, 2)
    nn.init.constant_(patches.weight, 0.25)
    nn.init.zeros_(patches.bias)  # type: ignore[arg-type]
    x = torch.zeros(1, 1, 4, 6)
    x[0, 0, 0:2, 4:6] = 1
    x[0, 0, 2:4, 0:2] = 2
    assert patches(x)[0, :, 0].tolist() == [0, 0, 1, 2, 0, 0]
