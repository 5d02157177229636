"""What an actor may see is decided here and nowhere else."""

from __future__ import annotations

from typing import Any

from tortoise.expressions import Q

from db.models.company import Company
from domain.actor import Actor, not_found
from domain.errors import Refusal


def companies(actor: Actor, prefix: str = "") -> Q:
    """A filter on the company table, or on a relation to it (`prefix` "company__")."""
    if actor.scope is None:
        return Q()
    if not actor.scope:
        return Q(**{f"{prefix}path": ""})
    return Q(*(Q(**{f"{prefix}path__startswith": path}) for path in actor.scope), join_type=Q.OR)


def common_or_companies(actor: Actor) -> Q:
    """A filter on tables whose company may be empty: rows that are everyone's, and those of companies in scope."""
    # An empty Q on either side of an OR vanishes and would leave the other side alone, so it is never joined.
    return Q() if actor.scope is None else Q(company_id=None) | companies(actor, "company__")


def company_sql(actor: Actor, column: str) -> tuple[str, list[Any]]:
    """The same as a condition for plain SQL over a company-id column. Paths hold digits and `/` only."""
    if actor.scope is None:
        return "1 = 1", []
    if not actor.scope:
        return "1 = 0", []
    paths = " OR ".join("path LIKE ?" for _ in actor.scope)
    return f"{column} IN (SELECT id FROM company WHERE {paths})", [f"{path}%" for path in actor.scope]


async def company(actor: Actor, company_id: int) -> Company:
    """The company if it lies in scope; refused as not found otherwise."""
    row = await Company.filter(companies(actor), id=company_id).first()
    if row is None:
        raise Refusal(not_found("公司", "company"))
    return row
