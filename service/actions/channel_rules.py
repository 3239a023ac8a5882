"""Which channels are left for a lead, and which of them it answers: a flat list of small rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from service.actions.models import DirectChannel
from service.actions.situation import Against, Situation
from service.leads.contract import permits
from service.leads.models import COMMUNICATIONS
from service.leads.traits import value_of
from service.profile.folding import hour_of, millis

WEEK = timedelta(days=7)
LEAST_INTENT = 20
DEAR: frozenset[DirectChannel] = frozenset(("whatsapp", "sms"))
"""Channels that cost by the message, and that people mind most."""

USUAL_RATE = 0.02
PRIOR_MESSAGES = 10
DELIVERED: dict[str, DirectChannel] = {
    "Email Delivered": "email",
    "WhatsApp Delivered": "whatsapp",
    "Push Notification Delivered": "push",
    "SMS Delivered": "sms",
}
CLICKED: dict[DirectChannel, str] = {
    "email": "Email Link Clicked",
    "whatsapp": "WhatsApp Link Clicked",
    "push": "Push Notification Tapped",
    "sms": "SMS Link Clicked",
}

_PHONE = ("phone", "mobile_phone", "personal_phone")
ADDRESSES: dict[DirectChannel, tuple[str, ...]] = {
    "email": ("email",),
    "whatsapp": ("whatsapp", *_PHONE),
    "push": ("push_token", "device_token"),
    "sms": _PHONE,
}

Rule = Callable[[Situation, DirectChannel], Against | None]


def not_asked_for(situation: Situation, channel: DirectChannel) -> Against | None:
    """The caller named other channels."""
    return None if channel in situation.channels else Against("not_asked_for")


def no_consent(situation: Situation, channel: DirectChannel) -> Against | None:
    """Nothing in the lead's ledger allows it now."""
    allowed = permits(situation.subject.lead.consents, COMMUNICATIONS, situation.now, channel)
    return None if allowed else Against("no_consent")


def no_address(situation: Situation, channel: DirectChannel) -> Against | None:
    """No trait says where to write to."""
    traits = situation.subject.lead.traits
    found = any(isinstance(value := value_of(traits, name), str | int) and value for name in ADDRESSES[channel])
    return None if found else Against("no_address")


def cap(situation: Situation, channel: DirectChannel) -> Against | None:
    """The lead has had as many messages in the last seven days as the workspace allows itself."""
    most, sent = situation.policy.cap(channel), sent_lately(situation, channel)
    return Against("cap", {"sent": sent, "cap": most}) if sent >= most else None


def low_score(situation: Situation, channel: DirectChannel) -> Against | None:
    """A dear channel for a lead that is unlikely to want anything; a lead without a score is given the chance."""
    score = situation.values.get("intent_score")
    if channel in DEAR and isinstance(score, int | float) and score < LEAST_INTENT:
        return Against("low_score", {"score": round(score), "least": LEAST_INTENT})
    return None


RULES: tuple[Rule, ...] = (not_asked_for, no_consent, no_address, cap, low_score)


def against(situation: Situation, channel: DirectChannel) -> Against | None:
    """The first thing that speaks against a channel."""
    return next((found for rule in RULES if (found := rule(situation, channel))), None)


def sent_lately(situation: Situation, channel: DirectChannel) -> int:
    """Messages in the last seven days. History is kept by the hour, and the hour that the week begins in counts."""
    sent = situation.subject.history.sent(channel)
    return sent.since(hour_of(millis(situation.now - WEEK))) if sent else 0


def rate(situation: Situation, channel: DirectChannel) -> float:
    """Which part of the messages in that channel the lead clicks on, shrunk towards the others' part.

        (clicks + k * others) / (sent + k),    others = (their clicks + k * USUAL_RATE) / (their messages + k)

    The posterior mean of a binomial with a beta prior of k = `PRIOR_MESSAGES` messages. Robots' clicks are in neither.
    """
    crowd = situation.crowd
    others = _part(crowd.clicked.get(channel, 0), crowd.sent.get(channel, 0), USUAL_RATE)
    return others if situation.contextual else _part(*_own(situation, channel), others)


def is_known(situation: Situation, channel: DirectChannel) -> bool:
    """Whether the lead or the others ever got anything there, so that the rate is more than a guess."""
    own = 0 if situation.contextual else _own(situation, channel)[1]
    return own + situation.crowd.sent.get(channel, 0) > 0


def worth(situation: Situation, channel: DirectChannel) -> float:
    """The rate, less where much of the week's cap is used up: the same message twice in one place is worth less."""
    return rate(situation, channel) * (1 - sent_lately(situation, channel) / situation.policy.cap(channel))


def consent_ends(situation: Situation, channel: DirectChannel) -> datetime | None:
    """When the consent for that channel expires, None where it stands until it is revoked."""
    purpose = f"{COMMUNICATIONS}.{channel}"
    ends = [
        consent.expires_at
        for consent in situation.subject.lead.consents
        if consent.purpose == purpose and consent.allows(situation.now)
    ]
    return None if None in ends else max((end for end in ends if end is not None), default=None)


def _own(situation: Situation, channel: DirectChannel) -> tuple[int, int]:
    history = situation.subject.history
    sent, clicks = history.sent(channel), history.events().get(CLICKED[channel], 0)
    return min(clicks, sent.total if sent else 0), sent.total if sent else 0


def _part(clicks: int, sent: int, others: float) -> float:
    return (min(clicks, sent) + PRIOR_MESSAGES * others) / (sent + PRIOR_MESSAGES)
