"""What a failed run says: what happened, when, and what to try."""

from __future__ import annotations

import torch


class NotFinite(Exception):
    """A loss was NaN or infinite; `step` counts from 1 within the epoch, 0 for the validation loss."""

    def __init__(self, epoch: int, step: int, value: float, rate: float) -> None:
        super().__init__(epoch, step)
        self.epoch, self.step, self.value, self.rate = epoch, step, value, rate

    def __str__(self) -> str:
        what = "NaN (not a number)" if self.value != self.value else "infinite"
        whose, where = ("loss", f", step {self.step}") if self.step else ("validation loss", "")
        return (
            f"The {whose} became {what} in epoch {self.epoch}{where}: the weights have run away. "
            f"Divide the learning rate (now {self.rate:.3g}) by 10, or clip the gradient norm at 1."
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
    return f"Training stopped {when}: {str(error) or type(error).__name__}"
