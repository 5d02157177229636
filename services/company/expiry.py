"""Contracts with clients that run out: asked for by day, and told to those who keep companies."""

from __future__ import annotations

from datetime import date, timedelta

from db.models.company import Company
from db.scope import companies
from domain.actor import Actor
from domain.reminder import THRESHOLDS, Reminder, days_left, threshold
from services import contract
from services.contract import ContractRow
from services.ports import Ports


async def expiring(actor: Actor, day: date, within_days: int) -> list[ContractRow]:
    """Contracts of companies in scope that run out from the day on, within so many days; the first ones first."""
    actor.require("company.read")
    found = await contract.running_out(contract.COMPANY, day, day + timedelta(days=within_days))
    seen = set(await Company.filter(companies(actor)).values_list("id", flat=True))
    return [each for each in found if each.owner_id in seen]


async def due(ports: Ports, day: date) -> list[Reminder]:
    """One reminder for each contract and threshold, to everyone who keeps the company."""
    running_out = await contract.running_out(contract.COMPANY, day, day + timedelta(days=max(THRESHOLDS)))
    ids = {each.owner_id for each in running_out}
    names = dict(await Company.filter(id__in=list(ids)).values_list("id", "name"))
    found = []
    for each in running_out:
        if each.to_day is None:
            continue
        left = days_left(day, each.to_day)
        found.append(
            Reminder(
                key=f"company_contract:{each.id}:{each.to_day}:{threshold(left)}",
                title=f"客户合同将于 {each.to_day} 到期",
                body=f"{names.get(each.owner_id, '')} 的合同“{each.number}”还有 {left} 天到期，请联系客户续签。",
                link=f"/company/{each.owner_id}",
                permission="company.write",
                company_id=each.owner_id,
            )
        )
    return found
