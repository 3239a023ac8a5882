"""A token for whoever is logged in, and for nobody else."""

import base64
import hashlib
import hmac
import json
import time

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from sobmedida_wagtail.conf import setting


def site_token(secret: str, lead: str, now: float | None = None) -> str:
    """The same as in examples/server-helpers; `lead` is an external id, never an e-mail address."""
    claims = {"sub": lead, "exp": int(now or time.time()) + 600}
    parts = (json.dumps(part).encode() for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = base64.urlsafe_b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest())
    return (signed + b"." + signature.rstrip(b"=")).decode()


@require_GET
def token(request):
    """Put it into urls.py as `path("sobmedida-token/", token, name="sobmedida_token")`."""
    headers = {"Cache-Control": "private, no-store"}
    secret = setting("SITE_SECRET")
    if not secret or not request.user.is_authenticated:
        return HttpResponse("", status=401, content_type="text/plain", headers=headers)
    return HttpResponse(site_token(secret, f"user-{request.user.pk}"), content_type="text/plain", headers=headers)
