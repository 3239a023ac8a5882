"""Where an e-mail that somebody wrote outside goes in each platform, in the words of the platform's own screens.

Screens change: whoever meets other words there changes them here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Pasting(NamedTuple):
    """What the platform is called, the way to a new e-mail, the editor that takes HTML, and the names of the boxes for
    subject and preheader; empty where there is none such."""

    title: str
    new: str = ""
    editor: str = ""
    subject: str = ""
    preheader: str = ""


PASTING: Mapping[str, Pasting] = {
    "none": Pasting("—"),
    "braze": Pasting("Braze", "Campaigns → Create campaign → Email", "HTML editor", "Subject", "Preheader"),
    "klaviyo": Pasting("Klaviyo", "Content → Templates → Create", "HTML", "Subject line", "Preview text"),
    "iterable": Pasting(
        "Iterable", "Content → Templates → New template → Email", "Code editor", "Subject", "Preheader"
    ),
    "mailchimp": Pasting(
        "Mailchimp", "Create → Email → Regular", "Code your own → Paste in code", "Subject", "Preview text"
    ),
    "hubspot": Pasting("HubSpot", "Design Manager → New file → HTML & HubL", "Email", "Subject line", "Preview text"),
    "brevo": Pasting("Brevo", "Campaigns → Create campaign → Email", "Code your own", "Subject line", "Preview text"),
    "sendgrid": Pasting("SendGrid", "Single Sends → Create", "Code editor", "Subject", "Preheader"),
    "listmonk": Pasting("listmonk", "Campaigns → New", "Raw HTML", "Subject"),
    "mautic": Pasting("Mautic", "Channels → Emails → New", "Code Mode", "Subject", "Preheader text"),
    "rdstation": Pasting("RD Station", "Relacionar → Email → Criar email", "HTML", "Assunto", "Texto de preview"),
    "activecampaign": Pasting(
        "ActiveCampaign", "Campaigns → Create a campaign", "Custom HTML", "Subject", "Preheader text"
    ),
    "adobe": Pasting("Adobe Journey Optimizer", "Email → Edit content", "Code your own", "Subject line", "Preheader"),
}
