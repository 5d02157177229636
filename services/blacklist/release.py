"""Releasing an entry: asked for with a reason, done when somebody else approves."""

from __future__ import annotations

from db.models.blacklist import BlacklistEntry
from db.models.company import Company
from db.transaction import Work, work
from domain.actor import Actor, not_found
from domain.blacklist import SUBJECT_LABELS, EntryState, Subject
from domain.errors import Problem, Refusal
from domain.reason import stated
from services import approval
from services.blacklist.write import locked, released_already
from services.ports import Ports

BUSINESS = "blacklist"
PERMISSION = "blacklist.approve"


async def release(ports: Ports, actor: Actor, entry_id: int, reason: str) -> int:
    """Asks for the release; until it is approved the entry counts. Refused: blacklist_released, blacklist_releasing.

    The title of the approval names nobody: those who may see approvals need not be those who may read the blacklist.
    """
    actor.require("blacklist.write")
    why = stated(reason, "解除原因", "why it is released", "例如：欠款已结清", "For example: the debt is settled")
    async with work(ports.store, actor) as unit:
        entry = await locked(actor, entry_id)
        if entry.state == EntryState.RELEASED:
            raise Refusal(released_already())
        if entry.state == EntryState.RELEASING:
            raise Refusal(_waiting())
        entry.state, entry.release_reason = EntryState.RELEASING, why
        await entry.save(update_fields=["state", "release_reason"])
        kind = SUBJECT_LABELS[Subject(entry.subject)][0]
        title = f"解除黑名单记录（{kind}，{entry.from_day} 列入）"
        await approval.ask(unit, BUSINESS, entry.id, await _asked_at(entry), title)
        await unit.audit("blacklist.release_asked", "blacklist", entry.id, entry.company_id, 原因=why)
    return entry_id


async def _asked_at(entry: BlacklistEntry) -> Company:
    """The company whose people decide; an entry that is everyone's is asked about at the first company of all."""
    wanted = Company.filter(parent_id=None) if entry.company_id is None else Company.filter(id=entry.company_id)
    company = await wanted.order_by("id").first()
    if company is None:
        raise Refusal(not_found("公司", "company"))
    return company


async def decided(unit: Work, entry_id: int, approved: bool, comment: str) -> None:
    """Releases the entry, or lets it go on counting. Everyone's entries need somebody who sees everything."""
    entry = await BlacklistEntry.filter(id=entry_id).select_for_update().get()
    if entry.company_id is None and unit.actor.scope is not None:
        raise Refusal(not_found("黑名单记录", "blacklist entry"))
    if approved:
        entry.state = EntryState.RELEASED
        entry.released_by_id, entry.released_at = unit.actor.staff_id, unit.now
    else:
        entry.state, entry.release_reason = EntryState.ACTIVE, None
    await entry.save(update_fields=["state", "release_reason", "released_by_id", "released_at"])
    act = "blacklist.released" if approved else "blacklist.kept"
    await unit.audit(act, "blacklist", entry.id, entry.company_id, 意见=comment or "无")


approval.DECIDED[BUSINESS] = decided


def _waiting() -> Problem:
    return Problem(
        "blacklist_releasing",
        "该记录的解除正在审核",
        "The release of this entry waits for its approval",
        "请等待审核结论",
        "Wait for the decision",
    )
