"""Products, brands, places, people and coupon codes that copy names must be in evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from service.checks.braces import Braces
from service.checks.copy import Copy, Source, Sources, fact_support, support, wording_of
from service.checks.models import Claim, Support
from service.checks.names import COMMON, FEASTS, GREETINGS, ROOMS, STREETS
from service.checks.once import once
from service.checks.words import fold, wordset

_COUPON = re.compile(
    r"\b(?i:cupom|cupón|coupon|voucher|promo code|código promocional|código|code)\s(?i:de desconto |de descuento )?"
    r"[\"“'«]?([A-Z][A-Z0-9]{3,19})\b"
)
_NAMED = wordset("cupom cupon coupon voucher code codigo")  # far quicker to look for than the pattern
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ][^\W_]*(?:['’-][^\W_]+)*")
_BETWEEN = re.compile(r"\s(?:(?:de|da|do|dos|das|del|de la|of|of the|di|du|van|von|&)\s)?\Z|-\Z", re.IGNORECASE)
_LONGEST_BETWEEN = 9
_BEGINS = re.compile(r"(?:\A|[.!?…:;\n>]|\}\})[\s\"“”'«»()¡¿\[*#]*\Z|[¡¿\[(]\s*\Z|[^\w\s][\"“«]\Z|[—–•|/]\s?\Z|\s-\s\Z")
_STOPS = frozenset(".!?…:;\n>")
_ATTRIBUTED = re.compile(r"[.!?…\"”»]\s?[—–-]\s?\Z")
_CAMEL = re.compile(r"[A-ZÀ-Þ]?[a-zà-ÿ]+[A-ZÀ-Þ][a-zà-ÿ]\w*\Z")
_IN_CAPITALS = re.compile(r"(?:[A-ZÀ-Þ]{2,}[!?.,:;]* ){3,}[A-ZÀ-Þ]{2,}")
_WORDS = re.compile(r"[^\W_][^\W_]*(?:['’][^\W_]+)*")
_DIGIT = re.compile(r"\d")
_LONG = 4
_TOKENS = ("{", "[", "%%", "<<", "*|")  # no token, and nothing that looks like one and holds a name, is without them


def entities(copy: Copy) -> Iterator[Claim]:
    """Every name in copy that is not a common word."""
    ground: _Ground | None = None
    for name, text in copy.fields.items():
        if _CAPITAL.search(text, 1) and not text.isupper():  # the first word has a capital anyway
            ground = ground or _Ground(copy)
            titled = copy.locale == "en" and _is_titled(text)
            yield from _named(copy, name, _blanked(text, copy.braces[name]), ground, titled=titled)


def coupons(copy: Copy) -> Iterator[Claim]:
    """Every coupon code that copy gives."""
    for name, text in copy.fields.items():
        for match in () if _NAMED.isdisjoint(copy.texts[name].words) else _COUPON.finditer(text):
            backing = _gives(copy.valid, match[1])
            codes = {source.facts.coupon for source in copy.valid if source.facts and source.facts.coupon}
            yield Claim(
                kind="entity", field=name, start=match.start(1), end=match.end(1), text=match[1], value=match[1],
                support=backing, expired=not backing and bool(_gives(copy.lapsed, match[1])),
                fix=codes.pop() if len(codes) == 1 and not backing else None,
            )  # fmt: skip


def _gives(sources: Sequence[Source], code: str) -> list[Support]:
    found: list[Support] = []
    for source in sources:
        if source.facts and source.facts.coupon and code in source.facts.coupon.split():
            found.append(fact_support(source, "coupon", source.facts.coupon))
        words = wording_of(source)
        if code in words and (match := re.search(rf"(?<!\w){code}(?!\w)", words)):
            found.append(support(source, *match.span()))
    return found


_Run = list[re.Match[str]]


def _named(copy: Copy, name: str, text: str, ground: _Ground, *, titled: bool) -> Iterator[Claim]:
    for run in _runs(text):
        first = run[0]
        begins = _begins(text, first.start())
        plain = begins and not _is_camel(first[0])
        if plain and len(run) == 1:
            continue  # the capital of a sentence
        judged = run[1:] if plain else run
        if titled:
            judged = [one for one in run if _is_camel(one[0])]
        names = [bare for one in judged if (bare := _name(one[0]))]
        if not names:
            continue
        unknown = [bare for bare in names if not ground.knows(bare)]
        if unknown and FEASTS.fullmatch(fold(text[run[0].start() : run[-1].end()])):
            continue
        if unknown and (
            _is_shouted(text, run)
            or _is_address(text, run)
            or _is_spoken_to(text, run, begins=begins)
            or _is_trait(copy, run)
        ):
            continue
        whole = run[1:] if begins and len(run) > 1 and not _name(first[0]) else run
        start, end = whole[0].start(), whole[-1].end()
        said = copy.fields[name][start:end]
        backing = [] if unknown else ground.backing(said, names[0])
        if not unknown and not backing:
            continue  # it is the sender's or the brief's own name
        if unknown and all(ground.knows(bare) or ground.lapsed(bare) for bare in names):
            continue  # what an offer was for does not lose its name when the offer ends
        yield Claim(
            kind="entity", field=name, start=start, end=end, text=said, value=said, support=backing,
        )  # fmt: skip


def _runs(text: str) -> Iterator[_Run]:
    """Words with a capital that stand together, `de` and the like between them counted in."""
    run: _Run = []
    end = 0
    for match in _CAPITAL.finditer(text):
        start = match.start()
        if start and (text[start - 1].isalnum() or text[start - 1] in "_@"):
            continue
        if run and (start - end > _LONGEST_BETWEEN or not _BETWEEN.match(text, end, start)):
            yield run
            run = []
        run.append(match)
        end = match.end()
    if run:
        yield run


def _begins(text: str, start: int) -> bool:
    """Whether a sentence begins there; a name after a quotation's dash begins none."""
    if start == 0:
        return True
    if start > 1 and text[start - 1] == " " and (text[start - 2].isalnum() or text[start - 2] == ","):
        return False  # as nearly all capitals inside a sentence
    if text[start - 1] in " \n" and text[start - 2] in _STOPS:
        return True  # as nearly all others
    before = text[max(0, start - 12) : start]
    if _ATTRIBUTED.search(before):
        return False
    return _BEGINS.search(before if start > 12 else text[:start]) is not None


