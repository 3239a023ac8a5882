"""A banner in a StreamField, with a text of the page's own."""

from wagtail import blocks

from sobmedida_wagtail.banner import PLACEMENT, element


class BannerBlock(blocks.StructBlock):
    """Which placement, what stays on any failure, and what the page is about."""

    placement = blocks.RegexBlock(
        regex=rf"^{PLACEMENT.pattern}$", error_messages={"invalid": "A placement is named like home-hero."}
    )
    own = blocks.RichTextBlock(required=False, label="What stays on any failure")
    context = blocks.CharBlock(required=False, help_text="For example categoria_favorita=cafe")
    personal = blocks.BooleanBlock(required=False, label="Bind values of who is logged in")

    class Meta:
        icon = "pick"
        label = "Sob Medida"

    def render(self, value, context=None):
        """The element; the same for every visitor."""
        own = self.child_blocks["own"].render(value["own"]) if value["own"] else ""
        return element(value["placement"], own, context=value["context"] or "", personal=bool(value["personal"]))

    def get_searchable_content(self, value):
        """Nothing: what stands in a banner is not what the page says."""
        return []
