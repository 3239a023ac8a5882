"""A small OpenAI-compatible model for tests and benchmarks: real HTTP, no intelligence.

It answers `POST /v1/chat/completions` after a settable time, either with scripted answers one after another, or,
without a script, with copy in the shape that the request's JSON schema asks for, quoting the prompt's evidence.
"""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.types import Message, Receive, Scope, Send

from service.channels.base import Limit
from service.channels.registry import CHANNELS

_EVIDENCE = re.compile(r"<evidence\b([^>]*)>(.*?)</evidence>", re.DOTALL)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_SENTENCE = re.compile(r"[^.!?\n]{20,240}[.!?]")
_PIECE = 24  # characters of a streamed piece
_ORDER = re.compile(r"in this order: ([a-z, ]+)\.")  # the angles, as our prompts ask for them
_BUTTONS = ("cta", "button")


@dataclass(frozen=True, slots=True)
class Answer:
    """One scripted answer: a status with headers and a body, or the text of a completion.

    `drop` closes the connection before the body, `drop_after` in its middle, after so many bytes; `cut` leaves the text
    without its end; `trickle` sends the body byte by byte, so many seconds apart; `hang` never answers.
    """

    text: str | None = None
    status: int = 200
    headers: Sequence[tuple[str, str]] = ()
    body: bytes | None = None
    delay: float = 0.0
    drop: bool = False
    drop_after: int | None = None
    cut: int | None = None
    trickle: float = 0.0
    hang: bool = False


@dataclass
class MockModel:
    """An ASGI application. `requests` holds what was asked, for tests to look at, unless `keep` is False; `left` counts
    callers who hung up before their answer was sent, `busy` those who are waiting for one."""

    latency: float = 0.0
    script: Sequence[Answer] = ()
    respond: Callable[[dict[str, Any]], Answer] | None = None
    keep: bool = True
    requests: list[dict[str, Any]] = field(default_factory=list)
    served: int = 0
    busy: int = 0
    left: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["path"].endswith("/chat/completions") and scope["method"] == "POST":
            await self._complete(orjson.loads(await _body(receive)), receive, send)
        else:
            await _send(send, 404, b'{"error":{"message":"only POST /v1/chat/completions is here"}}')

    async def _complete(self, request: dict[str, Any], receive: Receive, send: Send) -> None:
        if self.keep:
            self.requests.append(request)
        answer = self._answer(request)
        self.served += 1
        self.busy += 1
        answering = asyncio.create_task(self._send(request, answer, send))
        leaving = asyncio.create_task(_gone(receive))
        try:
            done, _ = await asyncio.wait((answering, leaving), return_when=asyncio.FIRST_COMPLETED)
            self.left += answering not in done
        finally:
            self.busy -= 1
            leaving.cancel()
            answering.cancel()
        if answering in done:
            answering.result()

    async def _send(self, request: dict[str, Any], answer: Answer, send: Send) -> None:
        await asyncio.sleep(1e6 if answer.hang else self.latency + answer.delay)
        text, media = (answer.text or "")[: answer.cut], b"application/json"
        if answer.body is not None:
            body = answer.body
        elif request.get("stream") and answer.status == 200:
            body, media = _events(request, text), b"text/event-stream"
        else:
            body = _completion(request, text)
        ends = 0 if answer.drop else answer.drop_after
        await _send(send, answer.status, body, answer.headers, media=media, ends=ends, trickle=answer.trickle)

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
        (source.get("id", "e1"), html.unescape(sentence).strip())
        for source, text in sources
        for sentence in _SENTENCE.findall(text)
    ] or [("e1", "Conheça a nossa seleção.")]
    linked = (source.get("content_id") for source, _ in sources if source.get("link") == "yes")
    content = html.unescape(found) if (found := next(linked, None)) else None
    asked = _ORDER.search(prompt)
    angles = asked[1].split(", ") if asked else ["benefit"]
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
    limits = _limits(fields)
    copy: dict[str, Any] = {}
    for number, name in enumerate(fields):
        if name.endswith("_id"):
            copy[name] = None if name == "image_content_id" else content
        elif name == "alt":
            copy[name] = ""
        elif name in _BUTTONS:
            copy[name] = "Saiba mais"
        else:
            copy[name] = _cut(sentences[number % len(sentences)][1], limits[name])
    return {"angle": angle, "fields": copy, "claims": [{"text": sentence, "evidence": [id_]}]}


def _limits(fields: Collection[str]) -> dict[str, Limit]:
    """The closest limit of each field among the channels that have all of them."""
    found = [one.limits for one in CHANNELS.values() if set(fields) <= one.limits.keys() | one.links.keys()]
    named = {name: [limits[name] for limits in found if name in limits] for name in fields}
    return {name: min(limits, key=lambda limit: limit.hard, default=Limit(85)) for name, limits in named.items()}


def _cut(text: str, limit: Limit) -> str:
    while limit.measure(text) > (limit.warn or limit.hard) and " " in text:
        text = text.rsplit(" ", 1)[0].rstrip(" ,;:")
    return text


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


def _events(request: dict[str, Any], text: str) -> bytes:
    """The same completion as server-sent events, some words at a time."""
    whole = orjson.loads(_completion(request, text))
    head = {"id": "mock", "object": "chat.completion.chunk", "created": 0, "model": whole["model"]}
    chunks = [
        head | {"choices": [{"index": 0, "delta": {"content": text[at : at + _PIECE]}, "finish_reason": None}]}
        for at in range(0, len(text), _PIECE)
    ]
    chunks.append(head | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    if (request.get("stream_options") or {}).get("include_usage"):
        chunks.append(head | {"choices": [], "usage": whole["usage"]})
    return b"".join(b"data: " + orjson.dumps(chunk) + b"\n\n" for chunk in chunks) + b"data: [DONE]\n\n"


async def _body(receive: Receive) -> bytes:
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(
    send: Callable[[Message], Awaitable[None]],
    status: int,
    body: bytes,
    headers: Sequence[tuple[str, str]] = (),
    *,
    media: bytes = b"application/json",
    ends: int | None = None,
    trickle: float = 0.0,
) -> None:
    given = [(name.lower().encode(), value.encode()) for name, value in headers]
    length = [(b"content-type", media), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*length, *given]})
    for at in range(ends or len(body) if trickle else 0):
        await send({"type": "http.response.body", "body": body[at : at + 1], "more_body": True})
        await asyncio.sleep(trickle)
    if ends is not None:
        await send({"type": "http.response.body", "body": body[:ends], "more_body": True})
        raise ConnectionResetError("scripted")  # the server closes what has begun and does not end
    await send({"type": "http.response.body", "body": b"" if trickle else body})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
