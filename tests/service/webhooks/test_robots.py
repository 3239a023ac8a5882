from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.events.models import Event, Incoming, Who
from service.webhooks.robots import marked, robot_of
from tests.service.webhooks.calls import NOW

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
NAMES = {"opened": "Email Opened", "clicked": "Email Link Clicked", "delivered": "Email Delivered"}


def event(
    name: str = "clicked", seconds: float = 60, link: str = "a", agent: str = CHROME, to: str = "helena", **more: Any
) -> Incoming:
    """Something with the message `m`, so many seconds after noon."""
    properties = {"email_id": "m", "link_url": f"https://casa.example/{link}"} | more.pop("properties", {})
    at = NOW + timedelta(seconds=seconds)
    made = Event(
        f"{name}-{seconds}-{link}-{to}", "track", NAMES[name], at, "sendgrid", properties, {"userAgent": agent} | more
    )
    return Incoming(made, Who(email=f"{to}@correio.example"))


def robots(*events: Incoming, delivered: dict[tuple[str, str], datetime] | None = None) -> list[str | None]:
    return [item.event.robot for item in marked(events, delivered)]


@pytest.mark.parametrize(
    ("name", "agent", "robot"),
    [
        (
            "opened",
            "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
            "proxy_open",
        ),
        ("opened", "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", "proxy_open"),
        ("opened", "Mozilla/5.0", "proxy_open"),
        ("opened", CHROME, None),
        ("opened", "", None),
        ("clicked", "Mozilla/5.0", None),
        ("clicked", CHROME, None),
        ("clicked", "Mozilla/5.0 (compatible; Barracuda Sentinel)", "scanner_click"),
        ("clicked", "Mozilla/5.0 Proofpoint URL Defense", "scanner_click"),
        ("clicked", "Mimecast-Link-Scanner/1.0", "scanner_click"),
        ("clicked", "Microsoft SafeLinks", "scanner_click"),
        ("opened", "Mimecast", "bot_agent"),
        ("clicked", "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "bot_agent"),
        ("clicked", "python-requests/2.32", "bot_agent"),
        ("clicked", "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0", "bot_agent"),
        ("clicked", "Mozilla/5.0 (Linux; Android 14; CUBOT NOTE 50) Chrome/142.0 Mobile", None),
        ("clicked", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148", None),
    ],
)
def test_a_program_is_known_by_its_name(name: str, agent: str, robot: str | None) -> None:
    assert robot_of(event(name, agent=agent).event) == robot


def test_a_head_request_follows_a_link_for_nobody() -> None:
    assert robots(event(method="HEAD"), event(method="head", seconds=90), event(method="GET", seconds=95)) == [
        "head_request", "head_request", None,
    ]  # fmt: skip


@pytest.mark.parametrize(("seconds", "robot"), [(-1, "too_fast"), (0, "too_fast"), (2, "too_fast"), (2.5, None)])
def test_a_click_at_once_after_delivery_is_too_fast(seconds: float, robot: str | None) -> None:
    assert robots(event("delivered", 0), event(seconds=seconds)) == [None, robot]
    assert robots(event(seconds=seconds), event("delivered", 0)) == [robot, None]
    assert robots(event(seconds=seconds), delivered={("m", "helena@correio.example"): NOW}) == [robot]
    assert robots(event(seconds=seconds, properties={"sent_at": NOW.isoformat()})) == [robot]


def test_another_persons_delivery_makes_nobody_fast() -> None:
    assert robots(event("delivered", 0, to="otto"), event(seconds=1)) == [None, None]


def test_an_open_is_never_too_fast() -> None:
    assert robots(event("delivered", 0), event("opened", 1)) == [None, None]


def test_many_links_at_once_are_a_scanners() -> None:
    burst = [event(seconds=60 + number, link=link) for number, link in enumerate("abc")]
    later = event(seconds=300, link="a")
    assert robots(*burst, later) == ["scanner_click"] * 3 + [None]
    assert robots(later, *reversed(burst)) == [None] + ["scanner_click"] * 3


def test_the_same_link_again_or_links_slowly_are_a_persons() -> None:
    assert robots(*(event(seconds=60 + number) for number in range(5))) == [None] * 5
    assert robots(*(event(seconds=60 + 3 * number, link=link) for number, link in enumerate("abcd"))) == [None] * 4
    assert robots(*(event(seconds=60, link=link, to=to) for link, to in zip("abc", ("x", "y", "z"), strict=True))) == [
        None, None, None,
    ]  # fmt: skip


def test_what_a_provider_marked_stays_marked() -> None:
    told = event("opened")
    proxy = Incoming(Event("x", "track", "Email Opened", NOW, "brevo", robot="proxy_open"), told.who)
    assert robots(proxy) == ["proxy_open"]


def test_other_events_are_nobodys_business_here() -> None:
    viewed = Incoming(
        Event("x", "track", "Product Viewed", NOW, context={"userAgent": "bingbot/2.0"}), Who(email="a@b")
    )
    assert marked([viewed]) == [viewed]


@given(st.lists(st.tuples(st.sampled_from(list(NAMES)), st.integers(0, 20), st.sampled_from("abcd")), max_size=30))
def test_marking_keeps_all_and_again_changes_nothing(made: list[tuple[str, int, str]]) -> None:
    events = [event(name, seconds, link) for name, seconds, link in made]
    once = marked(events)
    assert [item.event.message_id for item in once] == [item.event.message_id for item in events]
    assert marked(once) == once
