"""Tests by e-mail, through a real mail server on the loopback interface; and what it says when it does not want to."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from service.delivery.mailing import Mailer
from service.errors import MailRefused, MailUnreachable, SettingError
from service.settings import Settings
from tests.service.delivery.test_rendering import written
from tests.service.studio.support import user
from tests.support import Running

SENDER = "estudio@casa.example"


@dataclass
class Postbox:
    """A mail server's mind: what it took, and what it says to a message."""

    refuses: str = ""
    taken: list[Envelope] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the server's own name
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.refuses == "recipient":
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.refuses == "message":
            return "554 5.7.1 looks like spam"
        self.taken.append(envelope)
        return "250 OK"


@contextmanager
def post(box: Postbox, password: str | None = None) -> Iterator[Mailer]:
    """A mail server with that mind, as something to send with; it wants that password where there is one."""

    def knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and given.password == b"segredo"
        return AuthResult(success=right, handled=False)

    wants: dict[str, Any] = {"authenticator": knows, "auth_require_tls": False} if password else {}
    controller = Controller(box, hostname="127.0.0.1", port=_free(), **wants)
    controller.start()
    try:
        user_ = "estudio" if password else None
        yield Mailer("127.0.0.1", controller.port, user_, password, "none", SENDER)
    finally:
        controller.stop()


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def using(service: Running, mailer: Mailer) -> None:
    """Let the service send with it."""
    service.services = service.app.state.services = replace(service.services, mailer=mailer)


def message() -> EmailMessage:
    """Something to send."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = SENDER, "ana@casa.example", "Café"
    made.set_content("Olá")
    return made


async def test_a_colleague_gets_the_draft_as_a_lead_would_and_it_is_no_exposure(shop: Running) -> None:
    box = Postbox()
    await user(shop)
    with post(box) as mailer:
        using(shop, mailer)
        async with shop.client() as http:
            at = f"/v1/variants/{(await written(http))['id']}/test-send"
            answer = await http.post(at, json={"to": "ANA@casa.example", "lead": "c-1"})
            decisions = (await http.get("/v1/leads/c-1/decisions")).json()
    assert answer.status_code == 200, answer.text
    assert [one.rcpt_tos for one in box.taken] == [["ANA@casa.example"]]
    content = box.taken[0].content
    assert isinstance(content, bytes)
    got = email.message_from_bytes(content, policy=email.policy.default)
    assert got["Subject"] == "Helena, café coado em casa"
    assert (got["From"].addresses[0].addr_spec, got["From"].addresses[0].display_name) == (SENDER, "Loja casa")
    assert "List-Unsubscribe" not in got  # whoever tries it must not unsubscribe the lead
    html = got.get_body(("html",))
    assert html is not None
    assert "Olá, Helena." in html.get_content()
    assert not decisions.get("items")


async def test_a_test_goes_to_people_of_the_workspace_unless_the_setting_lets_it(shop: Running) -> None:
    box = Postbox()
    with post(box) as mailer:
        using(shop, mailer)
        async with shop.client() as http:
            at = f"/v1/variants/{(await written(http))['id']}/test-send"
            refused = await http.post(at, json={"to": "alguem@fora.example"})
            assert (refused.status_code, refused.json()["code"]) == (403, "mail.recipient")
            using(shop, replace(mailer, anyone=True))
            assert (await http.post(at, json={"to": "alguem@fora.example"})).status_code == 200
            for odd in ("sem arroba", "a@b\r\nBcc: c@d.example", "a@b, c@d.example", "<@>", "é@@x"):
                answer = await http.post(at, json={"to": odd})
                assert (answer.status_code, answer.json()["code"]) == (422, "mail.address"), odd
    assert len(box.taken) == 1


@pytest.mark.parametrize("refuses", ["recipient", "message"])
async def test_what_the_server_says_is_told(shop: Running, refuses: str) -> None:
    await user(shop)
    with post(Postbox(refuses)) as mailer:
        using(shop, mailer)
        async with shop.client() as http:
            at = f"/v1/variants/{(await written(http))['id']}/test-send"
            answer = await http.post(at, json={"to": "ana@casa.example"})
    assert (answer.status_code, answer.json()["code"]) == (502, "mail.refused")
    assert {"recipient": "no such mailbox", "message": "looks like spam"}[refuses] in answer.json()["detail"]


async def test_without_a_server_or_with_one_that_is_away_nothing_is_sent(shop: Running) -> None:
    await user(shop)
    async with shop.client() as http:
        at = f"/v1/variants/{(await written(http))['id']}/test-send"
        unset = await http.post(at, json={"to": "ana@casa.example"})
        using(shop, Mailer("127.0.0.1", _free(), security="none", sender=SENDER))
        away = await http.post(at, json={"to": "ana@casa.example"})
        sms = (await written(http, "sms", text="Café coado em casa."))["id"]
        other = await http.post(f"/v1/variants/{sms}/test-send", json={"to": "ana@casa.example"})
    assert (unset.status_code, unset.json()["code"]) == (409, "mail.unset")
    assert (away.status_code, away.json()["code"]) == (503, "mail.unreachable")
    assert other.json()["code"] == "variant.channel"


@pytest.mark.filterwarnings("ignore:Session.login_data")  # the server warns of itself
async def test_the_password_opens_the_server_and_a_wrong_one_is_told_without_being_shown() -> None:
    box = Postbox()
    with post(box, "segredo") as mailer:
        await mailer.send(message())
        with pytest.raises(MailRefused, match="SOBMEDIDA_SMTP_PASSWORD") as refused:
            await replace(mailer, password="errado").send(message())
    assert len(box.taken) == 1
    assert "errado" not in str(refused.value)


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_server_without_tls_gets_nothing_where_tls_is_set(security: Any) -> None:
    box = Postbox()
    with post(box) as mailer, pytest.raises((MailRefused, MailUnreachable)):
        await replace(mailer, security=security).send(message())
    assert box.taken == []


def test_a_server_without_a_sender_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOBMEDIDA_SMTP_HOST", "mail.casa.example")
    with pytest.raises(SettingError, match="SOBMEDIDA_SMTP_FROM"):
        Settings()
    monkeypatch.setenv("SOBMEDIDA_SMTP_FROM", SENDER)
    assert Settings().mail.host == "mail.casa.example"
