"""From a content item's text to the points of its passages."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid5

from retrieval.chunking import WORDS, Chunk, chunks
from retrieval.lexical import Lexical
from retrieval.types import Embedder, Language, Point

# Ids follow from workspace, item and place, so that indexing the same item again replaces its passages.
NAMESPACE = UUID("6f1d3f43-8f0c-5f5e-9d53-6a1f6a4c3c0e")


def passage_id(workspace: str, content_id: str, ordinal: int) -> UUID:
    """The id of an item's passage."""
    return uuid5(NAMESPACE, f"{workspace}\n{content_id}\n{ordinal}")


def searchable(title: str, chunk: Chunk) -> str:
    """The text that stands for a passage in both halves: it is found by its title and heading too."""
    return "\n".join(part for part in (title, chunk.heading, chunk.text) if part)


async def passages_of(
    text: str,
    *,
    workspace: str,
    content_id: str,
    language: Language,
    embedder: Embedder,
    lexical: Lexical,
    title: str = "",
    payload: Mapping[str, object] | None = None,
    words: int = WORDS,
) -> list[Point]:
    """One point a passage; `payload` (version, kind, locale, tags, url, validity) is on every one of them."""
    found = chunks(text, words)
    if not found:
        return []
    texts = [searchable(title, chunk) for chunk in found]
    vectors = await embedder.embed(texts)
    return [
        Point(
            id=passage_id(workspace, content_id, chunk.ordinal),
            workspace=workspace,
            dense=vector,
            sparse=lexical.document(whole, language),
            payload={
                **(payload or {}),
                "content_id": content_id,
                "language": language,
                "title": title,
                "heading": chunk.heading,
                "text": chunk.text,
            },
        )
        for chunk, whole, vector in zip(found, texts, vectors, strict=True)
    ]
