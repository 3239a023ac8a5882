"""A BERT encoder that runs over texts laid end to end, without padding.

The library pads every text of a batch to the longest and masks the rest, and the mask keeps attention off its fast
path. Laid end to end, the linear layers see one long row of real tokens and attention runs once for each length that
occurs: 3.7 against 6.5 ms of CPU a query of 21 tokens in batches of 32, 19 against 25 ms a passage of 100 tokens.

This module imports torch; only `embedding.py` imports it, when a model is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

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
    """Mean-pooled unit vectors from the weights of a Hugging Face `BertModel` (absolute positions, exact GELU).

    `weights` are named as in its `state_dict`; `heads` and `epsilon` (of the layer norms) stand in its configuration.
    """

    def __init__(self, weights: Mapping[str, torch.Tensor], heads: int, epsilon: float) -> None:
        self._words = weights["embeddings.word_embeddings.weight"]
        self._places = weights["embeddings.position_embeddings.weight"]
        self._type = weights["embeddings.token_type_embeddings.weight"][0]
        self._norm = _norm(weights, "embeddings.LayerNorm", epsilon)
        self._heads = heads
        count = len({name.split(".")[2] for name in weights if name.startswith("encoder.layer.")})
        self._layers = [_layer(weights, f"encoder.layer.{number}", epsilon) for number in range(count)]

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
        return self._norm(self._words[tokens] + self._places[places] + self._type)

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


def _layer(weights: Mapping[str, torch.Tensor], name: str, epsilon: float) -> _Layer:
    attention = f"{name}.attention"
    return _Layer(
        project=_joined(weights, *(f"{attention}.self.{part}" for part in ("query", "key", "value"))),
        merge=_joined(weights, f"{attention}.output.dense"),
        widen=_joined(weights, f"{name}.intermediate.dense"),
        narrow=_joined(weights, f"{name}.output.dense"),
        norm_attention=_norm(weights, f"{attention}.output.LayerNorm", epsilon),
        norm_output=_norm(weights, f"{name}.output.LayerNorm", epsilon),
    )


def _joined(weights: Mapping[str, torch.Tensor], *names: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Several linear maps of one input as one."""
    return (
        torch.cat([weights[f"{name}.weight"] for name in names]),
        torch.cat([weights[f"{name}.bias"] for name in names]),
    )


def _norm(weights: Mapping[str, torch.Tensor], name: str, epsilon: float) -> Callable[[torch.Tensor], torch.Tensor]:
    weight, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
    return lambda states: functional.layer_norm(states, weight.shape, weight, bias, epsilon)
