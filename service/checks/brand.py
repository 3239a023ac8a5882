"""How the workspace's brand speaks: address, greeting, emoji, exclamation marks, preferred words, and what a price
always comes with. All of it warns and nothing blocks: a rule of style is broken for a reason now and then."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from service.checks.copy import Copy
from service.checks.models import Finding
from service.checks.words import fold
from service.types import Locale
from service.workspaces.style import Rules, Style

_PICTURE = r"[\u2600-\u27bf\u2b05-\u2b55\U0001f000-\U0001f0ff\U0001f300-\U0001faff]\ufe0f?[\U0001f3fb-\U0001f3ff]?"
EMOJI = re.compile(rf"[\U0001f1e6-\U0001f1ff]{{2}}|{_PICTURE}(?:\u200d{_PICTURE})*")
EXCLAMATION = re.compile(r"[!¡]+")
TU: Mapping[Locale, re.Pattern[str]] = {
    "pt-BR": re.compile(r"(?<![\w-])(?:tu|teus?|tuas?|contigo|ti)(?![\w-])"),
    "es": re.compile(r"(?<![\w-])(?:tus?|tuy[oa]s?|contigo|ti|te)(?![\w-])"),
}
VOCE: Mapping[Locale, re.Pattern[str]] = {
    "pt-BR": re.compile(r"(?<![\w-])voces?(?![\w-])"),
    "es": re.compile(r"(?<![\w-])ustedes|(?<![\w-])usted(?![\w-])"),
}
_YOU = re.compile(r"(?<![\w-])(?:you|your|yours)(?![\w-])")
_INSTEAD: Mapping[tuple[Locale, str], str] = {
    ("pt-BR", "teu"): "seu", ("pt-BR", "teus"): "seus", ("pt-BR", "tua"): "sua", ("pt-BR", "tuas"): "suas",
    ("pt-BR", "contigo"): "com você", ("pt-BR", "ti"): "você",
    ("es", "tus"): "sus", ("es", "contigo"): "con usted", ("es", "ti"): "usted",
}  # fmt: skip
"""What stands in its place whatever the verb is; for the others the sentence has to be written anew."""
GREETING = re.compile(
    r"\s*(?:e ai|oi+e?|ola|bom dia|boa tarde|boa noite|prezad[oa]s?|car[oa]s?|querid[oa]s?|bem-vind[oa]s?|hola"
    r"|buenos dias|buenas(?: tardes| noches)?|estimad[oa]s?|bienvenid[oa]s?|hi|hello|hey|dear"
    r"|good (?:morning|afternoon|evening)|welcome)(?![\w-])"
)
PRICE = re.compile(r"(?:R\$|US\$|AR\$|MX\$|[$€£])\s?(\d[\d.,]*\d|\d)")
INSTALLMENTS = re.compile(
    r"\b(?:\d{1,2} ?x\b|parcel\w+|prestac\w+|cuotas?|instal?lments?|plazos"
    r"|(?:em|in|en)(?: ate| hasta)? \d{1,2} (?:vezes|times|veces|meses sin intereses))"
)
_LETTERS = ("body", "message", "text")
_SPARING = 1


def brand(copy: Copy) -> Iterator[Finding]:
    """Where copy does not speak as the workspace's style says."""
    if copy.terms.companions:
        yield from _companions(copy)
    if not isinstance(copy.terms, Rules) or copy.terms.style.plain:
        return
    style = copy.terms.style
    for name, text in copy.texts.items():
        yield from _addressed(copy, style, name, text.folded)
        yield from _preferred(copy, style, name, text.folded)
        if style.greeting and name in _LETTERS:
            yield from _greeted(copy, style, name, text.folded)
    yield from _counted(copy, "brand.emoji", style.emoji, EMOJI)
    yield from _counted(copy, "brand.exclamation", style.exclamations, EXCLAMATION)


