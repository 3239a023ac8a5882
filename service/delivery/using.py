"""What an approved variant is used as: outputs in a platform's tags, files, and e-mails as one lead would get them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.message import EmailMessage
from typing import Literal
from uuid import UUID, uuid4

from service.delivery.mailing import NOBODY, Envelope, Mailer, mail
from service.delivery.platforms.registry import handed
from service.delivery.rendering import Rendering, RenderingBody, Shown
from service.delivery.unsubscribing import with_unsubscribe
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.leads.store import LeadStore
from service.leads.writing import email_of
from service.privacy.links import ONE_CLICK, Holder, unsubscribe_url
from service.privacy.signing import Signer
from service.users.store import UserStore
from service.variants.history import HistoryStore
from service.variants.models import StoredVariant
from service.variants.store import VariantStore

File = Literal["html", "text"]
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Using:
    """One workspace's variants at work. `base` is the service's own address, for links in e-mails."""

    rendering: Rendering
    signer: Signer
    mailer: Mailer
    base: str

    async def approved(self, variant: UUID) -> StoredVariant:
        """What was approved of it, which may stand behind a newer draft. Raises `NotFound`, and `Conflict` where
        nothing was."""
        async with self.rendering.database.read() as connection:
            workspace = self.rendering.workspace.id
            stored = await VariantStore(connection, workspace).get(variant)
            if stored.serving is None:
                raise Conflict("Nothing of it is approved yet, so it is not used.", code="variant.unapproved")
            if stored.serving == stored.revision:
                return stored
            kept = await HistoryStore(connection, workspace).revision(variant, stored.serving)
        if kept is None:
            raise NotFound("What was approved of it is not kept.", code="variant.unknown")
        return stored._replace(fields=kept.fields, evidence=kept.evidence, revision=kept.revision)

    async def outputs(self, stored: StoredVariant, platform: str) -> dict[str, str]:
        """Its outputs with that platform's tags in the place of values, or with the fallbacks where it has none.
        Raises `Invalid` for copy that the platform would read otherwise."""
        shown = await self.rendering.ready(stored, platform=None if platform == "none" else platform)
        return handed(shown.prepared, platform, NOTHING)

    async def file(self, stored: StoredVariant, form: File, platform: str) -> str:
        """One of its outputs as a file. Raises `Invalid` where the channel has none such."""
        outputs = await self.outputs(stored, platform)
        if form not in outputs:
            raise Invalid(f"Copy for {stored.channel} has no {form}.", code="variant.form")
        return outputs[form]

    async def eml(self, stored: StoredVariant, lead: str | None) -> EmailMessage:
        """The e-mail as that lead would get it, or as somebody of whom nothing is known."""
        shown = await self._email(stored)
        if lead is None:
            outputs = (await self.rendering.shown(shown, RenderingBody())).outputs
            return mail(outputs, self._envelope(NOBODY))
        view = await self.rendering.lead(lead)
        outputs = (await self.rendering.shown(shown, RenderingBody(lead=lead))).outputs
        async with self.rendering.database.read() as connection:
            found = await LeadStore(connection, self.rendering.workspace.id).by_ids([view.id])
        at, holder = self.rendering.clock(), Holder(self.rendering.workspace.slug, view.id)
        url = unsubscribe_url(self.signer, self.base, holder, "email", at)
        envelope = self._envelope(next((email for one in found if (email := email_of(one.traits))), NOBODY))
        headers = {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": ONE_CLICK}
        return mail(with_unsubscribe(outputs, url), replace(envelope, unsubscribe=headers))

    async def test(self, variant: UUID, to: str, lead: str | None) -> None:
        """Send what stands there to somebody of the workspace. Raises `Forbidden` for anybody else's address,
        `Conflict`, `MailRefused` or `MailUnreachable`."""
        async with self.rendering.database.read() as connection:
            workspace = self.rendering.workspace.id
            stored = await VariantStore(connection, workspace).get(variant)
            people = {one.email for one in await UserStore(connection, workspace).all() if one.disabled_at is None}
        shown = await self._email(stored)
        if not self.mailer.anyone and to.strip().lower() not in people:
            raise Forbidden(
                "A test goes to people who can sign in to this workspace; see SOBMEDIDA_SMTP_ANYONE.",
                code="mail.recipient",
            )
        outputs = (await self.rendering.shown(shown, RenderingBody(lead=lead))).outputs
        await self.mailer.send(mail(outputs, self._envelope(to)))

    async def _email(self, stored: StoredVariant) -> Shown:
        if stored.channel != "email":
            raise Invalid(f"It is copy for {stored.channel}; only an e-mail can be mailed.", code="variant.channel")
        return await self.rendering.ready(stored)

    def _envelope(self, to: str) -> Envelope:
        return Envelope(self.mailer.sender, self.rendering.workspace.name, to, uuid4(), self.rendering.clock(), {})
