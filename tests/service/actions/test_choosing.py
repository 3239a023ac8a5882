"""The next action: what is chosen, what is turned down, and what is said of it."""

from __future__ import annotations

import typing
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.actions import models
from service.actions.choosing import choose
from service.actions.models import DIRECT, NextAction
from service.actions.moments import HOURS, is_quiet
from service.actions.situation import Candidate, Crowd, Situation
from service.actions.wordings import plain, worded
from service.generation.models import Brief
from service.leads.models import COMMUNICATIONS, PROFILING
from service.privacy.policy import Policy, QuietHours
from service.types import LOCALES
from tests.service.actions.situations import EVERYTHING, KIT, MOMENTS, NOW, TRAITS, consent, event, situation, subject


def turned_down(answer: NextAction) -> dict[str | None, str]:
    return {one.channel or one.content: one.turned_down for one in answer.alternatives if one.moment is None}


def why(answer: NextAction) -> list[str]:
    return [reason.code for reason in answer.reasons]


def messages(name: str, sent: int, ago: timedelta = timedelta(days=1)) -> list[Any]:
    return [event(name, NOW - ago) for _ in range(sent)]


# channels


def test_a_channel_needs_consent_and_an_address() -> None:
    only_mail = [consent(PROFILING), consent(f"{COMMUNICATIONS}.email"), consent(f"{COMMUNICATIONS}.sms")]
    answer = choose(situation(subject(consents=only_mail, traits={"email": "ana@correio.example"})))
    assert answer.action is not None and answer.action.channel == "email"
    assert turned_down(answer) == {"whatsapp": "no_consent", "push": "no_consent", "sms": "no_address"}
    assert why(answer) == ["no_hours_known", "only_channel", "newest_offer", "occasion"]


@pytest.mark.parametrize("status", ["revoked", "denied", "expired"])
def test_consent_that_does_not_stand_is_none(status: str) -> None:
    answer = choose(situation(subject(consents=[consent(f"{COMMUNICATIONS}.email", status=status)])))
    assert answer.action is None
    assert set(turned_down(answer).values()) == {"no_consent"}
    assert "no_channel" in why(answer)


def test_the_weeks_cap_counts_each_channel_for_itself() -> None:
    lead = subject(messages("Email Delivered", 3) + messages("SMS Delivered", 2))
    answer = choose(situation(lead))
    told = {one.channel: one for one in answer.alternatives}
    assert told["email"].turned_down == "cap"
    assert told["email"].text == "3 mensagens por e-mail em sete dias; o limite é 3."
    assert told["sms"].turned_down == "responds_less"


def test_messages_of_the_week_before_do_not_count() -> None:
    answer = choose(situation(subject(messages("Email Delivered", 3, timedelta(days=8)))))
    assert "cap" not in turned_down(answer).values()


def test_a_cap_of_none_is_no_message_at_all() -> None:
    answer = choose(situation(policy=Policy(weekly_cap=0)))
    assert answer.action is None
    assert set(turned_down(answer)) - {"kit"} == set(DIRECT) and "no_channel" in why(answer)


def test_a_low_intent_turns_down_the_dear_channels_only() -> None:
    answer = choose(situation(values={"intent_score": 12.4}))
    assert answer.action is not None and answer.action.channel == "email"
    found = turned_down(answer)
    assert (found["whatsapp"], found["sms"], found["push"]) == ("low_score", "low_score", "responds_less")
    assert "12 de 100" in next(one.text for one in answer.alternatives if one.channel == "sms")
    assert "low_score" not in turned_down(choose(situation(values={"intent_score": 20}))).values()


def test_the_channel_that_is_clicked_in_comes_first() -> None:
    old = timedelta(days=30)
    history = messages("Email Delivered", 20, old) + messages("WhatsApp Delivered", 20, old)
    answer = choose(situation(subject(history + messages("WhatsApp Link Clicked", 6, old))))
    assert answer.action is not None and answer.action.channel == "whatsapp"
    assert "responds_best" in why(answer)


def test_robots_do_not_speak_for_a_channel() -> None:
    old = NOW - timedelta(days=30)
    history = messages("Email Delivered", 20, timedelta(days=30))
    scanned = [event("WhatsApp Link Clicked", old, robot="scanner_click") for _ in range(9)]
    answer = choose(situation(subject([*history, *messages("WhatsApp Delivered", 9, timedelta(days=30)), *scanned])))
    assert answer.action is not None and answer.action.channel != "whatsapp"


def test_one_lucky_click_does_not_outweigh_what_everyone_does() -> None:
    old = timedelta(days=30)
    crowd = Crowd(sent={"email": 500, "sms": 500}, clicked={"email": 100, "sms": 5})
    lucky = subject([*messages("SMS Delivered", 1, old), *messages("SMS Link Clicked", 1, old)])
    answer = choose(situation(lucky, crowd=crowd))
    assert answer.action is not None and answer.action.channel == "email"


