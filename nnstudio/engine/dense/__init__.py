"""Chains of dense layers, trained with a backward pass derived by hand.

For a small network, autograd and its many small tensors cost more than the arithmetic. Here every
step runs a fixed list of operations on buffers made once. The same kernels, the same random draws:
the result equals the general path's to rounding.
"""
