"""One message on its way: to the address that was looked at, under the name that was asked for."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.subscriptions.addresses import Address, public_or_loopback
from service.subscriptions.sending import Sender, Sent
from tests.service.subscriptions.receiver import receiver
from tests.support import NOW

SECRET = "whsec_" + "c2VncmVkby1kZS10ZXN0ZS1zZWdyZWRv"
MESSAGE = UUID(int=7)


async def here(host: str, port: int) -> Sequence[Address]:
    """A name that leads to this machine."""
    return [ip_address("127.0.0.1")]


async def sent(sender: Sender, url: str) -> Sent:
    return await sender.send(url, [SECRET], MESSAGE, {"type": "subscription.test"}, NOW)


async def test_the_receiver_hears_the_name_and_not_the_address() -> None:
    async with receiver() as to:
        url = f"http://loja.example:{urlsplit(to.url).port}/hook?de=nos"
        assert await sent(Sender(public_or_loopback, here), url) == Sent(204)
        [(path, headers, _)] = to.calls
        assert path == "/hook" and headers["host"] == url.removeprefix("http://").partition("/")[0]
        assert headers["webhook-id"] == str(MESSAGE)


@pytest.mark.parametrize(("name", "arrives"), [("loja.example", True), ("outra.example", False)])
async def test_the_certificate_is_that_of_the_name(
    name: str, arrives: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(_certificate(tmp_path, "loja.example")))
    async with _secure(tmp_path) as (port, asked):
        told = await sent(Sender(public_or_loopback, here), f"https://{name}:{port}/hook")
        assert told.arrived is arrives, told
        assert asked == [name]


async def test_one_who_never_answers_keeps_nobody_waiting_for_long() -> None:
    left = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        left.set()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    told = await sent(Sender(public_or_loopback, seconds=1), f"http://127.0.0.1:{port}/")
    assert told.status is None and "1 s" in (told.error or "")
    await left.wait()
    server.close()


async def test_one_who_is_not_there_or_speaks_no_http_is_an_error_and_no_more() -> None:
    async def rude(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(rude, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    sender = Sender(public_or_loopback)
    assert not (await sent(sender, f"http://127.0.0.1:{port}/")).arrived
    server.close()
    await server.wait_closed()
    assert not (await sent(sender, f"http://127.0.0.1:{port}/")).arrived


@asynccontextmanager
async def _secure(folder: Path) -> AsyncIterator[tuple[int, list[str | None]]]:
    """A receiver with a certificate; its port, and the names that were asked for."""
    asked: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    context.sni_callback = lambda _socket, name, _context: asked.append(name)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    yield server.sockets[0].getsockname()[1], asked
    server.close()


def _certificate(folder: Path, name: str) -> Path:
    """Of that name, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = NOW - timedelta(days=3_650)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today)
        .not_valid_after(today + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip
    return folder / "cert.pem"
