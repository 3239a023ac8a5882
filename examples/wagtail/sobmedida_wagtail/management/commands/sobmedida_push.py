"""`manage.py sobmedida_push`: tell the service what waits; `--all` for every page, the first time. Run it by cron."""

from django.core.management.base import BaseCommand, CommandError
from wagtail.models import Page

from sobmedida_wagtail.models import Waiting
from sobmedida_wagtail.pushing import changed, tell


class Command(BaseCommand):
    """Tells the service what it was away for."""

    help = "Tell the service which pages changed while it was away."

    def add_arguments(self, parser):
        """`--all`."""
        parser.add_argument("--all", action="store_true", help="Every live page.")

    def handle(self, *, all, **_):  # noqa: A002 - the option's own name
        """Exits with an error where something still waits."""
        if all:
            for page in Page.objects.live().filter(depth__gt=1):
                changed(page)
        left = [name for name in Waiting.objects.values_list("content_id", flat=True) if not tell(name)]
        if left:
            raise CommandError(f"{len(left)} pages still wait, {left[0]} among them.")
        self.stdout.write("Nothing waits.")
