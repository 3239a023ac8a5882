"""A language model's answer, read into drafts. Models wrap, cut off and decorate JSON; what can be read is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.errors import ModelNonsense
from service.generation.models import MAX_VARIANTS, Citation, Draft

MAX_CHARACTERS = 1_000_000
_BEGINNING = re.compile(r'"variants"\s{0,20}:\s{0,20}\[')
_LONGEST_BEGINNING = 60
_LONGEST_VARIANT = 100_000  # characters; what is not yet whole is copied with each piece
_IN_STRING = re.compile(r'["\\]')
_OUTSIDE = re.compile(r'["{}\[\]]')
_MOST_STARTS = 50  # braces in the prose around the JSON that are tried as its beginning


class _Variant(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    angle: Annotated[str, Field(min_length=1, max_length=40)]
    fields: Annotated[dict[Annotated[str, Field(max_length=40)], str | None], Field(min_length=1, max_length=20)]
    claims: Annotated[list[Citation], Field(max_length=100)] = Field(default_factory=list)


def drafts(text: str) -> tuple[list[Draft], list[str]]:
    """The drafts in an answer, and a reason for each that could not be read. Raises `ModelNonsense` if none could."""
    variants = _variants(_json(text))
    found: list[Draft] = []
    unread: list[str] = []
    for number, raw in enumerate(variants, start=1):
        try:
            variant = _Variant.model_validate(raw)
        except ValidationError as error:
            unread.append(f"variant {number}: {_reason(error)}")
        else:
            found.append(_draft(variant))
    if not found:
        raise ModelNonsense(
            "The model's answer holds no usable variant: " + ("; ".join(unread[:3]) or "the list is empty") + "."
        )
    return found, unread


class DraftReader:
    """Reads an answer while it comes: each variant is given as soon as its JSON object is complete.

    As tolerant as `drafts`, which has the last word: a variant that cannot be read is passed over here.
    """

    def __init__(self) -> None:
        self._text = ""  # from the beginning of what is not yet read
        self._place = 0
        self._length = self._depth = self._given = 0
        self._state: Literal["before", "between", "in", "string", "after"] = "before"
        self._start = 0

    def feed(self, piece: str) -> list[Draft]:
        """The drafts that are complete with this piece."""
        self._length += len(piece)
        if self._state == "after" or self._length > MAX_CHARACTERS:
            return []
        self._text += piece
        if self._state == "before" and not self._begun():
            return []
        return [draft for raw in self._objects() if (draft := _read(raw)) is not None]

    def _begun(self) -> bool:
        match = _BEGINNING.search(self._text)
        if match is None:
            self._text = self._text[-_LONGEST_BEGINNING:]
            return False
        self._text, self._place, self._state = self._text[match.end() :], 0, "between"
        return True

    def _objects(self) -> Iterator[str]:
        """The whole objects of the list. Every character is looked at once, however the pieces fall."""
        while self._state != "after":
            match = (_IN_STRING if self._state == "string" else _OUTSIDE).search(self._text, self._place)
            if match is None or (match[0] == "\\" and match.end() == len(self._text)):
                self._place = len(self._text) if match is None else match.start()
                if len(self._text) > _LONGEST_VARIANT:
                    self._state = "after"
                break
            self._place = match.end() + (match[0] == "\\")
            if self._step(match[0], match.start()):
                raw = self._text[self._start : self._place]
                self._text, self._place, self._given = self._text[self._place :], 0, self._given + 1
                self._state = "after" if self._given == MAX_VARIANTS else "between"
                yield raw

    def _step(self, sign: str, at: int) -> bool:
        """Take in one sign; True where an object ends with it."""
        if sign == '"':
            self._state = "string" if self._state != "string" else "in" if self._depth else "between"
        elif sign in "{[":
            if self._depth == 0:
                self._start, self._state = at, "in"
            self._depth += 1
        elif sign in "}]":
            if self._depth == 0:
                self._state = "after"
                return False
            self._depth -= 1
            return self._depth == 0
        return False


def _read(raw: str) -> Draft | None:
    try:
        return _draft(_Variant.model_validate(json.loads(raw)))
    except (ValueError, RecursionError):
        return None


def _draft(variant: _Variant) -> Draft:
    return Draft(variant.angle, variant.fields, tuple(variant.claims))


def _json(text: str) -> Any:
    """The JSON object that holds the variants, wherever it stands in the text."""
    if len(text) > MAX_CHARACTERS:
        raise ModelNonsense(f"The model's answer is longer than {MAX_CHARACTERS:,} characters.")
    decoder = json.JSONDecoder()
    start = text.find("{")
    if start < 0:
        raise ModelNonsense("The model's answer holds no JSON object.")
    for _ in range(_MOST_STARTS):
        try:
            value, _ = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            ends = error.msg.startswith("Unterminated string") or error.pos >= len(text.rstrip("`\n ")) - 1
            if ends and '"variants"' in text[start:]:
                raise ModelNonsense("The model's answer is cut off: its JSON has no end.") from None
        except RecursionError:
            raise ModelNonsense("The model's answer is nested too deeply.") from None
        else:
            if isinstance(value, dict) and "variants" in value:
                return value
        start = text.find("{", start + 1)
        if start < 0:
            break
    raise ModelNonsense("The model's answer holds no JSON object with `variants`.")


def _variants(value: dict[str, Any]) -> list[Any]:
    variants = value["variants"]
    if not isinstance(variants, list):
        raise ModelNonsense("`variants` in the model's answer is not a list.")
    if len(variants) > MAX_VARIANTS:
        raise ModelNonsense(
            f"The model's answer has {len(variants)} variants; at most {MAX_VARIANTS} can be asked for."
        )
    return variants


def _reason(error: ValidationError) -> str:
    """The first thing wrong, without the values, which could be anything."""
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(str(part)[:40] for part in first['loc'])}: {first['msg']}"
