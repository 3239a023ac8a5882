"""When to write."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.actions.moments import FLAT, HORIZON, HOURS, best_moment, is_quiet, shrunk, zone_of
from service.privacy.policy import QuietHours
from tests.service.actions.situations import MOMENTS, NOW, ZONE

NEW_YORK = ZoneInfo("America/New_York")
NIGHT = QuietHours(start=time(21), end=time(9))


def favourite(*hours: int) -> list[float]:
    return [1.0 if hour in hours else 0.0 for hour in range(HOURS)]


@pytest.mark.parametrize(
    ("at", "quiet"), [((20, 59), False), ((21, 0), True), ((3, 0), True), ((8, 59), True), ((9, 0), False)]
)
def test_quiet_hours_go_over_midnight(at: tuple[int, int], quiet: bool) -> None:
    assert is_quiet(time(*at), NIGHT) is quiet


@pytest.mark.parametrize(("at", "quiet"), [(11, False), (12, True), (13, True), (14, False)])
def test_quiet_hours_may_lie_within_a_day(at: int, quiet: bool) -> None:
    assert is_quiet(time(at), QuietHours(start=time(12), end=time(14))) is quiet


def test_quiet_hours_that_end_where_they_start_are_none() -> None:
    assert not any(is_quiet(time(hour), QuietHours(start=time(8), end=time(8))) for hour in range(HOURS))
    assert not is_quiet(time(3), None)


def test_a_share_is_shrunk_towards_the_others() -> None:
    clicks = [0] * HOURS
    clicks[8], clicks[20] = 6, 2
    shares = shrunk(clicks, favourite(20), prior=8)
    assert shares[8] == pytest.approx(6 / 16)
    assert shares[20] == pytest.approx((2 + 8 * 1.0) / 16)
    assert sum(shares) == pytest.approx(1)


def test_few_clicks_follow_the_others_and_many_the_lead() -> None:
    others = favourite(20)

    def best(clicks: int) -> int:
        shares = shrunk([clicks if hour == 8 else 0 for hour in range(HOURS)], others)
        return max(range(HOURS), key=shares.__getitem__)

    assert best(9) == 20
    assert best(11) == 8


def test_the_best_hour_comes_next_tomorrow_where_it_is_over_today() -> None:
    at_ten = best_moment(NOW, NOW + HORIZON, ZONE, NIGHT, favourite(10))
    assert at_ten == datetime(2026, 11, 25, 10, tzinfo=ZONE)
    at_fifteen = best_moment(NOW, NOW + HORIZON, ZONE, NIGHT, favourite(15))
    assert at_fifteen == datetime(2026, 11, 24, 15, tzinfo=ZONE)


def test_within_the_best_hour_it_is_now() -> None:
    now = NOW + timedelta(minutes=7)
    assert best_moment(now, now + HORIZON, ZONE, NIGHT, favourite(12)) == now


def test_the_best_hour_may_lie_in_quiet_hours_and_is_not_taken() -> None:
    shares = favourite(22)
    shares[18] = 0.5
    assert best_moment(NOW, NOW + HORIZON, ZONE, NIGHT, shares) == datetime(2026, 11, 24, 18, tzinfo=ZONE)


def test_in_the_night_the_first_moment_is_the_end_of_quiet_hours() -> None:
    night = datetime(2026, 11, 24, 23, 30, tzinfo=ZONE)
    odd = QuietHours(start=time(21), end=time(9, 7))
    assert best_moment(night, night + HORIZON, ZONE, odd, FLAT) == datetime(2026, 11, 25, 9, 7, tzinfo=ZONE)


def test_one_minute_of_a_day_is_enough() -> None:
    quiet = QuietHours(start=time(0), end=time(23, 59))
    found = best_moment(NOW, NOW + HORIZON, ZONE, quiet, FLAT)
    assert found == datetime(2026, 11, 24, 23, 59, tzinfo=ZONE)


def test_quiet_hours_may_outlast_the_content() -> None:
    night = datetime(2026, 11, 24, 23, 30, tzinfo=ZONE)
    assert best_moment(night, night + timedelta(hours=2), ZONE, NIGHT, FLAT) is None


@pytest.mark.parametrize(
    ("evening", "morning"),
    [
        (datetime(2026, 3, 7, 22, tzinfo=NEW_YORK), datetime(2026, 3, 8, 9, tzinfo=NEW_YORK)),
        (datetime(2026, 10, 31, 22, tzinfo=NEW_YORK), datetime(2026, 11, 1, 9, tzinfo=NEW_YORK)),
    ],
)
def test_nights_in_which_the_clocks_change_shift_nothing(evening: datetime, morning: datetime) -> None:
    found = best_moment(evening, evening + HORIZON, NEW_YORK, NIGHT, favourite(9))
    assert found == morning


def test_an_hour_that_the_clock_leaves_out_is_not_chosen_that_day() -> None:
    now = datetime(2026, 3, 7, 22, tzinfo=NEW_YORK)
    found = best_moment(now, now + HORIZON, NEW_YORK, None, favourite(2))
    assert found == datetime(2026, 3, 9, 2, tzinfo=NEW_YORK)  # on the 8th, 2:00 to 3:00 does not exist


def test_a_zone_of_half_hours_begins_its_hours_on_the_hour() -> None:
    there = ZoneInfo("Asia/Kathmandu")  # 5:45 ahead of UTC
    found = best_moment(NOW, NOW + HORIZON, there, NIGHT, favourite(10))
    assert found is not None and (found.hour, found.minute) == (10, 0)


@pytest.mark.parametrize("name", ["", "Nowhere/Land", "../../etc/passwd", "America", "x" * 5_000, "a\0b", 7, None])
def test_what_is_no_time_zone_is_the_workspaces(name: object) -> None:
    assert zone_of(name, ZONE) == ZONE
    assert zone_of("Europe/Lisbon", ZONE) == ZoneInfo("Europe/Lisbon")


times = st.times().map(lambda at: at.replace(microsecond=0))


@given(
    now=MOMENTS,
    lasts=st.timedeltas(timedelta(0), timedelta(days=10)),
    zone=st.sampled_from(["America/Sao_Paulo", "America/New_York", "Europe/Lisbon", "Asia/Kathmandu", "Pacific/Apia"]),
    quiet=st.none() | st.builds(QuietHours, start=times, end=times),
    clicks=st.lists(st.integers(0, 30), min_size=HOURS, max_size=HOURS),
)
def test_never_quiet_never_past_never_after_the_end(
    now: datetime, lasts: timedelta, zone: str, quiet: QuietHours | None, clicks: list[int]
) -> None:
    found = best_moment(now, now + lasts, ZoneInfo(zone), quiet, shrunk(clicks, FLAT))
    if found is not None:
        assert now <= found < now + lasts and found <= now + HORIZON
        assert not is_quiet(found.astimezone(ZoneInfo(zone)).time(), quiet)
    elif lasts >= timedelta(days=2):
        assert quiet is not None  # only quiet hours can leave no time at all
