"""Bundled data sets, ready without a download; importing this package fills the table of sources."""

# The order of these imports is the order in which the sets are offered: easiest to look at first.
from nnstudio.catalog.datasets import playground

# isort: split
from nnstudio.catalog.datasets import functions, judgements, sklearn_sets

# isort: split
from nnstudio.catalog.datasets import series, shapes, texts

__all__ = ["functions", "judgements", "playground", "series", "shapes", "sklearn_sets", "texts"]
