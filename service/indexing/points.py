"""A passage as the index keeps it."""

from __future__ import annotations

from collections.abc import Iterator

from retrieval.lexical import Lexical
from retrieval.types import Point, Vector
from service.content.store import PassageSource
from service.types import language_of


def passage_text(source: PassageSource) -> str:
    """What is embedded and searched: a passage makes more sense under its title and heading."""
    return "\n".join(part for part in (source.title, source.heading, source.text) if part)


def passage_points(workspace: str, source: PassageSource, vector: Vector, lexical: Lexical) -> Iterator[Point]:
    """One point a passage. Its payload says what filters need and what a hit shows."""
    language = language_of(source.locale)
    yield Point(
        id=source.passage_id,
        workspace=workspace,
        dense=vector,
        sparse=lexical.document(passage_text(source), language),
        payload={
            "content_id": source.external_id,
            "version": source.version,
            "kind": source.kind,
            "language": language,
            "locale": source.locale,
            "tags": list(source.tags),
            "title": source.title,
            "heading": source.heading,
            "text": source.text,
            "url": source.url,
            "valid_from": source.valid_from.isoformat() if source.valid_from else None,
            "valid_until": source.valid_until.isoformat() if source.valid_until else None,
        },
    )
