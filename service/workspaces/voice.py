"""How somebody has been writing, read from their own past e-mails: a style and a voice to begin with. Pure.

What could tell of a person goes before anything is looked at: what the checks know as personal data, names after
greetings and at the end of letters, addresses and long numbers. Nothing is kept of the texts but counts, and quotes of
a few words in which every name that could be one is masked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from service.checks.brand import EMOJI, EXCLAMATION, GREETING, TU, VOCE
from service.checks.copy import Copy
from service.checks.names import COMMON
from service.checks.privacy import personal_data
from service.checks.words import fold, wordset
from service.common_words import COMMON_WORDS
from service.content.plain import text_of
from service.leads.models import CleanText
from service.types import Locale
from service.workspaces.style import GENDERED, Address, Amount, Preferred, Style

MOST_TEXTS = 20
LONGEST_TEXT = 20_000
MASK = "[…]"
MOST_QUOTES = 3

Told = Literal["address", "greeting", "emoji", "exclamations", "sentences", "questions", "preferred", "words"]

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w'’]+"
_PEOPLE = rf"(?P<name>{_CAPITAL}(?: (?:(?:d[aeo]s?|e|van|von|y) )?{_CAPITAL}){{0,4}})"
_GREETED = re.compile(
    r"(?m)^\W{0,3}(?:(?i:ol[aá]|oi+e?|e a[ií]|bom dia|boa tarde|boa noite|prezad[oa]s?|car[oa]s?|querid[oa]s?|hola"
    r"|buenos d[ií]as|buenas(?: tardes| noches)?|estimad[oa]s?|hi|hello|hey|dear|good (?:morning|afternoon|evening)"
    rf"|bem-vind[oa]|bienvenid[oa]|welcome))(?i:,?\s+(?:sr|sra|mr|mrs|ms|dr|dra|don|doña)\.?)?,?\s+{_PEOPLE}"
)
_SIGNED = re.compile(
    r"(?m)^\W{0,3}(?i:um (?:grande )?abra[cç]o|(?:grandes )?abra[cç]os?|beijos?|atenciosamente|cordialmente"
    r"|at[eé] (?:logo|mais|j[aá])|com carinho|saludos(?: cordiales)?|un abrazo|atentamente"
    r"|(?:best |kind |warm )?regards|best|cheers|sincerely"
    rf"|yours)\W*(?:\n\s*|[,\s]+){_PEOPLE}"
)
_CALLED = re.compile(rf"(?:(?<=^)|(?<=[.!?\n]\s)|(?<=\n))(?P<name>{_CAPITAL}),(?=\s[a-zà-öø-ÿ])")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+")
_NUMBER = re.compile(r"(?<![\w,.])\d[\d./-]{4,}\d(?!\w)")
_FIELD = re.compile(r"\{\{[^{}]{0,80}\}\}|\*\|[^|\n]{1,60}\|\*|\{[a-z_ ]{2,40}\}|%%[^%\n]{1,60}%%")
_INSIDE = re.compile(rf"(?<=[a-zà-öø-ÿ0-9,;:] ){_CAPITAL}")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
_ADVERBS = wordset(
    "hoje agora sim nao aqui ah depois antes assim entao enfim afinal alias claro pronto amanha ontem finalmente"
    " primeiro segundo terceiro today now yes no here then first finally also still hoy ahora si luego despues"
    " entonces primero manana bueno"
)
_OF_LETTERS = wordset("email mail abraco abracos atenciosamente cordialmente saludos regards")
_UNTELLING = COMMON_WORDS | COMMON | _OF_LETTERS
_SYNONYMS: Mapping[Locale, Sequence[str]] = {
    "pt-BR": (
        "comprar adquirir", "presente brinde mimo", "frete envio", "carrinho sacola", "desconto abatimento",
        "parcelas prestações", "novidade lançamento", "clientes consumidores fregueses", "site portal",
        "dúvidas questionamentos", "ajuda suporte", "grátis gratuito", "pedido encomenda", "aproveite garanta",
        "conheça descubra",
    ),
    "en": (
        "buy purchase", "gift freebie", "cart basket bag", "discount markdown", "shipping delivery", "help support",
        "free complimentary", "customers clients", "discover explore", "sign-up register",
    ),
    "es": (
        "comprar adquirir", "regalo obsequio detalle", "carrito cesta bolsa", "descuento rebaja", "envío entrega",
        "cuotas plazos", "ayuda soporte", "gratis gratuito", "clientes consumidores",
        "descubre conoce", "pedido encargo",
    ),
}  # fmt: skip
"""Words of one sense; a brand that uses one of them always means it."""
_NEUTRAL: Mapping[Locale, Mapping[str, str]] = {
    "pt-BR": {"prezad": "Olá", "car": "Olá", "querid": "Olá", "bem-vind": "Boas-vindas"},
    "en": {},
    "es": {"estimad": "Hola", "querid": "Hola", "bienvenid": "Hola"},
}
_SENTENCES: Mapping[Locale, Mapping[str, str]] = {
    "pt-BR": {
        "short": "Frases curtas, de {words} palavras em média.", "middle": "Frases de {words} palavras em média.",
        "long": "Frases longas, de {words} palavras em média.",
        "questions": "De vez em quando, uma pergunta a quem lê.",
        "calm": "Tom calmo, sem exclamações.", "lively": "Tom animado.",
    },
    "en": {
        "short": "Short sentences of {words} words on average.", "middle": "Sentences of {words} words on average.",
        "long": "Long sentences of {words} words on average.", "questions": "Now and then a question to the reader.",
        "calm": "A calm tone, without exclamation marks.", "lively": "A lively tone.",
    },
    "es": {
        "short": "Frases cortas, de {words} palabras de media.", "middle": "Frases de {words} palabras de media.",
        "long": "Frases largas, de {words} palabras de media.",
        "questions": "De vez en cuando, una pregunta a quien lee.",
        "calm": "Tono tranquilo, sin exclamaciones.", "lively": "Tono animado.",
    },
}  # fmt: skip
_SHORT, _LONG = 12, 20  # words a sentence


class PastEmails(BaseModel):
    """E-mails that were sent before, as plain text or HTML."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"texts": ["Olá!\n\nO café novo chegou. Você vai gostar.\n\nUm abraço"]}]},
    )

    texts: Annotated[
        list[Annotated[CleanText, Field(min_length=1, max_length=LONGEST_TEXT)]],
        Field(min_length=1, max_length=MOST_TEXTS),
    ]
    locale: Locale | None = Field(default=None, description="Their language; the workspace's own unless given.")


