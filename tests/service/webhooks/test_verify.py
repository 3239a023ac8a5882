from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from service.errors import Invalid, SobMedidaError, Unauthorized
from service.webhooks.certificates import TRUSTED, GivenCertificates, HttpCertificates
from service.webhooks.models import Hook, HookSettings
from service.webhooks.registry import adapters
from tests.service.webhooks.calls import (
    BODIES,
    CERTIFICATE_URL,
    NOW,
    SIGN,
    Call,
    amazon,
    certificate,
    certificates,
    secret_of,
    ses,
    with_token,
)

ALL = sorted(SIGN)
SIGNED_BODY = ["hubspot", "mautic", "sendgrid", "ses"]
TIMED = {"hubspot": 5, "sendgrid": 15, "mailgun": 15, "ses": 60}  # minutes


def hook(provider: str) -> Hook:
    return Hook(provider, secret_of(provider), HookSettings(), NOW)


async def verify(provider: str, call: Call, given: GivenCertificates | None = None) -> None:
    adapter = adapters(given or certificates())[provider]
    await adapter.verify(call.signed(provider), hook(provider), NOW)


@pytest.mark.parametrize("provider", ALL)
async def test_the_providers_own_call_is_taken(provider: str) -> None:
    await verify(provider, SIGN[provider](BODIES[provider]))


@pytest.mark.parametrize("provider", ALL)
async def test_a_call_without_a_signature_is_refused(provider: str) -> None:
    call = SIGN[provider](BODIES[provider])
    body = call.body if call.headers else b'{"Type": "Notification", "event-data": {"event": "opened"}}'
    with pytest.raises(Unauthorized) as refused:
        await verify(provider, Call(body))
    assert refused.value.code == "hook.signature"


@pytest.mark.parametrize("provider", SIGNED_BODY)
async def test_a_body_changed_on_the_way_is_refused(provider: str) -> None:
    call = SIGN[provider](BODIES[provider])
    assert call.altered().body != call.body
    with pytest.raises(Unauthorized):
        await verify(provider, call.altered())


@pytest.mark.parametrize("provider", ALL)
async def test_another_secret_is_refused(provider: str) -> None:
    other = {
        "sendgrid": _public(ec.generate_private_key(ec.SECP256R1())),
        "ses": secret_of("ses") + "-of-somebody-else",
    }.get(provider, "another-secret-0123456789-0123456789")
    adapter = adapters(certificates())[provider]
    call = SIGN[provider](BODIES[provider]).signed(provider)
    with pytest.raises(Unauthorized):
        await adapter.verify(call, Hook(provider, adapter.secret(other), HookSettings(), NOW), NOW)


@pytest.mark.parametrize("provider", sorted(TIMED))
async def test_what_was_signed_too_long_ago_or_ahead_is_a_replay(provider: str) -> None:
    body, allowed = BODIES[provider], timedelta(minutes=TIMED[provider])
    for at in (NOW - allowed, NOW + allowed):
        await verify(provider, SIGN[provider](body, at))
    for at in (NOW - allowed - timedelta(seconds=1), NOW + allowed + timedelta(seconds=1)):
        with pytest.raises(Unauthorized):
            await verify(provider, SIGN[provider](body, at))


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer a-secret-of-the-provider-0123456789"},
        {"authorization": "Basic c29iOmEtc2VjcmV0LW9mLXRoZS1wcm92aWRlci0wMTIzNDU2Nzg5"},
    ],
)
async def test_a_token_may_come_in_a_header(headers: dict[str, str]) -> None:
    await verify("brevo", Call(b"{}", headers))


@pytest.mark.parametrize("header", ["Basic !!!", "Basic", "Digest x", "Bearer"])
async def test_a_header_that_holds_no_token_is_refused(header: str) -> None:
    with pytest.raises(Unauthorized):
        await verify("brevo", Call(b"{}", {"authorization": header}))


async def test_the_token_itself_is_made_where_none_is_given() -> None:
    brevo = adapters(certificates())["brevo"]
    first, second = brevo.secret(None), brevo.secret(None)
    assert first != second
    assert len(first) >= 43
    assert brevo.path(first) == f"&token={first}"


