"""What e-mail providers tell, in Segment's words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.events.models import Incoming
from service.webhooks.adapter import Mapped
from service.webhooks.mails import clean_link
from service.webhooks.registry import adapters
from tests.service.webhooks.calls import AT, AT_ISO, BODIES, EMAIL, NOW, SIGN, certificates

ADAPTERS = adapters(certificates())


def mapped(provider: str, body: Any) -> Mapped:
    """What the provider's own call with that body gives."""
    return ADAPTERS[provider].events(orjson.loads(SIGN[provider](body).body), NOW)


def one(provider: str, body: Any) -> Incoming:
    found = mapped(provider, body)
    assert (len(found.incoming), found.skipped) == (1, 0)
    return found.incoming[0]


def sendgrid(event: str, **more: Any) -> Any:
    return [
        {"email": EMAIL, "timestamp": AT, "event": event, "sg_event_id": f"id-{event}", "sg_message_id": "m.1"} | more
    ]


def mailgun(event: str, **more: Any) -> Any:
    return BODIES["mailgun"] | {"event": event} | more


def ses(type_: str, told: Any) -> Any:
    return {"eventType": type_, "mail": BODIES["ses"]["mail"], type_.lower(): {"timestamp": AT_ISO} | told}


def brevo(event: str, **more: Any) -> Any:
    return BODIES["brevo"] | {"event": event} | more


def mautic(type_: str, item: Any) -> Any:
    return {f"mautic.{type_}": [{"timestamp": AT_ISO} | item]}


CONTACT = {"fields": {"core": {"email": {"value": EMAIL}}}}

