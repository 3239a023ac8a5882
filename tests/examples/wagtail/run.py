"""Takes steps in the demo's own Django, each a line of JSON, and answers each with a line of JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402
from django.test import Client  # noqa: E402
from wagtail.models import Page, PageViewRestriction  # noqa: E402


def migrate() -> None:
    """The tables."""
    call_command("migrate", verbosity=0)


def _page(slug: str) -> Any:
    return Page.objects.get(slug=slug).specific


def publish(slug: str, title: str, intro: str, *body: Any) -> int:
    """A page with that intro and body, new or changed; its number."""
    model = import_module("shop.models").ArticlePage
    page = model.objects.filter(slug=slug).first()
    if page is None:
        page = Page.objects.get(depth=2).add_child(instance=model(slug=slug, title=title, live=False))
    page.title, page.intro, page.body = title, intro, json.dumps(body)
    page.full_clean()
    page.save_revision().publish()
    return int(page.pk)


def draft(slug: str, intro: str) -> None:
    """Change a page without publishing that."""
    page = _page(slug)
    page.intro = intro
    page.save_revision()


def unpublish(slug: str) -> None:
    """Take a page offline."""
    _page(slug).unpublish()


def hide(slug: str) -> None:
    """Only who is logged in may read it."""
    PageViewRestriction.objects.create(page=_page(slug), restriction_type=PageViewRestriction.LOGIN)


def delete(slug: str) -> None:
    """Delete a page."""
    _page(slug).delete()


def get(path: str, user: str = "") -> tuple[int, str, str]:
    """What a visitor gets."""
    client = Client()
    if user:
        users = import_module("django.contrib.auth").get_user_model().objects
        client.force_login(users.filter(username=user).first() or users.create_user(user))
    answer = client.get(path)
    return answer.status_code, answer.content.decode(), answer.headers.get("Cache-Control", "")


def configure(told: dict[str, str]) -> None:
    """Where the service is from now on, and the keys."""
    settings.SOBMEDIDA.update(told)


def push(*options: str) -> bool:
    """What cron does; whether nothing waits any more."""
    try:
        call_command("sobmedida_push", *options, stdout=sys.stderr)
    except CommandError:
        return False
    return True


STEPS: dict[str, Callable[..., Any]] = {
    step.__name__: step for step in (migrate, publish, draft, unpublish, hide, delete, get, configure, push)
}

if __name__ == "__main__":
    for line in sys.stdin:
        name, *given = json.loads(line)
        print(json.dumps(STEPS[name](*given)), flush=True)  # noqa: T201 - it is asked for
