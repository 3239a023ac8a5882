"""Platforms: what they are given, rendered by real parsers of their languages, reads as the copy says.

Liquid is `python-liquid`, Jinja is Jinja, Handlebars is `pybars3`. Where there is no parser among the packages of the
tests stand strict readers of the few forms that are emitted, which fail on anything else that begins a tag.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import jinja2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from liquid import Environment
from pybars import Compiler

from service.delivery.platforms.base import Platform
from service.delivery.platforms.registry import PLATFORMS, bound_for, emit, platform_named
from service.delivery.prepared import Prepared
from service.errors import Invalid
from service.generation.tokens import Part, Token

Values = dict[str, str]
Parts = tuple[str, Token, str, Token, str]
NAMES = ("first_name", "favourite")
LIQUID = Environment()
JINJA = jinja2.Environment(keep_trailing_newline=True)  # noqa: S701 - as HubSpot, which does not escape by itself


def braze(template: str, values: Values) -> str:
    """Liquid, once the names that are Braze's own are plain ones."""
    source = re.sub(r"\{\{.*?\}\}+|\{%.*?%\}", lambda tag: re.sub(r"(?:\w+\.)?\$\{(\w+)\}", r"\1", tag[0]), template)
    return LIQUID.from_string(source).render(**values)


def hubspot(template: str, values: Values) -> str:
    contact = {"firstname": values.get("first_name"), **values}
    return JINJA.from_string(template).render(contact=contact)


def handlebars(template: str, values: Values) -> str:
    return str(Compiler().compile(template)({"firstName": values.get("first_name"), **values}))


def reader(tags: str, value: Callable[[re.Match[str], Values], str], opening: str) -> Callable[[str, Values], str]:
    """Reads nothing but those tags, from left to right; whatever else begins one is an error."""
    wanted, any_ = re.compile(tags, re.DOTALL), re.compile(opening)

    def read(template: str, values: Values) -> str:
        said, place = "", 0
        while found := any_.search(template, place):
            tag = wanted.match(template, found.start())
            assert tag, f"would be read as a tag: {template[found.start() :][:40]!r}"
            said += template[place : tag.start()] + value(tag, values)
            place = tag.end()
        return said + template[place:]

    return read


def _known(names: dict[str, str], values: Values, told: str) -> str | None:
    return values.get(names.get(told, told).lower())


def _django(tag: re.Match[str], values: Values) -> str:
    literal, name, lookup, fallback, tested, other = tag.groups()
    if literal:
        return literal
    wanted = name or lookup or tested
    attribute = {"person|lookup:'favourite'": "favourite"}.get(wanted, wanted.removeprefix("contact."))
    value = _known({"FIRSTNAME": "first_name"}, values, attribute)
    return value or (fallback if fallback is not None else other)


def _go(tag: re.Match[str], values: Values) -> str:
    literal, name, fallback = tag.groups()
    known = _known({"FirstName": "first_name"}, values, name) if name else None
    return literal or known or re.sub(r"\\(.)", r"\1", fallback)


_ATTRIBUTE = r"(contact\.\w+|\w+)"
klaviyo = brevo = reader(
    r"\{\{ '(.)' \}\}|\{\{ (?:" + _ATTRIBUTE + r"|(person\|lookup:'\w+')) ?\| ?default: ?['\"]([^'\"{}|]+)['\"] \}\}"
    r"|\{% if (\S+) %\}\{\{ \S+ \}\}\{% else %\}(.*?)\{% endif %\}",
    _django, r"\{\{|\{%|\{#",
)  # fmt: skip
listmonk = reader(
    r'\{\{ (?:"(.)"|or \.Subscriber\.(?:Attribs\.)?(\w+) "((?:[^"\\]|\\["\\])*)") \}\}', _go, r"\{\{"
)  # fmt: skip
adobe = reader(
    r'\{%= (?:"(.)"|profile\.person\.name\.(\w+) \?: "([^"\\]*)") %\}',
    lambda tag, values: tag[1] or values.get("first_name") or tag[3], r"\{\{|\{%",
)  # fmt: skip
mailchimp = reader(
    r"\*\|IF:(\w+)\|\*\*\|\1\|\*\*\|ELSE:\|\*(.*?)\*\|END:IF\|\*",
    lambda tag, values: _known({"FNAME": "first_name"}, values, tag[1]) or tag[2], r"\*\|",
)  # fmt: skip
mautic = reader(
    r"\{contactfield=(\w+)\|([^|{}]+)\}",
    lambda tag, values: _known({"firstname": "first_name"}, values, tag[1]) or tag[2], r"\{[a-zA-Z_]+[=}]",
)  # fmt: skip