class Evidence(BaseModel):
    """What in the texts a proposed rule comes of: how often, and where, with what is personal masked."""

    of: Told
    counts: dict[str, float] = Field(default_factory=dict)
    quotes: list[str] = Field(default_factory=list)


class VoiceProposal(BaseModel):
    """A style and a voice to begin with, nothing of which holds until it is saved. `masked` is how many pieces of
    personal data were taken out before anything was read."""

    texts: int
    masked: int
    locale: Locale
    voice: str
    style: Style
    evidence: list[Evidence]


class Masked(NamedTuple):
    """A text without personal data, and how many pieces were taken out."""

    text: str
    masked: int


def propose_voice(texts: Sequence[str], locale: Locale) -> VoiceProposal:
    """What those texts have in common."""
    cleared = without_people(texts)
    plain = [one.text for one in cleared]
    address, addressed = _address(plain, locale)
    greeting, greeted = _greeting(plain, locale)
    emoji, drawn = _amount("emoji", plain, EMOJI)
    exclamations, exclaimed = _amount("exclamations", plain, EXCLAMATION)
    preferred, chosen = _preferred(plain, locale)
    voice, measured = _voice(plain, locale, exclamations)
    return VoiceProposal(
        texts=len(texts), masked=sum(one.masked for one in cleared), locale=locale, voice=voice,
        style=Style(
            address=address, greeting=greeting, emoji=emoji, exclamations=exclamations, preferred=tuple(preferred)
        ),
        evidence=[addressed, greeted, drawn, exclaimed, *measured, *chosen, *_words(plain)],
    )  # fmt: skip


def without_people(texts: Sequence[str]) -> list[Masked]:
    """The texts as plain text in which nothing tells of a person. A name that one gives away is masked in all."""
    plain = [text_of(text) for text in texts]
    whole = "\n".join(plain)
    lower = {word for word in _WORD.findall(_ADDRESS.sub(" ", whole)) if word.islower()}
    names = set[str]()
    for pattern in (_GREETED, _SIGNED, _CALLED):
        for match in pattern.finditer(whole):
            words = [word for word in match["name"].split() if word[:1].isupper()]
            names |= {word for word in words if word.lower() not in lower and fold(word) not in _ADVERBS | GENDERED}
    return [_cleared(text, names) for text in plain]


def _cleared(text: str, names: set[str]) -> Masked:
    masked = 0

    def hidden(_: re.Match[str]) -> str:
        nonlocal masked
        masked += 1
        return MASK

    copy = Copy("", "pt-BR", {"text": text}, (), {}, _ANY_TIME)
    spans = sorted({(one.start, one.end) for one in personal_data(copy)}, reverse=True)
    for start, end in spans:
        masked += 1
        text = text[:start] + MASK + text[end:]
    for pattern in (_ADDRESS, _NUMBER):
        text = pattern.sub(hidden, text)
    if names:
        named = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
        text = re.sub(rf"(?<!\w)(?:{named})(?!\w)", hidden, text)
    return Masked(_FIELD.sub(MASK, text), masked)


