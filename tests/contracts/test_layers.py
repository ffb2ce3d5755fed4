"""Every layer keeps its promises: the closed forms equal what torch does with the built module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import nnstudio.catalog  # noqa: F401  (fills the registries)
from nnstudio.catalog.activations import ACTIVATIONS, Linear, Softmax
from nnstudio.catalog.layers.dense import ActivationLayer
from nnstudio.core.network import INPUT, LAYERS, Layer, Misfit, Network, Node
from nnstudio.core.param import Param
from nnstudio.core.registry import Call
from nnstudio.core.shape import Shape, features, image, sequence, tokens
from nnstudio.engine.build import Graph, build, module_of
from nnstudio.engine.modules import MODULES

SHAPES = (features(12), features(64), image(3, 8, 8), image(1, 9, 5), sequence(6, 4), tokens(7))
ROWS = 4

EXTRA: dict[str, tuple[dict[str, object], ...]] = {
    "dense": ({"units": 5, "bias": False}, {"units": 3, "activation": Softmax()}),
    "conv2d": (
        {"filters": 5, "kernel": 3, "stride": 2, "padding": "none"},
        {"filters": 2, "kernel": 4, "stride": 1, "bias": False, "activation": Softmax()},
        {"filters": 2, "kernel": 5, "stride": 3, "activation": Linear()},
    ),
    "reshape": (
        {"to": "image", "sizes": (3, 2, 2)},
        {"to": "sequence", "sizes": (3, 4)},
        {"to": "sequence", "sizes": (8, 24)},
        {"to": "features", "sizes": (24,)},
    ),
}
"""Settings besides the default ones that change the shapes."""


def examples() -> Iterator[tuple[Layer, tuple[Shape, ...]]]:
    """Yield every layer with every input that it takes."""
    for entry in LAYERS:
        for settings in ({}, *EXTRA.get(entry.kind, ())):
            layer = entry(**settings)
            for shape in SHAPES:
                inputs = (shape, shape, shape) if entry.merges else (shape,)
                try:
                    layer.output(*inputs)
                except Misfit:
                    continue
                yield layer, inputs


EXAMPLES = list(examples())


def name(example: tuple[Layer, tuple[Shape, ...]]) -> str:
    layer, inputs = example
    return f"{layer.kind}-{layer.summary()}-{inputs[0].text()}".replace(" ", "")


def built(layer: Layer, inputs: tuple[Shape, ...]) -> Graph:
    """Return a network that is this layer alone; a merging one takes the input several times."""
    if not layer.merges:
        return build(Network(nodes=(Node(id="n1", layer=layer),)), inputs[0], 0)
    branch = ActivationLayer(activation=Linear())
    nodes = [Node(id=f"b{i}", layer=branch, inputs=(INPUT,)) for i in range(len(inputs))]
    merge = Node(id="n1", layer=layer, inputs=tuple(node.id for node in nodes))
    return build(Network(nodes=(*nodes, merge)), inputs[0], 0)


def rows_of(shape: Shape) -> torch.Tensor:
    return torch.zeros(ROWS, *shape.sizes) if shape.is_a(("tokens",)) else torch.randn(ROWS, *shape.sizes)


def test_every_layer_has_an_example() -> None:
    assert {layer.kind for layer, _ in EXAMPLES} == {entry.kind for entry in LAYERS}


@pytest.mark.parametrize("example", EXAMPLES, ids=name)
def test_the_output_shape_and_the_learnables_are_torchs(example: tuple[Layer, tuple[Shape, ...]]) -> None:
    layer, inputs = example
    graph = built(layer, inputs)
    out = graph(rows_of(inputs[0]))
    assert out.shape == (ROWS, *layer.output(*inputs).sizes)
    assert layer.learnables(*inputs) == sum(p.numel() for p in graph.parameters())


@pytest.mark.parametrize("example", EXAMPLES, ids=name)
def test_the_multiply_adds_are_torchs(example: tuple[Layer, tuple[Shape, ...]]) -> None:
    layer, inputs = example
    if not layer.has_units:
        # torch counts matrix products and convolutions only.
        assert layer.multiply_adds(*inputs) in (0, inputs[0].count)
        return
    graph = built(layer, inputs)
    with FlopCounterMode(display=False) as counter:
        graph(rows_of(inputs[0]))
    assert layer.multiply_adds(*inputs) * ROWS * 2 == counter.get_total_flops()


@pytest.mark.parametrize("example", EXAMPLES, ids=name)
def test_the_exported_line_builds_the_same_module(example: tuple[Layer, tuple[Shape, ...]]) -> None:
    layer, inputs = example
    for call in layer.calls(*inputs):
        assert_source_builds(call)


def assert_source_builds(call: Call) -> None:
    """Check that the printed line, run with torch.nn and our modules at hand, makes the same module."""
    names = {"nn": nn, **MODULES}
    line = call.source("") if call.name in MODULES else call.source()
    module, printed = module_of(call), eval(line, names)
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


def misfit_of(layer: Layer, inputs: list[Shape]) -> Misfit | None:
    try:
        layer.output(*inputs)
    except Misfit as misfit:
        return misfit
    return None
