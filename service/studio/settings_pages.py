"""Settings: how the brand speaks, what may be known of leads, what is checked, who gets in, what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import available_timezones

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from service.campaigns.store import CampaignStore
from service.channels.registry import CHANNELS
from service.content.store import ContentStore
from service.generation.spending_views import Spending, SpendingDay, spending_of
from service.leads.contract import DEFAULT, Attribute
from service.leads.contract_changes import history
from service.leads.contract_store import ContractStore
from service.leads.domains import Closed
from service.leads.models import COMMUNICATIONS
from service.leads.proposing import proposed
from service.leads.sensitive import is_sensitive
from service.review.rules import RuleView
from service.review.ruling import ruled
from service.studio.rendering import page
from service.studio.visiting import Visit, Visiting
from service.subscriptions.models import EVENT_TYPES, Delivery, Subscription
from service.subscriptions.store import DispatchStore, SubscriptionStore
from service.webhooks.certificates import HttpCertificates
from service.webhooks.registry import adapters
from service.webhooks.views import hooks_of
from service.workspaces.models import SCOPES
from service.workspaces.routes import WorkspaceView
from service.workspaces.store import KeyStore

router = APIRouter(prefix="/studio/settings")

MOST_CONTENT = 100
MOST_DELIVERIES = 20
DAYS = 31
TRIED = ("email", "push", "banner", "whatsapp", "sms")
_PROVIDERS = adapters(HttpCertificates())
_WIDTH, _HEIGHT, _GAP = 620, 160, 4


class Row(NamedTuple):
    """An attribute in the matrix: what it could be used for, and whether it is locked since it is sensitive."""

    name: str
    attribute: Attribute
    allowed: frozenset[str]
    sensitive: bool
    reason: str = ""
    share: float | None = None


class Bar(NamedTuple):
    """A day in the plot of what models cost, model by model from the bottom up."""

    day: SpendingDay
    x: float
    width: float
    cost: Decimal
    parts: Sequence[tuple[int, float, float]]


@router.get("")
async def voice(visit: Visiting) -> HTMLResponse:
    """Brand voice and style, tried out before they are saved."""
    async with visit.services.database.read() as connection:
        content, _ = await ContentStore(connection, visit.workspace.id).page(MOST_CONTENT)
    return _shown(visit, "voice", content=content, channels=TRIED, writer=visit.services.model_name)


@router.get("/contract")
async def contract(visit: Visiting) -> HTMLResponse:
    """The attribute contract as a matrix, its versions, and what stored leads suggest."""
    admin = visit.principal.may("admin")
    async with visit.services.database.read() as connection:
        store = ContractStore(connection, visit.workspace.id)
        current, versions, stored = await store.current(), await store.versions(), await store.history()
        suggested = (await proposed(connection, visit.workspace.id)) if admin else None
    purposes = [COMMUNICATIONS, *visit.workspace.policy.purposes]
    purposes += [one.purpose for one in current.attributes.values()]
    return _shown(
        visit, "contract", current=current, purposes=list(dict.fromkeys(purposes)),
        rows=[_row(name, attribute) for name, attribute in current.attributes.items()],
        suggested=[
            _row(name, one.attribute, one.reason, one.share) for name, one in suggested.attributes.items()
        ] if suggested else [],
        versions=list(zip(versions, history(stored, DEFAULT), strict=True)),
    )  # fmt: skip


@router.get("/checks")
async def checks(visit: Visiting) -> HTMLResponse:
    """Rules from edits, the workspace's own words, and all that is checked."""
    visit.need("write")
    return _shown(visit, "checks", rules=await _rules(visit))


@router.get("/checks:rules")
async def rules(visit: Visiting) -> HTMLResponse:
    """The rules, as a part of their page."""
    visit.need("write")
    return page(visit, "settings_rules.html", rules=await _rules(visit))


@router.get("/keys")
async def keys(visit: Visiting) -> HTMLResponse:
    """API keys: those there are, and a new one."""
    visit.need("admin")
    async with visit.services.database.read() as connection:
        found = await KeyStore(connection, visit.workspace.id).all()
        campaigns = await CampaignStore(connection, visit.workspace.id).titles()
    return _shown(visit, "keys", keys=found, scopes=SCOPES, campaigns=list(campaigns.values()))


@router.get("/keys:list")
async def key_list(visit: Visiting) -> HTMLResponse:
    """The keys, as a part of their page."""
    visit.need("admin")
    async with visit.services.database.read() as connection:
        return page(visit, "settings_key_list.html", keys=await KeyStore(connection, visit.workspace.id).all())


