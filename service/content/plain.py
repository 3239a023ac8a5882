"""Markdown and HTML to plain text with Markdown's headings, which is what passages are cut from."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_HIDDEN = re.compile(r"<(script|style|template|iframe|object|noscript|svg)\b|<!--", re.IGNORECASE)
_BREAKING = re.compile(r"</?(?:p|div|br|li|ul|ol|table|tr|h[1-6]|section|article|blockquote)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z!?][^<>]*>")
_SPACES = re.compile(r"[ \t\xa0]+")
_GAPS = re.compile(r"\s*\n\s*")


class Document(NamedTuple):
    """A document as plain text: `heading` is its first heading, `body` the text without it where it came first."""

    heading: str
    body: str
    body_with_heading: str


class _Block(NamedTuple):
    kind: str
    text: str


def document_of(markdown: str) -> Document:
    """Plain text: links keep their words, pictures, scripts and tags go, headings, lists and table rows stay."""
    blocks = _blocks(_MARKDOWN.parse(without_hidden(markdown)))
    first = next((number for number, block in enumerate(blocks) if block.kind == "heading"), None)
    heading = blocks[first].text.lstrip("# ") if first is not None else ""
    return Document(heading, _joined(blocks[1:] if first == 0 else blocks), _joined(blocks))


def text_of(markup: str) -> str:
    """The words of a piece of HTML; plain text comes back as it is, but for its spaces."""
    if "<" in markup:
        markup = _TAG.sub("", _BREAKING.sub("\n", without_hidden(markup)))
    if "&" in markup:
        markup = _TAG.sub("", html.unescape(markup))
    return _GAPS.sub("\n", _SPACES.sub(" ", markup)).strip()


def without_hidden(text: str) -> str:
    """Without scripts, styles, comments and other things nobody reads; one that never ends goes to the end."""
    kept, at = [], 0
    while match := _HIDDEN.search(text, at):
        kept.append(text[at : match.start()])
        end = re.compile(rf"</{match[1]}\s*>" if match[1] else "-->", re.IGNORECASE).search(text, match.end())
        if end is None:
            return "".join(kept)
        at = end.end()
    return "".join([*kept, text[at:]])


def _joined(blocks: Sequence[_Block]) -> str:
    text = ""
    for before, block in zip([None, *blocks], blocks, strict=False):
        close = before is not None and before.kind == block.kind and block.kind in ("item", "row")
        text += ("\n" if close else "\n\n" if before else "") + block.text
    return text


def _blocks(tokens: Sequence[Token]) -> list[_Block]:
    writer = _Writer()
    for token in tokens:
        writer.take(token)
    return [block for block in writer.blocks if block.text.strip()]


class _Writer:
    def __init__(self) -> None:
        self.blocks: list[_Block] = []
        self._lists: list[int | None] = []
        self._lead = ""
        self._kind = "text"
        self._row: list[str] | None = None

    def take(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                self._lead, self._kind = "#" * int(token.tag[1]) + " ", "heading"
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                self._item()
            case "tr_open":
                self._row = []
            case "tr_close":
                self.blocks.append(_Block("row", " | ".join(self._row or [])))
                self._row = None
            case "inline":
                self._inline(words(token.children or ()))
            case "fence" | "code_block":
                self.blocks.append(_Block("code", "\n".join(f"    {line}" for line in token.content.splitlines())))
            case "html_block":
                self.blocks.append(_Block("text", text_of(token.content)))

    def _item(self) -> None:
        number = self._lists[-1]
        self._kind = "item"
        self._lead = "  " * (len(self._lists) - 1) + ("- " if number is None else f"{number}. ")
        if number is not None:
            self._lists[-1] = number + 1

    def _inline(self, text: str) -> None:
        if self._row is not None:
            self._row.append(text)
            return
        self.blocks.append(_Block(self._kind, self._lead + text))
        self._lead, self._kind = "", "text"


def words(tokens: Sequence[Token]) -> str:
    """The text of inline tokens, without pictures and tags."""
    parts = []
    for token in tokens:
        if token.type in ("text", "code_inline"):
            parts.append(token.content)
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak" or (token.type == "html_inline" and token.content.lower().startswith("<br")):
            parts.append("\n")
    return _SPACES.sub(" ", "".join(parts)).strip()
