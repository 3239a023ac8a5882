"""Tells the service what a page says now, or that it is gone. Publishing never fails over it."""

import json
import logging
import urllib.error
import urllib.request
from urllib.parse import quote

from django.db import transaction
from wagtail.models import Page

from sobmedida_wagtail.conf import base, setting
from sobmedida_wagtail.content import content_id, is_public, item
from sobmedida_wagtail.models import Waiting

log = logging.getLogger("sobmedida")

TIMEOUT = 5
TAKEN = range(200, 300)
NEVER = {409, 413, 422}
"""What is wrong in itself is wrong the next time, too."""


def changed(page):
    """Write down that the page changed, and tell the service once that is kept."""
    if not base() or not setting("INGEST_KEY"):
        return
    name = content_id(page)
    Waiting.objects.update_or_create(content_id=name, defaults={"page_id": page.pk})
    transaction.on_commit(lambda: tell(name))


def tell(name):
    """Tell what waits under that name; whether nothing waits any more. What the page is now is read now."""
    waits = Waiting.objects.filter(content_id=name).first()
    if waits is None:
        return True
    page = Page.objects.filter(pk=waits.page_id).first()
    told = item(page) if page is not None and is_public(page) else None
    if not _sent(name, told):
        return False
    Waiting.objects.filter(pk=waits.pk, since=waits.since).delete()  # it may have changed meanwhile
    return True


def _sent(name, told):
    request = urllib.request.Request(  # noqa: S310 - base() gives web addresses only
        f"{base()}/v1/content/{quote(name, safe='')}",
        data=None if told is None else json.dumps(told).encode(),
        method="DELETE" if told is None else "PUT",
        headers={"Authorization": f"Bearer {setting('INGEST_KEY')}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            return answer.status in TAKEN
    except urllib.error.HTTPError as error:
        gone = told is None and error.code == 404
        if not gone:
            log.warning("%s of %s was answered with %s", request.method, name, error.code)
        return gone or error.code in NEVER
    except OSError as error:
        log.warning("%s of %s failed and waits: %s", request.method, name, error)
        return False