def test_a_channel_that_was_much_used_this_week_gives_way() -> None:
    answer = choose(situation(subject(messages("Email Delivered", 2))))
    assert answer.action is not None and answer.action.channel == "whatsapp"


def test_only_channels_that_were_asked_for() -> None:
    answer = choose(situation(channels=["sms"]))
    assert answer.action is not None and answer.action.channel == "sms"
    assert set(turned_down(answer).values()) == {"not_asked_for"}


def test_consent_that_ends_in_the_night_is_no_consent_for_the_morning() -> None:
    night = datetime(2026, 11, 24, 22, tzinfo=situation().zone)
    brief = [consent(f"{COMMUNICATIONS}.email", expires_at=night + timedelta(hours=1))]
    answer = choose(situation(subject(consents=brief), now=night))
    assert answer.action is None and turned_down(answer)["email"] == "consent_ends"


# moments


def test_the_moment_is_the_leads_own_best_hour() -> None:
    clicks = [event("Email Link Clicked", NOW.replace(hour=22) - timedelta(days=day)) for day in range(1, 13)]
    answer = choose(situation(subject(clicks)))
    assert answer.action is not None
    assert answer.action.moment.isoformat() == "2026-11-24T19:00:00-03:00"  # 22:00 in UTC
    assert "12 de 12 cliques" in next(one.text for one in answer.reasons if one.code == "own_hours")


def test_without_own_clicks_the_others_hours_are_taken() -> None:
    hours = [0.5 if hour == 18 else 0.5 / 23 for hour in range(HOURS)]
    answer = choose(situation(crowd=Crowd(hours=hours)))
    assert answer.action is not None and answer.action.moment.hour == 18 and "others_hours" in why(answer)


def test_a_best_hour_in_the_night_is_turned_down_aloud() -> None:
    clicks = [event("Email Link Clicked", NOW.replace(hour=2) - timedelta(days=day)) for day in range(1, 40)]
    answer = choose(situation(subject(clicks)))
    assert answer.action is not None and 9 <= answer.action.moment.hour < 21
    night = next(one for one in answer.alternatives if one.moment is not None)
    assert night.turned_down == "quiet_hours" and night.text == "23:00 fica nas horas de silêncio, das 21:00 às 09:00."


def test_quiet_hours_all_day_long_leave_no_moment() -> None:
    quiet = QuietHours(start=time(0), end=time(23, 59, 59, 999_999))
    ends = situation().now + timedelta(hours=1)
    answer = choose(situation(policy=Policy(quiet_hours=quiet), candidates=[replace(KIT, valid_until=ends)]))
    assert answer.action is None


# content


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"valid_until": NOW}, "expired"),
        ({"valid_from": NOW + timedelta(hours=1)}, "not_begun"),
        ({"stock": 0}, "sold_out"),
        ({"locale": "en"}, "wrong_language"),
    ],
)
def test_content_that_does_not_hold_is_turned_down(other: dict[str, Any], code: str) -> None:
    answer = choose(situation(candidates=[replace(KIT, **other)]))
    assert answer.action is None and turned_down(answer)["kit"] == code and "no_content" in why(answer)


def test_content_that_ends_in_the_night_is_turned_down_for_what_lasts() -> None:
    night = datetime(2026, 11, 24, 22, tzinfo=situation().zone)
    tonight, later = replace(KIT, valid_until=night + timedelta(hours=2)), replace(KIT, content_id="later")
    answer = choose(situation(now=night, candidates=[tonight, later]))
    assert answer.action is not None and answer.action.content.content_id == "later"
    assert turned_down(answer)["kit"] == "ends_too_soon"


@pytest.mark.parametrize("field", ["bought", "shown"])
@pytest.mark.parametrize("name", ["kit", "kit café"])
def test_what_was_bought_or_shown_gives_way(field: str, name: str) -> None:
    other = replace(KIT, content_id="other", title="Outro")
    given: dict[str, Any] = {field: frozenset([name])}
    answer = choose(situation(candidates=[KIT, other], **given))
    assert answer.action is not None and answer.action.content.content_id == "other"
    assert turned_down(answer)["kit"] == ("bought" if field == "bought" else "shown_lately")


def test_a_cart_may_hold_what_was_bought_before() -> None:
    answer = choose(situation(bought=frozenset(["kit"]), occasion="cart", candidates=[replace(KIT, found="in_cart")]))
    assert answer.action is not None and answer.action.content.content_id == "kit" and "in_cart" in why(answer)


def test_the_cart_comes_before_what_the_lead_likes_and_that_before_the_rest() -> None:
    found = [replace(KIT, content_id=name, title=name, found=typing.cast("Any", name)) for name in
             ("newest_offer", "fits_best", "liked_category", "in_cart", "liked_product")]  # fmt: skip
    answer = choose(situation(candidates=found))
    assert answer.action is not None and answer.action.content.content_id == "in_cart"
    rest = [one.content for one in answer.alternatives if one.content]
    assert rest == ["liked_product", "liked_category", "fits_best", "newest_offer"]
    asked = choose(situation(candidates=found, objective="Falar de plantas"))
    assert asked.action is not None and asked.action.content.content_id == "fits_best"


