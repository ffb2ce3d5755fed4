"""A trained network goes on with a text, token by token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nnstudio.catalog.preparations import Tokenise
from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.core.tokens import UNKNOWN, Tokeniser, continues_text
from nnstudio.engine.build import Graph
from nnstudio.engine.checkpoint import Weights
from nnstudio.engine.evaluate import trained


class CannotWrite(ValueError):
    """This project does not learn how a text goes on: says why."""


def generate(
    project: Project,
    prepared: Prepared,
    weights: Weights,
    prompt: str,
    length: int = 200,
    temperature: float = 0.8,
    seed: int = 0,
) -> Iterator[str]:
    """Yield how the text goes on after `prompt`, `length` tokens, a piece at a time.

    Temperature 0 takes the most probable token; 1 draws as the network says; higher is more daring.
    Padding and the unknown token are never written. Every window of training was full, so a short
    prompt is preceded by the beginning of the training text. Same seed, same text. Raises CannotWrite,
    CannotBuild or WeightsProblem before the first piece.
    """
    if not continues_text(prepared.signature):
        raise CannotWrite("Only a project on a text to be continued can write: its answer is the next token.")
    tokeniser, state = _fitted(project, prepared)
    graph = trained(project, prepared.signature, weights)
    given = tokeniser.encode([prompt], state)[0]
    window = np.concatenate([prepared.train.x[0], np.array(given, np.int64)])
    ids = _drawn(graph, window, prepared.signature.input.count, length, temperature, seed)
    return _pieces(ids, given, tokeniser, state)


def _fitted(project: Project, prepared: Prepared) -> tuple[Tokeniser, Mapping[str, Any]]:
    for step, state in zip(project.data.preparation, prepared.states, strict=True):
        if isinstance(step, Tokenise):
            return step.tokeniser, state["tokeniser"]
    raise CannotWrite("This project has no step Tokens in its preparation.")


def _drawn(
    graph: Graph, window: NDArray[np.int64], size: int, length: int, temperature: float, seed: int
) -> Iterator[int]:
    generator = torch.Generator().manual_seed(seed)
    seen = torch.tensor(window[-size:])[None]
    for _ in range(length):
        with torch.inference_mode():
            token = _choice(graph.scores(seen)[0], temperature, generator)
            seen = torch.cat([seen[:, 1:], torch.tensor([[token]])], 1)
        yield token


def _choice(scores: Tensor, temperature: float, generator: torch.Generator) -> int:
    known = scores[UNKNOWN + 1 :].double()
    if temperature == 0 or not bool(torch.isfinite(known).all()):
        return int(known.nan_to_num().argmax()) + UNKNOWN + 1
    shares = torch.softmax(known / temperature, 0)
    return int(torch.multinomial(shares, 1, generator=generator)) + UNKNOWN + 1


def _pieces(
    ids: Iterator[int], given: Sequence[int], tokeniser: Tokeniser, state: Mapping[str, Any]
) -> Iterator[str]:
    """Yield what each token adds; decoded with those before it, for spaces belong between them."""
    known = list(given)
    said = tokeniser.decode(known, state)
    for token in ids:
        known.append(token)
        whole = tokeniser.decode(known, state)
        yield whole[len(said) :]
        said = whole
