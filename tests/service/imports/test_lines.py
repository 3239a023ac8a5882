"""Lines from any chunking, in bounded memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from service.imports.lines import Line, read_file, split, whole
from tests.service.imports.streams import collected, stream

text = st.lists(st.sampled_from([b"a", b"bc", b"\n", b"\r", b"\r\n", b"", "é".encode()]), max_size=40).map(b"".join)


@given(text, st.lists(st.integers(1, 5), min_size=1, max_size=40))
async def test_any_chunking_gives_the_same_lines(data: bytes, cuts: list[int]) -> None:
    def pieces() -> Iterator[bytes]:
        at = 0
        for number in range(len(data)):
            yield data[at : (at := at + cuts[number % len(cuts)])]

    cut = await collected(split(stream(pieces())))
    assert cut == await collected(split(stream([data])))
    assert b"".join(line.data + line.end for line in cut) == data
    assert [line.data for line in cut] == data.splitlines()
    assert [line.number for line in cut] == list(range(1, len(cut) + 1))


async def test_ends_of_all_kinds_and_none_at_the_end() -> None:
    lines = await collected(split(stream(b"a\r\nb\nc\rd\r\n\r\ne", 1)))
    assert [(line.data, line.end) for line in lines] == [
        (b"a", b"\r\n"),
        (b"b", b"\n"),
        (b"c", b"\r"),
        (b"d", b"\r\n"),
        (b"", b"\r\n"),
        (b"e", b""),
    ]


async def test_a_line_over_the_limit_is_told_and_left_out() -> None:
    lines = await collected(split(stream(b"abc\nabcd\nab"), limit=3))
    assert lines == [Line(1, b"abc", b"\n"), Line(2, b"", b"\n", too_long=True), Line(3, b"ab", b"")]
    assert (await collected(split(stream(b"abcd"), limit=3)))[0].too_long


async def test_a_line_of_50_mb_is_not_held() -> None:
    block = b"x" * 65_536
    pieces = [b"first\n", *[block] * 800, b"\nlast"]
    tracemalloc.start()
    try:
        lines = await collected(split(stream(pieces)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [(line.data, line.too_long) for line in lines] == [(b"first", False), (b"", True), (b"last", False)]
    assert peak < 20e6


async def test_a_file_is_read_in_chunks(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"0123456789")
    assert await collected(read_file(tmp_path / "file", 4)) == [b"0123", b"4567", b"89"]


async def test_a_whole_stream_has_a_limit() -> None:
    assert await whole(stream(b"12345678"), 8) == b"12345678"
    assert await whole(stream(b"123456789"), 8) is None