def _address(texts: Sequence[str], locale: Locale) -> tuple[Address, Evidence]:
    if locale not in TU:
        return "any", Evidence(of="address")
    tu, voce = (sum(len(table[locale].findall(fold(text))) for text in texts) for table in (TU, VOCE))
    told: Address = "any"
    if max(tu, voce) >= 2 and max(tu, voce) >= 4 * min(tu, voce):
        told = "voce" if voce > tu else "tu"
    quotes = _quotes(texts, (VOCE if voce >= tu else TU)[locale], folded=True) if tu or voce else []
    return told, Evidence(of="address", counts={"voce": voce, "tu": tu}, quotes=quotes)


def _greeting(texts: Sequence[str], locale: Locale) -> tuple[str, Evidence]:
    """The commonest greeting at the beginning of a text, in words for anybody."""
    found = Counter[str]()
    for text in texts:
        for line in text.splitlines()[:3]:
            match = GREETING.match(fold(line))
            if match:
                found[line[: match.end()].strip().capitalize()] += 1
                break
    if not found:
        return "", Evidence(of="greeting")
    said = found.most_common(1)[0][0]
    neutral = next((new for stem, new in _NEUTRAL[locale].items() if fold(said).startswith(stem)), said)
    told = neutral if sum(found.values()) * 2 >= len(texts) else ""
    return told, Evidence(of="greeting", counts=dict(found.most_common(MOST_QUOTES)))


def _amount(of: Told, texts: Sequence[str], pattern: re.Pattern[str]) -> tuple[Amount, Evidence]:
    counts = [len(pattern.findall(text)) for text in texts]
    amount: Amount = "never" if not sum(counts) else "sparing" if max(counts) <= 1 else "free"
    told = {"total": sum(counts), "texts": sum(one > 0 for one in counts)}
    return amount, Evidence(of=of, counts=dict(told), quotes=_quotes(texts, pattern))


def _preferred(texts: Sequence[str], locale: Locale) -> tuple[list[Preferred], list[Evidence]]:
    """Of words of one sense the one that stands there alone, twice at least."""
    counted = Counter(fold(word) for text in texts for word in _WORD.findall(text))
    pairs, counts = list[Preferred](), dict[str, float]()
    for group in _SYNONYMS[locale]:
        words = group.split()
        used = [(word, counted[fold(word)] + counted[fold(word) + "s"]) for word in words]
        there = [(word, count) for word, count in used if count]
        if len(there) == 1 and there[0][1] >= 2:
            word, count = there[0]
            counts[word] = count
            pairs += [Preferred(instead_of=other, say=word) for other in words if other != word]
    return pairs, [Evidence(of="preferred", counts=counts)] if pairs else []


def _voice(texts: Sequence[str], locale: Locale, exclamations: Amount) -> tuple[str, list[Evidence]]:
    lengths = [len(words) for text in texts for one in _SENTENCE.findall(text) if len(words := _WORD.findall(one)) > 1]
    asked = sum(text.count("?") for text in texts)
    said, told = _SENTENCES[locale], list[str]()
    mean = round(sum(lengths) / len(lengths)) if lengths else 0
    if mean:
        told.append(said["short" if mean <= _SHORT else "middle" if mean < _LONG else "long"].format(words=mean))
    if asked:
        told.append(said["questions"])
    told += {"never": [said["calm"]], "free": [said["lively"]]}.get(exclamations, [])
    return " ".join(told), [
        Evidence(of="sentences", counts={"sentences": len(lengths), "words": mean}),
        Evidence(of="questions", counts={"total": asked}, quotes=_quotes(texts, re.compile(r"\?"))),
    ]


def _words(texts: Sequence[str]) -> Iterator[Evidence]:
    """The words that come again in several texts: what a brand is proud of, or tired of."""
    total, spread = Counter[str](), Counter[str]()
    for text in texts:
        words = [word for word in _WORD.findall(text) if len(word) > 4 and word.islower()]
        words = [word for word in words if fold(word) not in _UNTELLING]
        total.update(words)
        spread.update(set(words))
    found = {word: float(count) for word, count in total.most_common() if count > 2 and spread[word] > 1}
    if found:
        yield Evidence(of="words", counts=dict([*found.items()][:12]))


def _quotes(texts: Sequence[str], pattern: re.Pattern[str], *, folded: bool = False) -> list[str]:
    """The words round the first place in some texts; whatever could be a name there is masked."""
    found = list[str]()
    for text in texts:
        match = pattern.search(fold(text) if folded else text)
        if match and len(found) < MOST_QUOTES:
            start = max(text.rfind("\n", 0, match.start()) + 1, match.start() - 40)
            ends = text.find("\n", match.end())
            end = min(len(text) if ends < 0 else ends, match.end() + 40)
            while 0 < start < match.start() and not text[start - 1].isspace():
                start += 1
            while match.end() < end < len(text) and not text[end].isspace():
                end -= 1
            found.append(_INSIDE.sub(MASK, text[start:end].strip()))
    return list(dict.fromkeys(found))
