"""The small pictures of the glossary by name, drawn in the colours of the theme."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QImage, QPainter

from nnstudio.ui.glossary_pictures import curves, formulas, schemes
from nnstudio.ui.glossary_pictures.sketch import HEIGHT, WIDTH, Sketch
from nnstudio.ui.theme import Colours

Picture = Callable[[Sketch], None]

_DRAWN: tuple[Picture, ...] = (
    formulas.activations, formulas.softmax, formulas.cross_entropy, formulas.regression_losses,
    formulas.schedules, formulas.vanishing,
    curves.overfitting, curves.underfitting, curves.early_stopping, curves.learning_rate, curves.descent,
    curves.batch_size, curves.rate_range, curves.weight_decay, curves.roc, curves.threshold, curves.windows,
    curves.scaling,
    schemes.network, schemes.unit, schemes.dropout, schemes.shapes, schemes.convolution, schemes.sequence,
    schemes.attention, schemes.autoencoder, schemes.confusion, schemes.split, schemes.folds, schemes.search,
    schemes.smote, schemes.tokens, schemes.augmentation, schemes.phases,
)  # fmt: skip

PICTURES: dict[str, tuple[Picture, str]] = {
    draw.__name__: (draw, inspect.cleandoc(draw.__doc__ or "")) for draw in _DRAWN
} | {
    f"activation_{kind}": (partial(formulas.activation, kind=kind), formulas.activation.__doc__ or "")
    for kind in formulas.ACTIVATIONS
}
"""Name -> how it is drawn, and its caption."""


def picture(name: str, colours: Colours, font: QFont, percent: int = 100, ratio: float = 1.0) -> QImage:
    """Return a picture, 460 by 190 pixels times the text size, sharp on a screen of this pixel ratio."""
    scale = percent / 100 * ratio
    image = QImage(round(WIDTH * scale), round(HEIGHT * scale), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.scale(scale, scale)
    PICTURES[name][0](Sketch(painter, colours, font))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image
