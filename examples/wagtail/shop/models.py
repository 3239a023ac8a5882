"""A page of the demo: an introduction, and a body in which banners may stand."""

from sobmedida_wagtail.blocks import BannerBlock
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page


class ArticlePage(Page):
    """An article."""

    intro = RichTextField(blank=True)
    body = StreamField([("paragraph", blocks.RichTextBlock()), ("banner", BannerBlock())], blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
