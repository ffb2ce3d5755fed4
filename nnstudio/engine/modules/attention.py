"""Self-attention, the Transformer block made of it, and what tells it where a step stands."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from nnstudio.engine.modules.activation import Activation, activation
from nnstudio.engine.modules.masking import Masked
from nnstudio.engine.modules.noise import Dropout, Noise, dropped


class SelfAttention(Masked, Noise):
    """Every step gathers from all real steps (causal: from itself and earlier ones), in several heads.

    (N, steps, features) -> the same shape. While training, `dropout` of the looks are left out, as in
    torch's MultiheadAttention. With `keep` set, `last_attention` holds how much each step looked at
    each other one: (N, heads, steps, steps).
    """

    def __init__(self, features: int, heads: int, causal: bool = False, dropout: float = 0.0) -> None:
        super().__init__()
        self.heads, self.causal, self.dropout = heads, causal, dropout
        self.qkv = nn.Linear(features, 3 * features)
        self.out = nn.Linear(features, features)
        nn.init.xavier_uniform_(self.qkv.weight)
        nn.init.zeros_(self.qkv.bias)
        nn.init.zeros_(self.out.bias)
        self.keep = False
        self.last_attention: Tensor | None = None

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        rows, steps, features = x.shape
        parts = self.qkv(x).view(rows, steps, 3, self.heads, features // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4).unbind(0)
        # Padding stands at the end: a real step that only looks back never sees any.
        allowed = None if mask is None or self.causal else mask[:, None, None, :]
        if self.keep:
            self.last_attention = self._weights(query, key, allowed).detach()
        if self.training and self.dropout:
            # torch's fused attention would draw from the global generator.
            weights = self._weights(query, key, allowed)
            mixed = dropped(weights, self.dropout, self.generator) @ value
        else:
            mixed = nn.functional.scaled_dot_product_attention(
                query, key, value, attn_mask=allowed, is_causal=self.causal
            )
        return self.out(mixed.transpose(1, 2).reshape(rows, steps, features))  # type: ignore[no-any-return]

    def _weights(self, query: Tensor, key: Tensor, allowed: Tensor | None) -> Tensor:
        scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
        if self.causal:
            steps = scores.shape[-1]
            allowed = torch.ones(steps, steps, dtype=torch.bool, device=scores.device).tril()
        if allowed is not None:
            scores = scores.masked_fill(~allowed, float("-inf"))
        return scores.softmax(-1)

    def extra_repr(self) -> str:
        return f"heads={self.heads}, causal={self.causal}, dropout={self.dropout}"


class TransformerBlock(Masked):
    """Self-attention, then two dense layers on each step; both are added to what came in.

    Dropout acts on what is added; `norm_first` normalises before each part instead of after the sum.
    """

    def __init__(
        self, features: int, heads: int, hidden: int, dropout: float = 0.0,
        activate: Activation = ("GELU",), norm_first: bool = True, causal: bool = False,
        attention_dropout: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__()
        self.norm_first = norm_first
        self.attention = SelfAttention(features, heads, causal, attention_dropout)
        self.attention_norm = nn.LayerNorm(features)
        self.up = nn.Linear(features, hidden)
        self.activate = activation(activate)
        self.down = nn.Linear(hidden, features)
        self.dense_norm = nn.LayerNorm(features)
        self.dropout = Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        if self.norm_first:
            x = x + self.dropout(self.attention(self.attention_norm(x), mask))
            return x + self._dense(self.dense_norm(x))
        x = self.attention_norm(x + self.dropout(self.attention(x, mask)))
        return self.dense_norm(x + self._dense(x))  # type: ignore[no-any-return]

    def _dense(self, x: Tensor) -> Tensor:
        return self.dropout(self.down(self.activate(self.up(x))))  # type: ignore[no-any-return]

    def extra_repr(self) -> str:
        return f"norm_first={self.norm_first}"


class SinusoidalPositions(nn.Module):
    """Adds waves of many lengths, which tell each step where it stands (Vaswani et al. 2017)."""

    table: Tensor

    def __init__(self, steps: int, features: int) -> None:
        super().__init__()
        at = torch.arange(steps)[:, None]
        pace = torch.exp(torch.arange(0, features, 2) * (-math.log(10_000.0) / features))
        table = torch.zeros(steps, features)
        table[:, 0::2] = torch.sin(at * pace)
        table[:, 1::2] = torch.cos(at * pace)[:, : features // 2]
        self.register_buffer("table", table, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.table[: x.shape[1]]

    def extra_repr(self) -> str:
        return ", ".join(str(n) for n in self.table.shape)


class LearnedPositions(nn.Module):
    """Adds a learnt vector for each place in the sequence, as BERT and GPT do."""

    def __init__(self, steps: int, features: int) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.empty(steps, features))
        nn.init.normal_(self.table, std=0.02)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.table[: x.shape[1]]

    def extra_repr(self) -> str:
        return ", ".join(str(n) for n in self.table.shape)


class ClassToken(Masked):
    """Puts one learnt step in front; (N, steps, features) -> (N, steps + 1, features)."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.token = nn.Parameter(torch.empty(1, 1, features))
        nn.init.normal_(self.token, std=0.02)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        return torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1)

    def mask_after(self, mask: Tensor) -> Tensor:
        return torch.cat([torch.ones_like(mask[:, :1]), mask], 1)

    def extra_repr(self) -> str:
        return str(self.token.shape[-1])


class PatchEmbedding(nn.Conv2d):
    """Cuts images into square patches, row by row, and turns each into a vector.

    (N, channels, height, width) -> (N, patches, features).
    """

    def __init__(self, channels: int, features: int, size: int, bias: bool = True) -> None:
        super().__init__(channels, features, size, stride=size, bias=bias)

    def forward(self, input: Tensor) -> Tensor:
        return super().forward(input).flatten(2).transpose(1, 2)


@contextmanager
def attention_kept(module: nn.Module) -> Iterator[dict[str, SelfAttention]]:
    """Let every attention below keep its map for a while; yields them by name, maps in `last_attention`."""
    found = {name: part for name, part in module.named_modules() if isinstance(part, SelfAttention)}
    for part in found.values():
        part.keep = True
    try:
        yield found
    finally:
        for part in found.values():
            part.keep, part.last_attention = False, None
