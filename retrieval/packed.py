"""A BERT encoder that runs over texts laid end to end, without padding.

The library pads every text of a batch to the longest and masks the rest, and the mask keeps attention off its fast
path. Laid end to end, the linear layers see one long row of real tokens and attention runs once for each length that
occurs: 3.7 against 6.5 ms of CPU a query of 21 tokens in batches of 32, 19 against 25 ms a passage of 100 tokens.

This module imports torch; only `embedding.py` imports it, when a model is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class _Layer:
    project: tuple[torch.Tensor, torch.Tensor]
    merge: tuple[torch.Tensor, torch.Tensor]
    widen: tuple[torch.Tensor, torch.Tensor]
    narrow: tuple[torch.Tensor, torch.Tensor]
    norm_attention: Callable[[torch.Tensor], torch.Tensor]
    norm_output: Callable[[torch.Tensor], torch.Tensor]


class PackedBert:
    """Mean-pooled unit vectors from the weights of a Hugging Face `BertModel` (absolute positions, exact GELU)."""

    def __init__(self, bert: Any) -> None:
        self._embeddings = bert.embeddings
        self._heads = int(bert.config.num_attention_heads)
        self._layers = [_layer(layer) for layer in bert.encoder.layer]

    @torch.inference_mode()
    def __call__(self, texts: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), hidden size) for token ids, each text with its special tokens."""
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        lengths = [len(texts[place]) for place in order]
        torch.set_num_threads(1)  # of this thread: passes run side by side instead, and wait for no one
        states = self._embed([texts[place] for place in order])
        groups = [(length, len(list(same))) for length, same in groupby(lengths)]
        for layer in self._layers:
            states = self._attend(layer, states, groups)
        means = torch.segment_reduce(states.float(), "mean", lengths=torch.tensor(lengths))
        vectors = np.empty(means.shape, dtype=np.float32)
        vectors[order] = functional.normalize(means, dim=1).numpy()
        return vectors

    def _embed(self, texts: Sequence[Sequence[int]]) -> torch.Tensor:
        tokens = torch.tensor([token for text in texts for token in text])
        places = torch.cat([torch.arange(len(text)) for text in texts])
        parts = self._embeddings
        summed = (
            parts.word_embeddings(tokens) + parts.position_embeddings(places) + parts.token_type_embeddings.weight[0]
        )
        normed: torch.Tensor = parts.LayerNorm(summed)
        return normed

    def _attend(self, layer: _Layer, states: torch.Tensor, groups: list[tuple[int, int]]) -> torch.Tensor:
        """One transformer layer; attention stays within each text."""
        projected = functional.linear(states, *layer.project)
        mixed = torch.cat(list(self._mix(projected, groups)))
        states = layer.norm_attention(functional.linear(mixed, *layer.merge) + states)
        wide = functional.gelu(functional.linear(states, *layer.widen))
        return layer.norm_output(functional.linear(wide, *layer.narrow) + states)

    def _mix(self, projected: torch.Tensor, groups: list[tuple[int, int]]) -> Iterator[torch.Tensor]:
        """Attention over each run of texts of one length."""
        start = 0
        for length, texts in groups:
            block = projected[start : start + length * texts]
            start += length * texts
            # (texts, length, 3, heads, width) -> three of (texts, heads, length, width)
            query, key, value = block.view(texts, length, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
            mixed = functional.scaled_dot_product_attention(query, key, value)
            yield mixed.transpose(1, 2).reshape(length * texts, -1)


def _layer(layer: Any) -> _Layer:
    attention = layer.attention
    return _Layer(
        project=_joined(attention.self.query, attention.self.key, attention.self.value),
        merge=_joined(attention.output.dense),
        widen=_joined(layer.intermediate.dense),
        narrow=_joined(layer.output.dense),
        norm_attention=attention.output.LayerNorm,
        norm_output=layer.output.LayerNorm,
    )


def _joined(*linears: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Several linear maps of one input as one."""
    weight = torch.cat([linear.weight.detach() for linear in linears])
    return weight, torch.cat([linear.bias.detach() for linear in linears])
