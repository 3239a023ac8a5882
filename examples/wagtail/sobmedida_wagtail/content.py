"""A page as a content item of the service."""

from html import unescape

from django.db import models
from django.utils.html import strip_tags
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing

LOCALES = {"pt": "pt-BR", "en": "en", "es": "es"}


def content_id(page):
    """Which page this is in the service."""
    return f"wagtail-{page.pk}"


def is_public(page):
    """Whether anybody may read it."""
    return page.live and not page.get_view_restrictions().exists()


def item(page):
    """What the service is told; None for a page that says nothing. A page that knows better has its own method
    `sobmedida_content`, which may add facts: a price, what it was before, until when."""
    page = page.specific
    told = {"kind": "article", "title": page.title, "body": text(page), "url": page.full_url}
    language = page.locale.language_code[:2].lower()
    if language in LOCALES:
        told["locale"] = LOCALES[language]
    if hasattr(page, "tags"):
        told["tags"] = sorted(tag.slug for tag in page.tags.all())[:100]
    told = {name: value for name, value in told.items() if value}
    if hasattr(page, "sobmedida_content"):
        told = page.sobmedida_content(told)
    return told if told and told.get("body") else None


def text(page):
    """The texts of the page's own fields, a blank line between them."""
    inherited = {field.name for field in Page._meta.get_fields()}
    parts = []
    for field in page._meta.concrete_fields:
        value = getattr(page, field.attname)
        if field.name in inherited or not value:
            continue
        if isinstance(field, StreamField):
            parts += [strip_tags(str(one)) for one in field.stream_block.get_searchable_content(value)]
        elif isinstance(field, RichTextField):
            parts.append(get_text_for_indexing(value))
        elif isinstance(field, models.TextField):
            parts.append(str(value))
    return "\n\n".join(unescape(part).strip() for part in parts if part.strip())