def _addressed(copy: Copy, style: Style, field: str, folded: str) -> Iterator[Finding]:
    locale = copy.locale
    wrong = {"voce": (TU,), "tu": (VOCE,), "neutral": (TU, VOCE)}.get(style.address, ())
    patterns = [table[locale] for table in wrong if locale in table]
    if locale == "en" and style.address == "neutral":
        patterns = [_YOU]
    for pattern in patterns:
        for match in pattern.finditer(folded):
            said = copy.fields[field][match.start() : match.end()]
            if said.isupper() and len(said) > 1:
                continue  # TI and TE in capitals are abbreviations as often as not
            instead = _INSTEAD.get((locale, match[0])) if style.address == "voce" else None
            yield _finding(
                copy, "brand.address", field, match.span(), f"address.{style.address}", _cased(instead, said)
            )


def _preferred(copy: Copy, style: Style, field: str, folded: str) -> Iterator[Finding]:
    for one in style.preferred:
        for match in _spelled(one.instead_of).finditer(folded):
            said = copy.fields[field][match.start() : match.end()]
            many = match[0] != fold(one.instead_of) and match[0].endswith("s") and not one.say.endswith("s")
            instead = _cased(one.say + ("s" if many else ""), said)
            yield _finding(copy, "brand.preferred", field, match.span(), "preferred", instead)


def _greeted(copy: Copy, style: Style, field: str, folded: str) -> Iterator[Finding]:
    """The greeting that stands at the beginning, where it is another."""
    match = GREETING.match(folded)
    if match and not folded.lstrip().startswith(fold(style.greeting).rstrip("!,. ")):
        start = match.end() - len(match[0].lstrip())
        yield _finding(copy, "brand.greeting", field, (start, match.end()), "greeting", style.greeting.rstrip("!,. "))


def _counted(copy: Copy, code: str, amount: str, pattern: re.Pattern[str]) -> Iterator[Finding]:
    """Signs of which there may be none, or one in all the fields."""
    if amount == "free":
        return
    left = 0 if amount == "never" else _SPARING
    for name, text in copy.fields.items():
        for match in pattern.finditer(text):
            if left:
                left -= 1
                continue
            start, end = match.span()
            if code == "brand.emoji" and text[:start].endswith(" "):
                start -= 1
            instead = "." if pattern is EXCLAMATION and "¡" not in match[0] and name in _LETTERS else ""
            yield _finding(copy, code, name, (start, end), f"{code.removeprefix('brand.')}.{amount}", instead)


def _companions(copy: Copy) -> Iterator[Finding]:
    """Prices of offers that can be paid in instalments, where the copy does not tell so anywhere."""
    offers = [source.facts for source in copy.valid if source.facts and source.facts.installments]
    if not offers or any(INSTALLMENTS.search(text.folded) for text in copy.texts.values()):
        return
    for name, text in copy.fields.items():
        for match in PRICE.finditer(text):
            value = _amount(match[1], copy.locale)
            facts = next((one for one in offers if value is not None and value in (one.price, one.pix_price)), None)
            if facts is not None:
                yield _finding(copy, "brand.companion", name, match.span(), "companion", None, count=facts.installments)
                return


def _amount(text: str, locale: Locale) -> Decimal | None:
    """The number as that locale writes it."""
    thousands, point = (",", ".") if locale == "en" else (".", ",")
    try:
        return Decimal(text.replace(thousands, "").replace(point, "."))
    except InvalidOperation:
        return None


def _cased(instead: str | None, said: str) -> str | None:
    return instead[0].upper() + instead[1:] if instead and said[:1].isupper() else instead


@lru_cache(maxsize=512)
def _spelled(term: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)" + r"\s+".join(re.escape(word) + "(?:e?s)?" for word in fold(term).split()) + r"(?!\w)")


def _finding(
    copy: Copy, code: str, field: str, span: tuple[int, int], key: str, replacement: str | None, **details: object
) -> Finding:
    start, end = span
    quote = copy.fields[field][start:end]
    message, fix = _MESSAGES[key][copy.locale]
    told = {"quote": quote.strip(), "replacement": replacement, **details}
    return Finding(
        code=code, severity="warn", field=field, start=start, end=end, quote=quote, message=message.format_map(told),
        fix=fix.format_map(told), replacement=replacement,
    )  # fmt: skip


