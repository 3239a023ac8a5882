"""A retrieval set: documents, queries, and which document answers which query."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Document:
    """One document; `title` may be empty."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class RankingSet:
    """`relevance` maps a query's id to the documents that answer it and how well (1 or more)."""

    name: str
    documents: list[Document]
    queries: dict[str, str]
    relevance: dict[str, dict[str, int]]


def read_ranking_set(folder: Path) -> RankingSet:
    """Read `corpus.jsonl` (id, title, text), `queries.jsonl` (id, text) and `qrels.tsv` (query_id, doc_id, relevance).

    Raises ValueError, naming the file and the line, where one is missing, malformed or refers to what is not there.
    """
    documents = [
        Document(_text(row, "id", at), str(row.get("title") or ""), _text(row, "text", at))
        for row, at in _lines(folder / "corpus.jsonl")
    ]
    queries = {_text(row, "id", at): _text(row, "text", at) for row, at in _lines(folder / "queries.jsonl")}
    relevance = _relevance(folder / "qrels.tsv", {document.id for document in documents}, set(queries))
    return RankingSet(folder.name, documents, queries, relevance)


def _lines(path: Path) -> Iterator[tuple[dict[str, object], str]]:
    for number, line in enumerate(_content(path).splitlines(), start=1):
        if not line.strip():
            continue
        at = f"{path}, line {number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ValueError(f"{at}: not JSON: {error}") from error
        if not isinstance(row, dict):
            raise ValueError(f"{at}: expected an object")
        yield row, at


def _relevance(path: Path, documents: set[str], queries: set[str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for number, row in enumerate(csv.reader(_content(path).splitlines(), delimiter="\t"), start=1):
        at = f"{path}, line {number}"
        if number == 1:
            if row != ["query_id", "doc_id", "relevance"]:
                raise ValueError(f"{at}: expected the header query_id, doc_id, relevance")
            continue
        if len(row) != 3 or not row[2].lstrip("-").isdigit():
            raise ValueError(f"{at}: expected query_id, doc_id and a whole number, separated by tabs")
        query, document, relevance = row
        if query not in queries:
            raise ValueError(f"{at}: no query has the id {query!r}")
        if document not in documents:
            raise ValueError(f"{at}: no document has the id {document!r}")
        found.setdefault(query, {})[document] = int(relevance)
    if not found:
        raise ValueError(f"{path}: no relevance judgements")
    return found


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: cannot be read: {error}") from error


def _text(row: dict[str, object], key: str, at: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{at}: {key!r} is missing or empty")
    return value
