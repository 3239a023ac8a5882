"""What follows from outcomes: the arithmetic written out, and what is said of it."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.delivery.intervals import difference, needed, wilson, z_of
from service.delivery.outcome_csv import outcomes_csv
from service.delivery.outcome_models import HeldOut, OutcomeRow, Side
from service.delivery.results import holdout_of, rate, results_of, rounded, shown
from service.variants.models import StoredVariant
from tests.support import NOW

Z = z_of()


def test_wilson_s_interval_is_the_one_of_the_book() -> None:
    found = wilson(8, 100, 1.96)
    assert found is not None
    # middle (0.08 + 1.96²/200) / (1 + 1.96²/100) = 0.0955; half 1.96 √(0.08·0.92/100 + 1.96²/40000) / 1.0384
    assert found.low == pytest.approx(0.041100, abs=1e-5) and found.high == pytest.approx(0.150000, abs=1e-4)
    none = wilson(0, 50, 1.96)
    assert none is not None and (none.low, none.value) == (0.0, 0.0)
    assert none.high == pytest.approx(1.96**2 / (50 + 1.96**2)) and wilson(0, 0, 1.96) is None


def test_newcombe_s_difference_is_the_one_of_his_paper() -> None:
    one, other = wilson(56, 70, Z), wilson(48, 80, Z)
    assert one and other
    found = difference(one, other)  # Newcombe 1998, table II, method 10, example (a): 0.0524 to 0.3339
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)


@given(st.integers(0, 400), st.integers(1, 400), st.floats(1, 5))
def test_no_interval_leaves_what_can_be(count: int, of: int, z: float) -> None:
    found = wilson(min(count, of), of, z)
    assert found is not None and 0 <= found.low <= found.value <= found.high <= 1


def test_several_comparisons_take_wider_intervals() -> None:
    assert z_of(1) == pytest.approx(1.959964, abs=1e-6)
    assert z_of(10) == pytest.approx(2.807034, abs=1e-6)  # 0.05 / 10 / 2 in each tail
    assert z_of(0) == z_of(1)


def test_how_many_it_takes_to_tell_a_point() -> None:
    # (1.96 + 0.8416)² (0.04·0.96 + 0.05·0.95) / 0.01² = 7.849 · 0.0859 / 0.0001
    assert needed(0.04, 0.01, 1.959964) == 6743
    assert (rounded(9), rounded(94), rounded(901), rounded(6743)) == (9, 94, 910, 6800)


@dataclass
class Made:
    """A variant of a place, and its row."""

    variant: StoredVariant
    row: OutcomeRow


def made(audience: str | None, clicks: int, of: int, *, channel: str = "email", age: int = 0, **more: Any) -> Made:
    id_ = UUID(int=age + 1 + 1000 * (audience is None) + 10_000 * (channel == "banner"))
    blank: dict[str, Any] = dict.fromkeys(StoredVariant._fields)
    told = {
        "id": id_, "channel": channel, "locale": "pt-BR", "audience_slug": audience, "angle": "benefit",
        "generator": "composer", "status": "live", "created_at": NOW.replace(minute=age),
    }  # fmt: skip
    counted: dict[str, Any] = {"decisions": of} if channel == "email" else {"exposures": of}
    row = OutcomeRow(variant_id=id_, rung="audience" if audience else "control", clicks=clicks, **counted, **more)
    return Made(StoredVariant(**{**blank, **told}), row)


def results(*mades: Made, held: HeldOut | None = None) -> Any:
    return results_of(
        "cafe", [one.row for one in mades], {one.variant.id: one.variant for one in mades}, held or HeldOut()
    )


def test_a_clear_winner_is_kept_and_the_other_retired() -> None:
    found = results(made("fas", 60, 2000, age=0), made("fas", 120, 2000, age=1), made(None, 50, 2000))
    place, control = found.places
    assert (place.audience, control.audience) == ("fas", None)
    assert found.comparisons == 2, "A with B, and the audience with the control"
    assert (place.verdict.told, place.verdict.best, place.verdict.retire) == ("ahead", "B", ["A"])
    [lead] = place.verdict.leads
    assert lead.by.value == pytest.approx(0.03) and 0 < lead.by.low < 0.03 < lead.by.high
    assert place.against_control.value == pytest.approx(180 / 4000 - 50 / 2000)
    assert (control.verdict.told, control.verdict.best, control.against_control) == ("alone", "A", None)


def test_some_may_be_behind_where_the_best_are_not_apart() -> None:
    place = results(made("f", 20, 3000), made("f", 150, 3000, age=1), made("f", 160, 3000, age=2)).places[0]
    assert (place.verdict.told, place.verdict.best, place.verdict.retire) == ("behind", "C", ["A"])
    assert place.verdict.more > 0


def test_of_few_nothing_is_said_and_how_many_are_missing_is() -> None:
    early = results(made("f", 0, 99), made("f", 30, 99, age=1)).places[0].verdict
    assert (early.told, early.retire, early.leads) == ("early", [], [])
    # from no clicks at all: (1.96 + 0.8416)² · 0.01·0.99 / 0.01² = 777.1 each, 99 are there
    assert early.more == rounded(2 * (778 - 99)) == 1400
    still = results(made("f", 8, 200), made("f", 12, 200, age=1)).places[0].verdict
    assert (still.told, still.more) == ("open", rounded(2 * (6743 - 200)))


def test_two_that_are_surely_no_point_apart_are_alike() -> None:
    found = results(made("f", 3000, 100_000), made("f", 3010, 100_000, age=1)).places[0].verdict
    assert (found.told, found.more, found.retire) == ("alike", 0, [])


def test_more_comparisons_make_it_harder_to_win() -> None:
    two = [made("f", 60, 2000), made("f", 84, 2000, age=1)]
    assert results(*two).places[0].verdict.told == "ahead"
    many = [made(f"a{number}", 60, 2000, age=10 + number) for number in range(10)]
    found = results(*two, *many, made(None, 60, 2000))
    told = {one.audience: one.verdict.told for one in found.places}
    assert found.comparisons == 12 and told["f"] == "open"


def test_a_winner_that_more_people_leave_is_warned_of() -> None:
    place = results(made("f", 60, 2000, unsubscribes=2), made("f", 120, 2000, age=1, unsubscribes=40)).places[0]
    assert place.verdict.told == "ahead" and place.verdict.unsubscribes
    calm = results(made("f", 60, 2000, unsubscribes=2), made("f", 120, 2000, age=1, unsubscribes=4)).places[0]
    assert not calm.verdict.unsubscribes


def test_what_is_sent_counts_where_leads_are_written_to_and_what_is_seen_elsewhere() -> None:
    row = OutcomeRow(variant_id=uuid4(), rung="control", decisions=10, exposures=4, clicks=5)
    assert (shown("email", row), shown("banner", row)) == (10, 5)
    assert rate(7, 5).of == 7, "a click shows that it was seen"


def test_nothing_shown_says_nothing() -> None:
    found = results(made("f", 0, 0), made("f", 0, 0, age=1))
    assert found.places[0].verdict.told == "nothing" and found.places[0].clicks.value is None
    assert results().places == [] and results().comparisons == 0


def held(buyers: int, leads: int, out_buyers: int, out_leads: int) -> HeldOut:
    return HeldOut(
        served=Side(leads=leads, converted=buyers, conversions=buyers, decisions=leads),
        held_out=Side(leads=out_leads, converted=out_buyers, conversions=out_buyers, decisions=out_leads),
    )


@pytest.mark.parametrize(
    ("sides", "told"),
    [
        (held(90, 900, 0, 0), "none"),
        (held(90, 900, 2, 99), "early"),
        (held(900, 9000, 50, 1000), "brings"),
        (held(450, 9000, 100, 1000), "costs"),
        (held(900, 9000, 90, 1000), "open"),
        (held(4_000, 400_000, 500, 50_000), "alike"),
    ],
)
def test_a_holdout_tells_what_a_campaign_brings(sides: HeldOut, told: str) -> None:
    found = holdout_of(sides, Z)
    assert found.told == told and (found.difference is None) == (told in ("none", "early"))
    assert (found.more > 0) == (told in ("early", "open"))


def test_variants_are_named_by_age_beyond_the_alphabet() -> None:
    found = results(*(made("f", 1, 100, age=age) for age in range(28))).places[0]
    assert [one.name for one in found.variants][-3:] == ["Z", "AA", "AB"]


def test_the_file_has_orders_revenue_unsubscribes_and_the_holdout_and_no_formulas() -> None:
    first = made("=cmd()", 3, 20, conversions=2, converted=1, revenue={"BRL": Decimal("189.90")}, unsubscribes=1)
    second = made(None, 1, 30)
    sides = HeldOut(
        served=Side(leads=45, decisions=50, converted=1, conversions=2, revenue={"BRL": Decimal("189.90")}),
        held_out=Side(leads=5, decisions=5, converted=1, conversions=1, revenue={"USD": Decimal(7)}),
    )
    variants = {one.variant.id: one.variant for one in (first, second)}
    file = outcomes_csv("cafe", [first.row, second.row], variants, sides).decode()
    mine, control, served, out = csv.DictReader(io.StringIO(file))
    assert (mine["audience"], mine["conversions"], mine["revenue_BRL"], mine["unsubscribes"]) == (
        "'=cmd()", "2", "189.90", "1",
    )  # fmt: skip
    assert (control["audience"], control["rung"], control["revenue_USD"]) == ("", "control", "0.00")
    assert (served["row"], served["leads"], served["conversions"]) == ("served", "45", "2")
    assert (out["row"], out["rung"], out["leads"], out["converted"], out["revenue_USD"], out["clicks"]) == (
        "holdout", "none", "5", "1", "7", "",
    )  # fmt: skip
    assert math.isclose(float(mine["decisions"]), 20)