RENDERERS: dict[str, Callable[[str, Values], str]] = {
    "braze": braze, "klaviyo": klaviyo, "iterable": handlebars, "sendgrid": handlebars, "hubspot": hubspot,
    "brevo": brevo, "listmonk": listmonk, "mautic": mautic, "mailchimp": mailchimp, "adobe": adobe,
}  # fmt: skip
PIECES = (
    "{{", "}}", "{%", "%}", "{#", "#}", "{", "}", "*|", "|*", "*", "|", "%%", "%FIRSTNAME%", "%", "[[", "]]",
    "{contactfield=firstname}", "{contactfield", "{{!", "{{{x}}}", "{{ first_name }}", "{% raw %}", "“aspas”", "’",
    "\\", "'", '"', "<b>", "&amp;", "&", "é", " ", "\n", "ação", "${first_name}", "{{#if x}}", "{unsubscribe_url}",
)  # fmt: skip
FALLBACKS = ("cliente", "Zé & Cia", "d'Ávila", 'o "cara"', "“você”", "a\\b", "100%", "%%", "[[x", "*x*", "1 < 2")
tokens = st.builds(Token, st.sampled_from(NAMES), st.sampled_from(FALLBACKS))
words = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
copy = st.tuples(words, tokens, words, tokens, words)


def prepared(parts: tuple[Part, ...]) -> Prepared:
    marked = tuple(part if not isinstance(part, str) else _escaped(part) for part in parts)
    return Prepared({"subject": tuple(filter(None, parts)), "html": tuple(filter(None, marked))})


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&#34;")


def told(parts: tuple[Part, ...], values: Values) -> str:
    return "".join(part if isinstance(part, str) else values.get(part.name) or part.fallback for part in parts)


VALUES = st.sampled_from(["Helena", "João Ávila", "Ana’s", "{{ x }}", "*|FNAME|*"])
HARD: Parts = ("{", Token("first_name", "cliente"), "}", Token("favourite", "x"), "{{")


@pytest.mark.parametrize("name", sorted({*RENDERERS} - {"iterable", "sendgrid"}))
@settings(max_examples=40, deadline=None)
@given(parts=copy, value=VALUES)
@example(parts=HARD, value="Ana")
def test_copy_comes_out_as_it_is_with_the_value_or_the_fallback(name: str, parts: Parts, value: str) -> None:
    comes_out(name, parts, value)


@settings(max_examples=15, deadline=None)  # this parser takes a tenth of a second for a line
@given(name=st.sampled_from(["iterable", "sendgrid"]), parts=copy, value=VALUES)
@example(name="iterable", parts=HARD, value="Ana")
@example(
    name="iterable", parts=("{{}", Token("first_name", "cliente"), "}}", Token("favourite", "x"), "}{{{}"), value=""
)
def test_copy_comes_out_of_handlebars_as_it_is(name: str, parts: Parts, value: str) -> None:
    comes_out(name, parts, value)


def comes_out(name: str, parts: Parts, value: str) -> None:
    for values in ({}, {"first_name": value, "favourite": value}):
        for output in ("subject", "html"):
            made = only(name, parts, output)
            if made is not None:
                shown = RENDERERS[name](made, values)
                assert (unescape(shown) if output == "html" else shown) == told(parts, values)


