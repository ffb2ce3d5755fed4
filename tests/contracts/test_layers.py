"""Every layer keeps its promises: the closed forms equal what torch does with the built module."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pytest
import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

import nnstudio.catalog  # noqa: F401  (fills the registries)
from nnstudio.catalog.activations import ACTIVATIONS, LeakyReLU, Linear, Softmax, Tanh
from nnstudio.catalog.layers.dense import ActivationLayer
from nnstudio.core.network import INPUT, LAYERS, Layer, Misfit, Network, Node
from nnstudio.core.param import Param
from nnstudio.core.registry import Call
from nnstudio.core.shape import Shape, features, image, sequence, tokens
from nnstudio.engine.build import Graph, build, module_of
from nnstudio.engine.modules import MODULES

SHAPES = (
    features(12), features(64), image(3, 8, 8), image(1, 9, 5), image(8, 4, 4),
    sequence(6, 4), sequence(5, 8), tokens(7, 30),
)  # fmt: skip
ROWS = 4
MOST = 2
"""Inputs tried with each of the settings that are not the default."""

EXTRA: dict[str, tuple[dict[str, object], ...]] = {
    "dense": ({"units": 5, "bias": False}, {"units": 3, "activation": Softmax()}),
    "conv2d": (
        {"filters": 5, "kernel": 3, "stride": 2, "padding": "none"},
        {"filters": 2, "kernel": 4, "stride": 1, "bias": False, "activation": Softmax()},
        {"filters": 2, "kernel": 5, "stride": 3, "activation": Linear()},
        {"filters": 6, "kernel": 3, "groups": 3, "dilation": 2},
        {"filters": 4, "kernel": 2, "groups": 4, "dilation": 3, "padding": "none", "stride": 2},
    ),
    "conv1d": (
        {"filters": 5, "kernel": 3, "stride": 2, "padding": "none"},
        {"filters": 4, "kernel": 5, "groups": 4, "dilation": 2, "bias": False, "activation": Softmax()},
        {"filters": 2, "kernel": 4, "stride": 3, "activation": Linear()},
        {"filters": 3, "kernel": 4, "padding": "causal", "dilation": 2},
        {"filters": 4, "kernel": 3, "padding": "causal", "stride": 2, "groups": 2},
    ),
    "separable_conv": (
        {"filters": 5, "kernel": 5, "stride": 2, "bias": False, "activation": Linear()},
        {"filters": 7, "kernel": 4, "activation": LeakyReLU(slope=0.2)},
    ),
    "max_pool": ({"size": 3, "stride": 2}, {"size": 1, "stride": 3}),
    "average_pool": ({"size": 3, "stride": 2}, {"size": 4, "stride": 1}),
    "global_pool": ({"how": "maximum"},),
    "upsample": ({"factor": 3, "mode": "bilinear"},),
    "vgg_block": (
        {"filters": 4, "convolutions": 3, "batch_norm": False, "activation": Tanh()},
        {"filters": 5, "convolutions": 1, "pool": False, "activation": Linear()},
    ),
    "residual_block": (
        {"filters": 8, "activation": Linear()},
        {"filters": 8, "form": "bottleneck", "stride": 2, "activation": LeakyReLU(slope=0.2)},
        {"filters": 9, "form": "bottleneck", "activation": Softmax()},
        {"filters": 6, "stride": 3},
    ),
    "mbconv": (
        {"filters": 8, "expansion": 1, "kernel": 5, "squeeze": 0.0},
        {"filters": 3, "expansion": 2, "squeeze": 1.0, "activation": LeakyReLU(slope=0.2)},
        {"filters": 6, "stride": 2, "kernel": 7},
        {"filters": 8, "kernel": 4},
    ),
    "embedding": ({"units": 5},),
    **dict.fromkeys(
        ("rnn", "lstm", "gru"),
        (
            {"units": 5, "layers": 2, "both_ways": True},
            {"units": 3, "layers": 3, "gives": "all steps", "dropout": 0.5},
            {"units": 3, "both_ways": True, "gives": "all steps"},
        ),
    ),
    "take_step": ({"which": "first"}, {"every": True}),
    "self_attention": ({"heads": 2, "causal": True}, {"heads": 1}, {"heads": 2, "attention_dropout": 0.3}),
    "encoder_block": ({"heads": 1, "hidden": 6, "norm": "after", "activation": Softmax(), "dropout": 0.0},),
    "decoder_block": ({"heads": 2, "hidden": 6, "activation": LeakyReLU(), "attention_dropout": 0.2},),
    "positions": ({"how": "learnt"},),
    "patch_embedding": ({"units": 5, "size": 1, "bias": False}, {"units": 6, "size": 2}),
    "permute": (
        {"swap": "height, width"}, {"swap": "channels, height"}, {"swap": "channels, width"},
    ),
    "reshape": (
        {"to": "image", "sizes": (3, 2, 2)},
        {"to": "sequence", "sizes": (3, 4)},
        {"to": "sequence", "sizes": (8, 24)},
        {"to": "features", "sizes": (24,)},
    ),
}  # fmt: skip
"""Settings besides the default ones that change the shapes."""

COUNTED_PER_VALUE = ("batch_norm", "layer_norm")
"""Layers whose multiply-adds are one for each value; torch's counter leaves them out."""


