"""`{% load sobmedida %}`, `{% sobmedida_script %}` in the head, and where a banner may stand:

{% sobmedida_banner "home" %}<p>What stays on any failure.</p>{% end_sobmedida_banner %}
"""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html

from sobmedida_wagtail.banner import element, script

register = template.Library()


@register.simple_tag
def sobmedida_script():
    """The script and the styles that keep the room."""
    return format_html('<link rel="stylesheet" href="{}">{}', static("sobmedida/banner.css"), script())


@register.simple_block_tag(end_name="end_sobmedida_banner")
def sobmedida_banner(content, placement, context="", locale="", personal=False):
    """The element for a placement, around the page's own content."""
    return element(placement, content, context=context, locale=locale, personal=personal)
