"""Settings written where the service reads them: into a `.env` file, every other line of which stays as it is."""

from __future__ import annotations

import io
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from service.errors import CannotRead

FILE = Path(".env")


def written(text: str, settings: Mapping[str, str]) -> str:
    """The text of such a file with those settings in it: where one stood last, that value is another now; those that
    stood nowhere come at the end."""
    bindings = list(parse_stream(io.StringIO(text, newline="")))
    parts = [binding.original.string for binding in bindings]
    ending = "\r\n" if "\r\n" in text else "\n"
    new = list[str]()
    for name, value in settings.items():
        places = [place for place, one in enumerate(bindings) if (one.key or "").casefold() == name.casefold()]
        if places:
            parts[places[-1]] = _replaced(bindings[places[-1]], value)
        else:
            new.append(f"{name}={_quoted(value)}{ending}")
    before = "".join(parts)
    return before + (ending if new and before and not before.endswith(("\n", "\r")) else "") + "".join(new)


def write_settings(settings: Mapping[str, str], path: Path = FILE) -> None:
    """Write them into that file, which is made where there is none. Raises `CannotRead`."""
    path = path.resolve()
    try:
        text = path.read_bytes().decode() if path.is_file() else ""
        scratch = path.with_name(f"{path.name}.new")
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(written(text, settings))
        if path.is_file():
            shutil.copymode(path, scratch)
        scratch.replace(path)
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRead(f"Cannot write {path}: {error}.") from None


def _replaced(binding: Binding, value: str) -> str:
    """The same line with another value: spaces and `export` before it, and the comment and the line's end after it."""
    line = binding.original.string
    before = re.match(r"\s*(?:export[^\S\r\n]+)?", line)
    after = re.search(r"([^\S\r\n]+#[^\r\n]*)?(?:\r\n|\n|\r)?\Z", line)
    comment = after.group() if after and "#" not in (binding.value or "") else ""
    end = comment or re.search(r"(?:\r\n|\n|\r)?\Z", line).group()  # type: ignore[union-attr]  # nothing matches it too
    return f"{before.group() if before else ''}{binding.key}={_quoted(value)}{end}"


def _quoted(value: str) -> str:
    return f"'{value}'" if re.search(r"[\s#'\"]", value) else value