DELIVERED = {
    "sendgrid": sendgrid("delivered"),
    "mailgun": mailgun("delivered"),
    "ses": ses("Delivery", {"recipients": [EMAIL]}),
    "brevo": brevo("delivered"),
    "mautic": mautic("email_on_send", {"contact": CONTACT, "idHash": "5f0e", "email": {"id": 7}}),
}
OPENED = {
    "sendgrid": sendgrid("open"),
    "mailgun": mailgun("opened"),
    "ses": ses("Open", {}),
    "brevo": brevo("unique_opened"),
    "mautic": mautic("email_on_open", {"stat": {"id": 1, "emailAddress": EMAIL, "trackingHash": "5f0e"}}),
}
BOUNCED = {
    "sendgrid": sendgrid("bounce", type="bounce"),
    "mailgun": mailgun("failed", severity="permanent"),
    "ses": ses("Bounce", {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": EMAIL}]}),
    "brevo": brevo("hard_bounce"),
    "mautic": mautic(
        "lead_channel_subscription_changed", {"contact": CONTACT, "channel": "email", "new_status": "bounced"}
    ),
}
SOFT = {
    "sendgrid": sendgrid("bounce", type="blocked"),
    "mailgun": mailgun("failed", severity="temporary"),
    "ses": ses("Bounce", {"bounceType": "Transient", "bouncedRecipients": [{"emailAddress": EMAIL}]}),
    "brevo": brevo("softBounce"),
}
SPAM = {
    "sendgrid": sendgrid("spamreport"),
    "mailgun": mailgun("complained"),
    "ses": ses("Complaint", {"complainedRecipients": [{"emailAddress": EMAIL}]}),
    "brevo": brevo("spam"),
}
LEFT = {
    "sendgrid": sendgrid("group_unsubscribe"),
    "mailgun": mailgun("unsubscribed"),
    "ses": ses("Subscription", {"newTopicPreferences": {"unsubscribeAll": True}}),
    "brevo": brevo("unsubscribe"),
    "mautic": mautic(
        "lead_channel_subscription_changed", {"contact": CONTACT, "channel": "email", "new_status": "unsubscribed"}
    ),
}


@pytest.mark.parametrize(
    ("name", "bodies"),
    [
        ("Email Delivered", DELIVERED),
        ("Email Opened", OPENED),
        ("Email Link Clicked", {name: BODIES[name] for name in DELIVERED}),
        ("Email Bounced", BOUNCED),
        ("Email Marked as Spam", SPAM),
        ("Unsubscribed", LEFT),
    ],
)
def test_every_provider_speaks_the_same_words(name: str, bodies: dict[str, Any]) -> None:
    for provider, body in bodies.items():
        item = one(provider, body)
        assert (item.event.name, item.event.type, item.event.source) == (name, "track", provider)
        assert item.who.email == EMAIL
        assert item.event.occurred_at.replace(microsecond=0) == NOW - timedelta(minutes=1)


def test_a_click_tells_message_campaign_and_link() -> None:
    told = {provider: one(provider, BODIES[provider]).event.properties for provider in DELIVERED}
    assert told["sendgrid"] == {
        "email_id": "LRzXl_NHStOGhQ4kofSm_A", "campaign_id": "boas-vindas",
        "link_url": "https://casa.example/kit?utm_source=email",
    }  # fmt: skip
    assert told["mailgun"] == {
        "email_id": "20261122.1@casa.example", "campaign_id": "cafe", "link_url": "https://casa.example/kit",
    }  # fmt: skip
    assert told["ses"]["email_id"] == "0102018f-ses"
    assert told["ses"]["campaign_id"] == "cafe"
    assert told["brevo"]["email_id"] == "<202611221159.1@smtp-relay.mailin.fr>"
    assert told["mautic"]["campaign_id"] == "7"


@pytest.mark.parametrize("bodies", [SPAM, LEFT])
def test_whoever_leaves_or_complains_is_not_written_to(bodies: dict[str, Any]) -> None:
    for provider, body in bodies.items():
        item = one(provider, body)
        (consent,) = item.consents
        assert (consent.purpose, consent.channel) == ("marketing.communications.email", "email")
        assert (consent.status, consent.basis, consent.source) == ("revoked", "consent", provider)
        assert consent.collected_at == item.event.occurred_at
        assert item.unknown_is_new  # a refusal is kept of whom we do not know yet


@pytest.mark.parametrize(("kind", "bodies"), [("hard", BOUNCED), ("soft", SOFT)])
def test_a_bounce_tells_whether_it_is_for_good_and_changes_no_consent(kind: str, bodies: dict[str, Any]) -> None:
    for provider, body in bodies.items():
        item = one(provider, body)
        assert item.event.properties["bounce_type"] == kind
        assert not item.consents


def test_somebody_unknown_who_opens_makes_no_lead() -> None:
    assert not any(one(provider, body).unknown_is_new for provider, body in (DELIVERED | OPENED).items())


@pytest.mark.parametrize(
    ("provider", "body"),
    [
        ("sendgrid", sendgrid("open", sg_machine_open=True)),
        ("mailgun", mailgun("opened", **{"client-info": {"bot": "apple"}})),
        ("brevo", brevo("proxy_open")),
        ("brevo", brevo("uniqueProxyOpen")),
    ],
)
def test_an_open_that_the_provider_calls_a_proxys_is_marked(provider: str, body: Any) -> None:
    assert one(provider, body).event.robot == "proxy_open"


@pytest.mark.parametrize(
    ("provider", "body"),
    [
        ("sendgrid", sendgrid("processed")),
        ("sendgrid", sendgrid("group_resubscribe")),
        ("sendgrid", sendgrid("click", email="nobody")),
        ("sendgrid", sendgrid("click", timestamp="yesterday")),
        ("mailgun", mailgun("accepted")),
        ("ses", ses("Send", {})),
        (
            "ses",
            ses("Complaint", {"complaintFeedbackType": "not-spam", "complainedRecipients": [{"emailAddress": EMAIL}]}),
        ),
        ("ses", ses("Subscription", {"newTopicPreferences": {"unsubscribeAll": False}})),
        ("ses", b"Successfully validated SNS topic for Amazon SES event publishing."),
        ("brevo", brevo("request")),
        ("mautic", mautic("lead_points_change", {"contact": CONTACT})),
        ("mautic", mautic("lead_channel_subscription_changed", {"contact": CONTACT, "channel": "sms"})),
    ],
)
def test_what_we_do_not_use_is_counted(provider: str, body: Any) -> None:
    assert mapped(provider, body) == Mapped([], 1)


def test_a_batch_keeps_what_it_can() -> None:
    batch = [*sendgrid("delivered"), *sendgrid("processed"), "not an event", None, *sendgrid("open")]
    found = mapped("sendgrid", batch)
    assert [item.event.name for item in found.incoming] == ["Email Delivered", "Email Opened"]
    assert found.skipped == 3


def test_ses_tells_of_each_recipient_and_guesses_at_none() -> None:
    both = mapped("ses", ses("Delivery", {"recipients": [EMAIL, "otto@correio.example"]})).incoming
    assert [item.who.email for item in both] == [EMAIL, "otto@correio.example"]
    assert len({item.event.message_id for item in both}) == 2
    to_two = BODIES["ses"] | {"mail": BODIES["ses"]["mail"] | {"destination": [EMAIL, "otto@correio.example"]}}
    assert mapped("ses", to_two) == Mapped([], 1)  # SES does not tell which of the two clicked


@pytest.mark.parametrize("provider", sorted(DELIVERED))
def test_the_same_call_again_is_the_same_event(provider: str) -> None:
    first, second = one(provider, BODIES[provider]), one(provider, BODIES[provider])
    assert first.event.message_id == second.event.message_id
    assert len(first.event.message_id) <= 100
    assert "helena" not in first.event.message_id


@pytest.mark.parametrize("provider", ["brevo", "mautic"])
def test_where_the_provider_names_no_event_each_has_a_name_of_its_own(provider: str) -> None:
    events = [one(provider, bodies[provider]).event for bodies in (DELIVERED, OPENED, BODIES, BOUNCED, LEFT)]
    assert len({event.message_id for event in events}) == 5


def test_what_lies_ahead_happened_now() -> None:
    assert one("sendgrid", sendgrid("open", timestamp=AT + 10**7)).event.occurred_at == NOW


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://casa.example/kit?utm_source=email&cor=azul", "https://casa.example/kit?utm_source=email&cor=azul"),
        ("https://casa.example/kit?email=helena%40correio.example", "https://casa.example/kit"),
        ("https://casa.example/kit?x=helena@correio.example", "https://casa.example/kit"),
        ("https://casa.example/kit?cpf=12345678909", "https://casa.example/kit"),
        ("https://casa.example/kit?id=12345678909", "https://casa.example/kit"),
        ("https://casa.example/kit?user_token=abc", "https://casa.example/kit"),
        ("https://casa.example/sair/helena@correio.example", "https://casa.example/"),
        ("https://casa.example/sair/helena%40correio.example", "https://casa.example/"),
        ("https://helena:senha@casa.example:8443/kit#helena", "https://casa.example:8443/kit"),
        ("mailto:helena@correio.example", None),
        ("javascript:alert(1)", None),
        ("https://[::1", None),
        ("", None),
        (7, None),
    ],
)
def test_a_link_is_kept_without_what_tells_who_clicked(link: object, kept: str | None) -> None:
    assert clean_link(link) == kept


