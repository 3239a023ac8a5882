"""What a site's server signs for the lead that is logged in: good for ten minutes. Copy the function."""

import base64
import hashlib
import hmac
import json
import sys
import time


def site_token(secret: str, lead: str, now: float | None = None) -> str:
    """`secret` is that of `GET /v1/keys/site-secret`, `lead` an external id, never an e-mail address."""
    claims = {"sub": lead, "exp": int(now or time.time()) + 600}
    parts = (json.dumps(part).encode() for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = base64.urlsafe_b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest())
    return (signed + b"." + signature.rstrip(b"=")).decode()


if __name__ == "__main__":
    sys.stdout.write(site_token(sys.argv[1], sys.argv[2], float(sys.argv[3]) if len(sys.argv) > 3 else None) + "\n")
