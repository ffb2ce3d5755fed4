"""The layers that can be placed, in the order of the palette."""

# The order of the imports is that of the families in menus and palette.
# ruff: isort: skip_file
from nnstudio.catalog.layers import dense
from nnstudio.catalog.layers import conv, pool, blocks
from nnstudio.catalog.layers import sequence, attention
from nnstudio.catalog.layers import regularise, merge, shape

__all__ = ["attention", "blocks", "conv", "dense", "merge", "pool", "regularise", "sequence", "shape"]
