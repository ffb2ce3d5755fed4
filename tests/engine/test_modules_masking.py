"""Padding never changes a result: each module alone, and whole networks on token ids."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from nnstudio.catalog.activations import Linear
from nnstudio.catalog.layers.attention import (
    Attention,
    ClassToken,
    DecoderBlock,
    EncoderBlock,
    Positions,
)
from nnstudio.catalog.layers.conv import Conv1D
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.merge import Add, Concat
from nnstudio.catalog.layers.pool import AveragePool, GlobalPool, MaxPool
from nnstudio.catalog.layers.regularise import BatchNorm, LayerNorm
from nnstudio.catalog.layers.sequence import GRU, LSTM, RNN, Embedding, TakeStep
from nnstudio.core.network import Layer, Network
from nnstudio.core.shape import tokens
from nnstudio.engine.build import build
from nnstudio.engine.checkpoint import state
from nnstudio.engine.modules.masking import real_steps
from nnstudio.engine.modules.recurrent import CELLS, Recurrent, turned
from nnstudio.engine.modules.steps import BatchNormOverSteps, CausalConv1dOverSteps
from tests.engine.made import chain

WORDS, STEPS, MORE = 20, 9, 6
END = Dense(units=3, activation=Linear())


def texts() -> Tensor:
    """Return texts of 9, 5, 1 and no tokens."""
    ids = torch.randint(1, WORDS, (4, STEPS), generator=torch.Generator().manual_seed(3))
    for row, length in enumerate((9, 5, 1, 0)):
        ids[row, length:] = 0
    return ids


def outputs(network: Network, steps: int) -> Tensor:
    """Run the texts with so many more steps of padding through the network."""
    graph = build(network, tokens(STEPS + steps, WORDS), 0).eval()
    return graph(nn.functional.pad(texts(), (0, steps)))


HEARTS: dict[str, tuple[Layer, ...]] = {
    "mean": (GlobalPool(),),
    "maximum": (GlobalPool(how="maximum"),),
    "last": (TakeStep(),),
    "dense": (Dense(units=5), GlobalPool()),
    "norm": (LayerNorm(), GlobalPool()),
    "rnn": (RNN(units=6),),
    "lstm both ways": (LSTM(units=6, layers=2, both_ways=True),),
    "gru all steps": (GRU(units=6, both_ways=True, gives="all steps"), LSTM(units=4)),
    "attention": (Attention(heads=2), GlobalPool()),
    "encoder": (Positions(), EncoderBlock(heads=2), EncoderBlock(heads=2, norm="after"), GlobalPool()),
    "class token": (ClassToken(), EncoderBlock(heads=2), TakeStep(which="first")),
    "class token, all": (ClassToken(), EncoderBlock(heads=2), GlobalPool(how="maximum")),
    "decoder": (Positions(), DecoderBlock(heads=2), DecoderBlock(heads=2), TakeStep()),
    "decoder, then all": (DecoderBlock(heads=2), GlobalPool()),
    "conv": (Conv1D(filters=5), Conv1D(filters=5, kernel=5), GlobalPool()),
    "conv, stride": (Conv1D(filters=5, stride=2), Conv1D(filters=4, dilation=2), GlobalPool()),
    "conv, even": (Conv1D(filters=5, kernel=4), Conv1D(filters=4), LSTM(units=3)),
    "conv, no border": (
        Conv1D(filters=5, padding="none", dilation=2),
        Conv1D(filters=5, padding="none"),
        GlobalPool(),
    ),
    "conv, causal": (
        Conv1D(filters=5, padding="causal", dilation=2),
        Conv1D(filters=4, padding="causal", stride=2),
        GlobalPool(),
    ),
    "batch norm": (BatchNorm(), GlobalPool()),
    "pools": (MaxPool(), AveragePool(), GlobalPool()),
    "pool, then conv": (Conv1D(filters=4), MaxPool(size=3, stride=2), Conv1D(filters=3), TakeStep()),
}


@pytest.mark.parametrize("name", HEARTS)
def test_more_padding_changes_nothing(name: str) -> None:
    network = chain(Embedding(units=8), *HEARTS[name], END)
    torch.testing.assert_close(outputs(network, MORE), outputs(network, 0), atol=1e-5, rtol=1e-5)


def test_the_mask_passes_branches() -> None:
    network = chain(
        Embedding(units=8), Dense(units=8), Add(), EncoderBlock(heads=2), Concat(), GlobalPool(), END
    )
    network = network.wire("n1", "n3").wire("n3", "n5")
    torch.testing.assert_close(outputs(network, MORE), outputs(network, 0), atol=1e-5, rtol=1e-5)


def test_without_masks_padding_would_change_the_result() -> None:
    network = chain(Embedding(units=8), EncoderBlock(heads=2), GlobalPool(), END)
    graph = build(network, tokens(STEPS, WORDS), 0).eval()
    parts = nn.Sequential(*(graph.part(id) for id in network.ids))
    assert not torch.allclose(parts(texts())[1], graph(texts())[1], atol=1e-3)


def test_the_first_step_always_counts() -> None:
    assert real_steps(torch.tensor([[3, 4, 0], [0, 0, 0]])).tolist() == [
        [True, True, False],
        [True, False, False],
    ]
    assert torch.isfinite(
        outputs(chain(Embedding(units=8), EncoderBlock(heads=2), GlobalPool(), END), 0)
    ).all()


def test_padding_stays_zero_through_training() -> None:
    graph = build(chain(Embedding(units=4), GlobalPool(), END), tokens(STEPS, WORDS), 0)
    optimizer = torch.optim.Adam(graph.parameters(), 0.1, weight_decay=0.1)
    graph(texts()).square().sum().backward()
    optimizer.step()
    table = state(graph)["n1.0.weight"]
    assert not table[0].any()
    assert table[1:].any(1).all()


@pytest.mark.parametrize("cell", CELLS)
def test_recurrent_layers_read_as_torchs_packed_ones(cell: str) -> None:
    ours = Recurrent(cell, 4, 5, layers=2, both_ways=True, all_steps=True)
    theirs = CELLS[cell](4, 5, num_layers=2, bidirectional=True, batch_first=True)
    with torch.no_grad():
        for at in range(2):
            for part, suffix in ((ours.ahead[at], ""), (ours.back[at], "_reverse")):
                for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
                    getattr(theirs, f"{name}_l{at}{suffix}").copy_(getattr(part, f"{name}_l0"))
    x, lengths = torch.randn(3, 6, 4), torch.tensor([6, 4, 1])
    mask = torch.arange(6)[None] < lengths[:, None]
    packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True)
    out, hidden = theirs(packed)
    wanted, _ = nn.utils.rnn.pad_packed_sequence(out, batch_first=True)
    torch.testing.assert_close(ours(x, mask) * mask[:, :, None], wanted)
    torch.testing.assert_close(ours(x), theirs(x)[0])
    ours.all_steps = False
    last = hidden[0] if cell == "LSTM" else hidden
    torch.testing.assert_close(ours(x, mask), torch.cat([last[2], last[3]], 1))


def test_a_sequence_is_turned_without_its_padding() -> None:
    x = torch.tensor([[1.0, 2, 3, 4], [1, 2, 9, 9]])[:, :, None]
    mask = torch.tensor([[True] * 4, [True, True, False, False]])
    assert turned(x, mask)[:, :, 0].tolist() == [[4, 3, 2, 1], [2, 1, 9, 9]]
    assert turned(x, None)[1, :, 0].tolist() == [9, 9, 2, 1]


def test_a_causal_convolution_never_sees_the_future() -> None:
    conv = CausalConv1dOverSteps(4, 6, 3, stride=1, dilation=2)
    x = torch.randn(2, 9, 4)
    before = conv(x)
    for t in range(9):
        later = x.clone()
        later[:, t + 1 :] += 1
        torch.testing.assert_close(conv(later)[:, : t + 1], before[:, : t + 1])
        earlier = x.clone()
        earlier[:, t] += 1
        assert not torch.equal(conv(earlier)[:, t], before[:, t])
    padded = nn.functional.pad(x.transpose(1, 2), (4, 0))
    wanted = nn.functional.conv1d(padded, conv.weight, conv.bias, dilation=2).transpose(1, 2)
    torch.testing.assert_close(before, wanted)


def test_batch_norm_of_a_sequence_is_torchs_over_its_real_steps() -> None:
    ours, theirs = BatchNormOverSteps(4), nn.BatchNorm1d(4)
    x = torch.randn(5, 7, 4) * 3 + 1
    torch.testing.assert_close(ours(x), theirs(x.transpose(1, 2)).transpose(1, 2))
    mask = torch.arange(7)[None] < torch.tensor([7, 3, 1, 5, 2])[:, None]
    torch.testing.assert_close(ours(x, mask)[mask], theirs(x[mask]))
    for name in ("running_mean", "running_var"):
        torch.testing.assert_close(getattr(ours, name), getattr(theirs, name))
    ours.eval(), theirs.eval()
    torch.testing.assert_close(ours(x, mask)[mask], theirs(x[mask]))
