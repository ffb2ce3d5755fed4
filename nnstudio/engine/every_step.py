"""Learning at every step of a text: each step answers which token follows it, not only the last one.

A `LastStep` made with `every` shows all steps while the loss is found, and only the last to everybody
else, so that evaluating, explaining and writing know nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from nnstudio.core.project import Project
from nnstudio.core.tokens import continues_text
from nnstudio.core.trace import Signature
from nnstudio.engine.build import CannotBuild, Graph
from nnstudio.engine.modules.steps import LastStep


def learns_every_step(project: Project) -> bool:
    """Tell whether a layer of the network asks for it."""
    return any(getattr(node.layer, "every", False) for node in project.network.nodes)


def at_every_step(network: nn.Module, run: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Run the network with the answers of all steps; (N, steps, units)."""
    takers = [part for part in network.modules() if isinstance(part, LastStep) and part.every]
    for part in takers:
        part.shows_all = True
    try:
        return run(x)
    finally:
        for part in takers:
            part.shows_all = False


def following(x: Tensor, y: Tensor) -> Tensor:
    """Return the token that follows each step: windows (N, steps) and their next tokens (N,)."""
    return torch.cat([x[:, 1:].long(), y[:, None]], 1)


def check_settings(project: Project, signature: Signature) -> None:
    """Raise CannotBuild where there is nothing to answer at every step, or a setting cannot follow."""
    if not continues_text(signature):
        raise _problem("only a text to be continued has an answer at every step")
    if project.training.augmentations:
        raise _problem("a varied text is no longer its own answer: remove the augmentation, or")
    if project.training.class_weights:
        raise _problem("class weights count whole examples: switch them off, or")


@torch.inference_mode()
def check_network(graph: Graph, x: Tensor, vocabulary: int) -> None:
    """Raise CannotBuild where a step of the network sees a later one, which is its answer.

    Found by trying: other tokens in the second half of the first windows must not change an answer in
    the first half, and the last step must answer as it does alone. `x` (N, steps).
    """
    if any(isinstance(part, nn.BatchNorm1d) for part in graph.modules()):
        raise _problem("batch norm mixes a step with later ones: use Layer norm, or")
    given, middle = x[:2].long(), x.shape[1] // 2
    other = torch.cat([given[:, :middle], given[:, middle:] % (vocabulary - 1) + 1], 1)
    graph.eval()
    try:
        answers, changed = (at_every_step(graph, graph.scores, ids) for ids in (given, other))
        alone = graph.scores(given)
    except RuntimeError as error:
        raise _problem("behind the step that is taken put only Dense, dropout and Layer norm, or") from error
    finally:
        graph.train()
    whole = answers.shape == (len(given), x.shape[1], vocabulary)
    if not whole or not _close(answers[:, -1], alone):
        raise _problem("the layers must keep the steps, and work on each one alone behind them, or")
    if not _close(answers[:, :middle], changed[:, :middle]):
        raise _problem(
            "a step of this network sees later ones, so it would copy its answer: use Decoder, causal "
            "attention, causal convolutions or recurrent layers that read one way, or"
        )


def _close(a: Tensor, b: Tensor) -> bool:
    return torch.allclose(a, b, rtol=1e-4, atol=1e-5)


def _problem(reason: str) -> CannotBuild:
    end = " switch it off in Take step." if reason.endswith(" or") else ": switch it off in Take step."
    return CannotBuild(f"The network cannot learn at every step: {reason}{end}")