def only(name: str, parts: tuple[Part, ...], output: str) -> str | None:
    """That output as emitted, None where the platform has no way to say it: then it is refused, and not guessed."""
    one = Prepared({output: prepared(parts).outputs[output]})
    try:
        return emit(one, name)[output]
    except Invalid as error:
        assert error.code in ("platform.delimiters", "platform.no_fallback", "platform.no_attribute")
        return None


@pytest.mark.parametrize("name", RENDERERS)
@pytest.mark.parametrize("piece", ["{{", "{%", "*|", "%%", "[[", "{contactfield=firstname}", "“x”"])
def test_every_platform_writes_every_delimiter_in_markup(name: str, piece: str) -> None:
    parts = (f"a{piece}", Token("first_name", "cliente"), piece)
    made = only(name, parts, "html")
    assert made is not None
    assert unescape(RENDERERS[name](made, {})) == f"a{piece}cliente{piece}"


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("braze", "{{${first_name} | default: 'cliente'}}"),
        ("klaviyo", "{{ first_name|default:'cliente' }}"),
        ("iterable", "{{#if firstName}}{{firstName}}{{else}}cliente{{/if}}"),
        ("mailchimp", "*|IF:FNAME|**|FNAME|**|ELSE:|*cliente*|END:IF|*"),
        ("hubspot", "{{ contact.firstname|default('cliente', true) }}"),
        ("brevo", '{{ contact.FIRSTNAME | default: "cliente" }}'),
        ("sendgrid", "{{#if first_name}}{{first_name}}{{else}}cliente{{/if}}"),
        ("listmonk", '{{ or .Subscriber.FirstName "cliente" }}'),
        ("mautic", "{contactfield=firstname|cliente}"),
        ("adobe", '{%= profile.person.name.firstName ?: "cliente" %}'),
    ],
)
def test_tags_are_the_ones_that_platforms_document(name: str, tag: str) -> None:
    markup = name in ("iterable", "sendgrid")  # in texts these have a third brace, since nothing is to be escaped there
    assert platform_named(name).token("first_name", "cliente", markup=markup) == tag


@pytest.mark.parametrize("name", ["rdstation", "activecampaign", "none"])
def test_a_platform_without_fallbacks_refuses_tags_and_takes_values(name: str) -> None:
    made = Prepared({"subject": (Token("first_name", "cliente"), ", oi")})
    with pytest.raises(Invalid) as caught:
        emit(made, name)
    assert caught.value.code == "platform.no_fallback"
    assert bound_for(made, platform_named(name), {"first_name": "Helena"}) == {"subject": "Helena, oi"}


@pytest.mark.parametrize(
    ("name", "value"), [("rdstation", "*|NOME|*"), ("activecampaign", "%EMAIL%"), ("mautic", "{x}")]
)
def test_a_value_that_looks_like_a_tag_is_text(name: str, value: str) -> None:
    made = Prepared({"html": ("<p>", Token("first_name", "cliente"), "</p>")})
    html = bound_for(made, platform_named(name), {"first_name": value})["html"]
    assert value not in html
    assert unescape(html) == f"<p>{value}</p>"
    with pytest.raises(Invalid, match="tag of its own"):
        bound_for(Prepared({"subject": made.outputs["html"]}), platform_named(name), {"first_name": value})


def test_percentages_are_no_tags() -> None:
    text = "50% OFF e 20%OFF só hoje, 100%"
    assert platform_named("activecampaign").escape(text) == text


def test_a_platform_that_nobody_knows_is_refused_with_those_there_are() -> None:
    with pytest.raises(Invalid, match="braze, klaviyo") as caught:
        emit(Prepared({}), "pigeon")
    assert caught.value.code == "platform.unknown"


@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=PLATFORMS)
def test_no_platform_waits_longer_than_it_says(platform: Platform) -> None:
    waits = {"braze": 2_000, "klaviyo": 5_000, "iterable": 10_000, "adobe": 750}
    assert 0 < platform.deadline_ms < waits.get(platform.name, 5_000)
