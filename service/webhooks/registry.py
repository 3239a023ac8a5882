"""The providers that we read."""

from __future__ import annotations

from collections.abc import Mapping

from service.webhooks.adapter import Adapter
from service.webhooks.brevo import Brevo
from service.webhooks.certificates import Certificates
from service.webhooks.hubspot import HubSpot
from service.webhooks.mailgun import Mailgun
from service.webhooks.mautic import Mautic
from service.webhooks.rd_station import RdStation
from service.webhooks.sendgrid import SendGrid
from service.webhooks.ses import Ses

Adapters = Mapping[str, Adapter]


def adapters(certificates: Certificates) -> Adapters:
    """Every provider by its name; one more is one more here."""
    known: tuple[Adapter, ...] = (
        RdStation(),
        HubSpot(),
        SendGrid(),
        Mailgun(),
        Ses(certificates),
        Brevo(),
        Mautic(),
    )
    return {adapter.name: adapter for adapter in known}
