"""Train many runs of one dense network together, and tell their losses epoch by epoch."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import accumulate as running_sums
from itertools import repeat

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnstudio.core.dataset import Part, Prepared
from nnstudio.core.project import Project
from nnstudio.core.training import Training
from nnstudio.engine.assembly import check_rows, checked_table, repeatable_kernels
from nnstudio.engine.batches import batch_sizes
from nnstudio.engine.build import build
from nnstudio.engine.dense.heads import HEADS, head_of, shares_of
from nnstudio.engine.measure import chunk_rows
from nnstudio.engine.objective import Objective, class_counts, class_weights
from nnstudio.engine.products import Call
from nnstudio.engine.randomness import stream
from nnstudio.engine.rate import schedule_factor, warm_up
from nnstudio.engine.streamed import stays
from nnstudio.engine.sweep.alike import NotTogether, chain, check_alike
from nnstudio.engine.sweep.stack import Program, Stack
from nnstudio.engine.sweep.update import Update
from nnstudio.engine.sweep.watch import Watch
from nnstudio.engine.threads import threads_for

Losses = NDArray[np.float64]

CACHE_VALUES = 250_000
"""Learnables trained in one program: with gradients, moments and activations they stay in a core's
cache. More runs are trained in groups, which take turns after every epoch."""


@dataclass(frozen=True, slots=True)
class SweepEpoch:
    """One epoch of all runs; NaN for runs that have ended before it."""

    epoch: int
    """From 1."""
    train_loss: Losses
    """(runs,)"""
    val_loss: Losses
    """(runs,); the training loss where there are no validation rows."""


@dataclass(frozen=True, slots=True)
class SweepRun:
    """What came out of one run."""

    train_loss: tuple[float, ...]
    """One value per epoch that it was trained."""
    val_loss: tuple[float, ...]
    best_epoch: int
    """From 1; 0 when no loss was a number."""
    best_loss: float
    weights: dict[str, NDArray[np.float32]]
    """Of the best epoch, by layer and parameter, as a checkpoint names them."""


def sweep(
    projects: Sequence[Project], prepared: Prepared
) -> Generator[SweepEpoch | None, None, list[SweepRun]]:
    """Train runs that differ in rate, penalties and seed; yields every epoch, returns the runs.

    None comes in between, where an epoch of all runs takes long: a chance to give up.

    Each run equals the same project trained alone, to rounding. Raises NotTogether where the projects
    cannot share a program, CannotBuild where they cannot be trained at all.
    """
    check_alike(projects)
    check_rows(prepared)
    if stays(prepared.learnt.x, torch.device("cpu")):
        raise NotTogether("Rows that stay in a file are read by one run after another.")
    table = checked_table(projects[0], prepared)
    with ExitStack() as stack:
        stack.enter_context(
            threads_for(table.multiply_adds * projects[0].training.batch_size * len(projects))
        )
        stack.enter_context(repeatable_kernels())
        size = max(1, CACHE_VALUES // table.learnables)
        groups = [_Group(projects[at : at + size], prepared) for at in range(0, len(projects), size)]
        workers = 1 if len(groups) == 1 else min(torch.get_num_threads(), len(groups))
        # Groups side by side, each on one core, need not wait for each other after every layer.
        begin = partial(torch.set_num_threads, 1) if workers > 1 else None
        pool = stack.enter_context(ThreadPoolExecutor(workers, initializer=begin))
        for epoch in range(1, projects[0].training.epochs + 1):
            told = []
            for losses in pool.map(_Group.train, groups, repeat(epoch)):
                told.append(losses)
                yield None
            train, val = (np.concatenate(side) for side in zip(*told, strict=True))
            yield SweepEpoch(epoch, train, val)
            if not any(group.watch.goes_on.any() for group in groups):
                break
        return [run for group in groups for run in group.runs()]


class _Group:
    """Runs side by side in one program."""

    def __init__(self, projects: Sequence[Project], prepared: Prepared) -> None:
        first, target = projects[0], prepared.signature.target
        self._trainings = [project.training for project in projects]
        graphs: dict[int, list[nn.Module]] = {}
        units = checked_table(first, prepared).rows[-1].output
        self._units = units.count if units else 1
        self._objective = Objective(first, target, self._units, class_counts(prepared.learnt.y, target))
        for seed in {training.seed for training in self._trainings}:
            graph = build(first.network, prepared.signature.input, seed)
            graphs[seed] = chain(graph, first.network.ids, self._objective.fused)
            self._graph = graph
        self._stack = Stack([graphs[training.seed] for training in self._trainings])
        self._modules = graphs[self._trainings[0].seed]
        self._named = self._names(first)
        weights = None
        if first.training.class_weights and target.asks == "class":
            weights = class_weights(prepared.learnt.y, target.count)
        targets = self._objective.targets(prepared.learnt.y)
        shares = shares_of(self._objective, targets, self._units)
        self._rows = _Rows(prepared.learnt, self._objective, weights, shares, self._trainings)
        self._val = _Rows(prepared.validation, self._objective, weights, shares, self._trainings[:1])
        self._update = Update(self._stack, self._trainings)
        self._head = head_of(self._objective)
        width = self._rows.x.shape[-1]
        sizes = self._rows.sizes
        runs = len(projects)
        self._outputs = torch.zeros(runs, len(self._rows), self._units)
        programs = {n: Program(self._modules, self._stack, n, width) for n in sorted(set(sizes))}
        ends = list(running_sums(sizes))
        self._steps = [
            self._step(programs[n], slice(end - n, end)) for n, end in zip(sizes, ends, strict=True)
        ]
        self._judged, self._judging = self._chunks(width)
        self.watch = Watch(first.training.early_stopping, runs)
        self._best = self._stack.values.clone()
        self._told: list[tuple[Losses, Losses]] = []

    def train(self, epoch: int) -> tuple[Losses, Losses]:
        """Do one epoch; return the losses of both splits, NaN for runs that have ended."""
        going = self.watch.goes_on
        if not going.any():
            nothing = np.full(self._stack.runs, np.nan)
            return nothing, nothing
        # Losses that run away are told, not warned of.
        with torch.inference_mode(), np.errstate(all="ignore"):
            self._rows.shuffle()
            factors = [schedule_factor(training, epoch - 1, {}) for training in self._trainings]
            for index, calls in enumerate(self._steps):
                if not index or self._trainings[0].warmup_epochs:
                    self._update.set_rates(self._rates(factors, epoch, index))
                for call in calls:
                    call()
                self._update()
            train = self._losses(self._outputs, self._rows)
            val = self._judge() if len(self._val) else train
            better = self.watch.see(epoch, val, train)
            mask = torch.from_numpy(better)[self._stack.run_of]
            torch.where(mask, self._stack.values, self._best, out=self._best)
        self._told.append((np.where(going, train, np.nan), np.where(going, val, np.nan)))
        return self._told[-1]

    def runs(self) -> list[SweepRun]:
        """Return what came of each run."""
        ended = np.where(self.watch.goes_on, len(self._told), self.watch.ended)
        train, val = (np.array([row[side] for row in self._told]) for side in (0, 1))
        best = {self._named[name]: block.numpy() for name, block in self._stack.blocks(self._best).items()}
        return [
            SweepRun(
                tuple(train[: ended[run], run].tolist()), tuple(val[: ended[run], run].tolist()),
                int(self.watch.best_epoch[run]), float(self.watch.best[run]),
                {name: block[run].copy() for name, block in best.items()},
            )
            for run in range(self._stack.runs)
        ]  # fmt: skip

    def _step(self, program: Program, rows: slice) -> list[Call]:
        """Return everything that a step does before the update."""
        data = self._rows
        forward, backward, outputs = program.bind(data.x[:, rows])
        slope = self._slope(outputs, data.aims[:, rows], program.gradient)
        factor = self._head.factor / (self._units if self._head.mean_of_units else 1)
        even = factor / (rows.stop - rows.start)
        scale = even if data.weights is None else data.weights[:, rows, None]
        calls = [partial(program.gradient.mul_, scale)]
        if data.weights is not None:
            calls.append(partial(program.gradient.mul_, even))
        return [*forward, partial(self._outputs[:, rows].copy_, outputs), *slope, *calls, *backward]

    def _slope(self, outputs: Tensor, aims: Tensor, out: Tensor) -> list[Call]:
        if self._head in HEADS.values():
            return self._head.slope(self._objective.module, outputs, aims, out)
        # A slope that autograd works out knows examples in one row only.
        aims = aims.expand(len(outputs), *aims.shape[1:])

        def derived() -> None:
            flat = outputs.flatten(0, 1), aims.flatten(0, 1), out.flatten(0, 1)
            for call in self._head.slope(self._objective.module, *flat):
                call()

        return [derived]

    def _rates(self, factors: list[float], epoch: int, index: int) -> Tensor:
        steps = len(self._rows.sizes)
        step = (epoch - 1) * steps + index
        return torch.tensor(
            [
                training.optimizer.rate * factor * warm_up(training, step, steps)
                for training, factor in zip(self._trainings, factors, strict=True)
            ]
        )

    def _losses(self, outputs: Tensor, rows: _Rows) -> Losses:
        """Return the mean loss of every run from its outputs, (runs, rows, units)."""
        runs, count = outputs.shape[:2]
        targets = rows.targets.expand(runs, *rows.targets.shape[1:]).flatten(0, 1)
        each = self._objective.each(outputs.flatten(0, 1), targets).view(runs, count)
        if rows.weights is not None:
            each = each * rows.weights
        mean: Losses = each.mean(1).numpy().astype(np.float64)
        return mean

    def _judge(self) -> Losses:
        for call in self._judging:
            call()
        return self._losses(self._judged, self._val)

    def _chunks(self, width: int) -> tuple[Tensor, list[Call]]:
        """Return the outputs for the validation rows and the calls that work them out.

        The rows come in pieces whose values fit memory for all runs.
        """
        values = sum(module.out_features for module in self._modules if isinstance(module, nn.Linear))
        rows = chunk_rows(values * self._stack.runs)
        programs: dict[int, Program] = {}
        judged, calls = torch.zeros(self._stack.runs, len(self._val), self._units), list[Call]()
        for at in range(0, len(self._val), rows):
            end = min(at + rows, len(self._val))
            program = programs.setdefault(end - at, Program(self._modules, self._stack, end - at, width))
            forward, _, outputs = program.bind(self._val.x[:, at:end])
            calls += [*forward, partial(judged[:, at:end].copy_, outputs)]
        return judged, calls

    def _names(self, project: Project) -> dict[str, str]:
        """Return the name in a checkpoint for each name of the stack."""
        own = {id(p): name for name, p in self._graph.named_parameters()}
        modules = chain(self._graph, project.network.ids, self._objective.fused)
        return {
            f"{at}.{name}": own[id(parameter)]
            for at, module in enumerate(modules)
            for name, parameter in module.named_parameters()
        }


class _Rows:
    """The rows of a split for every order that the seeds draw; (orders, rows, ...), one where all agree.

    An epoch's order is written over that of the one before: whoever holds a view sees the rows of now.
    """

    def __init__(
        self, part: Part, objective: Objective, weights: NDArray[np.float32] | None, shares: Tensor | None,
        trainings: Sequence[Training],
    ) -> None:  # fmt: skip
        """`shares` are what the slope of the loss subtracts for each class."""
        first = trainings[0]
        seeds = [training.seed for training in trainings]
        orders = seeds if len(set(seeds)) > 1 else seeds[:1]
        self._generators = {seed: stream(seed, "order") for seed in set(seeds)}
        self._seeds, self._shuffled = orders, first.shuffle
        x = torch.tensor(part.x, dtype=torch.float32).flatten(1)
        targets = objective.targets(part.y)
        self.sizes = batch_sizes(len(x), first.batch_size)
        self._tables = [x, targets, targets if shares is None else shares[targets]]
        if weights is not None:
            self._tables.append(torch.tensor(weights[part.y]))
        self._laid = [table.expand(len(orders), *table.shape).clone() for table in self._tables]
        self.x, self.targets, self.aims = self._laid[:3]
        self.weights = self._laid[3] if weights is not None else None

    def __len__(self) -> int:
        return len(self._tables[0])

    def shuffle(self) -> None:
        """Draw the order of the next epoch for every seed."""
        if self._shuffled:
            drawn = {
                seed: torch.randperm(len(self), generator=generator)
                for seed, generator in self._generators.items()
            }
            for table, laid in zip(self._tables, self._laid, strict=True):
                for at, seed in enumerate(self._seeds):
                    torch.index_select(table, 0, drawn[seed], out=laid[at])
