"""Shelves, leads and questions for deciding: whatever can be, and one of each with words to look for."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid5

from hypothesis import strategies as st

from service.delivery.decide import decide
from service.delivery.models import Ask, Candidate, LeadView, Shelved
from service.delivery.prepared import Prepared
from service.delivery.receipts import Decided, masked
from service.delivery.snapshot import snapshot_of
from service.generation.tokens import Token
from service.types import LOCALES, Locale

NOW = datetime(2026, 11, 22, 12, 0, 0, 123457, tzinfo=UTC)
WORKSPACE = UUID("00000000-0000-4000-8000-000000000001")
KEY = bytes(range(32))
SIGNING = b"s" * 32
NONCE = b"n" * 12
SLUGS = ("raiz", "cafe", "plantas", "novos")
CHANNELS = ("email", "banner", "push")
COPY = Prepared(
    {
        "headline": ("Café coado, ", Token("first_name", "cliente")),
        "html": ("<p>", Token("first_name", "cliente"), "</p>"),
        "cta": ("Ver o kit",),
    }
)

_moments = st.one_of(st.floats(0, 4e9), st.just(NOW.timestamp()))
_opens = st.just(-math.inf) | _moments
_closes = st.just(math.inf) | _moments


@st.composite
def candidates(draw: st.DrawFn, audience: str | None, channel: str, locale: Locale) -> Candidate:
    return Candidate(
        variant=draw(st.uuids()), revision=draw(st.text("abcdef0123456789", min_size=4, max_size=8)),
        audience=audience, channel=channel, locale=locale, factual=draw(st.booleans()), prepared=COPY,
        evidence=tuple(draw(st.lists(st.tuples(st.text(max_size=5), st.integers(1, 9)), max_size=2))),
        opens=draw(_opens), closes=draw(_closes), weight=draw(st.floats(0.01, 100)),
    )  # fmt: skip


@st.composite
def shelves(draw: st.DrawFn) -> Shelved:
    places: dict[tuple[str, Locale], dict[str | None, list[Candidate]]] = {}
    for channel, locale in draw(st.sets(st.tuples(st.sampled_from(CHANNELS), st.sampled_from(LOCALES)), max_size=4)):
        for audience in draw(st.sets(st.sampled_from((None, *SLUGS)))):
            some = st.lists(candidates(audience, channel, locale), max_size=3)
            places.setdefault((channel, locale), {})[audience] = sorted(draw(some), key=lambda one: one.variant)
    shelved = Shelved(
        id=draw(st.uuids()), slug=draw(st.text(max_size=8)), workspace=WORKSPACE, locale=draw(st.sampled_from(LOCALES)),
        live=draw(st.sampled_from((True, True, True, False))), audiences=draw(st.permutations(SLUGS))[:3],
        parents=draw(st.dictionaries(st.sampled_from(SLUGS), st.sampled_from((None, *SLUGS)))), candidates=places,
        opens=draw(st.sampled_from((-math.inf, 1e9, 4e9))), closes=draw(st.sampled_from((math.inf, 1e9, 4e9))),
        unknown_recipient=draw(st.sampled_from(("control", "skip"))), holdout=draw(st.sampled_from((0.0, 0.0, 0.3))),
    )  # fmt: skip
    return replace(shelved, snapshot=snapshot_of(shelved)[0])


@st.composite
def readers(draw: st.DrawFn) -> LeadView:
    values = st.dictionaries(st.sampled_from(("first_name", "city")), st.text(max_size=9))
    return LeadView(
        id=draw(st.uuids()), key_id=draw(st.uuids()), key=KEY, salt=draw(st.text(max_size=12)),
        locale=draw(st.sampled_from(LOCALES)), audiences=frozenset(draw(st.sets(st.sampled_from(SLUGS)))),
        values={channel: draw(values) for channel in CHANNELS}, may=frozenset(draw(st.sets(st.sampled_from(CHANNELS)))),
        consents=tuple(draw(st.lists(st.text(max_size=5), max_size=2))), good_until=draw(_closes),
    )  # fmt: skip


@st.composite
def asks(draw: st.DrawFn) -> Ask:
    some = st.one_of(st.none(), st.text(max_size=9))
    context = tuple(draw(st.lists(st.sampled_from(SLUGS), max_size=2)))
    return Ask(draw(st.sampled_from(CHANNELS)), draw(some), draw(some), draw(some), context)


def named(number: int) -> UUID:
    return uuid5(WORKSPACE, str(number))


def shelf(*, slug: str = "natal", workspace: UUID = WORKSPACE) -> Shelved:
    """A live campaign with copy for `cafe`, whose parent is `raiz`, and a control."""
    made = {
        audience: [
            Candidate(named(number), f"{number}" * 64, audience, "email", "pt-BR", True, COPY, (("kit", number),))
            for number in numbers
        ]
        for audience, numbers in (("cafe", (1, 2)), ("raiz", (3,)), (None, (4,)))
    }
    shelved = Shelved(
        named(0), slug, workspace, "pt-BR", True, ("cafe",), {"cafe": "raiz", "raiz": None}, {("email", "pt-BR"): made}
    )
    return replace(shelved, snapshot=snapshot_of(shelved)[0])


def reader(name: str = "Helena", *, lead: UUID | None = None, key: tuple[UUID, bytes] | None = None) -> LeadView:
    id_, secret = key or (named(11), KEY)
    return LeadView(
        lead or named(10), id_, secret, "salt-of-helena", "pt-BR", frozenset(("cafe", "raiz")),
        {"email": {"first_name": name, "city": "Recife"}}, frozenset(("email",)),
        ("marketing.communications.email", "personalize.content.profiling"),
    )  # fmt: skip


def decided(
    number: int = 100, lead: LeadView | None = None, ask: Ask | None = None, *, shelved: Shelved | None = None,
    at: datetime = NOW,
) -> Decided:  # fmt: skip
    """A decision as the desk makes it."""
    shelved, ask = shelved or shelf(), ask or Ask("email", None, "envio-9", "helena@correio.example")
    ask = ask if lead else masked(ask)
    choice = decide(shelved, lead, ask, at.timestamp(), fresh=True)
    values = lead.values.get(ask.channel, {}) if lead else {}
    outputs = choice.candidate.prepared.bind(values) if choice.candidate else {}
    return Decided(named(number), at, shelved, ask, lead, choice, outputs, values, True)


def prepare(_variant: UUID, _revision: str, _channel: str, _locale: Locale) -> Prepared:
    return COPY
