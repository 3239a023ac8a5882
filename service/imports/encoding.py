"""Which encoding a file is in, line by line: UTF-8 or, where it clearly is not, Windows-1252."""

from __future__ import annotations

from typing import Literal

from service.errors import CannotRead

Encoding = Literal["utf-8", "windows-1252"]

SAMPLE = 2**16  # bytes looked at to find out
UTF_8_MARK = b"\xef\xbb\xbf"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Decoder:
    """Decodes a file's lines.

    ASCII lines say nothing. Until one is not ASCII the encoding is open, so that a name on row 90,000 still counts. A
    sample that mixes both is what most of its lines are; lines of the other kind are refused, never garbled.
    """

    def __init__(self, sample: bytes) -> None:
        if sample.startswith(_WIDE_MARKS):
            raise CannotRead("The file is UTF-16. Save it as UTF-8 (in Excel: 'CSV UTF-8') and import it again.")
        self.encoding: Encoding | None = "utf-8" if sample.startswith(UTF_8_MARK) else _majority(sample)

    def decode(self, line: bytes) -> str:
        """The text of a line. Raises ValueError that says which encoding the line is not in."""
        if line.isascii():
            return line.decode("ascii")
        if self.encoding is None:
            self.encoding = "utf-8" if _is_utf_8(line) else "windows-1252"
        if self.encoding == "windows-1252" and _is_utf_8(line):
            raise ValueError("the line is UTF-8, but the file is Windows-1252; save the file in one encoding")
        try:
            return line.decode(self.encoding)
        except UnicodeDecodeError as error:
            raise ValueError(
                f"the line is not {_NAMES[self.encoding]} (byte 0x{line[error.start]:02x}, {error.start} bytes in); "
                "save the file in one encoding, best UTF-8"
            ) from None


_NAMES = {"utf-8": "UTF-8", "windows-1252": "Windows-1252"}


def _majority(sample: bytes) -> Encoding | None:
    lines = sample.splitlines()
    if len(sample) >= SAMPLE and len(lines) > 1:
        lines.pop()  # it may end within a character
    telling = [line for line in lines if not line.isascii()]
    if not telling:
        return None
    return "utf-8" if sum(map(_is_utf_8, telling)) * 2 >= len(telling) else "windows-1252"


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
