"""What belongs to a lead: one list, so that an export shows and an erasure removes the same.

Decisions stay when a lead is erased: what they hold of it was sealed with its key, which goes.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import sqlalchemy as sa

from service.db.tables import (
    actions,
    appointments,
    cluster_members,
    consents,
    events,
    histories,
    identities,
    lead_keys,
    memberships,
    scores,
    variants,
)

# Events come before identities, by which the anonymous ones among them are found.
OF_A_LEAD: tuple[sa.Table, ...] = (
    events,
    histories,
    memberships,
    appointments,
    cluster_members,
    scores,
    actions,
    variants,
    consents,
    identities,
    lead_keys,
)


def of_lead(workspace: UUID, lead: UUID) -> Callable[[sa.Table], sa.ColumnElement[bool]]:
    """The rows of a table that belong to that lead.

    Events that nobody has claimed count where they carry an anonymous id of its identities or of its own events; what
    another lead did on the same device is that lead's.
    """
    names = sa.select(identities.c.value).where(
        identities.c.workspace_id == workspace, identities.c.kind == "anonymous_id"
    )
    its = events.alias("its")
    used = sa.select(its.c.anonymous_id).where(
        its.c.workspace_id == workspace,
        its.c.lead_id == lead,
        its.c.anonymous_id.is_not(None),
        its.c.anonymous_id.not_in(names.where(identities.c.lead_id != lead)),
    )
    unclaimed = sa.and_(
        events.c.lead_id.is_(None),
        sa.or_(events.c.anonymous_id.in_(names.where(identities.c.lead_id == lead)), events.c.anonymous_id.in_(used)),
    )

    def rows(table: sa.Table) -> sa.ColumnElement[bool]:
        mine: sa.ColumnElement[bool] = table.c.lead_id == lead
        return sa.and_(table.c.workspace_id == workspace, sa.or_(mine, unclaimed) if table is events else mine)

    return rows
