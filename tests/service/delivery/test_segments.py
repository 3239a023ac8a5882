"""A segment's text is shared, names nobody, and is another one every hour."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.delivery.segments import HOUR, LOTS, Segment, Segments, expires

NOW = 1_800_000_000.0
SEGMENTS = Segments("5a" * 32)
LOYAL = Segment(("loyal", "coffee-lovers"), 7)


def test_visitors_of_the_same_segment_share_one_text_for_an_hour() -> None:
    start = NOW // HOUR * HOUR
    texts = {SEGMENTS.write(LOYAL, start + seconds) for seconds in (0, 1, HOUR - 1)}
    assert len(texts) == 1
    assert SEGMENTS.write(LOYAL, start + HOUR) not in texts
    for other in (LOYAL._replace(lot=8), LOYAL._replace(known=True)):
        assert SEGMENTS.write(other, start) not in texts
        assert SEGMENTS.read(SEGMENTS.write(other, start), start) == other


def test_a_text_is_read_in_its_hour_and_the_next_and_by_a_clock_that_is_behind() -> None:
    text = SEGMENTS.write(LOYAL, NOW)
    read = [SEGMENTS.read(text, NOW + hours * HOUR) for hours in (-1, 0, 1, 2)]
    assert read == [LOYAL, LOYAL, LOYAL, None]
    assert SEGMENTS.read(text, NOW + 20 * HOUR, ago=24) == LOYAL


def test_a_text_tells_nothing_of_what_is_in_it() -> None:
    short, longer = SEGMENTS.write(Segment((), 3), NOW), SEGMENTS.write(LOYAL, NOW)
    assert len(short) == len(longer)
    assert "loyal" not in longer


@pytest.mark.parametrize("text", ["", "x", "ü", "A" * 900, "AAAA" * 20, "../../etc/passwd", "' or 1=1 --"])
def test_what_we_did_not_write_is_no_segment(text: str) -> None:
    assert SEGMENTS.read(text, NOW) is None


def test_one_letter_changed_and_another_workspaces_key_make_it_no_segment() -> None:
    text = SEGMENTS.write(LOYAL, NOW)
    assert Segments("5b" * 32).read(text, NOW) is None
    for place in range(len(text)):
        other = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        assert SEGMENTS.read(other, NOW) is None


@given(
    st.lists(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True), max_size=60),
    st.integers(0, LOTS - 1),
)
def test_as_many_audiences_as_find_room_come_back_in_their_order(audiences: list[str], lot: int) -> None:
    text = SEGMENTS.write(Segment(tuple(audiences), lot), NOW)
    read = SEGMENTS.read(text, NOW)
    assert read is not None
    assert read.lot == lot
    assert list(read.audiences) == audiences[: len(read.audiences)]
    assert len(text) < 800


def test_new_segments_are_asked_for_all_through_the_next_hour() -> None:
    ends = [expires(Segment((), lot), NOW) for lot in range(LOTS)]
    assert len(set(ends)) == LOTS
    assert all(NOW < end < NOW // HOUR * HOUR + 2 * HOUR for end in ends)
    assert all(SEGMENTS.read(SEGMENTS.write(Segment((), lot), NOW), end) for lot, end in enumerate(ends))
