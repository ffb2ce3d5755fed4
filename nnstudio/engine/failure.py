"""What a failed run says: what happened, when, and what to try."""

from __future__ import annotations

import math

import torch


class NotFinite(Exception):
    """A loss or the weights were no longer finite: training has run away.

    `what` is the loss, the validation loss or a weight; `when` the epoch, with the step if known.
    """

    def __init__(self, what: str, value: float, when: str, rate: float) -> None:
        became = "NaN (not a number)" if math.isnan(value) else "infinite"
        super().__init__(
            f"The {what} became {became} in {when}: the weights have run away. "
            f"Divide the learning rate (now {rate:.3g}) by 10, or clip the gradient norm at 1."
        )


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an exception means that memory ran out, on any device."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and ("out of memory" in text or "can't allocate memory" in text)


def message_for(error: Exception, epoch: int, batch_size: int, device: str) -> str:
    """Return the message of a run that ended with an exception in `epoch` (0: before the first)."""
    if isinstance(error, NotFinite):
        return str(error)
    when = f"in epoch {epoch}" if epoch else "before the first epoch"
    where = "computer's memory" if device == "cpu" else "GPU's memory"
    if is_out_of_memory(error):
        return (
            f"Out of memory {when}: batches of {batch_size} do not fit into the {where}. Try a batch size "
            f"of {max(1, batch_size // 2)}, fewer units{'' if device == 'cpu' else ', or the CPU as device'}."
        )
    if "more than 1 value per channel" in str(error):
        return (
            f"Training stopped {when}: batch norm has no spread of a single example. "
            "Choose a batch size of at least 2, or use Layer norm."
        )
    # Torch appends pages about its own inside to some errors.
    reason = str(error).strip().split("\n")[0] or type(error).__name__
    return f"Training stopped {when}: {reason}"
