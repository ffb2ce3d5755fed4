"""Architecture presets: rules with sliders that write a whole network of ordinary, editable layers."""

from nnstudio.catalog.presets import images, sequences, wide
from nnstudio.catalog.presets.shapes import Autoencoder, Constant, Funnel, Shaped, output_layer

__all__ = ["Autoencoder", "Constant", "Funnel", "Shaped", "images", "output_layer", "sequences", "wide"]
