"""What the tokens of a text add to an answer, and what attention looks at."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from nnstudio.catalog.preparations.text import words_of
from nnstudio.engine.explain.explanation import Array, CannotExplain, attentions
from nnstudio.engine.explain.subject import Subject
from nnstudio.engine.modules.attention import attention_kept

STEPS = 48
AT_ONCE = 16


def tokens_of(subject: Subject, x: Tensor) -> tuple[str, ...]:
    """Return the tokens of an example as words; padding is left out."""
    words = words_of(subject.prepared.states)
    return tuple(words[int(id)] if int(id) < len(words) else str(int(id)) for id in x[0] if int(id))


def gradients(subject: Subject, x: Tensor, index: int) -> Array:
    """Return integrated gradients over the embedding from a text of padding; one number per real token."""
    from captum.attr import LayerIntegratedGradients

    embedding = next((part for part in subject.graph.modules() if isinstance(part, nn.Embedding)), None)
    if embedding is None:
        raise CannotExplain("This network has no Embedding, over which a text could be explained.")
    method = LayerIntegratedGradients(subject.answer(index, scores=True), embedding)
    found = method.attribute(x, torch.zeros_like(x), n_steps=STEPS, internal_batch_size=AT_ONCE)
    assert isinstance(found, Tensor)
    values: Array = found[0].detach().sum(-1).double().numpy()[: int((x[0] != 0).sum())]
    return values


def attention(subject: Subject, x: Tensor, layer: str = "") -> Array:
    """Return how much each token looked at each other one in a layer (default: the last), mean of the heads.

    (N, N) over the real tokens; a class token in front is left out.
    """
    nodes = attentions(subject.project.network)
    chosen = layer or (nodes[-1].id if nodes else "")
    if chosen not in {node.id for node in nodes}:
        raise CannotExplain("This network has no attention layer: add a Self-attention or an Encoder block.")
    subject.check()
    with torch.no_grad(), attention_kept(subject.graph.part(chosen)) as kept:
        subject.graph(x)
        maps = [part.last_attention for part in kept.values() if part.last_attention is not None]
    found = maps[-1][0].mean(0).double().numpy()
    ahead = max(0, len(found) - x.shape[1])
    real = int((x[0] != 0).sum())
    values: Array = found[ahead : ahead + real, ahead : ahead + real]
    return values
