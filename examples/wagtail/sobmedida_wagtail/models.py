"""What the service has still to be told."""

from django.db import models


class Waiting(models.Model):
    """A page that changed. It is written down with the change and goes once the service has taken it, so that nothing
    is lost where the service or this process is away."""

    content_id = models.CharField(max_length=200, unique=True)
    page_id = models.BigIntegerField()
    since = models.DateTimeField(auto_now=True)

    def __str__(self):
        return self.content_id
