"""The layers that can be placed, in the order of the palette."""

from nnstudio.catalog.layers import conv, dense, merge, regularise

__all__ = ["conv", "dense", "merge", "regularise"]
