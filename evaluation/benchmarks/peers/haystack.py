"""Haystack: a pipeline for each kind of search and one for generation, all run as it runs them asynchronously."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from haystack import Document, Pipeline, component
from haystack.components.builders import ChatPromptBuilder
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.dataclasses import ChatMessage, SparseEmbedding
from haystack.utils import Secret
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from haystack_integrations.components.retrievers.qdrant import QdrantEmbeddingRetriever, QdrantHybridRetriever
from haystack_integrations.document_stores.qdrant import QdrantDocumentStore

from evaluation.benchmarks.peers import bm25
from evaluation.benchmarks.peers.child import main
from evaluation.benchmarks.peers.work import BATCH, PROMPTED, Copy, Mode, Passage, Where, Work
from retrieval.embedding import BUNDLED_DIMENSIONS, bundled_model

# the passages as everyone has them in the prompt
EVIDENCE = """{% for one in documents %}<evidence id="e{{ loop.index }}" content_id="{{ one.meta.id }}">
{{ one.content }}
</evidence>{% if not loop.last %}
{% endif %}{% endfor %}"""


@component
class SparseQuery:
    """The sparse half of a query, as a component."""

    @component.output_types(sparse_embedding=SparseEmbedding)
    def run(self, text: str) -> dict[str, SparseEmbedding]:
        """Terms."""
        return {"sparse_embedding": SparseEmbedding(*bm25.query(text))}


@component
class Validated:
    """The model's answer read and validated, as a component."""

    @component.output_types(copy=Copy)
    def run(self, replies: list[ChatMessage]) -> dict[str, Copy]:
        """Raises where it is not what was asked for."""
        return {"copy": Copy.model_validate_json(replies[0].text or "")}


class Haystack:
    """One store and three pipelines over it."""

    def __init__(self, work: Work) -> None:
        self._store = QdrantDocumentStore(
            ":memory:", embedding_dim=BUNDLED_DIMENSIONS, use_sparse_embeddings=True, sparse_idf=True,
            progress_bar=False,
        )  # fmt: skip
        self._how: dict[str, Any] = {
            "model": str(bundled_model()), "normalize_embeddings": True, "batch_size": BATCH, "progress_bar": False,
            "model_kwargs": {"dtype": work.dtype},
        }  # fmt: skip
        self._documents = SentenceTransformersDocumentEmbedder(**self._how)
        self._told = work.instructions
        self._searching: dict[Mode, Pipeline] = {"dense": self._search("dense"), "hybrid": self._search("hybrid")}
        self._writing = self._search("hybrid")
        self._write(work)
        self._documents.warm_up()
        for pipeline in (*self._searching.values(), self._writing):
            pipeline.warm_up()

    async def fill(self, passages: Sequence[Passage]) -> None:
        """The embedder has no asynchronous form; a thread keeps the loop free."""
        documents = [
            Document(
                content=one.whole, meta={"id": one.id, "language": one.language, "stage": one.stage},
                sparse_embedding=SparseEmbedding(*bm25.document(one.whole)),
            )
            for one in passages
        ]  # fmt: skip
        embedded = await asyncio.to_thread(self._documents.run, documents=documents)
        await self._store.write_documents_async(embedded["documents"])

    async def retrieve(self, text: str, mode: Mode, where: Where | None, limit: int) -> list[str]:
        """The pipeline of that mode."""
        answer = await self._searching[mode].run_async(_asked(text, mode, where, limit))
        return [document.meta["id"] for document in answer["retriever"]["documents"]]

    async def generate(self, objective: str, where: Where) -> None:
        """The pipeline from the search to the validated answer."""
        asked = _asked(objective, "hybrid", where, PROMPTED)
        asked["prompt"] = {
            "system": self._told.system, "before": self._told.before.replace("OBJECTIVE", objective),
            "after": self._told.after,
        }  # fmt: skip
        answer = await self._writing.run_async(asked)
        if not answer["validated"]["copy"].variants:
            raise ValueError("nothing was written")

    async def close(self) -> None:
        """Let go of the store."""
        await self._store.close_async()

    def _search(self, mode: Mode) -> Pipeline:
        pipeline = Pipeline()
        pipeline.add_component("embedder", SentenceTransformersTextEmbedder(**self._how))
        retriever = QdrantHybridRetriever if mode == "hybrid" else QdrantEmbeddingRetriever
        pipeline.add_component("retriever", retriever(self._store))
        pipeline.connect("embedder.embedding", "retriever.query_embedding")
        if mode == "hybrid":
            pipeline.add_component("sparse", SparseQuery())
            pipeline.connect("sparse.sparse_embedding", "retriever.query_sparse_embedding")
        return pipeline

    def _write(self, work: Work) -> None:
        template = [
            ChatMessage.from_system("{{ system }}"), ChatMessage.from_user("{{ before }}" + EVIDENCE + "{{ after }}")
        ]  # fmt: skip
        parts = {
            "prompt": ChatPromptBuilder(template, required_variables="*"),
            "model": OpenAIChatGenerator(
                Secret.from_token("none"), "mock", api_base_url=work.model_url, max_retries=0, timeout=120,
                generation_kwargs={"response_format": work.instructions.response_format(), "temperature": 0},
            ),
            "validated": Validated(),
        }  # fmt: skip
        for name, part in parts.items():
            self._writing.add_component(name, part)
        self._writing.connect("retriever.documents", "prompt.documents")
        self._writing.connect("prompt.prompt", "model.messages")
        self._writing.connect("model.replies", "validated.replies")


def _asked(text: str, mode: Mode, where: Where | None, limit: int) -> dict[str, Any]:
    asked: dict[str, Any] = {"embedder": {"text": text}, "retriever": {"top_k": limit, "filters": _filters(where)}}
    return asked | ({"sparse": {"text": text}} if mode == "hybrid" else {})


def _filters(where: Where | None) -> dict[str, Any] | None:
    if where is None:
        return None
    conditions = [
        {"field": f"meta.{name}", "operator": "==", "value": value} for name, value in where.model_dump().items()
    ]
    return {"operator": "AND", "conditions": conditions}


async def open_(work: Work, folder: Path) -> Haystack:
    """See `Opener`."""
    peer = Haystack(work)
    await peer.retrieve("café", "hybrid", None, 1)
    return peer


if __name__ == "__main__":
    main(open_)