def _name(word: str) -> str:
    """The word folded, if it could be a name at all: no abbreviation, no common word that has a capital."""
    if len(word) == 1 or (word.isupper() and len(word) <= 5) or (not word.isalpha() and _DIGIT.search(word)):
        return ""
    bare = _bare(word)
    return "" if bare in COMMON or (bare.endswith("s") and bare[:-1] in COMMON) else bare


def _is_shouted(text: str, run: _Run) -> bool:
    """Whether it is part of a longer passage in capitals, in which they tell nothing."""
    if not all(one[0].isupper() for one in run):
        return False
    sentence = text[: run[0].start()].rpartition("!")[2] + text[run[0].start() : run[-1].end()]
    if text.startswith("!!", run[-1].end()) and sentence.isupper():
        return True
    return any(
        match.start() <= run[0].start() and run[-1].end() <= match.end() for match in _IN_CAPITALS.finditer(text)
    )


def _is_camel(word: str) -> bool:
    """Whether there is a capital inside, as in `WhatsApp`."""
    return not word[1:].islower() and _CAMEL.match(word) is not None


def _is_address(text: str, run: _Run) -> bool:
    number_before = text[max(0, run[0].start() - 2) : run[0].start() - 1].isdigit()
    number_after = re.match(r"[.,]?\s(?:n[º.]?\s?)?\d", text[run[-1].end() : run[-1].end() + 6]) is not None
    if number_after and len(run) == 1 and fold(run[0][0]) in ROOMS:
        return True
    return (fold(run[0][0]) in STREETS and (number_after or number_before)) or (
        number_before and fold(run[-1][0]) in STREETS
    )


def _is_spoken_to(text: str, run: _Run, *, begins: bool) -> bool:
    """Whether the name is the reader's: personal data, which another check is there for."""
    before = fold(text[max(0, run[0].start() - 24) : run[0].start()]).rstrip(" ,!¡")
    if before.endswith(GREETINGS) or fold(run[0][0]) in GREETINGS:
        return True
    after = text[run[-1].end() : run[-1].end() + 1]
    if begins and after == "," and len(run) <= 3:
        return True
    return len(run) == 1 and text[: run[0].start()].endswith(", ") and after in ("!", "?")