def misfit_of(layer: Layer, inputs: Sequence[Shape]) -> Misfit | None:
    try:
        layer.output(*inputs)
    except Misfit as misfit:
        return misfit
    return None


def examples() -> Iterator[tuple[Layer, tuple[Shape, ...]]]:
    """Yield every layer with every input that it takes."""
    for entry in LAYERS:
        for settings in ({}, *EXTRA.get(entry.kind, ())):
            layer = entry(**settings)
            inputs = [(shape,) * (3 if entry.merges else 1) for shape in SHAPES]
            fitting = [given for given in inputs if misfit_of(layer, given) is None]
            for given in fitting[: MOST if settings else None]:
                yield layer, given


EXAMPLES = list(examples())


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Small modules are three times quicker on one thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def name(example: tuple[Layer, tuple[Shape, ...]]) -> str:
    layer, inputs = example
    return f"{layer.kind}-{layer.summary()}-{inputs[0].text()}".replace(" ", "")


every_example = pytest.mark.parametrize("example", EXAMPLES, ids=name)


def built(layer: Layer, inputs: tuple[Shape, ...]) -> Graph:
    """Return a network that is this layer alone; a merging one takes the input several times."""
    if not layer.merges:
        return build(Network(nodes=(Node(id="n1", layer=layer),)), inputs[0], 0)
    branch = ActivationLayer(activation=Linear())
    nodes = [Node(id=f"b{i}", layer=branch, inputs=(INPUT,)) for i in range(len(inputs))]
    merge = Node(id="n1", layer=layer, inputs=tuple(node.id for node in nodes))
    return build(Network(nodes=(*nodes, merge)), inputs[0], 0)


def rows_of(shape: Shape) -> torch.Tensor:
    """Return random examples; texts of several lengths, as floats, as prepared data may hold them."""
    if not shape.vocabulary:
        return torch.randn(ROWS, *shape.sizes)
    ids = torch.randint(1, shape.vocabulary, (ROWS, *shape.sizes))
    for row in range(ROWS):
        ids[row, shape.sizes[0] - row :] = 0
    return ids.float()


def test_every_layer_has_an_example() -> None:
    assert {layer.kind for layer, _ in EXAMPLES} == {entry.kind for entry in LAYERS}


@every_example
def test_the_output_shape_and_the_learnables_are_torchs(example: tuple[Layer, tuple[Shape, ...]]) -> None:
    layer, inputs = example
    graph = built(layer, inputs)
    out = graph(rows_of(inputs[0]))
    assert out.shape == (ROWS, *layer.output(*inputs).sizes)
    assert layer.learnables(*inputs) == sum(p.numel() for p in graph.parameters())


@every_example
def test_the_multiply_adds_are_torchs(example: tuple[Layer, tuple[Shape, ...]]) -> None:
    """torch's counter counts the matrix products and convolutions, two operations per multiply-add."""
    layer, inputs = example
    if layer.kind in COUNTED_PER_VALUE:
        assert layer.multiply_adds(*inputs) == inputs[0].count
        return
    # The counter looks into LSTM only in double precision, and into attention only as plain products.
    graph = built(layer, inputs).double()
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        graph(rows_of(inputs[0]).double())
    assert layer.multiply_adds(*inputs) * ROWS * 2 == counter.get_total_flops()


