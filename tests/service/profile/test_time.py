"""Nothing that is computed fails, whatever is known of a lead, and all of it holds until the moment it names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from service.leads.models import flatten
from service.profile.attributes import KINDS
from service.profile.computed import profile_of
from tests.service.profile.people import consent, event, subject
from tests.service.profile.test_history import NAMES

# with summer time at midnight and at two, changes of half an hour, and offsets that are no full hours
ZONES = [
    "UTC", "America/Sao_Paulo", "America/Havana", "America/Santiago", "Africa/Cairo", "Asia/Beirut", "Europe/Lisbon",
    "Atlantic/Azores", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Kiritimati",
]  # fmt: skip
START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 3 * 366 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
DAYS = st.sampled_from(["2008-02-29", "1990-11-22", "29/02/2012", "2027-03-01", "1950-12-31", "2008-11-23"])
TRAITS = st.dictionaries(
    st.sampled_from(["birthday", "nascimento", "renewal_date", "createdAt", "since", "vencimentoPlano"]), DAYS
)
EVENTS = st.lists(
    st.builds(
        lambda name, at, stage: event(name, at, stage=stage, product_id="p1", category="cafe", price=3, total=5),
        st.sampled_from(NAMES), MOMENTS, st.sampled_from(["lead", "customer"]),
    ),
    max_size=6,
)  # fmt: skip


@given(
    EVENTS, TRAITS, MOMENTS, st.one_of(st.none(), MOMENTS), st.sampled_from(ZONES), st.floats(0, 1), st.integers(0, 9)
)
def test_values_hold_until_the_moment_they_name(
    events: list[Any], traits: dict[str, str], now: datetime, expires: datetime | None, zone: str, part: float, us: int
) -> None:
    of = subject(*events, traits=traits, consents=[consent(expires_at=expires)])
    here = ZoneInfo(zone)
    for name, known in profile_of(of, now.astimezone(here)).attributes.items():
        until = known.changes_at or now + timedelta(days=900)
        assert until > now, name
        last = until - timedelta(microseconds=us + 1)
        for then in (now + part * (last - now), last):
            assert profile_of(of, then.astimezone(here)).attributes[name].value == known.value, (name, then)


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=15)
WILD: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | TEXT
    | st.lists(TEXT, max_size=3)
    | st.datetimes().map(lambda at: at.isoformat())
    | st.dates().map(lambda day: day.strftime("%d/%m/%Y"))
    | DAYS
)
TRAIT_NAMES = st.sampled_from(
    ["birthday", "birth_date", "data_nascimento", "nascimento", "renewal_date", "renewsAt", "createdAt", "age", "idade",
     "lifecyclestage", "lifecycleStage", "funnel_stage", "isMinor", "visits", "x"]
)  # fmt: skip


@given(
    st.dictionaries(TRAIT_NAMES, WILD), st.lists(st.tuples(st.sampled_from(NAMES), st.datetimes()), max_size=5),
    MOMENTS, st.sampled_from(ZONES),
)  # fmt: skip
def test_whatever_is_known_of_a_lead_a_profile_can_be_made(
    traits: dict[str, Any], events: list[tuple[str, datetime]], now: datetime, zone: str
) -> None:
    done = [event(name, at.replace(tzinfo=UTC), product_id="p1") for name, at in events if 1 < at.year < 9999]
    found = profile_of(subject(*done, traits=flatten(traits)), now.astimezone(ZoneInfo(zone))).attributes
    kinds: dict[str, tuple[type, ...]] = {
        "number": (int, float), "text": (str,), "boolean": (bool,), "list": (list,),
    }  # fmt: skip
    for name, known in found.items():
        if known.origin == "computed":
            assert isinstance(known.value, kinds[KINDS[name]]) and known.basis, name