def _is_trait(copy: Copy, run: _Run) -> bool:
    values = {_bare(value) for value in copy.traits.values() if isinstance(value, str)}
    return bool(values) and any(_bare(one[0]) in values for one in run)


def _is_titled(text: str) -> bool:
    """Whether every longer word has a capital, as in English headlines: then a capital tells nothing."""
    if text.rstrip().endswith((".", ":")):
        return False
    long = [word for word in _WORDS.findall(text) if len(word) >= _LONG and word.isalpha()]
    return len(long) >= 3 and sum(word[0].isupper() for word in long) >= 0.75 * len(long)


class _Ground:
    """The words of the evidence, and those of the sender and the brief, which may be named as well."""

    def __init__(self, copy: Copy) -> None:
        self._copy = copy
        self._words = _words(copy.valid)

    @once
    def _own(self) -> frozenset[str]:
        addresses = " ".join(source.url for source in self._copy.valid if source.url)
        return _vocabulary(f"{self._copy.context}\n{addresses}")

    def knows(self, bare: str) -> bool:
        """Whether evidence that holds, the sender or the brief has that word."""
        return _known(bare, self._words, self._copy.valid) or _among(bare, self._own)

    def lapsed(self, bare: str) -> bool:
        """Whether evidence that no longer holds has it."""
        return _known(bare, _words(self._copy.lapsed), self._copy.lapsed)

    def backing(self, said: str, first: str) -> list[Support]:
        """Where evidence has the name: whole, or failing that the first of its words."""
        found = _backing(self._copy.valid, said, first)
        return [found] if found else []


_folded = lru_cache(maxsize=2_048)(fold)


@lru_cache(maxsize=2_048)
def _vocabulary(text: str) -> frozenset[str]:
    found = [one.removesuffix("'s") for one in _WORDS.findall(_folded(text))]
    words, together = set(found), {"".join(pair) for pair in pairwise(found)}
    words |= {part for word in found if "'" in word for part in word.split("'")}
    return frozenset(words | {word[:-1] for word in words if word.endswith("s") and len(word) > 3} | together)


@lru_cache(maxsize=2_048)
def _backing(sources: Sources, said: str, first: str) -> Support | None:
    """The same for names that evidence knows, in other words for its own."""
    for whole in (fold(said), first):
        for source, folded in zip(sources, _texts(sources), strict=True):
            at = folded.find(whole)
            if at >= 0:
                return support(source, at, at + len(whole))
    return None


@lru_cache(maxsize=128)
def _texts(sources: Sources) -> tuple[str, ...]:
    return tuple(_folded(wording_of(source)) for source in sources)


@lru_cache(maxsize=128)
def _words(sources: Sources) -> frozenset[str]:
    return frozenset().union(*(_vocabulary(wording_of(source)) for source in sources))


def _known(bare: str, words: frozenset[str], sources: Sources) -> bool:
    """Whether some piece of evidence has the word, in the singular, or all its parts. `words` are those of all."""
    if _among(bare, words):  # which is nearly always all that is to be asked
        return not _is_joined(bare) or any(_among(bare, _vocabulary(wording_of(source))) for source in sources)
    return False


def _among(bare: str, words: frozenset[str]) -> bool:
    if bare in words or (bare.endswith("s") and bare[:-1] in words) or (bare.endswith("es") and bare[:-2] in words):
        return True
    return _is_joined(bare) and all(part in words for part in re.split(r"[-']", bare) if len(part) > 1)


def _is_joined(bare: str) -> bool:
    return "-" in bare or "'" in bare


def _bare(word: str) -> str:
    return fold(word).removesuffix("'s").removesuffix("'")


def _blanked(text: str, read: Braces) -> str:
    """The text with nothing where its tokens are, and what only looks like one: another check is there for them."""
    if not any([sign in text for sign in _TOKENS]):  # noqa: C419
        return text
    for start, end in [*(found[1:] for found in read.tokens), *read.strays]:
        text = f"{text[:start]}{'}' * (end - start)}{text[end:]}"
    return text
