"""Receipts: what was decided, on what grounds, and what of it concerns the lead, sealed with the lead's key. Pure.

A receipt is canonical JSON (keys sorted, no spaces), so that whoever decides the same again writes the same bytes. The
signature is an HMAC, which takes a tenth of the time of Ed25519 (docs/decisions/0014).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from service.delivery.models import Ask, Choice, LeadView, Shelved
from service.delivery.sealing import open_sealed, seal

FORM = 1
"""Which form a receipt has, should there ever be another."""

PURPOSE = "decisions"
"""What the key for signing receipts is derived for."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MASK = re.compile(r"~[0-9a-f]{4}")


class Decided(NamedTuple):
    """All that a receipt tells of. `values` are what tokens were bound to, none where a platform binds them; `outputs`
    what the answer said, by name."""

    id: UUID
    at: datetime
    shelved: Shelved
    ask: Ask
    lead: LeadView | None
    choice: Choice
    outputs: Mapping[str, str]
    values: Mapping[str, str]
    fresh: bool
    platform: str | None = None


class Receipt(NamedTuple):
    """A receipt's bytes, and the signature that shows that we wrote them."""

    body: bytes
    signature: str


class Sealed(NamedTuple):
    """What of a decision concerns its lead: who it was and what was known of it at that moment."""

    lead: LeadView
    ask: Ask
    values: Mapping[str, str]


def receipt(decided: Decided, key: bytes, nonce: bytes) -> Receipt:
    """The receipt of a decision; the same one again from the same nonce of 12 bytes, which is used for no other."""
    id_, at, shelved, ask, lead, choice, outputs, _, fresh, platform = decided
    candidate = choice.candidate
    told: dict[str, Any] = {
        "alternative": choice.alternative,
        "at": at.astimezone(UTC),
        "at_micro": (at - _EPOCH) // _MICROSECOND,
        "audience": choice.audience,
        "campaign": shelved.slug,
        "campaign_id": shelved.id,
        "channel": ask.channel,
        "digest": digest_of(outputs),
        "evidence": [],
        "form": FORM,
        "fresh": fresh,
        "id": id_,
        "key": None,
        "locale": None,
        "placement": ask.placement,
        "platform": platform,
        "propensity": choice.propensity,
        "reason": choice.reason,
        "revision": None,
        "rung": choice.rung,
        "sealed": None,
        "snapshot": shelved.snapshot,
        "variant": None,
        "workspace": shelved.workspace,
    }
    if candidate is not None:
        told["variant"], told["revision"], told["locale"] = candidate.variant, candidate.revision, candidate.locale
        told["evidence"] = candidate.evidence
    if lead is not None:
        told["key"] = lead.key_id
        told["sealed"] = base64.b64encode(seal(lead.key, _plain(decided, lead), nonce, id_.bytes)).decode()
    else:
        told["context"], told["recipient"] = ask.context, ask.recipient and _masked(ask.recipient)
    body = _canonical(told)
    return Receipt(body, signature_of(body, key))


def signature_of(body: bytes, key: bytes) -> str:
    """HMAC-SHA256, in hex."""
    return hmac.digest(key, body, "sha256").hex()


def verify(body: bytes, signature: str, key: bytes) -> bool:
    """Whether we wrote exactly that."""
    return hmac.compare_digest(signature_of(body, key), signature)


def digest_of(outputs: Mapping[str, str]) -> str:
    """SHA-256 over what an answer said, as canonical JSON."""
    return hashlib.sha256(_canonical(outputs)).hexdigest()


def masked(ask: Ask) -> Ask:
    """What somebody of whom nothing is known asks, without saying who that is: an address becomes one of 65,536 names
    that it shares with many. Nobody could ever erase more than that, since nothing would lead to it."""
    return replace(ask, recipient=_masked(ask.recipient), delivery=None) if ask.recipient else ask


def opened(told: Mapping[str, Any], key: bytes) -> Sealed | None:
    """What a receipt, read as JSON, holds of its lead; None where that key does not open it."""
    raw = open_sealed(key, base64.b64decode(told["sealed"]), UUID(told["id"]).bytes)
    if raw is None:
        return None
    plain = orjson.loads(raw)
    lead = LeadView(
        id=UUID(plain["lead"]), key_id=UUID(told["key"]), key=key, salt=plain["salt"], locale=plain["locale"],
        audiences=frozenset(plain["audiences"]), values={told["channel"]: plain["values"]},
        may=frozenset(plain["may"]), consents=tuple(plain["consents"]),
        good_until=math.inf if plain["good_until"] is None else plain["good_until"],
    )  # fmt: skip
    ask = Ask(
        told["channel"], told["placement"], plain["delivery"], plain["recipient"], tuple(plain["context"])
    )  # fmt: skip
    return Sealed(lead, ask, plain["values"])


def asked(told: Mapping[str, Any]) -> Ask:
    """What was asked where there was no lead."""
    return Ask(told["channel"], told["placement"], None, told["recipient"], tuple(told["context"]))


def moment_of(told: Mapping[str, Any]) -> datetime:
    """When it was decided, to the microsecond."""
    return _EPOCH + timedelta(microseconds=told["at_micro"])


def _plain(decided: Decided, lead: LeadView) -> bytes:
    ask, candidate = decided.ask, decided.choice.candidate
    tokens = candidate.prepared.tokens if candidate is not None and decided.values else ()
    return _canonical(
        {
            "audiences": sorted(lead.audiences),
            "consents": lead.consents,
            "context": ask.context,
            "delivery": ask.delivery,
            "good_until": lead.good_until if math.isfinite(lead.good_until) else None,
            "lead": lead.id,
            "locale": lead.locale,
            "may": sorted(lead.may),
            "recipient": ask.recipient,
            "salt": lead.salt,
            "values": {name: decided.values[name] for name in tokens if name in decided.values},
        }
    )


def _masked(recipient: str) -> str:
    return recipient if _MASK.fullmatch(recipient) else f"~{hashlib.sha256(recipient.encode()).hexdigest()[:4]}"


def _canonical(document: Any) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