@router.get("/webhooks")
async def webhooks(visit: Visiting, request: Request) -> HTMLResponse:
    """Who is told what happens, and which providers tell us."""
    visit.need("admin")
    async with visit.services.database.read() as connection:
        hooks = await hooks_of(connection, visit.workspace, _PROVIDERS, str(request.base_url))
    return _shown(visit, "webhooks", subscriptions=await _subscriptions(visit), events=EVENT_TYPES, hooks=hooks)


@router.get("/webhooks:out")
async def webhooks_out(visit: Visiting) -> HTMLResponse:
    """The subscriptions, as a part of their page."""
    visit.need("admin")
    return page(visit, "settings_subscriptions.html", subscriptions=await _subscriptions(visit))


@router.get("/webhooks:in")
async def webhooks_in(visit: Visiting, request: Request) -> HTMLResponse:
    """The providers that are set up, as a part of their page."""
    visit.need("admin")
    async with visit.services.database.read() as connection:
        hooks = await hooks_of(connection, visit.workspace, _PROVIDERS, str(request.base_url))
    return page(visit, "settings_hooks.html", hooks=hooks)


@router.get("/webhooks:deliveries")
async def deliveries(visit: Visiting, id: UUID) -> HTMLResponse:  # noqa: A002
    """What was sent to a subscription last, as a part of its page."""
    visit.need("admin")
    async with visit.services.database.read() as connection:
        await SubscriptionStore(connection, visit.workspace.id).get(id)
        found: Sequence[Delivery]
        found, _ = await DispatchStore(connection, visit.workspace.id).page(id, None, MOST_DELIVERIES, None)
    return page(visit, "settings_deliveries.html", deliveries=found, subscription=id)


@router.get("/spending")
async def spending(visit: Visiting) -> HTMLResponse:
    """The budget for language models, and what each cost on each day."""
    visit.need("admin")
    services = visit.services
    found = await spending_of(services.database, services.ledger, visit.workspace.id, DAYS)
    models = sorted({one.model for one in found.items})
    return _shown(visit, "spending", spending=found, models=models, bars=_bars(found, models), days=DAYS)


@router.get("/privacy")
async def privacy(visit: Visiting) -> HTMLResponse:
    """How long data is kept, when nobody is written to and how often, and minors."""
    return _shown(visit, "privacy", channels=list(CHANNELS))


@router.get("/workspace")
async def workspace(visit: Visiting) -> HTMLResponse:
    """Name, language, time zone, and who may approve."""
    return _shown(visit, "workspace", timezones=sorted(available_timezones()), channels=list(CHANNELS))


def _shown(visit: Visit, tab: str, **values: Any) -> HTMLResponse:
    kept = WorkspaceView.of(visit.workspace).model_dump(mode="json")
    return page(visit, f"settings_{tab}.html", tab=tab, kept=kept, may=visit.principal.may("admin"), **values)


async def _rules(visit: Visit) -> list[RuleView]:
    async with visit.services.database.read() as connection:
        return (await ruled(connection, visit.workspace.id)).items


async def _subscriptions(visit: Visit) -> list[Subscription]:
    async with visit.services.database.read() as connection:
        return await SubscriptionStore(connection, visit.workspace.id).all()


def _row(name: str, attribute: Attribute, reason: str = "", share: float | None = None) -> Row:
    sensitive = is_sensitive(name)
    allowed = {"forbidden"}
    if not sensitive and isinstance(attribute.domain, Closed):
        allowed |= {"select", "imply"}
    if not sensitive and attribute.domain.kind in ("name", "enumeration"):
        allowed.add("mention")
    return Row(name, attribute, frozenset(allowed), sensitive, reason, share)


def _bars(found: Spending, models: Sequence[str]) -> list[Bar]:
    """A bar a day with anything, the oldest first, as high as it cost."""
    days = [list(of) for _, of in groupby(sorted(found.items, key=lambda one: one.day), key=lambda one: one.day)]
    most = max((sum(one.cost for one in of) for of in days), default=Decimal(0))
    width = min(40.0, _WIDTH / max(1, len(days)) - _GAP)
    bars = []
    for place, of in enumerate(days):
        bottom, parts = float(_HEIGHT), []
        for one in sorted(of, key=lambda one: one.model):
            height = float(one.cost / most) * (_HEIGHT - 10) if most else 0.0
            bottom -= height
            parts.append((models.index(one.model) % 4, round(bottom, 1), round(height, 1)))
        cost = sum((one.cost for one in of), Decimal(0))
        bars.append(Bar(of[0], round(place * (width + _GAP), 1), round(width, 1), cost, parts))
    return bars
