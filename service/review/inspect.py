"""A writer's own words, put through the same checks as everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from retrieval.search import Search
from service.channels.base import Channel, Fields
from service.channels.registry import channel as channel_named
from service.checks.copy import Copy
from service.checks.ledger import window
from service.checks.run import examine
from service.db.engine import Database
from service.errors import Fault, Invalid, NothingToSay
from service.generation.evidence import gather
from service.generation.models import Brief, Evidence, GenerateRequest
from service.generation.reader import Reader, reader_of
from service.leads.models import CleanText, ExternalId
from service.variants.store import VariantStore
from service.workspaces.models import Workspace


class CheckRequest(BaseModel):
    """Copy to be checked: against the evidence of a variant, or against content, all of it unless `content_ids` narrows
    it. With a `lead`, that lead's own values must not show either."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "channel": "push",
                    "locale": "pt-BR",
                    "fields": {"title": "Café coado em casa", "body": "Água a 92 °C e 60 g de café por litro."},
                }
            ]
        },
    )

    channel: Annotated[CleanText, Field(max_length=40)]
    locale: Annotated[CleanText, Field(max_length=20)] | None = None
    fields: Annotated[dict[Annotated[str, Field(max_length=40)], CleanText | None], Field(min_length=1, max_length=20)]
    variant: UUID | None = None
    content_ids: Annotated[list[ExternalId], Field(max_length=50)] = Field(default_factory=list)
    lead: ExternalId | None = None

    @model_validator(mode="after")
    def _one_ground(self) -> Self:
        if self.variant is not None and self.content_ids:
            raise ValueError("name a `variant` or `content_ids`, not both")
        return self


class CheckResponse(BaseModel):
    """The claims with what supports each, the findings, and whether any of them blocks."""

    blocked: bool
    claims: list[Any]
    findings: list[Any]
    evidence: list[Evidence]
    true_from: datetime | None
    true_until: datetime | None


async def inspect(
    database: Database, search: Search, workspace: Workspace, request: CheckRequest, now: datetime
) -> CheckResponse:
    """Examine the copy as it would be read now. Raises `Invalid`, or `NotFound` for an unknown variant or lead."""
    local = now.astimezone(ZoneInfo(workspace.timezone))
    channel = channel_named(request.channel)
    fields = fields_of(channel, request.fields)
    texts = channel.texts(fields)
    brief = Brief(objective=" ".join(texts.values())[:500].strip() or "-", content_ids=request.content_ids)
    reader = await reader_of(database, workspace, _as_generation(request, brief), local)
    evidence = await _evidence(database, search, workspace, reader, request, brief, local)
    found = examine(copy_of(channel, fields, workspace, reader, evidence, local))
    true_from, true_until = window(found.claims)
    return CheckResponse(
        blocked=any(finding.severity == "block" for finding in found.findings), claims=found.claims,
        findings=found.findings, evidence=list(evidence), true_from=true_from, true_until=true_until,
    )  # fmt: skip


def fields_of(channel: Channel, given: Mapping[str, object]) -> Fields:
    """What was given as the channel's fields. Raises `Invalid`, naming those that are missing or unknown."""
    try:
        return channel.fields.model_validate(given)
    except ValidationError as error:
        faults = [
            Fault("/fields" + "".join(f"/{part}" for part in item["loc"]), item["msg"].removeprefix("Value error, "))
            for item in error.errors()
        ]
        raise Invalid(
            f"{channel.name}: " + "; ".join(f"{fault.pointer}: {fault.detail}" for fault in faults[:5]), faults=faults
        ) from None


def _as_generation(request: CheckRequest, brief: Brief) -> GenerateRequest:
    reader: dict[str, Any] = {"lead": request.lead} if request.lead else {"audience": {}}
    return GenerateRequest.model_validate(
        {"brief": brief, "channel": request.channel, "locale": request.locale, **reader}
    )


async def _evidence(
    database: Database,
    search: Search,
    workspace: Workspace,
    reader: Reader,
    request: CheckRequest,
    brief: Brief,
    now: datetime,
) -> Sequence[Evidence]:
    if request.variant is not None:
        async with database.read() as connection:
            stored = await VariantStore(connection, workspace.id).get(request.variant)
        return [Evidence.model_validate(item) for item in stored.evidence]
    try:
        return await gather(database, search, workspace, reader, brief, now)
    except NothingToSay:
        return []


def copy_of(
    channel: Channel,
    fields: Fields,
    workspace: Workspace,
    reader: Reader,
    evidence: Sequence[Evidence],
    now: datetime,
    about: str = "",
) -> Copy:
    """What the checks look at; words of `about` may be named, and prove nothing."""
    return Copy(
        channel=channel.name, locale=reader.locale, fields=channel.texts(fields), evidence=evidence,
        tokens=reader.tokens, now=now, links=channel.references(fields), context=f"{workspace.name}\n{about}",
        traits=reader.private.traits, uses=reader.private.uses, terms=workspace.rules,
    )  # fmt: skip
