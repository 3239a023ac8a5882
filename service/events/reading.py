"""The bodies of Segment's HTTP API: bytes to messages, whatever is sent.

A batch is taken as far as it can be. Segment's clients throw a batch away that is answered with 4xx, so refusing
ninety-nine good events for a bad one would lose them. The answer is 200 and names those that were left out; it is 400
only where nothing at all could be used.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from fastapi import Request
from starlette.requests import ClientDisconnect

from service.errors import CannotRead, Fault, Invalid, Unsupported
from service.events.models import Incoming
from service.events.segment import Envelope, Unusable, read

BODY_LIMIT = 500 << 10
BATCH_LIMIT = 2_500
_DRAINED = 16 << 20
_GZIP = 16 + zlib.MAX_WBITS


class Refused(Invalid):
    """Nothing of a request can be kept. Segment's own API answers 400 too."""

    status = 400
    code = "events.refused"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with the event at that place of a batch."""

    index: int
    pointer: str
    detail: str


class Taken(NamedTuple):
    """The events of a request, those that were left out, and what was left out of the others."""

    incoming: list[Incoming]
    rejected: list[Complaint]
    warnings: list[Complaint]


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object that a request carries, gzipped or not, under whatever content type. Raises `Refused`,
    `CannotRead` and `Unsupported`."""
    raw = await _bytes(request)
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        raw = _inflated(raw)
    elif encoding not in ("identity", ""):
        raise Unsupported(f"Content-Encoding {encoding[:40]!r} is not read here; send gzip or none.")
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Refused(f"The body is not JSON in UTF-8: {error}.", code="events.unreadable") from None
    if not isinstance(body, dict):
        raise Refused("The body must be one JSON object.", code="events.unreadable")
    return body


def one(body: Mapping[str, Any], kind: str, received_at: datetime, *, gpc: bool) -> Taken:
    """The event of a single call. Raises `Refused`."""
    return _taken([{**body, "type": kind}], Envelope(received_at, body.get("sentAt"), gpc), "")


def many(body: Mapping[str, Any], received_at: datetime, *, gpc: bool) -> Taken:
    """The events of a batch. Raises `Refused` when none can be used, or it is too long."""
    batch = body.get("batch")
    if not isinstance(batch, list) or not batch:
        raise Refused("There is no event in the batch.", faults=[Fault("/batch", "must be a list of events")])
    if len(batch) > BATCH_LIMIT:
        detail = f"has {len(batch):,} events; a batch may have {BATCH_LIMIT:,}"
        raise Refused(f"The batch {detail}.", code="events.too_large", faults=[Fault("/batch", detail)])
    context = body.get("context")
    beside = context if isinstance(context, dict) else None
    return _taken(batch, Envelope(received_at, body.get("sentAt"), gpc, beside), "/batch/{}")


def _taken(messages: Sequence[object], envelope: Envelope, where: str) -> Taken:
    taken = Taken([], [], [])
    for index, message in enumerate(messages):
        try:
            incoming, warnings = read(message, envelope, index)
        except Unusable as fault:
            taken.rejected.append(Complaint(index, where.format(index) + fault.pointer, fault.detail))
            continue
        taken.incoming.append(incoming)
        taken.warnings.extend(Complaint(index, where.format(index), warning) for warning in warnings)
    if not taken.incoming:
        raise _refused(taken.rejected)
    return taken


def _refused(rejected: Sequence[Complaint]) -> Refused:
    first = rejected[0]
    return Refused(
        f"No event of the request can be kept. The first, {first.pointer or '/'}: {first.detail}.",
        faults=[Fault(complaint.pointer or "/", complaint.detail) for complaint in rejected[:100]],
    )


async def _bytes(request: Request) -> bytes:
    """The whole body. What is too long is read to its end, or nearly: a client that is still sending when the answer
    comes would see a broken connection, and try again for hours."""
    chunks, size = list[bytes](), 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size <= BODY_LIMIT:
                chunks.append(chunk)
            elif size > _DRAINED:
                break
    except ClientDisconnect:
        raise CannotRead("The connection ended before the body did; nothing was stored.") from None
    if size > BODY_LIMIT:
        raise _too_long()
    return b"".join(chunks)


def _inflated(raw: bytes) -> bytes:
    stream = zlib.decompressobj(_GZIP)
    try:
        plain = stream.decompress(raw, BODY_LIMIT + 1)
    except zlib.error:
        raise Refused("The body is not gzip.", code="events.unreadable") from None
    if len(plain) > BODY_LIMIT:
        raise _too_long()
    if not stream.eof or stream.unused_data:
        raise Refused("The gzipped body is cut off, or something follows it.", code="events.unreadable")
    return plain


def _too_long() -> Refused:
    return Refused(f"The body has more than {BODY_LIMIT >> 10} KB; send fewer events.", code="events.too_large")
