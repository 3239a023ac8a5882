"""One message of Segment's to one event of ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.events.segment import EVENT_LIMIT, Envelope, Unusable, read
from service.events.times import Moment, occurred
from tests.support import NOW

HOUR = timedelta(hours=1)
MESSAGE = {"type": "track", "event": "Product Viewed", "userId": "c-1", "messageId": "m-1"}


def said(**changes: Any) -> Any:
    return read(MESSAGE | changes, Envelope(NOW)).incoming


@pytest.mark.parametrize(
    ("timestamp", "sent_at", "moment"),
    [
        (None, None, Moment(NOW)),
        (NOW - HOUR, None, Moment(NOW - HOUR)),
        # a clock that is a year ahead: the event was an hour before it was sent
        (NOW + timedelta(days=365), NOW + timedelta(days=365) + HOUR, Moment(NOW - HOUR)),
        (NOW + HOUR, None, Moment(NOW)),
        (NOW + timedelta(days=2), None, Moment(NOW, "future")),
        (NOW + timedelta(days=2), NOW, Moment(NOW, "future")),
        (datetime(1970, 1, 1, tzinfo=UTC), None, Moment(NOW, "past")),
    ],
)
def test_a_wrong_clock_is_put_right(timestamp: datetime | None, sent_at: datetime | None, moment: Moment) -> None:
    told = timestamp.isoformat() if timestamp else None
    assert occurred(told, sent_at.isoformat() if sent_at else None, NOW) == moment


@pytest.mark.parametrize(
    ("timestamp", "at"),
    [
        ("2026-11-22T09:00:00.000Z", NOW - 3 * HOUR),
        ("2026-11-22T09:00:00-03:00", NOW),
        ("2026-11-22 09:00:00", NOW - 3 * HOUR),
        (NOW.timestamp() - 60, NOW - timedelta(minutes=1)),
        (NOW.timestamp() * 1000 - 60_000, NOW - timedelta(minutes=1)),
    ],
)
def test_times_are_read_in_the_forms_that_clients_send(timestamp: object, at: datetime) -> None:
    assert occurred(timestamp, None, NOW) == Moment(at)


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.lists(st.none())), st.text())
def test_no_time_however_written_is_an_error_or_lies_ahead(timestamp: object, sent_at: str) -> None:
    assert occurred(timestamp, sent_at, NOW).at <= NOW


def test_a_time_that_cannot_be_read_is_noted() -> None:
    assert said(timestamp="ontem").event.context == {"clock": "unreadable"}


def test_a_page_keeps_no_query() -> None:
    page = read(
        {
            "type": "page",
            "name": "Kit",
            "category": "Loja",
            "anonymousId": "a-1",
            "properties": {"url": "https://casa.example/kit?email=ana@x.example", "search": "?email=ana@x.example"},
            "context": {
                "ip": "203.0.113.9",
                "userAgent": "Mozilla/5.0 (Linux)",
                "page": {"url": "https://casa.example/kit?email=ana@x.example#top", "search": "?email=ana@x.example"},
                "campaign": {"name": "natal", "source": "news", "id": 3},
            },
        },
        Envelope(NOW),
    ).incoming.event
    assert page.name == "Kit"
    assert page.properties == {"url": "https://casa.example/kit", "category": "Loja"}
    assert page.context == {
        "campaign": {"name": "natal", "source": "news"},
        "page": {"url": "https://casa.example/kit"},
    }


def test_consent_choices_are_kept_and_are_no_record_of_consent() -> None:
    choices = {"categoryPreferences": {"Advertising": False, "Analytics": True}}
    incoming = said(context={"consent": choices, "locale": "pt-PT", "timezone": "America/Recife"})
    assert incoming.event.context == {"consent": choices, "locale": "pt-PT", "timezone": "America/Recife"}
    assert incoming.consents == ()
    assert incoming.locale == "pt-BR"


@pytest.mark.parametrize(
    ("agent", "robot"),
    [
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "bot_agent"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/119.0 Safari/537.36", "bot_agent"),
        ("Mozilla/5.0 (Windows NT 10.0) Mimecast", "bot_agent"),
        ("Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 Chrome/119.0 Mobile Safari/537.36", None),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.0 Safari/605.1.15", None),
    ],
)
def test_robots_are_marked(agent: str, robot: str | None) -> None:
    assert said(context={"userAgent": agent}).event.robot == robot


def test_a_group_is_the_company_and_its_address_is_not_the_leads() -> None:
    traits = {"name": "Ateliê Silva", "email": "loja@silva.example", "createdAt": "2020-01-01", "industry": "moda"}
    incoming = said(type="group", groupId=42, traits=traits)
    assert incoming.traits == {"industry": "moda", "companyId": "42", "company": "Ateliê Silva"}
    assert incoming.event.properties == traits | {"groupId": "42"}


def test_a_trait_that_cannot_be_one_is_left_out_alone() -> None:
    found = read(
        {"type": "identify", "userId": "c-1", "traits": {"city": "Recife", "orders": [{"id": 1}], "1x": "a"}},
        Envelope(NOW),
    )
    assert found.incoming.traits == {"city": "Recife"}
    assert [warning.split(":")[0] for warning in found.warnings] == ["trait 'orders'", "trait '1x'"]


def test_traits_in_the_context_of_another_call_count() -> None:
    assert said(context={"traits": {"plan": "pro"}}).traits == {"plan": "pro"}


def test_without_a_message_id_the_same_call_sent_again_is_the_same_event() -> None:
    timed = {"type": "track", "event": "x", "userId": "c-1", "timestamp": "2026-11-22T11:00:00Z"}
    first, again = (read(timed, Envelope(NOW + HOUR * hours)).incoming.event.message_id for hours in (0, 1))
    assert first == again
    untimed = {"type": "track", "event": "x", "userId": "c-1"}
    first, again = (read(untimed, Envelope(NOW + HOUR * hours)).incoming.event.message_id for hours in (0, 1))
    assert first != again


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"userId": None}, "/userId"),
        ({"userId": "", "anonymousId": "  "}, "/userId"),
        ({"userId": "x" * 201}, "/userId"),
        ({"userId": "a\x00b"}, "/userId"),
        ({"userId": {"id": 1}}, "/userId"),
        ({"messageId": "x" * 101}, "/messageId"),
        ({"type": "delete"}, "/type"),
        ({"type": ["track"]}, "/type"),
        ({"type": None}, "/type"),
        ({"event": " "}, "/event"),
        ({"event": 7}, "/event"),
        ({"properties": [1]}, "/properties"),
        ({"context": "web"}, "/context"),
        ({"type": "group"}, "/groupId"),
        ({"type": "alias"}, "/previousId"),
        ({"type": "alias", "userId": None, "previousId": "a"}, "/userId"),
        ({"properties": {"text": "x" * EVENT_LIMIT}}, ""),
        ({"properties": {str(number): number for number in range(2_100)}}, ""),
        ({"properties": orjson.loads('{"a":' * 40 + "1" + "}" * 40)}, ""),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_place(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Unusable) as refused:
        said(**changes)
    assert refused.value.pointer == pointer


json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ("type", "event", "userId", "anonymousId", "previousId", "groupId", "traits", "properties", "context",
          "timestamp", "messageId", "name", "category")  # fmt: skip


@given(st.dictionaries(st.sampled_from(FIELDS), json), st.sampled_from(("track", "page", "identify", "group", "alias")))
def test_anything_at_all_is_read_or_refused(changes: dict[str, Any], kind: str) -> None:
    try:
        event = read({**MESSAGE, "type": kind, **changes}, Envelope(NOW)).incoming.event
    except Unusable:
        return
    assert event.occurred_at <= NOW
    assert 0 < len(event.message_id) <= 100
    assert len(event.name) <= 200
