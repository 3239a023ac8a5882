"""A retrieval set: questions, and which document answers which, with a corpus of their own or about content."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from evaluation.figures import Split
from service.types import Locale

LOCALES: Mapping[str, Locale] = {"pt": "pt-BR", "pt-br": "pt-BR", "en": "en", "es": "es"}
CORPUS = "corpus.jsonl"
FILES = (CORPUS, "queries.jsonl", "qrels.tsv")


@dataclass(frozen=True, slots=True)
class Document:
    """One document; `title` may be empty."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class RankingSet:
    """`relevance` maps a query's id to the documents that answer it and how well (1 or more), and `at` says where each
    judgement stands. `locales` are those of the queries that name one. Without documents the set is about content
    items, by their external ids."""

    name: str
    documents: list[Document]
    queries: dict[str, str]
    relevance: dict[str, dict[str, int]]
    locales: dict[str, Locale] = field(default_factory=dict)
    splits: dict[str, Split] = field(default_factory=dict)
    at: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def answered(self) -> dict[str, dict[str, int]]:
        """The judgements of queries that have an answer at all."""
        return {query: found for query, found in self.relevance.items() if any(value > 0 for value in found.values())}

    def split(self, query: str) -> Split:
        """Whether anybody may tune on that query."""
        return self.splits.get(query) or split_of(query)


def split_of(id_: str) -> Split:
    """Half of all ids are for development and half are held back, the same half whenever it is asked."""
    return "development" if hashlib.sha256(id_.encode()).digest()[0] % 2 else "held-back"


def named_folder(text: str) -> tuple[Locale | None, Path]:
    """`es=folder` as its locale and its path; a folder alone has no locale."""
    locale, sign, path = text.partition("=")
    if sign and (known := LOCALES.get(locale.lower())):
        return known, Path(path)
    return None, Path(text)


def read_ranking_set(folder: Path) -> RankingSet:
    """Read `corpus.jsonl` (id, title, text), `queries.jsonl` (id, text) and `qrels.tsv` (query_id, doc_id, relevance).

    Raises ValueError, naming the file and the line, where one is missing, malformed or refers to what is not there.
    """
    documents = [
        Document(_text(row, "id", at), str(row.get("title") or ""), _text(row, "text", at))
        for row, at in _lines(folder / CORPUS)
    ]
    return _judged(folder, documents)


def read_judged(folder: Path) -> RankingSet:
    """The same, where `corpus.jsonl` may be missing: the queries are about content then."""
    return read_ranking_set(folder) if (folder / CORPUS).is_file() else _judged(folder, [])


def _judged(folder: Path, documents: list[Document]) -> RankingSet:
    queries, locales, splits = dict[str, str](), dict[str, Locale](), dict[str, Split]()
    for row, at in _lines(folder / "queries.jsonl"):
        id_ = _text(row, "id", at)
        if id_ in queries:
            raise ValueError(f"{at}: the id {id_!r} is there already")
        queries[id_] = _text(row, "text", at)
        if "locale" in row:
            if (locale := LOCALES.get(str(row["locale"]).lower())) is None:
                raise ValueError(f"{at}: 'locale' is {row['locale']!r} and none of pt-BR, en, es")
            locales[id_] = locale
        if "split" in row:
            split = next((one for one in get_args(Split) if one == row["split"]), None)
            if split is None:
                raise ValueError(f"{at}: 'split' is {row['split']!r} and none of {', '.join(get_args(Split))}")
            splits[id_] = split
    known = {document.id for document in documents} if documents else None
    relevance, places = _relevance(folder / "qrels.tsv", known, set(queries))
    return RankingSet(folder.resolve().name, documents, queries, relevance, locales, splits, places)


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


def _relevance(
    path: Path, documents: set[str] | None, queries: set[str]
) -> tuple[dict[str, dict[str, int]], dict[tuple[str, str], str]]:
    found, places = dict[str, dict[str, int]](), dict[tuple[str, str], str]()
    for number, row in enumerate(csv.reader(_content(path).splitlines(), delimiter="\t"), start=1):
        at = f"{path}, line {number}"
        if number == 1:
            if row != ["query_id", "doc_id", "relevance"]:
                raise ValueError(f"{at}: expected the header query_id, doc_id, relevance")
            continue
        if len(row) != 3 or not row[2].removeprefix("-").isdecimal():
            raise ValueError(f"{at}: expected query_id, doc_id and a whole number, separated by tabs")
        query, document, relevance = row
        if query not in queries:
            raise ValueError(f"{at}: no query has the id {query!r}")
        if documents is not None and document not in documents:
            raise ValueError(f"{at}: no document has the id {document!r}")
        found.setdefault(query, {})[document] = int(relevance)
        places[query, document] = at
    if not found:
        raise ValueError(f"{path}: no relevance judgements")
    return found, places


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
