"""Segment files of the decision log: records with their length and checksum, one after the other.

A process holds a lock on the file that it writes (`flock`, which ends with the process, however it ends), so that
others know a segment that somebody still writes from one that nobody will write again.
"""

from __future__ import annotations

import fcntl
import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from enum import IntEnum
from pathlib import Path
from typing import BinaryIO, NamedTuple

SUFFIX = ".segment"
LONGEST = 128 << 20  # bytes of one record; more can only be a length that is wrong

_HEAD = struct.Struct("<IIB")  # length, checksum of kind and payload, kind


class Kind(IntEnum):
    """What a record is."""

    DECISION = 1
    SNAPSHOT = 2
    EXPOSURE = 3


class Record(NamedTuple):
    """A record as it was read; the next one begins at `end`."""

    kind: Kind
    payload: bytes
    end: int


def record(kind: Kind, payload: bytes) -> bytes:
    """A record as it lies in the file."""
    return _HEAD.pack(len(payload), zlib.crc32(payload, kind), kind) + payload


def records(file: BinaryIO, offset: int) -> Iterator[Record]:
    """The records from there on, up to the end or to one that was not written to its end."""
    file.seek(offset)
    while len(head := file.read(_HEAD.size)) == _HEAD.size:
        length, checksum, kind = _HEAD.unpack(head)
        if length > LONGEST or kind not in _KINDS:
            return
        payload = file.read(length)
        if len(payload) < length or zlib.crc32(payload, kind) != checksum:
            return
        offset += _HEAD.size + length
        yield Record(Kind(kind), payload, offset)


class Segment:
    """A segment that is being written. Its name tells when it was begun, and by whom."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / f"{name}{SUFFIX}"
        self.size = 0
        self.broken = False
        self.told: set[str] = set()  # the snapshots in it
        folder.mkdir(parents=True, exist_ok=True)
        # locked before it has the name by which it is found, or somebody would take it for a dead process's
        hidden = folder / f".{name}"
        self._file = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        hidden.rename(self.path)

    def write(self, raw: bytes) -> None:
        """All of it or, where the disk does not take it, nothing. Raises `OSError`; `broken` where a part stayed, after
        which nobody would read on."""
        written = 0
        try:
            while written < len(raw):
                written += os.write(self._file, raw[written:] if written else raw)
        except OSError:
            self.broken = True
            with suppress(OSError):
                os.ftruncate(self._file, self.size)
                self.broken = False
            raise
        self.size += written

    def sync(self) -> None:
        """Onto the disk itself."""
        os.fdatasync(self._file)

    def close(self) -> None:
        """Nothing more comes."""
        os.close(self._file)


def segments(folder: Path) -> list[Path]:
    """The segments in a folder, the oldest first."""
    return sorted(folder.glob(f"*{SUFFIX}"))


_KINDS = frozenset(Kind)
