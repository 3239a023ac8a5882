"""One e-mail: as a file that any mail program opens, and sent as a test.

A test goes to people of the workspace, is written down nowhere, and has no link to unsubscribe by: whoever tries it
must not unsubscribe the lead whom it was made for.
"""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal
from uuid import UUID

from service.errors import Conflict, Invalid, MailRefused, MailUnreachable

Security = Literal["none", "starttls", "tls"]
NOBODY = "nobody@sobmedida.invalid"
PATIENCE = 15.0
_MOST_TOLD = 200


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom, and when; `unsubscribe` are the headers by which the reader unsubscribes."""

    sender: str
    name: str
    to: str
    id: UUID
    at: datetime
    unsubscribe: Mapping[str, str]


def mail(outputs: Mapping[str, str], envelope: Envelope) -> EmailMessage:
    """The e-mail's outputs as one message: text, and HTML in its place where that can be shown (RFC 2046). Raises
    `Invalid` for an address that is none."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(outputs.get("subject", "").split())
    message["From"] = _address(envelope.sender, envelope.name)
    message["To"] = _address(envelope.to)
    message["Date"] = envelope.at
    message["Message-ID"] = f"<{envelope.id}@{envelope.sender.rpartition('@')[2]}>"
    for name, value in envelope.unsubscribe.items():
        message[name] = value
    message.set_content(outputs.get("text", ""))
    message.add_alternative(outputs.get("html", ""), subtype="html")
    return message


@dataclass(frozen=True, slots=True)
class Mailer:
    """The mail server that tests go through, where one is set. `anyone` lets them go to any address."""

    host: str | None = None
    port: int = 587
    user: str | None = None
    password: str | None = None
    security: Security = "starttls"
    sender: str = NOBODY
    anyone: bool = False

    @property
    def ready(self) -> bool:
        """Whether anything can be sent."""
        return self.host is not None

    async def send(self, message: EmailMessage) -> None:
        """Hand it to the server. Raises `Conflict` where none is set, `MailRefused` or `MailUnreachable`."""
        if self.host is None:
            raise Conflict("No mail server is set; set SOBMEDIDA_SMTP_HOST and SOBMEDIDA_SMTP_FROM.", code="mail.unset")
        try:
            await asyncio.to_thread(self._send, self.host, message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()), (0, b""))
            raise MailRefused(f"{self.host} refused the recipient: {code} {_said(said)}") from None
        except smtplib.SMTPAuthenticationError:
            raise MailRefused(f"{self.host} refused SOBMEDIDA_SMTP_USER and SOBMEDIDA_SMTP_PASSWORD.") from None
        except smtplib.SMTPServerDisconnected:
            raise MailUnreachable(f"{self.host} closed the connection.") from None
        except smtplib.SMTPResponseException as error:
            raise MailRefused(f"{self.host} refused it: {error.smtp_code} {_said(error.smtp_error)}") from None
        except smtplib.SMTPException as error:
            raise MailRefused(f"{self.host} refused it: {_said(str(error))}") from None
        except ssl.SSLError:
            raise MailUnreachable(f"{self.host} does not speak TLS on port {self.port} as set.") from None
        except OSError:
            raise MailUnreachable(f"No connection to {self.host} on port {self.port}, or it took too long.") from None

    def _send(self, host: str, message: EmailMessage) -> None:
        secure = ssl.create_default_context() if self.security != "none" else None
        server = (
            smtplib.SMTP_SSL(host, self.port, timeout=PATIENCE, context=secure)
            if self.security == "tls"
            else smtplib.SMTP(host, self.port, timeout=PATIENCE)
        )
        with server:
            if self.security == "starttls":
                server.starttls(context=secure)
            if self.user is not None:
                server.login(self.user, self.password or "")
            server.send_message(message)


def _address(address: str, name: str = "") -> Address:
    try:
        return Address("".join(char for char in name if char.isprintable()), addr_spec=address.strip())
    except (ValueError, IndexError, MessageError):
        raise Invalid(f"{address[:80]!r} is no e-mail address.", code="mail.address") from None


def _said(text: bytes | str) -> str:
    """What a server said, in one short line."""
    told = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(told.split())[:_MOST_TOLD]
