"""NN Studio: design, train and understand neural networks in one window."""

__version__ = "0.1.0"
