"""LlamaIndex: an index over its Qdrant store with hybrid search, and its prompt, model and parser for generation.

Its model for OpenAI wants a version of `openai` below the service's, so a custom model, as its documentation has them,
calls the client. Retriever, prompt, model and parser are called one after another, without a query engine around them,
which would only add to its times.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openai
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.llms import ChatMessage, ChatResponse, CompletionResponse, CustomLLM, LLMMetadata, MessageRole
from llama_index.core.output_parsers import PydanticOutputParser
from llama_index.core.prompts import ChatPromptTemplate
from llama_index.core.schema import TextNode
from llama_index.core.vector_stores import MetadataFilter, MetadataFilters
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.qdrant import QdrantVectorStore
from qdrant_client import AsyncQdrantClient, models

from evaluation.benchmarks.peers import bm25
from evaluation.benchmarks.peers.child import main
from evaluation.benchmarks.peers.work import BATCH, CANDIDATES, PROMPTED, Copy, Mode, Passage, Where, Work, evidence
from retrieval.embedding import bundled_model

METADATA = ["id", "language", "stage"]


class AnyModel(CustomLLM):
    """A model behind the client of OpenAI."""

    client: Any
    response_format: dict[str, Any]

    @property
    def metadata(self) -> LLMMetadata:
        """What LlamaIndex asks of a model."""
        return LLMMetadata(model_name="mock", is_chat_model=True)

    async def achat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """One request."""
        given = [{"role": message.role.value, "content": message.content} for message in messages]
        answer = await self.client.chat.completions.create(
            model="mock", messages=given, temperature=0, response_format=self.response_format
        )
        text = answer.choices[0].message.content
        return ChatResponse(message=ChatMessage(role=MessageRole.ASSISTANT, content=text), raw=answer)

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """Not used."""
        raise NotImplementedError

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Any:
        """Not used."""
        raise NotImplementedError


class LlamaIndex:
    """One index, a retriever for each search."""

    def __init__(self, work: Work) -> None:
        embedder = HuggingFaceEmbedding(
            str(bundled_model()), device="cpu", normalize=True, embed_batch_size=BATCH,
            model_kwargs={"dtype": work.dtype},
        )  # fmt: skip
        embedder.num_workers = os.cpu_count()  # or all batches are embedded at once, in 2 GB
        store = QdrantVectorStore(
            "passages", aclient=AsyncQdrantClient(":memory:"), enable_hybrid=True,
            sparse_doc_fn=_many(bm25.document), sparse_query_fn=_many(bm25.query),
            sparse_config=models.SparseVectorParams(modifier=models.Modifier.IDF),
        )  # fmt: skip
        self._index = VectorStoreIndex(
            [], storage_context=StorageContext.from_defaults(vector_store=store), embed_model=embedder, use_async=True
        )
        self._openai = openai.AsyncOpenAI(api_key="none", base_url=work.model_url, max_retries=0, timeout=120)
        self._model = AnyModel(client=self._openai, response_format=work.instructions.response_format())
        self._told = work.instructions
        self._prompt = ChatPromptTemplate.from_messages([("system", "{system}"), ("user", "{user}")])
        self._parser = PydanticOutputParser(Copy)

    async def fill(self, passages: Sequence[Passage]) -> None:
        """Nodes whose metadata is not embedded with their text, which by default it is."""
        nodes = [
            TextNode(
                text=one.whole, metadata={"id": one.id, "language": one.language, "stage": one.stage},
                excluded_embed_metadata_keys=METADATA, excluded_llm_metadata_keys=METADATA,
            )
            for one in passages
        ]  # fmt: skip
        await self._index.ainsert_nodes(nodes)

    async def retrieve(self, text: str, mode: Mode, where: Where | None, limit: int) -> list[str]:
        """The index's retriever."""
        return [found.node.metadata["id"] for found in await self._found(text, mode, where, limit)]

    async def generate(self, objective: str, where: Where) -> None:
        """The steps of a query engine, one after another."""
        found = await self._found(objective, "hybrid", where, PROMPTED)
        shown = evidence([(one.node.metadata["id"], one.node.get_content()) for one in found])
        messages = self._prompt.format_messages(system=self._told.system, user=self._told.user(objective, shown))
        answer = await self._model.achat(messages)
        self._parser.parse(answer.message.content or "")

    async def close(self) -> None:
        """Let go of the connections."""
        await self._openai.close()

    async def _found(self, text: str, mode: Mode, where: Where | None, limit: int) -> Any:
        how: dict[str, Any] = {"vector_store_query_mode": "default", "similarity_top_k": limit}
        if mode == "hybrid":
            how = {
                "vector_store_query_mode": "hybrid", "similarity_top_k": CANDIDATES, "sparse_top_k": CANDIDATES,
                "hybrid_top_k": limit,
            }  # fmt: skip
        return await self._index.as_retriever(filters=_filters(where), **how).aretrieve(text)


def _many(one: Any) -> Any:
    def vectors(texts: Sequence[str]) -> tuple[list[list[int]], list[list[float]]]:
        found = [one(text) for text in texts]
        return [indices for indices, _ in found], [values for _, values in found]

    return vectors


def _filters(where: Where | None) -> MetadataFilters | None:
    if where is None:
        return None
    return MetadataFilters(filters=[MetadataFilter(key=key, value=value) for key, value in where.model_dump().items()])


async def open_(work: Work, folder: Path) -> LlamaIndex:
    """See `Opener`."""
    peer = LlamaIndex(work)
    await peer._index._embed_model.aget_query_embedding("café")
    return peer


if __name__ == "__main__":
    main(open_)
