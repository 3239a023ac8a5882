"""A small OpenAI-compatible model for tests and benchmarks: real HTTP, no intelligence.

It answers `POST /v1/chat/completions` after a settable time, either with scripted answers one after another, or,
without a script, with copy in the shape that the request's JSON schema asks for, quoting the prompt's evidence.
"""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.types import Message, Receive, Scope, Send

_EVIDENCE = re.compile(r"<evidence\b([^>]*)>(.*?)</evidence>", re.DOTALL)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_SENTENCE = re.compile(r"[^.!?\n]{20,240}[.!?]")
_LIMITS = {"subject": 60, "preheader": 100, "headline": 38, "cta": 18, "alt": 100, "body": 85}


@dataclass(frozen=True, slots=True)
class Answer:
    """One scripted answer: a status with headers and a body, or the text of a completion. `drop` closes without one."""

    text: str | None = None
    status: int = 200
    headers: Sequence[tuple[str, str]] = ()
    body: bytes | None = None
    delay: float = 0.0
    drop: bool = False


@dataclass
class MockModel:
    """An ASGI application. `requests` holds what was asked, for tests to look at, unless `keep` is False."""

    latency: float = 0.0
    script: Sequence[Answer] = ()
    respond: Callable[[dict[str, Any]], Answer] | None = None
    keep: bool = True
    requests: list[dict[str, Any]] = field(default_factory=list)
    served: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["path"].endswith("/chat/completions") and scope["method"] == "POST":
            await self._complete(orjson.loads(await _body(receive)), send)
        else:
            await _send(send, 404, b'{"error":{"message":"only POST /v1/chat/completions is here"}}')

    async def _complete(self, request: dict[str, Any], send: Send) -> None:
        if self.keep:
            self.requests.append(request)
        answer = self._answer(request)
        self.served += 1
        await asyncio.sleep(self.latency + answer.delay)
        if answer.drop:
            raise ConnectionResetError("scripted")
        body = answer.body if answer.body is not None else _completion(request, answer.text or "")
        await _send(send, answer.status, body, answer.headers)

    def _answer(self, request: dict[str, Any]) -> Answer:
        if self.respond is not None:
            return self.respond(request)
        if self.script:
            return self.script[self.served % len(self.script)]
        return Answer(write(request))


def write(request: dict[str, Any]) -> str:
    """Copy for a request of ours: fields from its JSON schema, words from its evidence, one variant an angle."""
    schema = (request.get("response_format") or {}).get("json_schema", {}).get("schema", {})
    variant = schema.get("properties", {}).get("variants", {}).get("items", {}).get("properties", {})
    prompt = request["messages"][-1]["content"]
    sources = [(dict(_ATTRIBUTE.findall(attributes)), text) for attributes, text in _EVIDENCE.findall(prompt)]
    sentences = [
        (source.get("id", "e1"), sentence.strip()) for source, text in sources for sentence in _SENTENCE.findall(text)
    ] or [("e1", "Conheça a nossa seleção.")]
    linked = (source.get("content_id") for source, _ in sources if source.get("link") == "yes")
    content = html.unescape(found) if (found := next(linked, None)) else None
    angles = [angle for angle in ("benefit", "question", "proof", "timeliness") if angle in prompt] or ["benefit"]
    fields = variant.get("fields", {}).get("properties", {"body": {}})
    variants = [
        _variant(angle, fields, sentences[number % len(sentences) :] or sentences, content)
        for number, angle in enumerate(angles)
    ]
    return orjson.dumps({"variants": variants}).decode()


def _variant(
    angle: str, fields: dict[str, Any], sentences: Sequence[tuple[str, str]], content: str | None
) -> dict[str, Any]:
    id_, sentence = sentences[0]
    copy: dict[str, Any] = {}
    for number, name in enumerate(fields):
        if name == "cta_content_id":
            copy[name] = content
        elif name == "image_content_id":
            copy[name] = None
        elif name == "alt":
            copy[name] = ""
        elif name == "cta":
            copy[name] = "Saiba mais"
        else:
            copy[name] = _cut(sentences[number % len(sentences)][1], _LIMITS.get(name, 85))
    return {"angle": angle, "fields": copy, "claims": [{"text": sentence, "evidence": [id_]}]}


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:")


def _completion(request: dict[str, Any], text: str) -> bytes:
    asked = sum(len(message["content"]) for message in request["messages"]) // 4
    return orjson.dumps(
        {
            "id": "mock", "object": "chat.completion", "created": 0, "model": request.get("model", "mock"),
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
            "usage": {
                "prompt_tokens": asked, "completion_tokens": len(text) // 4, "total_tokens": asked + len(text) // 4,
            },
        }
    )  # fmt: skip


async def _body(receive: Receive) -> bytes:
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


async def _send(
    send: Callable[[Message], Awaitable[None]], status: int, body: bytes, headers: Sequence[tuple[str, str]] = ()
) -> None:
    given = [(name.lower().encode(), value.encode()) for name, value in headers]
    length = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*length, *given]})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
