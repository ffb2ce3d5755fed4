"""What can be asked of a network, and the answer as plain data (importable without torch)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.network import Network, Node
from nnstudio.core.shape import FEATURES, IMAGE, SEQUENCE, TOKENS, Shape
from nnstudio.core.trace import Signature, trace

Kind = Literal[
    "gradcam", "gradients", "occlusion", "shap", "lime", "importance", "attention", "rebuilt", "worst"
]
Array = NDArray[np.float64]
Check = Callable[[], None]
"""Called between computations; raises to end them."""


class CannotExplain(ValueError):
    """This network or example cannot be explained that way: says why."""


@dataclass(frozen=True, slots=True)
class Method:
    """A way to explain: what it does, and how its picture is read."""

    kind: Kind
    title: str
    axes: tuple[tuple[str, ...], ...]
    """Of the inputs that it can explain."""
    about: str
    reading: str
    rebuilds: bool = False
    """Of networks that give back their inputs, and only of these."""

    @property
    def is_global(self) -> bool:
        """Whether it explains the network on all examples and needs none."""
        return self.kind in ("importance", "worst")


METHODS = (
    Method(
        "gradcam", "Grad-CAM", (IMAGE,),
        "Which places of a convolution's maps raise the score of the class: coarse, but close to what the "
        "network looks at.",
        "The more orange a place, the more it speaks for “{asked}”; the others play no part.",
    ),
    Method(
        "shap", "SHAP", (FEATURES,),
        "Kernel SHAP: shares the distance from the average answer fairly among the features.",
        "Bars to the right raise {answer}, bars to the left lower it; together they lead from the average "
        "answer to this one.",
    ),
    Method(
        "lime", "LIME", (FEATURES,),
        "Fits a small linear model to the network's answers on variations of this row.",
        "Bars to the right: with another value in its place, {answer} would be lower; to the left, higher.",
    ),
    Method(
        "gradients", "Integrated gradients", (IMAGE, TOKENS, SEQUENCE),
        "Adds up the gradient on the way from an empty example to this one.",
        "Orange speaks for (raises) “{asked}”, blue against it; the stronger the colour, the more.",
    ),
    Method(
        "occlusion", "Occlusion", (IMAGE, SEQUENCE),
        "Covers one patch, or one step of a series, after the other and watches the answer fall.",
        "Covering an orange place lowers the answer “{asked}”, covering a blue one raises it.",
    ),
    Method(
        "attention", "Attention", (TOKENS,),
        "What each step looked at inside an attention layer, averaged over its heads.",
        "Each row is a token; the stronger a square, the more it looked at the token of that column.",
    ),
    Method(
        "importance", "Importance of all features", (FEATURES,),
        "Permutation importance: shuffles one feature after the other over the rows: what is lost?",
        "The longer a bar, the more the network relies on this feature; near zero it could be left out.",
    ),
    Method(
        "rebuilt", "Reconstruction", (FEATURES, IMAGE, SEQUENCE),
        "Shows an example beside what the network makes of it, and how wrong every single input is.",
        "The stronger a mark, the worse this input is given back; what is unlike the training rows stands "
        "out.",
        rebuilds=True,
    ),
    Method(
        "worst", "Worst rows", (FEATURES, IMAGE, SEQUENCE),
        "Lists the rows that are given back worst: the least like what has been learnt from.",
        "The longer a bar, the larger the row's mean squared error; look at the first ones, they may be "
        "mistakes in the data.", rebuilds=True,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Explanation:
    """An explained answer; what is filled depends on the method.

    `values`: contributions by feature or token (N,), a heat map (H, W), attention (N, N), or with `curve`
    what each step of each variable adds (steps, variables).
    """

    method: Method
    values: Array
    names: tuple[str, ...] = ()
    """Of the features with their values, or the tokens."""
    spread: Array | None = None
    """Standard deviation of each value."""
    picture: NDArray[np.float32] | None = None
    """The image (channels, H, W), 0 to 1."""
    curve: Array | None = None
    """The window (steps, variables) in its own units."""
    rebuilt: NDArray[Any] | None = None
    """What an autoencoder makes of it, shaped like `picture` or `curve`."""
    row: int = -1
    """In the source, from 0."""
    true: str = ""
    predicted: str = ""
    asked: str = ""
    """The class or the number that is explained."""
    answer: float | None = None
    """What the network says: a share of the class, or a number in its own units."""
    start: float | None = None
    """The average answer, from which the contributions lead to this one."""
    note: str = ""

    @property
    def told(self) -> str:
        """What is to be said of the row, in words."""
        if self.method.rebuilds:
            return f"reconstruction error {self.answer:.4g}"
        return f"true {self.true}, predicted {self.predicted}"

    def reading(self, classes: bool) -> str:
        """Return one sentence on how to read it."""
        words = f"the share of “{self.asked}”" if classes else f"the predicted {self.asked}"
        return self.method.reading.format(asked=self.asked, answer=words)


def method_of(kind: str) -> Method:
    """Return a method by its kind; raises CannotExplain in words."""
    found = next((method for method in METHODS if method.kind == kind), None)
    if found is None:
        raise CannotExplain(f"There is no method {kind!r}; there are: {', '.join(m.kind for m in METHODS)}.")
    return found


def methods_for(network: Network, signature: Signature) -> tuple[Method, ...]:
    """Return the methods that fit the data and the layers, the most telling first."""
    needs = {"gradcam": bool(convolutions(network, signature.input)), "attention": bool(attentions(network))}
    rebuilds = signature.target.column == "input"
    fitting = (m for m in METHODS if signature.input.axes in m.axes and m.rebuilds == rebuilds)
    return tuple(method for method in fitting if needs.get(method.kind, True))


def convolutions(network: Network, shape: Shape) -> tuple[Node, ...]:
    """Return the convolutions whose maps still have places, in order."""
    rows = trace(network, shape).rows
    return tuple(
        network[row.id]
        for row in rows
        if network[row.id].layer.family == "convolution"
        and row.learnables
        and row.output is not None
        and row.output.is_a(IMAGE)
        and min(row.output.sizes[1:]) > 1
    )


def attentions(network: Network) -> tuple[Node, ...]:
    """Return the layers in which steps look at each other, in order."""
    return tuple(node for node in network.nodes if hasattr(node.layer, "heads"))
