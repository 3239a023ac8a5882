"""LangChain: its Qdrant store in the three modes it has, and a chain of its own language for generation.

Embeddings go through LangChain's interface with sentence-transformers behind it, since `langchain-huggingface` does not
take the version of `huggingface-hub` that the service is tested with; it does no more than this.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_core.output_parsers import PydanticOutputParser
from langchain_core.runnables import RunnableLambda
from langchain_openai import ChatOpenAI
from langchain_qdrant import QdrantVectorStore, RetrievalMode, SparseEmbeddings, SparseVector
from qdrant_client import QdrantClient, models
from sentence_transformers import SentenceTransformer

from evaluation.benchmarks.peers import bm25
from evaluation.benchmarks.peers.child import main
from evaluation.benchmarks.peers.work import BATCH, PROMPTED, Copy, Mode, Passage, Where, Work, evidence
from retrieval.embedding import BUNDLED_DIMENSIONS, bundled_model

COLLECTION = "passages"
SPARSE = "langchain-sparse"
WRITTEN = 256  # passages of one call to the store: more than its 64, so that the library can sort them by length


class SentenceTransformers(Embeddings):
    """The embedder through LangChain's interface."""

    def __init__(self, dtype: str) -> None:
        self._model = SentenceTransformer(str(bundled_model()), device="cpu", model_kwargs={"dtype": dtype})

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Unit vectors."""
        found = self._model.encode(texts, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
        vectors: list[list[float]] = found.tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The same for one."""
        return self.embed_documents([text])[0]


class Bm25(SparseEmbeddings):
    """The sparse half through the interface of LangChain's Qdrant store."""

    def embed_documents(self, texts: list[str]) -> list[SparseVector]:
        """Of passages."""
        return [_sparse(bm25.document(text)) for text in texts]

    def embed_query(self, text: str) -> SparseVector:
        """Of a query."""
        return _sparse(bm25.query(text))


class LangChain:
    """One collection, and a store for each mode over it."""

    def __init__(self, work: Work) -> None:
        client = QdrantClient(":memory:")
        dense = models.VectorParams(size=BUNDLED_DIMENSIONS, distance=models.Distance.COSINE)
        sparse = models.SparseVectorParams(modifier=models.Modifier.IDF)
        client.create_collection(COLLECTION, vectors_config=dense, sparse_vectors_config={SPARSE: sparse})
        self._client = client
        given: dict[str, Any] = {
            "client": client, "collection_name": COLLECTION, "embedding": SentenceTransformers(work.dtype),
            "sparse_embedding": Bm25(),
        }  # fmt: skip
        self._stores: dict[Mode, QdrantVectorStore] = {
            "dense": QdrantVectorStore(**given, retrieval_mode=RetrievalMode.DENSE),
            "hybrid": QdrantVectorStore(**given, retrieval_mode=RetrievalMode.HYBRID),
        }
        model = ChatOpenAI(
            model="mock", base_url=work.model_url, api_key="none", max_retries=0, timeout=120, temperature=0
        ).bind(response_format=work.instructions.response_format())
        self._chains: dict[str, Any] = {}
        self._told = work.instructions
        self._answer = model | PydanticOutputParser(pydantic_object=Copy)

    async def fill(self, passages: Sequence[Passage]) -> None:
        """Through the hybrid store, which writes both vectors."""
        documents = [
            Document(page_content=one.whole, metadata={"id": one.id, "language": one.language, "stage": one.stage})
            for one in passages
        ]
        await self._stores["hybrid"].aadd_documents(documents, batch_size=WRITTEN)

    async def retrieve(self, text: str, mode: Mode, where: Where | None, limit: int) -> list[str]:
        """The store's own search."""
        found = await self._stores[mode].asimilarity_search(text, k=limit, filter=_filter(where))
        return [document.metadata["id"] for document in found]

    async def generate(self, objective: str, where: Where) -> None:
        """Retriever, prompt, model and parser as one chain, made once for each filter."""
        await self._chain(where).ainvoke(objective)

    async def close(self) -> None:
        """Nothing is held but memory."""
        self._client.close()

    def _chain(self, where: Where) -> Any:
        key = where.model_dump_json()
        if key not in self._chains:
            retriever = self._stores["hybrid"].as_retriever(search_kwargs={"k": PROMPTED, "filter": _filter(where)})
            given = {"objective": RunnableLambda(lambda text: text), "evidence": retriever | _joined}
            self._chains[key] = given | RunnableLambda(self._messages) | self._answer
        return self._chains[key]

    def _messages(self, given: dict[str, str]) -> list[Any]:
        told = self._told
        return [SystemMessage(told.system), HumanMessage(told.user(given["objective"], given["evidence"]))]


def _joined(documents: Sequence[Any]) -> str:
    return evidence([(document.metadata["id"], document.page_content) for document in documents])


def _sparse(found: bm25.Sparse) -> SparseVector:
    return SparseVector(indices=found[0], values=found[1])


def _filter(where: Where | None) -> models.Filter | None:
    if where is None:
        return None
    wanted = {"metadata.language": where.language, "metadata.stage": where.stage}
    return models.Filter(
        must=[models.FieldCondition(key=key, match=models.MatchValue(value=value)) for key, value in wanted.items()]
    )


async def open_(work: Work, folder: Path) -> LangChain:
    """See `Opener`."""
    peer = LangChain(work)
    await peer.retrieve("café", "hybrid", None, 1)
    return peer


if __name__ == "__main__":
    main(open_)
