"""The step on a GPU: its kernels recorded once and started again together, instead of one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import torch
from torch import Generator, Tensor

from nnstudio.engine.batches import Batch
from nnstudio.engine.modules.noise import Dropout
from nnstudio.engine.step import GeneralStep
from nnstudio.engine.waiting import what_waits

WARM_UPS = 3
"""Runs before a recording: libraries choose their kernels and set themselves up in the first ones."""

Work = Callable[[], None]


class Capture(Protocol):
    """Runs work a few times and returns what does it once more, on the same tensors."""

    def __call__(self, work: Work, generators: Sequence[Generator]) -> Work:
        """Record; `generators` are those that the work may draw from. Raises RuntimeError if it cannot."""


def capture_for(device: torch.device) -> Capture | None:
    """Return how a step is recorded on this device; None where it cannot be."""
    return cuda_capture if device.type == "cuda" else None


def cuda_capture(work: Work, generators: Sequence[Generator]) -> Work:
    """Record work in a CUDA graph."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    # Warmed up on the stream of the recording: what libraries keep per stream is then there.
    with torch.cuda.stream(stream):
        for _ in range(WARM_UPS):
            work()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    for generator in generators:
        graph.register_generator_state(generator)
    try:
        # Other threads (a look at activations, batches read ahead) may use the device meanwhile.
        with torch.cuda.graph(graph, stream=stream, capture_error_mode="thread_local"):
            work()
    except RuntimeError:
        own = torch.cuda.default_generators[torch.cuda.current_device()]
        for generator in (*generators, own):
            # A recording that fails leaves its generators recording: they get a state of their own.
            generator.graphsafe_set_state(Generator(generator.device).graphsafe_get_state())
        raise
    return graph.replay


class GraphedStep(GeneralStep):
    """The general step, forward and backward replayed on fixed tensors; the update comes behind as ever.

    Batches of another size than the first (the last of an epoch) are learnt kernel by kernel, and so is
    every batch of a network that cannot be recorded: `refused` then says why.
    """

    refused = ""

    def prepare(self, batch: Batch, capture: Capture, drawn: Sequence[Generator]) -> None:
        """Record the step on a batch like those to come, of the first one's size.

        `drawn` are the generators that the network draws from; they, the gradient and the network's
        buffers are afterwards as they were.
        """
        x, targets, weights = batch
        self._given: Batch = x.clone(), targets.clone(), None if weights is None else weights.clone()
        self._capture, self._drawn = capture, drawn
        self._kind = len(batch[0]), self._shares[0]
        self._dropouts = [part for part in self._graph.modules() if isinstance(part, Dropout)]
        self._record()

    def _record(self) -> None:
        self._rates = [part.p for part in self._dropouts]
        with undisturbed([*self._graph.buffers(), self._gradient], self._drawn):
            waits = what_waits(self._work)
        self.refused = f"its layers wait for the device ({waits})" if waits else ""
        if waits:
            return
        try:
            with undisturbed([*self._graph.buffers(), self._gradient], self._drawn):
                self._replay = self._capture(self._work, self._drawn)
        except RuntimeError as error:
            self.refused = str(error).split("\n")[0]

    def _work(self) -> None:
        self._found = super()._learn(self._given, self._kind[1])

    def _learn(self, batch: Batch, share: float) -> tuple[Tensor, Tensor]:
        if self.refused or (len(batch[0]), share) != self._kind:
            return super()._learn(batch, share)
        for own, given in zip(self._given, batch, strict=True):
            if own is not None and given is not None:
                own.copy_(given, non_blocking=True)
        if [part.p for part in self._dropouts] != self._rates:
            # A rate of dropout that was changed in between is part of the recording.
            self._record()
            return self._learn(batch, share)
        self._replay()
        return self._found


@contextmanager
def undisturbed(tensors: Sequence[Tensor], generators: Sequence[Generator]) -> Iterator[None]:
    """Give tensors and generators their values back afterwards."""
    held = [tensor.clone() for tensor in tensors]
    states = [generator.get_state() for generator in generators]
    try:
        yield
    finally:
        with torch.no_grad():
            for tensor, value in zip(tensors, held, strict=True):
                tensor.copy_(value)
        for generator, state in zip(generators, states, strict=True):
            generator.set_state(state)


def replayed(step: Any) -> str:
    """Return what to tell of a step beside its device: empty unless it was refused."""
    return f"; kernel by kernel: {step.refused}" if isinstance(step, GraphedStep) and step.refused else ""
