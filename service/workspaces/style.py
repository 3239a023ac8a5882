"""How a brand speaks, as rules that can be edited, put into prompts as sentences, and checked in all copy. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from service.checks.models import Term, Terms
from service.checks.words import fold, wordset
from service.leads.models import CleanText
from service.leads.wordings import hidden, stripped
from service.types import Locale

Address = Literal["any", "voce", "tu", "neutral"]
Amount = Literal["free", "sparing", "never"]

MOST_PREFERRED = 100
GENDERED = wordset(
    "caro cara caros caras prezado prezada prezados prezadas querido querida queridos queridas estimado estimada"
    " estimados estimadas bem-vindo bem-vinda bem-vindos bem-vindas bienvenido bienvenida bienvenidos bienvenidas"
    " amigo amiga amigos amigas senhor senhora sr sra senor senora sir madam mr mrs ms"
)
"""Words of greetings that take a gender which copy for many readers does not have."""


def _greeting(text: str) -> str:
    """A greeting that fits anybody, whose name may follow as a token."""
    if hidden(text) or any(sign in text for sign in "{}|<>@"):
        raise ValueError("write plain words in one line; a name follows as a token of the copy")
    if any(char.isdigit() for char in text):
        raise ValueError("a greeting holds no digits")
    for word in fold(text).replace(",", " ").replace("!", " ").split():
        if word.strip(".:;") in GENDERED:
            raise ValueError(f"{word!r} takes a gender; write a greeting for anybody, such as Olá")
    return text


class Preferred(BaseModel):
    """A word that the brand says in another's stead."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instead_of: Term
    say: Term

    @model_validator(mode="after")
    def _another(self) -> Self:
        if fold(self.instead_of) == fold(self.say):
            raise ValueError(f"{self.say!r} cannot stand in its own stead")
        return self


class Style(BaseModel):
    """`address`: `voce` (in Spanish `usted`), `tu`, `neutral` (neither), or `any`. `greeting`: how letters begin, in
    words that fit anybody. `emoji` and `exclamations`: as many as one likes, at most one a message, or none."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "address": "voce",
                    "greeting": "Olá",
                    "emoji": "never",
                    "preferred": [{"instead_of": "adquirir", "say": "comprar"}],
                }
            ]
        },
    )

    address: Address = "any"
    greeting: Annotated[CleanText, BeforeValidator(stripped), Field(max_length=60), AfterValidator(_greeting)] = ""
    emoji: Amount = "free"
    exclamations: Amount = "free"
    preferred: Annotated[tuple[Preferred, ...], Field(max_length=MOST_PREFERRED)] = ()

    @model_validator(mode="after")
    def _no_circles(self) -> Self:
        said = {fold(one.say) for one in self.preferred}
        if circle := next((one.instead_of for one in self.preferred if fold(one.instead_of) in said), None):
            raise ValueError(f"preferred: {circle!r} is said in one pair and replaced in another")
        return self

    def sentences(self, locale: Locale) -> Iterator[str]:
        """The same as sentences, for whoever writes."""
        words = _SENTENCES[locale]
        if told := words.get(f"address.{self.address}"):
            yield told
        if self.greeting:
            yield words["greeting"].format(greeting=self.greeting)
        for name, amount in (("emoji", self.emoji), ("exclamations", self.exclamations)):
            if told := words.get(f"{name}.{amount}"):
                yield told
        for one in self.preferred:
            yield words["preferred"].format(say=one.say, instead_of=one.instead_of)

    @property
    def plain(self) -> bool:
        """Whether it says nothing at all."""
        return self == _PLAIN


class Rules(Terms):
    """A workspace's terms with how its brand speaks: what the checks of copy go by."""

    style: Style = Field(default_factory=Style)


def voiced(voice: str, style: Style, locale: Locale) -> str:
    """The brand voice as prompts get it: its own sentences, then those of the style."""
    return "\n".join(filter(None, (voice.strip(), " ".join(style.sentences(locale)))))


_PLAIN = Style()
_SENTENCES: Mapping[Locale, Mapping[str, str]] = {
    "pt-BR": {
        "address.voce": "Trate quem lê por “você”, nunca por “tu”.",
        "address.tu": "Trate quem lê por “tu”, nunca por “você”.",
        "address.neutral": "Não use “você” nem “tu”; fale do produto ou use o infinitivo.",
        "greeting": "Comece cartas e mensagens com “{greeting}”.",
        "emoji.sparing": "No máximo um emoji por mensagem.",
        "emoji.never": "Não use emojis.",
        "exclamations.sparing": "No máximo um ponto de exclamação por mensagem.",
        "exclamations.never": "Não use pontos de exclamação.",
        "preferred": "Diga “{say}” em vez de “{instead_of}”.",
    },
    "en": {
        "address.neutral": "Do not address the reader as “you”; speak of the product.",
        "greeting": "Begin letters and messages with “{greeting}”.",
        "emoji.sparing": "At most one emoji a message.",
        "emoji.never": "No emoji.",
        "exclamations.sparing": "At most one exclamation mark a message.",
        "exclamations.never": "No exclamation marks.",
        "preferred": "Say “{say}” instead of “{instead_of}”.",
    },
    "es": {
        "address.voce": "Trata a quien lee de “usted”, nunca de “tú”.",
        "address.tu": "Trata a quien lee de “tú”, nunca de “usted”.",
        "address.neutral": "No uses ni “tú” ni “usted”; habla del producto o usa el infinitivo.",
        "greeting": "Empieza cartas y mensajes con “{greeting}”.",
        "emoji.sparing": "Como mucho un emoji por mensaje.",
        "emoji.never": "Sin emojis.",
        "exclamations.sparing": "Como mucho una exclamación por mensaje.",
        "exclamations.never": "Sin signos de exclamación.",
        "preferred": "Di “{say}” en vez de “{instead_of}”.",
    },
}
