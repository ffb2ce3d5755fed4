"""Heat maps over an image: Grad-CAM, integrated gradients, occlusion."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nnstudio.catalog.layers.pool import GlobalPool
from nnstudio.core.shape import IMAGE
from nnstudio.engine.explain.explanation import Array, CannotExplain, convolutions
from nnstudio.engine.explain.subject import Subject

STEPS = 48
"""Points on the way from the empty image: more change the map by less than can be seen."""
AT_ONCE = 16
PATCHES = 12
"""Patches along the shorter side that occlusion covers, each half over the last."""


def gradcam(subject: Subject, x: Tensor, index: int, layer: str = "") -> tuple[Array, bool]:
    """Return where the maps of a convolution (default: the last) speak for a class; (H, W), 0 and above.

    Also whether each map has one weight, the mean of its gradient (Selvaraju et al. 2017). That is right
    where the maps are averaged later. Where they are flattened a place has its own weight, so gradient
    and map are multiplied place by place (HiResCAM, Draelos and Carin 2020); both agree on averaged maps.
    """
    from captum.attr import LayerAttribution, LayerGradCam, LayerGradientXActivation

    network = subject.project.network
    nodes = convolutions(network, subject.prepared.signature.input)
    chosen = layer or (nodes[-1].id if nodes else "")
    if chosen not in {node.id for node in nodes}:
        raise CannotExplain("Grad-CAM needs a convolution whose maps still have places: add a Conv 2D.")
    averaged = any(isinstance(node.layer, GlobalPool) for node in network.nodes[network.index(chosen) :])
    answer, part = subject.answer(index, scores=True), subject.graph.part(chosen)[-1]  # type: ignore[index]
    method = (LayerGradCam if averaged else LayerGradientXActivation)(answer, part)
    found = method.attribute(x.requires_grad_())
    assert isinstance(found, Tensor)
    map_ = found.detach().sum(1, keepdim=True).relu()
    height, width = x.shape[2:]
    return _plain(LayerAttribution.interpolate(map_, (height, width), "bilinear")), averaged


def gradients(subject: Subject, x: Tensor, index: int) -> Array:
    """Return integrated gradients from the empty image, summed over the channels; (H, W)."""
    from captum.attr import IntegratedGradients

    method = IntegratedGradients(subject.answer(index, scores=True))
    found = method.attribute(
        x.requires_grad_(), baselines=empty(subject), n_steps=STEPS, internal_batch_size=AT_ONCE
    )
    return _plain(found)


def occlusion(subject: Subject, x: Tensor, index: int) -> Array:
    """Return how much the score falls when a place is covered, summed over the channels; (H, W)."""
    from captum.attr import Occlusion

    channels, height, width = x.shape[1:]
    side = max(2, round(2 * min(height, width) / (PATCHES + 1)))
    stride = max(1, side // 2)
    with torch.no_grad():
        found = Occlusion(subject.answer(index, scores=True)).attribute(
            x,
            sliding_window_shapes=(channels, side, side),
            strides=(channels, stride, stride),
            baselines=empty(subject),
            perturbations_per_eval=AT_ONCE,
        )
    return _plain(found)


def empty(subject: Subject) -> Tensor:
    """Return the image that stands for nothing: the commonest brightness of each channel everywhere."""
    some = np.asarray(subject.prepared.train.x[:200])
    middle = np.median(some, axis=(0, 2, 3)).astype(np.float32)
    shape = subject.prepared.signature.input.sizes
    return torch.tensor(np.broadcast_to(middle[:, None, None], shape).copy())[None]


def pixels_of(subject: Subject, x: Tensor) -> NDArray[np.float32]:
    """Return a prepared image as it came, (channels, H, W), 0 to 1."""
    assert subject.prepared.signature.input.is_a(IMAGE)
    pixels = x[0].detach().numpy().copy()
    for channel, name in enumerate(subject.prepared.feature_names[: len(pixels)]):
        shift, scale = subject.prepared.raw.get(name, (0.0, 1.0))
        pixels[channel] = pixels[channel] * scale + shift
    return np.clip(pixels, 0, 1).astype(np.float32)  # type: ignore[no-any-return]


def _plain(found: Tensor) -> Array:
    values: Array = found[0].detach().sum(0).numpy().astype(np.float64)
    return values
