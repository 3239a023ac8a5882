"""Every error that a user can cause or meet, as one tree.

    SobMedidaError                 500 internal
    ├── Invalid                    422 invalid
    │   ├── SettingError               setting.invalid (stops the start)
    │   └── CannotRead                 import.unreadable
    ├── Unauthorized               401 key.missing, key.unknown, session.over
    ├── Forbidden                  403 key.scope, session.csrf
    ├── NotFound                   404 <thing>.unknown
    ├── Conflict                   409 conflict
    │   └── IndexBusy                  index.locked
    ├── PreconditionFailed         412 <thing>.version
    ├── Gone                       410 decision.erased
    ├── TooLarge                   413 body.too_large
    ├── TooMany                    429 sign_in.throttled
    ├── Unsupported                415 body.type
    ├── NothingToSay               422 generation.no_evidence
    ├── ModelError                 502 model.*
    │   ├── ModelUnreachable       503 model.unreachable
    │   │   └── ModelBreakerOpen       model.breaker
    │   ├── BudgetSpent            429 model.budget
    │   ├── ModelRefusedKey            model.unauthorized
    │   └── ModelNonsense              model.nonsense
    ├── MailRefused                502 mail.refused
    ├── MailUnreachable            503 mail.unreachable
    ├── CallerLeft                 499 request.left
    ├── StorageFull                507 storage.full
    └── StorageUnavailable         503 storage.unavailable

The HTTP status and the machine code stand on the class; `service/app.py` has the one handler that tells them as RFC
9457 problem+json, and `service/cli.py` the one that tells them as a terminal line.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple


class Fault(NamedTuple):
    """Where in the input something is wrong, as a JSON pointer, a column or a line, and what."""

    pointer: str
    detail: str


class SobMedidaError(Exception):
    """Something went wrong that we can name."""

    status = 500
    code = "internal"
    title = "Something went wrong on our side"

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        faults: Sequence[Fault] = (),
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or type(self).code
        self.faults = tuple(faults)
        self.retry_after = retry_after

    def problem(self) -> dict[str, Any]:
        """The error as the body of an RFC 9457 problem."""
        body: dict[str, Any] = {
            "type": f"urn:sobmedida:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        return body | ({"errors": [fault._asdict() for fault in self.faults]} if self.faults else {})


class Invalid(SobMedidaError):
    """The input cannot be used as it is."""

    status = 422
    code = "invalid"
    title = "The request cannot be used as it is"


class SettingError(Invalid):
    """A setting is wrong or contradicts another; the start stops."""

    code = "setting.invalid"
    title = "A setting is wrong"


class CannotRead(Invalid):
    """A file or a body is not of the format it claims."""

    code = "import.unreadable"
    title = "The input cannot be read"


class NothingToSay(Invalid):
    """No evidence was found, so nothing can be claimed."""

    code = "generation.no_evidence"
    title = "There is nothing to base copy on"


class Unauthorized(SobMedidaError):
    """No key, or one that is unknown or revoked."""

    status = 401
    code = "key.unknown"
    title = "The API key is missing, unknown or revoked"


class Forbidden(SobMedidaError):
    """The key is good, but not for this."""

    status = 403
    code = "key.scope"
    title = "The API key lacks the scope for this"


class NotFound(SobMedidaError):
    """No such thing in this workspace."""

    status = 404
    code = "unknown"
    title = "There is no such thing in this workspace"


class Conflict(SobMedidaError):
    """Somebody else was there first."""

    status = 409
    code = "conflict"
    title = "This conflicts with what is already there"


class IndexBusy(Conflict):
    """Another process owns the embedded index."""

    code = "index.locked"
    title = "Another process is using the embedded index"


class PreconditionFailed(SobMedidaError):
    """It has changed since the caller read it."""

    status = 412
    code = "version"
    title = "This has changed since it was read"


class Gone(SobMedidaError):
    """It was there, and was destroyed for good."""

    status = 410
    code = "gone"
    title = "This was erased"


class TooLarge(SobMedidaError):
    """More bytes than we take at once."""

    status = 413
    code = "body.too_large"
    title = "The request is too large"


class TooMany(SobMedidaError):
    """More attempts than we take in that time."""

    status = 429
    code = "too_many"
    title = "Too many attempts"


class Unsupported(SobMedidaError):
    """A content type that this route does not read."""

    status = 415
    code = "body.type"
    title = "This content type is not read here"


class ModelError(SobMedidaError):
    """The language model did not do its part."""

    status = 502
    code = "model.failed"
    title = "The language model did not answer usably"


class ModelUnreachable(ModelError):
    """No connection, a time-out, or the model's server is overloaded."""

    status = 503
    code = "model.unreachable"
    title = "The language model cannot be reached"


class ModelBreakerOpen(ModelUnreachable):
    """The model's server failed so often that it is left alone for a while."""

    code = "model.breaker"
    title = "The language model failed repeatedly and is not asked for now"


class BudgetSpent(ModelError):
    """The workspace's budget for today does not allow another call."""

    status = 429
    code = "model.budget"
    title = "The workspace's budget for language models is spent for today"


class ModelRefusedKey(ModelError):
    """The model's server does not accept our key."""

    code = "model.unauthorized"
    title = "The language model refused the key"


class Taken(NamedTuple):
    """What an answer counted and cost."""

    input_tokens: int
    output_tokens: int
    cost: Decimal


class ModelNonsense(ModelError):
    """The model answered, but not in the form asked for. `taken` is what the answer took all the same, where known."""

    code = "model.nonsense"
    title = "The language model's answer could not be read"
    taken: Taken | None = None


class MailRefused(SobMedidaError):
    """The mail server did not take a message."""

    status = 502
    code = "mail.refused"
    title = "The mail server refused the message"


class MailUnreachable(SobMedidaError):
    """No connection to the mail server."""

    status = 503
    code = "mail.unreachable"
    title = "The mail server cannot be reached"


class CallerLeft(SobMedidaError):
    """Nobody waits for the answer any more."""

    status = 499
    code = "request.left"
    title = "The caller hung up"


class StorageFull(SobMedidaError):
    """The disk or the database is full; nothing of the change was kept."""

    status = 507
    code = "storage.full"
    title = "There is no room left to store this"


class StorageUnavailable(SobMedidaError):
    """The database did not answer or is locked by somebody else."""

    status = 503
    code = "storage.unavailable"
    title = "The database is not available"