@pytest.mark.parametrize(
    ("provider", "secret"),
    [
        ("sendgrid", "not base64 at all"),
        ("sendgrid", "bm8ga2V5"),
        ("sendgrid", None),
        ("mailgun", "short"),
        ("hubspot", None),
        ("mautic", ""),
        ("ses", "arn:aws:sqs:sa-east-1:123456789012:queue"),
        ("rd_station", "too short"),
        ("brevo", "a token with spaces that is long enough"),
    ],
)
def test_a_secret_that_cannot_be_one_is_refused_when_it_is_set(provider: str, secret: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        adapters(certificates())[provider].secret(secret)
    assert refused.value.code == "hook.secret"


def test_sendgrids_key_must_be_of_its_curve() -> None:
    sendgrid = adapters(certificates())["sendgrid"]
    for key in (ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)):
        with pytest.raises(Invalid):
            sendgrid.secret(_public(key))


def test_sendgrids_key_may_be_pasted_as_pem() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert adapters(certificates())["sendgrid"].secret(pem) == pem


@pytest.mark.parametrize("version", ["1", "2"])
async def test_both_signatures_of_amazon_are_read(version: str) -> None:
    await verify("ses", ses(BODIES["ses"], version=version))


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.sa-east-1.amazonaws.com/x.pem",
        "https://sns.sa-east-1.amazonaws.com.evil.example/x.pem",
        "https://evil.example/sns.sa-east-1.amazonaws.com/x.pem",
        "https://sns.sa-east-1.amazonaws.com:8443/x.pem",
        "https://user@sns.sa-east-1.amazonaws.com/x.pem",
        "https://sns.sa-east-1.amazonaws.com/x.pem?y",
        "https://sns.sa-east-1.amazonaws.com/../x.pem",
        "https://s3.sa-east-1.amazonaws.com/bucket/x.pem",
        "https://sns.sa-east-1.amazonaws.com/x.pem\n",
    ],
)
async def test_a_certificate_from_elsewhere_is_never_asked_for(url: str) -> None:
    assert not TRUSTED.fullmatch(url)
    with pytest.raises(Unauthorized):
        await verify("ses", ses(BODIES["ses"], SigningCertURL=url), GivenCertificates({url: certificate()}))


@pytest.mark.parametrize("url", [CERTIFICATE_URL, "https://sns.us-gov-west-1.amazonaws.com/S-1.pem"])
def test_amazons_own_certificates_are_trusted(url: str) -> None:
    assert TRUSTED.fullmatch(url)


@pytest.mark.parametrize(
    "pem",
    [
        b"no certificate",
        certificate(rsa.generate_private_key(65537, 2048)),
        certificate(until=NOW - timedelta(days=1)),
    ],
)
async def test_a_wrong_or_expired_certificate_is_refused(pem: bytes) -> None:
    with pytest.raises(Unauthorized):
        await verify("ses", ses(BODIES["ses"]), GivenCertificates({CERTIFICATE_URL: pem}))


async def test_where_the_certificate_cannot_be_had_amazon_is_asked_to_try_again() -> None:
    with pytest.raises(SobMedidaError) as error:
        await verify("ses", ses(BODIES["ses"]), GivenCertificates({}))
    assert (error.value.status, error.value.code) == (503, "hook.certificate")


async def test_certificates_are_fetched_once() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, content=certificate(amazon()))

    fetched = HttpCertificates(transport=httpx.MockTransport(answer))
    assert await fetched.get(CERTIFICATE_URL) == await fetched.get(CERTIFICATE_URL)
    assert asked == [CERTIFICATE_URL]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404),
        httpx.Response(302, headers={"location": "https://evil.example/x.pem"}),
        httpx.Response(200, content=b"x" * (65 << 10)),
    ],
)
async def test_a_certificate_that_does_not_come_plainly_is_none(answer: httpx.Response) -> None:
    fetched = HttpCertificates(transport=httpx.MockTransport(lambda _: answer))
    with pytest.raises(SobMedidaError) as error:
        await fetched.get(CERTIFICATE_URL)
    assert error.value.status == 503


async def test_hubspot_signs_the_address_as_it_reads() -> None:
    call = SIGN["hubspot"](BODIES["hubspot"]).signed("hubspot")
    escaped = call.url.replace("?", "%3F")
    hubspot = adapters(certificates())["hubspot"]
    signed = type(call)(call.method, escaped, call.headers, call.query, call.body)
    await hubspot.verify(signed, hook("hubspot"), NOW)


async def test_a_token_in_the_body_alone_opens_nothing() -> None:
    with pytest.raises(Unauthorized):
        await verify("rd_station", Call(with_token(BODIES["rd_station"]).body))


def _public(key: Any) -> str:
    raw = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return "".join(raw.decode().splitlines()[1:-1])
