"""Markdown documents, with front matter or without."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from frontmatter.default_handlers import YAMLHandler

from service.content.arrivals import Arrival, Read
from service.content.fields import FACTS, FIELDS, BadItem, item_of
from service.content.plain import document_of
from service.imports.encoding import UTF_8_MARK, Decoder
from service.imports.models import LineError

_HANDLER = YAMLHandler()
_TAGS = re.compile(r"[|,;]")


def read_markdown(data: bytes, name: str, tz: ZoneInfo) -> Read:
    """The item of one document. `name` is its file's name, whose stem is the id where the front matter gives none."""
    try:
        text = _decoded(data)
        matter, body = _split(text)
    except ValueError as error:
        return [LineError(1, name, "document.text", f"{name}: {error}")]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return [_not_yaml(mark.line + 1 if mark else 1, name, error.problem)]
    except yaml.YAMLError as error:
        return [_not_yaml(1, name, error)]
    texts, tags, unknown = _fields(matter)
    document = document_of(body)
    if not texts.get("title"):
        texts["title"] = document.heading
        texts["body"] = document.body
    else:
        texts["body"] = document.body_with_heading
    texts["external_id"] = texts.get("external_id") or PurePath(name).stem
    try:
        item = item_of(texts, tags, ".", tz)
    except BadItem as bad:
        return [
            LineError(_line_of(text, fault.field), name, fault.code, f"{name}: {fault.field}: {fault.detail}")
            for fault in bad.faults
        ]
    return Arrival(item, tuple(_warning(text, name, key) for key in unknown))


def _decoded(data: bytes) -> str:
    if b"\0" in data:
        raise ValueError("holds a NUL byte; it may be damaged or not a text")
    decoder = Decoder(data)
    return b"\n".join(data.removeprefix(UTF_8_MARK).splitlines()).decode(decoder.encoding or "ascii")


def _split(text: str) -> tuple[dict[str, Any], str]:
    if not text.lstrip().startswith("---") or not _HANDLER.detect(text):
        return {}, text
    try:
        matter, body = _HANDLER.split(text)
    except ValueError:
        return {}, text  # a rule at the top of the text, and no second one
    # every scalar stays a text: a price keeps its digits, an id its zeros, and a day that does not exist its line
    loaded = _HANDLER.load(matter, Loader=yaml.BaseLoader)
    if loaded is None:
        return {}, body
    if not isinstance(loaded, dict):
        raise ValueError("the front matter must be lines of the form `key: value`")
    return loaded, body


def _fields(matter: dict[str, Any]) -> tuple[dict[str, str], list[str], list[str]]:
    """Texts by field, tags, and the keys that say nothing to us."""
    texts: dict[str, str] = {}
    tags: list[str] = []
    unknown = []
    facts = matter.get("facts")
    nested = {key: value for key, value in facts.items() if key in FACTS} if isinstance(facts, dict) else {}
    for key, value in (matter | nested).items():
        field = {"id": "external_id", "description": "body"}.get(str(key), str(key))
        if field == "tags":
            tags = [str(tag) for tag in value] if isinstance(value, list) else _TAGS.split(str(value))
        elif field in FIELDS and field != "body" and isinstance(value, str):
            texts[field] = value
        elif not (field == "facts" and isinstance(value, dict)):
            unknown.append(str(key))
    if isinstance(facts, dict):
        unknown += [str(key) for key in facts if key not in FACTS]
    return texts, tags, unknown


def _not_yaml(line: int, name: str, problem: object) -> LineError:
    return LineError(line, name, "document.front_matter", f"{name}: the front matter is not YAML: {problem}")


def _warning(text: str, name: str, key: str) -> LineError:
    detail = f"{name}: the key {key[:80]!r} is not known; left out"
    return LineError(_line_of(text, key), name, "document.key", detail)


def _line_of(text: str, key: str) -> int:
    wanted = "id" if key == "external_id" else key
    match = re.search(rf"^\s*{re.escape(wanted)}\s*:", text, re.MULTILINE)
    return text.count("\n", 0, match.start()) + 1 if match else 1
