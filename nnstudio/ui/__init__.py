"""The window: the only place that knows Qt."""

import gc

_collects = gc.isenabled()
gc.disable()
# Before Qt: once that is loaded, its hook reads the source text of every module imported later.
import nnstudio.catalog  # noqa: E402, F401

gc.freeze()  # What has been loaded stays: a collection, which stops everything, need not look at it.
if _collects:
    gc.enable()