_MESSAGES: Mapping[str, Mapping[Locale, tuple[str, str]]] = {
    "address.voce": {
        "pt-BR": ("A marca trata quem lê por “você”; aqui está “{quote}”.", "Escreva com “você”."),
        "en": ("The brand says “você”; here it says “{quote}”.", "Write it with “você”."),
        "es": ("La marca trata de “usted”; aquí dice “{quote}”.", "Escríbelo con “usted”."),
    },
    "address.tu": {
        "pt-BR": ("A marca trata quem lê por “tu”; aqui está “{quote}”.", "Escreva com “tu”."),
        "en": ("The brand says “tu”; here it says “{quote}”.", "Write it with “tu”."),
        "es": ("La marca trata de “tú”; aquí dice “{quote}”.", "Escríbelo con “tú”."),
    },
    "address.neutral": {
        "pt-BR": ("A marca não diz “você” nem “tu”; aqui está “{quote}”.", "Fale do produto ou use o infinitivo."),
        "en": ("The brand does not address the reader; here it says “{quote}”.", "Speak of the product."),
        "es": ("La marca no dice “tú” ni “usted”; aquí dice “{quote}”.", "Habla del producto o usa el infinitivo."),
    },
    "greeting": {
        "pt-BR": ("A marca cumprimenta com “{replacement}”, e não com “{quote}”.", "{quote} → {replacement}"),
        "en": ("The brand greets with “{replacement}”, not “{quote}”.", "{quote} → {replacement}"),
        "es": ("La marca saluda con “{replacement}”, no con “{quote}”.", "{quote} → {replacement}"),
    },
    "preferred": {
        "pt-BR": ("A marca diz “{replacement}” em vez de “{quote}”.", "{quote} → {replacement}"),
        "en": ("The brand says “{replacement}” instead of “{quote}”.", "{quote} → {replacement}"),
        "es": ("La marca dice “{replacement}” en vez de “{quote}”.", "{quote} → {replacement}"),
    },
    "emoji.never": {
        "pt-BR": ("A marca não usa emojis: {quote}.", "Retire o emoji."),
        "en": ("The brand uses no emoji: {quote}.", "Leave the emoji out."),
        "es": ("La marca no usa emojis: {quote}.", "Quita el emoji."),
    },
    "emoji.sparing": {
        "pt-BR": ("A marca usa no máximo um emoji por mensagem: {quote} é mais um.", "Deixe um só."),
        "en": ("The brand uses at most one emoji a message: {quote} is one more.", "Keep only one."),
        "es": ("La marca usa como mucho un emoji por mensaje: {quote} es otro más.", "Deja solo uno."),
    },
    "exclamation.never": {
        "pt-BR": ("A marca não usa pontos de exclamação.", "Termine a frase sem exclamação."),
        "en": ("The brand uses no exclamation marks.", "End the sentence without one."),
        "es": ("La marca no usa signos de exclamación.", "Termina la frase sin exclamación."),
    },
    "exclamation.sparing": {
        "pt-BR": ("A marca usa no máximo uma exclamação por mensagem.", "Termine a frase sem exclamação."),
        "en": ("The brand uses at most one exclamation mark a message.", "End the sentence without one."),
        "es": ("La marca usa como mucho una exclamación por mensaje.", "Termina la frase sin exclamación."),
    },
    "companion": {
        "pt-BR": ("O preço “{quote}” vem sempre com o parcelamento.", "Diga em quantas vezes: até {count}x."),
        "en": ("The price “{quote}” always comes with its instalments.", "Say in how many: up to {count}."),
        "es": ("El precio “{quote}” va siempre con las cuotas.", "Di en cuántas cuotas: hasta {count}."),
    },
}
