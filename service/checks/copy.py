"""What the checks look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from operator import is_
from typing import Protocol, Self

from service.channels.base import Channel, Fields
from service.checks.braces import Braces, braces
from service.checks.messages import explain
from service.checks.models import Claim, Finding, Severity, Support, Terms
from service.checks.once import once
from service.checks.phrases import Text
from service.content.models import Facts
from service.generation.models import Task
from service.leads.contract import Use
from service.types import Locale


class Source(Protocol):
    """Evidence as far as checks need it."""

    @property
    def id(self) -> str: ...
    @property
    def content_id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def url(self) -> str | None: ...
    @property
    def facts(self) -> Facts | None: ...
    @property
    def valid_until(self) -> datetime | None: ...


class Sources(tuple[Source, ...]):
    """Evidence that stands together, never changed. Two are equal that hold the very same pieces: what has been read of
    all of them is remembered for the next variant beside them."""

    @once
    def _hash(self) -> int:
        return hash(tuple(map(id, self)))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Sources) and len(self) == len(other) and all(map(is_, self, other)))

    def __ne__(self, other: object) -> bool:
        return not self == other


@dataclass(frozen=True)
class Copy:
    """A variant's text fields, tokens unbound, with all that they are judged by.

    `tokens` are the names that copy may use, each with its approved fallback (empty where any will do). `links` are the
    fields that name a content item. `context` holds words that may be named but prove nothing: the sender, the brief.
    `traits` are what is known of the one lead it is for, or of an audience, and `uses` what the contract lets each be
    used for; whatever it does not name is forbidden. Everything is read as it holds at `now`, whose time zone is the
    readers'.
    """

    channel: str
    locale: Locale
    fields: Mapping[str, str]
    evidence: Sequence[Source]
    tokens: Mapping[str, str]
    now: datetime
    links: Mapping[str, str] = field(default_factory=dict)
    context: str = ""
    traits: Mapping[str, object] = field(default_factory=dict)
    uses: Mapping[str, Use] = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)

    @classmethod
    def of(cls, channel: Channel, fields: Fields, task: Task, private: Private | None = None) -> Self:
        """The copy in a draft's fields, as the task's evidence and tokens let it be."""
        return cls(
            channel=channel.name,
            locale=task.locale,
            fields=channel.texts(fields),
            evidence=task.evidence,
            tokens=task.tokens,
            now=task.now,
            links=channel.references(fields),
            context=f"{task.sender}\n{task.objective}",
            traits=private.traits if private else {},
            uses=private.uses if private else {},
            terms=task.terms,
        )

    def expired(self, source: Source) -> bool:
        """Whether what that evidence says no longer holds."""
        return source.valid_until is not None and source.valid_until <= self.now

    @once
    def valid(self) -> Sources:
        """The evidence that holds."""
        return Sources(source for source in self.evidence if not self.expired(source)) if self.lapsed else self._given

    @once
    def lapsed(self) -> Sources:
        """The evidence that no longer does."""
        return Sources(source for source in self.evidence if self.expired(source))

    @once
    def _given(self) -> Sources:
        return Sources(self.evidence)

    @once
    def wordings(self) -> tuple[str, ...]:
        """All the words of each piece of evidence, whether it holds or not."""
        return _wordings(self._given)

    @once
    def texts(self) -> dict[str, Text]:
        """Each field's words, folded and indexed once for all the checks."""
        return {name: Text(text, self.locale) for name, text in self.fields.items()}

    @once
    def signs(self) -> frozenset[str]:
        """All their signs and digits."""
        return frozenset().union(*[text.signs for text in self.texts.values()])

    @once
    def worded(self) -> dict[str, Text]:
        """The fields in which any wording of any family stands: of most copy none."""
        return {name: text for name, text in self.texts.items() if text.found}

    @once
    def braces(self) -> dict[str, Braces]:
        """The tokens of each field, and what looks like some."""
        return {name: braces(self.fields[name], text.signs) for name, text in self.texts.items()}

    @once
    def braced(self) -> dict[str, Braces]:
        """The fields in which there is either."""
        return {name: read for name, read in self.braces.items() if read.tokens or read.strays}

    @once
    def stated(self) -> dict[str, object]:
        """What `stated.py` has read of the fields so far, kept for the next check that asks."""
        return {}

    def finding(
        self, code: str, field_: str, start: int = 0, end: int = 0, severity: Severity = "block", **details: object
    ) -> Finding:
        """A finding at that place of a field, told in the copy's locale. A detail `replacement` is kept as such."""
        quote = self.fields.get(field_, "")[start:end]
        message, fix = explain(code, self.locale, {"quote": quote, "field": field_, **details})
        replacement = details.get("replacement")
        return Finding(
            code=code, severity=severity, field=field_, start=start, end=end, quote=quote, message=message, fix=fix,
            replacement=str(replacement) if replacement is not None else None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Private:
    """What no writer ever sees: the lead's own values, which copy must not show, and what each may be used for."""

    traits: Mapping[str, object]
    uses: Mapping[str, Use]


def wording_of(source: Source) -> str:
    """All the words of a piece of evidence."""
    return _wording(source.title, source.text, (source.facts.terms if source.facts else None) or "")


@lru_cache(maxsize=4_096)
def _wording(title: str, text: str, terms: str) -> str:
    """One and the same string each time, so that whoever looks up what it says has its hash and need not compare."""
    return f"{title}\n{text}\n{terms}"


@lru_cache(maxsize=256)
def _wordings(sources: Sources) -> tuple[str, ...]:
    return tuple(map(wording_of, sources))


def support(source: Source, start: int, end: int, *, derived: bool = False) -> Support:
    """The support that evidence gives in that part of its wording."""
    offset, end_of_text = len(source.title) + 1, len(source.title) + 1 + len(source.text)
    place = (start - offset, end - offset) if offset <= start and end <= end_of_text else (None, None)
    return _support(
        source.id, source.content_id, source.version, wording_of(source)[start:end], *place, fact=None, derived=derived
    )


def fact_support(source: Source, fact: str, value: object, *, derived: bool = False) -> Support:
    """The support that one of an offer's facts gives."""
    return _support(source.id, source.content_id, source.version, str(value), None, None, fact=fact, derived=derived)


@lru_cache(maxsize=8_192)
def _support(
    evidence: str, content_id: str, version: int, quote: str, start: int | None, end: int | None, *,
    fact: str | None, derived: bool,
) -> Support:  # fmt: skip
    """One and the same for all that rests on it, in all the variants beside which the evidence stands."""
    return Support(
        evidence=evidence, content_id=content_id, version=version, quote=quote, start=start, end=end, fact=fact,
        derived=derived,
    )  # fmt: skip


Check = Callable[[Copy], Iterable[Finding]]
Reading = Callable[[Copy], Iterable[Claim]]
"""Finds claims of some kind, bound and unbound alike; an unbound one becomes a finding `claim.<kind>`."""
