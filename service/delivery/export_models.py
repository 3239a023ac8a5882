"""An export: what is asked for, and the report of who stands where and what would not fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from service.delivery.platforms.base import Custom, FieldType, Platform
from service.delivery.platforms.registry import platform_named
from service.errors import Fault, Invalid
from service.leads.models import Channel

COLUMNS: dict[Channel, Sequence[str]] = {
    "email": ("subject", "preheader", "text", "cta_url"),
    "banner": ("headline", "body", "cta", "cta_url", "image_url", "alt"),
    "popup": ("headline", "body", "cta", "cta_url", "image_url", "alt"),
    "push": ("title", "body", "link_url"),
    "sms": ("text",),
    "whatsapp": ("header", "body", "footer", "button", "link_url"),
}
"""What is exported of each channel unless something else is asked for."""
_MARKUP = ("html",)
_TOLD = ("variant_id", "decision_id")  # with which clicks find their way back


class ExportField(BaseModel):
    """A custom field to create in the platform before the import. `length` is null where no limit is known."""

    name: str
    output: str
    type: FieldType
    length: int | None


class ExportInput(BaseModel):
    """What to export. `fields` are outputs of the channel, those that fit most where it is left out; `audience` takes
    only the leads in it. With `dry_run` nothing is exported, and the report says what would be."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"platform": "mautic", "format": "csv", "dry_run": True}]}
    )

    format: Literal["csv", "jsonl"] = "csv"
    platform: str = Field(default="none", max_length=40)
    channel: Channel = "email"
    fields: list[str] | None = Field(default=None, min_length=1, max_length=20)
    audience: str | None = Field(default=None, max_length=63)
    dry_run: bool = False


class ExportReport(BaseModel):
    """`leads` are those who get a row, on which rung; `left_out` tells why others do not: a reason of deciding,
    `no_email`, or `platform_tag` where the platform could take a text for a tag of its own."""

    campaign: str
    platform: str
    channel: Channel
    leads: int
    rungs: dict[str, int]
    left_out: dict[str, int]
    fields: list[ExportField]


class ExportRecord(BaseModel):
    """Copy that left the house: how many leads got which revision of which variant."""

    id: UUID
    campaign_id: UUID
    platform: str
    leads: int
    revisions: dict[str, dict[str, int]]
    actor: str


def columns_of(wanted: ExportInput) -> list[Custom]:
    """The custom fields of an export. Raises `Invalid` for outputs that the channel or the platform has not."""
    target, usual = platform_named(wanted.platform), COLUMNS[wanted.channel]
    known = [*usual, *(_MARKUP if wanted.channel in ("email", "banner", "popup") else ())]
    names = list(dict.fromkeys(wanted.fields or usual))
    faults = [
        Fault(f"/fields/{place}", f"{name[:40]!r} is no output of {wanted.channel}; there are: {', '.join(known)}")
        for place, name in enumerate(names)
        if name not in known
    ]
    if faults:
        raise Invalid("; ".join(fault.detail for fault in faults), code="export.field", faults=faults)
    return [target.field(name) for name in (*names, *_TOLD)]


def fields_of(target: Platform, channel: Channel) -> list[ExportField]:
    """What to create in the platform for that channel."""
    return [ExportField(**target.field(name)._asdict()) for name in (*COLUMNS[channel], *_TOLD)]
