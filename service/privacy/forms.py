"""Small forms as browsers and mail services send them: URL-encoded, or in parts as RFC 8058 has it."""

from __future__ import annotations

from email import message_from_bytes
from urllib.parse import parse_qs

from fastapi import Request

from service.errors import TooLarge

MOST_BYTES = 10 << 10

Form = dict[str, list[str]]


async def form_of(request: Request, most: int = MOST_BYTES) -> Form:
    """The fields of a form; empty where it is none that we read. Raises `TooLarge` beyond `most` bytes, 10 KB."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise TooLarge(f"This form has at most {most >> 10} KB.")
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        return _parts(kind, body)
    try:
        return parse_qs(body.decode("utf-8", "replace"), max_num_fields=200)
    except ValueError:
        return {}


def _parts(kind: str, body: bytes) -> Form:
    found: Form = {}
    message = message_from_bytes(b"Content-Type: " + kind.encode("latin-1", "replace") + b"\r\n\r\n" + body)
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            found.setdefault(name, []).append(content.decode("utf-8", "replace").strip())
    return found
