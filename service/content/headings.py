"""What columns of catalogues are called in Portuguese, English and Spanish."""

from __future__ import annotations

from service.imports.cells import fold

_HEADINGS = {
    "external_id": "id, código, sku, external_id, id do produto, codigo do produto, product id",
    "kind": "kind, tipo, type",
    "title": "title, título, nome, name, produto, nombre",
    "locale": "locale, idioma, language",
    "url": "url, link, endereço, enlace",
    "image_url": "image_url, imagem, image, foto, url da imagem, link da imagem, imagen, image link",
    "image_alt": "image_alt, texto alternativo, alt, descrição da imagem",
    "tags": "tags, etiquetas, categorias, categoria, category, categories",
    "body": "description, body, descrição, texto, descripción",
    "price": "price, preço, por, preço atual, preço por, precio, sale price",
    "old_price": "old_price, preço antigo, de, preço de, preço original, preço cheio, precio anterior, original price",
    "currency": "currency, moeda, moneda",
    "discount_percent": "discount_percent, desconto, discount, desconto %, descuento",
    "stock": "stock, estoque, quantidade em estoque, existencias",
    "installments": "installments, parcelas, parcelamento, instalments, cuotas",
    "installment_amount": "installment_amount, valor da parcela",
    "pix_price": "pix_price, preço pix, preço no pix, pix",
    "coupon": "coupon, cupom, código do cupom, cupón",
    "terms": "terms, condições, regras, condiciones",
    "free_shipping_region": "free_shipping_region, frete grátis, envío gratis, free shipping",
    "valid_from": "valid_from, válido de, válido a partir de, início, válido desde",
    "valid_until": "valid_until, válido até, validade, fim, término, válido hasta",
}
_FIELDS = {fold(heading): field for field, headings in _HEADINGS.items() for heading in headings.split(",")}


def field_of(heading: str) -> str | None:
    """The field that a heading names, None where it names none."""
    return _FIELDS.get(fold(heading))
