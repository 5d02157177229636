"""What the person decides: consent, its withdrawal, erasure; and showing the phone for a stated reason."""

from __future__ import annotations

from datetime import date

from db.clock import business_day
from db.models.file import StoredFile
from db.sql import execute
from db.transaction import work
from domain.actor import Actor
from domain.errors import Problem, Refusal, invalid
from domain.reason import stated
from domain.talent import TalentState
from services import file
from services.ports import Ports
from services.talent.entry import PHONE, locked


async def record(ports: Ports, actor: Actor, talent_id: int, day: date, file_id: int | None = None) -> int:
    """Notes when, and on which paper, the person agreed to be kept. Refused: day_invalid, not_found, talent_erased."""
    actor.require("talent.write")
    async with work(ports.store, actor) as unit:
        talent = await locked(actor, talent_id)
        if not date(2000, 1, 1) <= day <= business_day(unit.now):
            raise Refusal(invalid("day", "同意的日期不能晚于今天", "Nobody agrees in days to come"))
        if file_id is not None:
            await file.row(actor, file_id)
            owned = StoredFile.filter(id=file_id, company_id=None, owner_id=actor.staff_id)
            await owned.update(company_id=talent.company_id)
        talent.consent_day, talent.consent_file_id = day.isoformat(), file_id
        talent.state = TalentState.LISTED
        await talent.save(update_fields=["consent_day", "consent_file_id", "state"])
        await unit.audit("talent.consent", "talent", talent.id, talent.company_id, 日期=day.isoformat())
    return talent_id


async def withdraw(ports: Ports, actor: Actor, talent_id: int, reason: str) -> int:
    """Takes the consent back (个人信息保护法 §15): the person is shown to nobody until there is a new one."""
    actor.require("talent.write")
    why = stated(reason, "撤回原因", "why it is withdrawn", "例如：本人来电", "For example: the person called")
    async with work(ports.store, actor) as unit:
        talent = await locked(actor, talent_id)
        talent.consent_day, talent.consent_file_id, talent.state = None, None, TalentState.WAITING
        await talent.save(update_fields=["consent_day", "consent_file_id", "state"])
        await unit.audit("talent.withdraw", "talent", talent.id, talent.company_id, 原因=why)
    return talent_id


async def erase(ports: Ports, actor: Actor, talent_id: int, reason: str) -> int:
    """Wipes everything that tells who the person is (个人信息保护法 §47). What stays counts in figures alone: source,
    city, post, years and education."""
    actor.require("talent.write")
    why = stated(reason, "删除原因", "why it is erased", "例如：本人要求删除", "For example: at the person's request")
    async with work(ports.store, actor) as unit:
        talent = await locked(actor, talent_id)
        talent.update_from_dict(
            {
                "name": "",
                "phone_sealed": None,
                "person_id": None,
                "roster_entry_id": None,
                "available_from": None,
                "consent_day": None,
                "consent_file_id": None,
                "note": "",
                "state": TalentState.ERASED.value,
                "erased_at": unit.now,
            }
        )
        await talent.save()
        await execute("DELETE FROM talent_tag WHERE talent_id = ?", [talent.id])
        await unit.audit("talent.erase", "talent", talent.id, talent.company_id, 原因=why)
    return talent_id


async def reveal(ports: Ports, actor: Actor, talent_id: int, reason: str) -> str | None:
    """The phone in the open, noted before it is shown. Refused: consent_missing, reason_needed."""
    actor.require("person.reveal")
    actor.require("talent.read")
    why = stated(reason, "查看原因", "why you need to see it", "例如：联系岗位机会", "For example: a vacancy")
    async with work(ports.store, actor) as unit:
        talent = await locked(actor, talent_id)
        if talent.state != TalentState.LISTED:
            raise Refusal(_no_consent())
        await unit.audit("talent.reveal", "talent", talent.id, talent.company_id, 原因=why)
    return ports.store.vault.open_text(PHONE, talent.id, talent.phone_sealed)


def _no_consent() -> Problem:
    return Problem(
        "consent_missing",
        "本人尚未同意入库，不能查看联系方式",
        "The person has not agreed to be kept; contact data are not shown",
        "请先取得并登记本人同意",
        "Record the person's consent first",
        field="id",
    )