def test_a_content_item_found_in_two_ways_is_told_of_once() -> None:
    answer = choose(situation(candidates=[KIT, replace(KIT, found="in_cart"), replace(KIT, found="fits_best")]))
    assert why(answer)[-2] == "in_cart" and not [one for one in answer.alternatives if one.content]


# brief and words


def test_the_brief_can_be_written_from_as_it_is() -> None:
    answer = choose(situation(occasion="cart", tone="leve"))
    assert answer.action is not None
    assert answer.action.brief == Brief(objective="Lembrar do que ficou no carrinho", content_ids=["kit"], tone="leve")


def test_a_given_objective_is_kept() -> None:
    answer = choose(situation(objective="Vender mais"))
    assert answer.action is not None and answer.action.brief.objective == "Vender mais"
    assert "objective_given" in why(answer)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_word_is_there_in_every_locale(locale: Any) -> None:
    values = dict.fromkeys(
        (
            "channel",
            "content",
            "percent",
            "own",
            "clicks",
            "hour",
            "sent",
            "cap",
            "score",
            "least",
            "at",
            "start",
            "end",
        ),
        "x",
    )
    for table, codes in (
        ("for", set(typing.get_args(models.ForReason)) - {"occasion"}),
        ("against", set(typing.get_args(models.AgainstReason))),
        ("occasions", set(models.OCCASIONS)),
        ("objectives", set(models.OCCASIONS)),
    ):
        for code in codes:
            assert worded(table, code, locale, **values)
    assert all(plain("channels", channel, locale) for channel in DIRECT)


@pytest.mark.parametrize(
    ("locale", "said"), [("en", "There is no consent for SMS."), ("es", "No hay consentimiento para SMS.")]
)
def test_reasons_speak_the_leads_language(locale: str, said: str) -> None:
    lead = subject(consents=EVERYTHING[:2], locale=locale)
    answer = choose(situation(lead, candidates=[replace(KIT, locale=locale)]))
    assert said in [one.text for one in answer.alternatives]


# nothing of the lead may be used


behaviour = st.builds(
    situation,
    st.builds(
        lambda clicks, delivered: subject(
            [
                *messages("Email Link Clicked", clicks),
                *messages("WhatsApp Link Clicked", clicks),
                *messages("WhatsApp Delivered", delivered, timedelta(days=20)),
            ]
        ),
        st.integers(0, 12),
        st.integers(0, 12),
    ),
    bought=st.sampled_from([frozenset(), frozenset(["kit"])]),
    shown=st.sampled_from([frozenset(), frozenset(["kit"])]),
    candidates=st.lists(
        st.builds(
            Candidate, st.just("liked"), st.just("Liked"), st.just("offer"), st.just("pt-BR"),
            st.sampled_from(["in_cart", "liked_product", "liked_category", "fits_best"]),
        )
    ).map(lambda found: [*found, KIT]),
)  # fmt: skip


@given(behaviour, st.sampled_from(["no_profiling", "minor"]))
def test_where_nothing_may_be_used_nothing_that_the_lead_did_matters(given: Situation, contextual: Any) -> None:
    answer = choose(replace(given, contextual=contextual))
    assert answer == choose(situation(contextual=contextual))
    assert answer.action is not None and answer.action.content.content_id == "kit"
    assert why(answer)[0] == contextual


# always


@given(
    now=MOMENTS,
    start=st.times(),
    end=st.times(),
    lasts=st.lists(st.timedeltas(timedelta(hours=-5), timedelta(days=3)), max_size=4),
    expires=st.none() | st.timedeltas(timedelta(hours=-5), timedelta(days=3)),
    clicks=st.lists(st.integers(0, 23), max_size=15),
)
def test_the_moment_is_never_quiet_never_past_and_never_after_the_content_or_the_consent(
    now: datetime, start: time, end: time, lasts: list[timedelta], expires: timedelta | None, clicks: list[int]
) -> None:
    over = None if expires is None else now + expires
    quiet = QuietHours(start=start, end=end)
    items = {f"i-{place}": now + last for place, last in enumerate(lasts)}
    given = situation(
        subject(
            [event("Email Link Clicked", now.replace(hour=hour) - timedelta(days=2)) for hour in clicks],
            consents=[consent(f"{COMMUNICATIONS}.email", expires_at=over)],
            traits=TRAITS,
        ),
        now=now,
        policy=Policy(quiet_hours=quiet),
        candidates=[replace(KIT, content_id=name, valid_until=ends) for name, ends in items.items()],
    )
    answer = choose(given)
    assert answer.valid_until > now
    if answer.action is not None:
        moment = answer.action.moment
        assert now <= moment < items[answer.action.content.content_id]
        assert over is None or moment < over
        assert not is_quiet(moment.astimezone(given.zone).time(), quiet)
