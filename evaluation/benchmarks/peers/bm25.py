"""Qdrant's own BM25 in Portuguese, for the hybrid modes of the others' Qdrant stores.

Their documentation takes it from FastEmbed, whose files come from a hub; `qdrant_edge` carries the same one.
"""

from __future__ import annotations

from qdrant_edge import Bm25, Bm25Config

_MODEL = Bm25(Bm25Config(language="portuguese", avg_len=80.0))

Sparse = tuple[list[int], list[float]]


def document(text: str) -> Sparse:
    """Terms and weights of a passage."""
    found = _MODEL.embed_document(text)
    return list(found.indices), list(found.values)


def query(text: str) -> Sparse:
    """Terms of a query, each once."""
    found = _MODEL.embed_query(text)
    return list(found.indices), list(found.values)
