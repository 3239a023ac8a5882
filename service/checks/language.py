"""Whether each field, and each longer sentence in it, is in the copy's language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from service.checks.copy import Copy, wording_of
from service.checks.models import Finding
from service.checks.phrases import Text, known_text
from service.generation.tokens import find
from service.types import LOCALES, Locale

# Words of one of the three languages that the other two do not have, by far the most frequent ones in short copy.
_WORDS: dict[Locale, frozenset[str]] = {
    "pt-BR": frozenset(
        "o os um uma uns umas do dos das ao aos pelo pela pelos pelas no na nos nas em num numa com nao sim mais mas voce voces seu sua"
        " seus suas meu minha nosso nossa nossos nossas isso isto esse essa este esta aquele ele ela eles elas que quem onde"
        " quando ja ainda tambem ate muito muita muitos muitas agora hoje amanha ontem aqui ali la bem sem sob ou e eh sao foi"
        " foram ser estar estao esta tem temos tenho ter vai vamos vou fazer faz pode podem pode-se quer quero queremos comprar"
        " compre conheca conhecer aproveite aproveitar garanta garantir veja confira confirme saiba descubra escolha escolher"
        " experimente peca pedir leve levar ganhe receba inscrever inscreva comece comecar loja lojas preco precos desconto"
        " descontos frete gratis entrega oferta ofertas novo nova novos novas cafe livro livros dia dias semana semanas mes"
        " meses ano anos ontem noite manha tarde casa coisa gente obrigado obrigada ola oi bom boa melhor dinheiro cartao conta"
        " assinar assine assinatura baixar acesse acessar clique responda mensagem feriado viajar viagem familia filhos"
        " depois antes sobre entre cada todo toda todos todas seja sejam mesmo mesma so apenas outro outra nada tudo algo"
        " fique ficar chega chegou chegaram economize economizar sair criado feito feita feitos feitas quarta quinta sexta".split()
    ),
    "en": frozenset(
        "the a an of to in on at by for from with without and or but not is are was were be been am has have had do does did"
        " will would can could should may might must you your yours we our ours they their it its this that these those who"
        " what when where why how all any every each more most some than then there here now today tomorrow yesterday up"
        " out off over under into about after before between only just also very too so if as get got see shop buy save"
        " try start join learn read book find order choose make take give new free sale store price prices deal deals week"
        " weeks month months year years day days night home thing things people friend friends thanks hello hi hey dear"
        " good best better money card account subscribe download sign tap click reply message holiday travel trip family"
        " kids bag bags small large each roasted ground fresh delivered delivery shipping until back first last discover"
        " explore unlock claim grab enjoy ready offer offers our my me us him her his one two three view details plan".split()
    ),
    "es": frozenset(
        "el los las un una unos unas del al lo en con sin no si mas pero y e o u tu tus su sus mi mis nuestro nuestra nuestros"
        " nuestras usted ustedes eso esto ese esa este esta estos estas aquel ella ellos ellas que quien donde cuando ya"
        " aun todavia tambien hasta muy mucho mucha muchos muchas ahora hoy manana ayer aqui alli bien bajo es son fue"
        " fueron ser estar estan tiene tienes tienen tenemos tengo tener va vas vamos voy hacer hace puede puedes pueden"
        " quiere quiero quieres queremos comprar compra conoce conocer aprovecha aprovechar descubre mira elige elegir"
        " prueba pide pedir llevate lleva gana recibe inscribir inscribete empieza empezar tienda tiendas precio precios"
        " descuento descuentos envio gratis oferta ofertas nuevo nueva nuevos nuevas cafe libro libros dia dias semana"
        " semanas mes meses ano anos noche tarde casa cosa gente gracias hola buen buena buenos mejor dinero tarjeta cuenta"
        " suscribete descargar entra haz responde mensaje feriado viajar viaje familia hijos despues antes sobre entre cada"
        " todo toda todos todas mismo misma solo otro otra nada algo quedate llega llego llegaron ahorra ahorrar salir hecho"
        " hecha hechos hechas para por como la de se le les te me nos pequeno grande jueves viernes desde celular mas".split()
    ),
}
_ALSO: dict[Locale, frozenset[str]] = {  # words of a language that it shares with another, so they tell against none
    "pt-BR": frozenset("a as de para por como se te me la uma no na e o que ver reservar pedir usar app site box kit show online shopping internet menos dos mais me".split()),
    "en": frozenset("a me no so do as an actual real final total plan animal hotel natural normal original general special kit box as on app do me van pie come once sale red pan son has mate fin use case".split()),
    "es": frozenset("a de para por como se te me la lo e o que no na ver reservar pedir usar app box kit show online internet menos un una pie once red pan son has sale mate".split()),
}  # fmt: skip


def _only(locale: Locale) -> frozenset[str]:
    others = frozenset[str]().union(*(_WORDS[one] | _ALSO[one] for one in LOCALES if one != locale))
    return _WORDS[locale] - others


_TELLING: dict[Locale, frozenset[str]] = {locale: _only(locale) for locale in LOCALES}
_OWN: dict[Locale, frozenset[str]] = {locale: _WORDS[locale] | _ALSO[locale] for locale in LOCALES}
_FOREIGN: dict[Locale, frozenset[str]] = {
    locale: frozenset[str]().union(*(_WORDS[one] for one in LOCALES if one != locale)) - _OWN[locale]
    for locale in LOCALES
}
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_LONG = 5  # words; a shorter piece is judged by the words we know alone
_QUOTED = 6  # words that evidence has one after another may be a title or a name
_SURE = 0.9
_LANGUAGES = {"pt-BR": Language.PORTUGUESE, "en": Language.ENGLISH, "es": Language.SPANISH}


def language(copy: Copy) -> Iterator[Finding]:
    """Fields and sentences in another language."""
    own, foreign = _OWN[copy.locale], _FOREIGN[copy.locale]
    for name, text in copy.texts.items():
        # One look settles nearly all fields: there are words of the language, and none that it does not have.
        alien = text.words & foreign
        if not alien and (len(text.words) < _LONG or not text.words.isdisjoint(own)):
            continue
        pieces = [(start, end) for start, end in text.sentences if _foreign(copy, name, text, start, end)]
        if pieces:
            start, end = pieces[0][0], pieces[-1][1]
            whole = copy.fields[name]
            while start < end and whole[start] in " \n":
                start += 1
            yield copy.finding("style.language", name, start, len(whole[:end].rstrip()))


def _foreign(copy: Copy, name: str, text: Text, start: int, end: int) -> bool:
    """Whether that piece is in another language."""
    piece = _words(copy, name, text, start, end)
    mine = sum(word in _OWN[copy.locale] for word in piece)
    telling = sum(word in _TELLING[copy.locale] for word in piece)
    others = sum(word in _FOREIGN[copy.locale] for word in piece)
    if others == 0 and (mine or len(piece) < _LONG):
        return False
    if _stated(copy, text.folded[start:end]):
        return False
    if others >= 2 and telling == 0:
        return True
    if len(piece) < _LONG:
        return len(piece) > 1 and others == len(piece)
    if others > telling or (others == 0 and mine == 0):
        return _detected(
            copy.locale, " ".join(_WORD.findall(copy.fields[name][start:end])), sure=_SURE if others else 0.97
        )
    return False


def _words(copy: Copy, name: str, text: Text, start: int, end: int) -> list[str]:
    """The words of a piece but for its tokens and the names in it."""
    whole = copy.fields[name]
    blanks = [(found.start, found.end) for found in find(whole)] if "{{" in whole else []
    known = _known(copy)
    found = []
    for match in _WORD.finditer(text.folded, start, end):
        if any(first <= match.start() < last for first, last in blanks):
            continue
        capital = whole[match.start()].isupper() and match.start() > start + 1
        if not (capital and match[0] in known):
            found.append(match[0])
    return found


def _known(copy: Copy) -> frozenset[str]:
    return frozenset[str]().union(*(known_text(wording_of(source)).words for source in copy.evidence))


def _stated(copy: Copy, piece: str) -> bool:
    """Whether evidence has it word for word, and it is short enough to be a name or a title."""
    plain = " ".join(_WORD.findall(piece))
    if not plain or plain.count(" ") >= _QUOTED:
        return False
    return any(plain in _plain(wording_of(source)) for source in copy.evidence) or plain in _plain(copy.context)


@cache
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(*_LANGUAGES.values()).build()


def _detected(locale: Locale, piece: str, *, sure: float) -> bool:
    """Whether another of the three languages is as good as certain."""
    likely = _detector().compute_language_confidence_values(piece)[0]
    return likely.language != _LANGUAGES[locale] and likely.value >= sure


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(known_text(text).folded))