@every_example
def test_a_training_step_reaches_every_learnable(example: tuple[Layer, tuple[Shape, ...]]) -> None:
    layer, inputs = example
    graph = built(layer, inputs).train()
    if not layer.learnables(*inputs):
        return
    optimizer = torch.optim.SGD(graph.parameters(), lr=0.01)
    before = [p.detach().clone() for p in graph.parameters()]
    out = graph(rows_of(inputs[0]))
    (out * torch.randn_like(out)).sum().backward()
    for name, parameter in graph.named_parameters():
        assert parameter.grad is not None, name
        assert torch.isfinite(parameter.grad).all(), name
    optimizer.step()
    for (name, parameter), was in zip(graph.named_parameters(), before, strict=True):
        assert torch.isfinite(parameter).all(), name
        assert not torch.equal(parameter, was) or not parameter.grad.any(), name  # type: ignore[union-attr]
    reached = sum(bool(p.grad.any()) for p in graph.parameters())  # type: ignore[union-attr]
    # A ReLU may hide a few units from a few rows, not a whole tensor in the half of them.
    assert reached > len(before) / 2


@every_example
def test_it_comes_back_from_json(example: tuple[Layer, tuple[Shape, ...]]) -> None:
    layer, inputs = example
    network = Network(nodes=(Node(id="n1", layer=layer),))
    text = json.dumps(network.model_dump(mode="json"))
    again = Network.model_validate_json(text)
    assert again == network
    assert again["n1"].layer.calls(*inputs) == layer.calls(*inputs)


@every_example
def test_the_exported_lines_build_the_same_and_compute_the_same(
    example: tuple[Layer, tuple[Shape, ...]],
) -> None:
    layer, inputs = example
    calls = layer.calls(*inputs)
    for call in calls:
        assert_source_builds(call)
    if layer.merges or not calls:
        return
    graph = built(layer, inputs).eval()
    printed = nn.Sequential(*(from_source(call) for call in calls)).eval()
    printed.load_state_dict(graph.part("n1").state_dict())
    x = rows_of(inputs[0])
    assert torch.equal(printed(x.long() if inputs[0].vocabulary else x), graph(x))


def from_source(call: Call) -> nn.Module:
    """Run the printed line with torch.nn and our modules at hand."""
    line = call.source("") if call.name in MODULES else call.source()
    module = eval(line, {"nn": nn, **MODULES})
    assert isinstance(module, nn.Module)
    return module


def assert_source_builds(call: Call) -> None:
    """Check that the printed line makes the same module."""
    module, printed = module_of(call), from_source(call)
    assert type(printed) is type(module)
    assert repr(printed) == repr(module)
    shapes = [p.shape for p in module.parameters()]
    assert [p.shape for p in printed.parameters()] == shapes


@pytest.mark.parametrize("entry", list(ACTIVATIONS), ids=lambda entry: entry.kind)
def test_every_activation_keeps_its_promises(entry: type) -> None:
    activation = entry()
    call = activation.call()
    if call is None:
        assert activation.kind == "linear"
        return
    assert_source_builds(call)
    x = torch.linspace(-9, 9, 181)[:, None].repeat(1, 3)
    out = module_of(call)(x)
    assert out.shape == x.shape
    low, high = activation.bounds
    assert low - 1e-6 <= out.min()
    assert out.max() <= high + 1e-6
    alone = module_of(call)(x[:, :1]).expand_as(out)
    assert activation.over_classes == (not torch.allclose(out, alone, atol=1e-5))
    flat = (out[-1] - out[-2]).abs().max() < 1e-3 and (out[1] - out[0]).abs().max() < 1e-3
    assert activation.saturates == bool(flat and not activation.over_classes)
    assert activation.rectifies == bool((out[:80] == 0).all())


@pytest.mark.parametrize("entry", list(LAYERS), ids=lambda entry: entry.kind)
def test_every_layer_explains_itself(entry: type[Layer]) -> None:
    assert entry.title
    assert entry.family
    assert len(entry.about()) > 40
    assert set(entry.model_fields) - set(entry.params()) <= {"sizes"}
    for field, spec in entry.params().items():
        assert isinstance(spec, Param)
        assert spec.label
        assert spec.help, field


@pytest.mark.parametrize("entry", list(LAYERS), ids=lambda entry: entry.kind)
def test_every_misfit_is_said_in_words(entry: type[Layer]) -> None:
    for shape in SHAPES:
        misfit = misfit_of(entry(), [shape] * (2 if entry.merges else 1))
        if misfit is not None:
            assert len(str(misfit)) > 30
            if misfit.before is not None:
                assert misfit_of(entry(), [misfit.before.output(shape)]) is None
