"""Layers as they travel: from the palette to the canvas, and through the clipboard."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import QByteArray, QMimeData

from nnstudio.core.network import LAYERS, Layer, Node

MIME = "application/x-nnstudio-layer"


def layer_mime(layer: Layer) -> QMimeData:
    """Pack one layer for a drag."""
    return _packed(layer.model_dump(mode="json"))


def nodes_mime(copies: list[dict[str, Any]]) -> QMimeData:
    """Pack copied blocks for the clipboard."""
    return _packed(copies)


def layer_from(mime: QMimeData) -> Layer | None:
    """Unpack one layer; None when there is none, or one that this program does not know."""
    data = _unpacked(mime)
    if not isinstance(data, dict):
        return None
    try:
        layer = LAYERS.parse(data)
    except (ValidationError, ValueError):
        return None
    return layer if isinstance(layer, Layer) else None


def nodes_from(mime: QMimeData | None) -> list[dict[str, Any]]:
    """Unpack copied blocks, also a single layer; empty when there are none that can be placed."""
    data = _unpacked(mime)
    if isinstance(data, dict):
        data = [{"id": "n1", "layer": data}]
    if not isinstance(data, list):
        return []
    try:
        return [Node.model_validate(item).model_dump(mode="json") for item in data]
    except ValidationError:
        return []


def _packed(value: Any) -> QMimeData:
    text = json.dumps(value)
    mime = QMimeData()
    mime.setData(MIME, QByteArray(text.encode()))
    mime.setText(text)
    return mime


def _unpacked(mime: QMimeData | None) -> Any:
    if mime is None or not mime.hasFormat(MIME):
        return None
    try:
        return json.loads(bytes(mime.data(MIME).data()))
    except ValueError:
        return None
