"""Publishing, unpublishing, moving, hiding and deleting a page reach the service."""

from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move

from sobmedida_wagtail.pushing import changed


def connect():
    """Called once, when Django is ready."""
    page_published.connect(_changed, dispatch_uid="sobmedida-published")
    page_unpublished.connect(_changed, dispatch_uid="sobmedida-unpublished")
    post_page_move.connect(_moved, dispatch_uid="sobmedida-moved")
    post_delete.connect(_deleted, dispatch_uid="sobmedida-deleted")
    post_save.connect(_hidden, sender=PageViewRestriction, dispatch_uid="sobmedida-hidden")
    post_delete.connect(_hidden, sender=PageViewRestriction, dispatch_uid="sobmedida-shown")


def _changed(sender, instance, **_):
    changed(instance)


def _moved(sender, instance, **_):
    for page in instance.get_descendants(inclusive=True).live():  # their addresses moved along
        changed(page)


def _deleted(sender, instance, **_):
    if isinstance(instance, Page) and sender is Page:  # the row of the page itself, once, and of each below it
        changed(instance)


def _hidden(sender, instance, **_):
    for page in Page.objects.filter(pk=instance.page_id).first().get_descendants(inclusive=True).live():
        changed(page)