def test_odd_shapes_are_read_around() -> None:
    deep: Any = []
    for _ in range(500):  # more than can be written as JSON again
        deep = [deep]
    assert one("brevo", orjson.dumps(BODIES["brevo"]).replace(b"26224", b"[" * 500 + b"]" * 500))
    assert mapped("mautic", mautic("email_on_open", {"stat": "broken"})) == Mapped([], 1)
    assert ADAPTERS["sendgrid"].events(deep, NOW) == Mapped([], 1)


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("provider", sorted(BODIES))
@given(data=st.data())
def test_nothing_that_a_provider_says_breaks_us(provider: str, data: st.DataObject) -> None:
    body = orjson.loads(SIGN[provider](BODIES[provider]).body)
    if provider == "ses":
        message = data.draw(st.sampled_from((*DELIVERED.values(), *BOUNCED.values(), *LEFT.values(), BODIES["ses"])))
        body["Message"] = orjson.dumps(_disturbed(message, data)).decode()
    for item in ADAPTERS[provider].events(_disturbed(body, data), NOW).incoming:
        assert 0 < len(item.event.message_id) <= 100
        assert 0 <= len(item.event.name) <= 200
        assert item.who.email or item.who.user_id


def _disturbed(value: Any, data: st.DataObject) -> Any:
    """The same with something else somewhere in it."""
    if isinstance(value, dict) and value and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(value)))
        return value | {key: _disturbed(value[key], data)}
    if isinstance(value, list) and value and data.draw(st.booleans()):
        return [_disturbed(value[0], data), *value[1:]]
    return data.draw(_json)
