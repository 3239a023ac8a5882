"""Markdown, catalogues and feeds to content items."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from service.content.arrivals import Arrival, Read
from service.content.catalogue import read_catalogue
from service.content.fields import instalments, moment, money
from service.content.markdown import read_markdown
from service.content.merchant import read_merchant
from service.content.models import ContentInput
from service.content.plain import document_of, text_of
from service.errors import CannotRead
from tests.service.imports.streams import collected, stream

TZ = ZoneInfo("America/Sao_Paulo")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHARED = Path(__file__).parents[4] / "shared" / "data"


def item(read: Read) -> ContentInput:
    assert isinstance(read, Arrival), read
    return read.item


def markdown(text: str, name: str = "pasta/como-coar.md") -> Read:
    return read_markdown(text.encode(), name, TZ)


def errors(read: Read) -> list[tuple[int, str, str]]:
    assert isinstance(read, list), read
    return [(error.line, error.pointer, error.code) for error in read]


def test_signs_that_nobody_sees_are_left_out() -> None:
    found = item(markdown("---\nid: kit\ntitle: Kit\u200b de caf\u2060é\n---\n\n\ufeffO k\u202eit 👩\u200d👧.\n"))
    assert (found.title, found.body) == ("Kit de café", "O kit 👩\u200d👧.")


def test_front_matter() -> None:
    found = item(markdown(
        "---\nid: kit\nkind: offer\ntitle: \"Kit: café\"\nlocale: pt\ntags: [cafe, presente]\nprice: 170.10\n"
        "old_price: R$ 189,00\nfacts:\n  stock: 42\n  installments: 3x 56.70\nvalid_until: 24/12/2026\n---\n\nO kit.\n"
    ))  # fmt: skip
    assert (found.external_id, found.kind, found.title, found.locale) == ("kit", "offer", "Kit: café", "pt-BR")
    assert (found.tags, found.body) == (["cafe", "presente"], "O kit.")
    assert found.facts.items() == {
        "price": 170.1, "old_price": 189.0, "currency": "BRL", "stock": 42, "installments": 3,
        "installment_amount": 56.7,
    }  # fmt: skip
    assert found.valid_until == datetime(2026, 12, 24, 23, 59, 59, tzinfo=TZ)


def test_without_front_matter_the_first_heading_is_the_title_and_the_file_the_id() -> None:
    found = item(markdown("\r\n## Como coar\r\n\r\nTexto.\r\n\r\n### Depois\r\n\r\nMais.\r\n"))
    assert (found.external_id, found.title, found.body) == ("como-coar", "Como coar", "Texto.\n\n### Depois\n\nMais.")


def test_a_document_without_a_title_is_an_error() -> None:
    assert errors(markdown("Texto.")) == [(1, "pasta/como-coar.md", "item.invalid")]


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    assert item(markdown("---\n\n# A\n\nTexto.")).title == "A"


def test_unknown_keys_are_warnings() -> None:
    read = markdown("---\ntitle: A\nauthor: Bia\n---\nTexto.")
    assert isinstance(read, Arrival)
    assert [(warning.line, warning.code) for warning in read.warnings] == [(3, "document.key")]
    assert "author" in read.warnings[0].detail


@pytest.mark.parametrize(
    ("matter", "line", "code"),
    [
        ("title: a: b", 2, "document.front_matter"),
        ("id: x\ntitle: [a\nkind: faq", 4, "document.front_matter"),
        ("- a\n- b", 1, "document.text"),
        ("title: A\nvalid_until: 2026-02-31", 3, "item.value"),
        ("title: A\nprice: caro", 3, "item.value"),
        ("title: A\nkind: poem", 3, "item.invalid"),
        ("title: A\nlocale: fr", 3, "item.value"),
        ("title: A\nurl: javascript:alert(1)", 3, "item.invalid"),
        ("title: A\nvalid_from: 2026-12-02\nvalid_until: 2026-12-01", 4, "item.invalid"),
        ("title: A\nprice: 1.999", 3, "item.invalid"),
    ],
)
def test_front_matter_that_cannot_be_used(matter: str, line: int, code: str) -> None:
    assert errors(markdown(f"---\n{matter}\n---\nTexto.")) == [(line, "pasta/como-coar.md", code)]


def test_yaml_that_would_grow_is_only_text() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ntags: *c\n"
    assert item(markdown(f"---\ntitle: A\n{bomb}---\nTexto.")).tags


def test_a_document_in_windows_1252_or_damaged() -> None:
    assert item(read_markdown("# Café\n\nÁgua.".encode("cp1252"), "a.md", TZ)).title == "Café"
    assert errors(read_markdown(b"# A\n\n\0", "a.md", TZ)) == [(1, "a.md", "document.text")]


def test_markdown_becomes_plain_text() -> None:
    document = document_of(
        "# Título\n\nVeja [o guia](https://x.example) e *isto*. ![foto](a.png)\nSegue &amp; `code`.\n\n"
        "- um\n- dois\n  1. três\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\n# x\n```\n"
    )
    assert document.heading == "Título"
    assert document.body == ("Veja o guia e isto. Segue & code.\n\n- um\n- dois\n  1. três\n\na | b\n1 | 2\n\n    # x")


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>alert(1)</script>",
        "<SCRIPT src=x>\n\nalert(1)\n\n</script >",
        "<style>alert(1)</style>",
        "<!-- alert(1) -->",
        '<div onclick="alert(1)"></div>',
        '<img src=x onerror="alert(1)">',
        '<a href="javascript:alert(1)"></a>',
        "<iframe srcdoc='alert(1)'></iframe>",
    ],
)
def test_scripts_and_tags_vanish(hidden: str) -> None:
    for text in (f"Antes {hidden} depois", f"Antes\n\n{hidden}\n\ndepois"):
        body = document_of(text).body
        assert "alert" not in body
        assert "<" not in body
        assert (body.startswith("Antes"), body.endswith("depois")) == (True, True)
        assert "alert" not in text_of(text)


def test_a_script_that_never_ends_takes_the_rest_along() -> None:
    assert document_of("Antes <script>alert(1)").body == "Antes"
    assert text_of("a" + "<script>" * 50_000) == "a"


def test_html_becomes_words() -> None:
    assert text_of("<p>Um&nbsp;kit &amp; <b>filtro</b></p><ul><li>a<li>b</ul>") == "Um kit & filtro\na\nb"
    assert text_of("3 < 4 e &lt;script&gt;") == "3 < 4 e"


@pytest.mark.parametrize("name", ["000_e6d739fb23966818", "004_d4b5f00e6bb05eaa"])
def test_articles_without_front_matter(name: str) -> None:
    path = SHARED / "content" / "articles_pt" / f"{name}.md"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    found = item(read_markdown(path.read_bytes(), path.name, TZ))
    assert (found.external_id, found.kind) == (name, "article")
    assert found.title[:10] in ("Tendências", "Integração")
    assert "### " in found.body
    assert "**" not in found.body


async def catalogue(text: str | bytes) -> list[Read]:
    return await collected(read_catalogue(stream(text), TZ))


async def test_a_brazilian_catalogue() -> None:
    reads = await catalogue(
        "Código;Título;Descrição;De;Por;Desconto;Estoque;Parcelas;Preço Pix;Cupom;Condições;Frete grátis;"
        "Válido de;Válido até;Link;Imagem;Cor\n"
        'k1;Kit Café;"Kit com <b>coador</b>";R$ 1.890,00;1.701,00;10%;42;3x de R$ 567,00;"1.616,00";CAFE10;'
        "Um por CPF;Sul;22/11/2026;24/12/2026;https://x.example/k;https://x.example/k.jpg;azul\n"
    )
    found = item(reads[0])
    assert (found.external_id, found.kind, found.title, found.body) == ("k1", "offer", "Kit Café", "Kit com coador")
    assert found.facts.items() == {
        "price": 1701.0, "old_price": 1890.0, "pix_price": 1616.0, "currency": "BRL", "discount_percent": 10.0,
        "stock": 42, "installments": 3, "installment_amount": 567.0, "coupon": "CAFE10", "terms": "Um por CPF",
        "free_shipping_region": "Sul",
    }  # fmt: skip
    assert found.valid_from == datetime(2026, 11, 22, tzinfo=TZ)
    assert found.valid_until == datetime(2026, 12, 24, 23, 59, 59, tzinfo=TZ)
    assert isinstance(reads[0], Arrival)
    assert [(warning.pointer, warning.code) for warning in reads[0].warnings] == [("Cor", "catalogue.column")]


async def test_an_english_catalogue() -> None:
    reads = await catalogue(
        "id,title,description,price,currency,installments,valid_until,tags\n"
        "a,Mug,Clay mug,68.00,USD,2x 34.00,2026-12-24T18:00:00-05:00,a|b\nb,Cup,,9.5,,3,,\n"
    )
    first, second = map(item, reads)
    assert (first.kind, first.facts.currency, first.tags) == ("offer", "USD", ["a", "b"])
    assert first.valid_until == datetime(2026, 12, 24, 23, 0, tzinfo=UTC)
    assert (second.kind, second.body, second.facts.installments) == ("product", "", 3)


async def test_bad_rows_of_a_catalogue_name_their_columns() -> None:
    reads = await catalogue(
        "id;título;preço;estoque;válido até\n1;A;caro;1;\n2;B;1,00;1;31/02/2026\n3;;1,00;;\n4;D;1,999;;\n5;E\n"
        "6;F;1,00;;\n7;G;1,00;1,5;\n"
    )
    assert [errors(read) for read in (*reads[:-2], reads[-1])] == [
        [(2, "preço", "item.value")],
        [(3, "válido até", "item.value")],
        [(4, "título", "item.invalid")],
        [(5, "preço", "item.invalid")],
        [(6, "", "row.columns")],
        [(8, "estoque", "item.invalid")],
    ]
    assert item(reads[-2]).external_id == "6"


async def test_catalogues_that_cannot_be_read() -> None:
    for text, message in [
        ("nome;preço\n", "id"),
        ("id;título;nome\n", "both say title"),
        ("", "empty"),
        ("id;preço;ID\n", "same heading"),
    ]:
        with pytest.raises(CannotRead, match=message):
            await catalogue(text)


FEED = """<?xml version="1.0"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Loja</title>
<item><g:id>a1</g:id><title>Kit</title><description><![CDATA[<p>Um kit &amp; mais</p>]]></description>
<link>https://x.example/a1</link><g:image_link>https://x.example/a1.jpg</g:image_link>
<g:price>89.90 BRL</g:price>{sale}<g:availability>out of stock</g:availability>
<g:installment><g:months>3</g:months><g:amount>29.97 BRL</g:amount></g:installment>
<g:product_type>Casa > Café</g:product_type><g:brand>Jatobá</g:brand></item>
<item><g:id>a2</g:id><title>Copo</title><g:price>free</g:price></item>
<item><g:id>a3</g:id><g:title>Prato</g:title><g:price>10.00 USD</g:price></item>
</channel></rss>"""


async def merchant(text: str, size: int = 50) -> list[Read]:
    return await collected(read_merchant(stream(text, size), TZ, NOW))


async def test_a_merchant_feed() -> None:
    first, second, third = await merchant(FEED.format(sale=""))
    found = item(first)
    assert (found.external_id, found.kind, found.body, found.url) == (
        "a1", "product", "Um kit & mais", "https://x.example/a1",
    )  # fmt: skip
    assert found.tags == ["Casa", "Café", "Jatobá"]
    assert found.facts.items() == {
        "price": 89.9, "currency": "BRL", "stock": 0, "installments": 3, "installment_amount": 29.97,
    }  # fmt: skip
    assert errors(second) == [(0, "a2", "item.value")]
    assert (item(third).title, item(third).facts.currency) == ("Prato", "USD")


@pytest.mark.parametrize(
    ("dates", "price", "until"),
    [
        ("2026-11-20T00:00-0300/2026-11-30T23:00-0300", 70.0, "2026-11-30T23:00:00-03:00"),
        ("2026-12-01T00:00-0300/2026-12-05T00:00-0300", 89.9, "2026-12-01T00:00:00-03:00"),
        ("2026-11-01T00:00-0300/2026-11-05T00:00-0300", 89.9, None),
        ("", 70.0, None),
    ],
)
async def test_a_sale_counts_while_it_lasts(dates: str, price: float, until: str | None) -> None:
    sale = f"<g:sale_price>70.00 BRL</g:sale_price><g:sale_price_effective_date>{dates}</g:sale_price_effective_date>"
    found = item((await merchant(FEED.format(sale=sale)))[0])
    assert found.facts.items()["price"] == price
    assert found.facts.items().get("old_price") == (89.9 if price == 70 else None)
    assert found.valid_until == (datetime.fromisoformat(until) if until else None)


async def test_an_atom_feed() -> None:
    reads = await merchant(
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><entry><g:id>1</g:id>'
        '<title>Kit</title><link href="https://x.example/1"/><summary>Um kit</summary><g:price>1.00 BRL</g:price>'
        "</entry></feed>"
    )
    assert (item(reads[0]).url, item(reads[0]).body) == ("https://x.example/1", "Um kit")


async def test_a_feed_that_breaks_off_keeps_what_came_before() -> None:
    reads = await merchant(FEED.format(sale="")[:-60])
    assert item(reads[0]).external_id == "a1"
    assert errors(reads[-1])[0][2] == "feed.broken"


BOMB = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss>&b;</rss>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>'


@pytest.mark.parametrize(
    ("text", "message"),
    [(BOMB, "entities"), (OUTSIDE, "entities"), ("not xml", "not an XML feed"), ("<html></html>", "neither <rss>"),
     ("", "not an XML feed")],
)  # fmt: skip
async def test_feeds_that_are_refused(text: str, message: str) -> None:
    with pytest.raises(CannotRead, match=message):
        await merchant(text)


def test_money_and_instalments() -> None:
    assert money("R$ 1.234,50", ",") == (Decimal("1234.50"), "BRL")
    assert money("89.90 brl", ".") == (Decimal("89.90"), "BRL")
    assert money("$5", ".") == (Decimal(5), None)
    assert instalments("12", ",") == {"installments": 12}
    assert instalments("até 3x de R$ 29,90", ",") == {"installments": 3, "installment_amount": Decimal("29.90")}
    for bad in ("caro", "1,2,3", "R$", "10 reais"):
        with pytest.raises(ValueError, match="not an amount"):
            money(bad, ",")
    with pytest.raises(ValueError, match="no instalments"):
        instalments("muitas", ",")


def test_moments() -> None:
    assert moment("24/12/2026 18:30", TZ, end=True) == datetime(2026, 12, 24, 18, 30, tzinfo=TZ)
    assert moment("2026-12-24", TZ, end=False) == datetime(2026, 12, 24, tzinfo=TZ)
    assert moment("2026-12-24T18:30Z", TZ, end=True) == datetime(2026, 12, 24, 18, 30, tzinfo=UTC)
    for bad in ("31/02/2026", "amanhã", "24/12/2026 25:00", "+12d"):
        with pytest.raises(ValueError):
            moment(bad, TZ, end=True)
