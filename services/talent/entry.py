"""Taking people into the pool: from a roster, from a stopped enrolment, or by hand; and changing what is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from db.models.roster import RosterEntry
from db.models.talent import Talent
from db.scope import company, company_sql
from db.sql import execute, fetch, insert_many, locking, marks
from db.transaction import Work, work
from domain.actor import Actor, not_found
from domain.enrollment import EnrollmentState
from domain.errors import Problem, Refusal, invalid
from domain.talent import TagKind, TalentFields, TalentSource, TalentState, check_fields, erased_already
from services.person import PHONE as PERSON_PHONE
from services.ports import Ports
from services.roster import PHONE as ROSTER_PHONE

PHONE = "talent.phone"


async def add(ports: Ports, actor: Actor, company_id: int, fields: TalentFields) -> int:
    """Enters somebody by hand; until consent is recorded the person waits. Answers the id.

    Refused: not_found, those of `check_fields`, city_invalid, talent_duplicate.
    """
    actor.require("talent.write")
    checked = check_fields(fields)
    async with work(ports.store, actor) as unit:
        owner = await company(actor, company_id)
        return await _insert(unit, owner.id, checked, TalentSource.HAND)


async def from_roster(ports: Ports, actor: Actor, entry_id: int, fields: TalentFields | None = None) -> int:
    """Invites somebody on (or off) a roster in scope. What `fields` give goes before what the roster says."""
    actor.require("talent.write")
    async with work(ports.store, actor) as unit:
        condition, values = company_sql(actor, "company_id")
        rows = await fetch(f"SELECT id FROM roster_entry WHERE id = ? AND {condition}", [entry_id, *values])
        if not rows:
            raise Refusal(not_found("花名册人员", "roster entry"))
        entry = await RosterEntry.get(id=entry_id)
        phone = unit.store.vault.open_text(ROSTER_PHONE, entry.id, entry.phone_sealed) or ""
        known = TalentFields(entry.name, phone, entry.city_code, entry.post)
        person = await fetch("SELECT id FROM person WHERE id_number_index = ?", [entry.number_index])
        person_id = person[0]["id"] if person else None
        merged = check_fields(_merged(known, fields))
        return await _insert(unit, entry.company_id, merged, TalentSource.ROSTER, person_id, entry.id)


async def from_enrollment(ports: Ports, actor: Actor, enrollment_id: int, fields: TalentFields | None = None) -> int:
    """Invites a leaver: somebody whose enrolment in scope has stopped. Refused: not_found, enrollment_open."""
    actor.require("talent.write")
    async with work(ports.store, actor) as unit:
        condition, values = company_sql(actor, "n.company_id")
        rows = await fetch(
            "SELECT n.company_id, n.city_code, n.state, p.id AS person_id, p.name, p.phone_sealed FROM enrollment n "
            f"JOIN person p ON p.id = n.person_id WHERE n.id = ? AND {condition}",
            [enrollment_id, *values],
        )
        if not rows:
            raise Refusal(not_found("参保记录", "enrolment"))
        r = rows[0]
        if r["state"] != EnrollmentState.STOPPED:
            raise Refusal(_still_open())
        phone = unit.store.vault.open_text(PERSON_PHONE, r["person_id"], r["phone_sealed"]) or ""
        merged = check_fields(_merged(TalentFields(r["name"], phone, r["city_code"]), fields))
        return await _insert(unit, r["company_id"], merged, TalentSource.LEAVER, r["person_id"])


async def edit(ports: Ports, actor: Actor, talent_id: int, fields: TalentFields) -> int:
    """Changes what is known of somebody; an empty phone keeps the one there is. Refused: as `add`, talent_erased."""
    actor.require("talent.write")
    checked = check_fields(fields)
    async with work(ports.store, actor) as unit:
        talent = await locked(actor, talent_id)
        await _known_city(checked.city_code)
        columns = _columns(unit, talent.id, checked)
        if not checked.phone:
            columns.pop("phone_sealed")
        talent.update_from_dict(columns)
        await talent.save(update_fields=list(columns))
        await _tag(unit, talent.id, checked)
        await unit.audit("talent.edit", "talent", talent.id, talent.company_id)
    return talent_id


async def locked(actor: Actor, talent_id: int) -> Talent:
    """The talent, locked until the commit, if it is the actor's to change. Refused: not_found, talent_erased."""
    talent = await Talent.filter(id=talent_id).select_for_update().first()
    condition, values = company_sql(actor, "id")
    if talent is None or not await fetch(
        f"SELECT id FROM company WHERE id = ? AND {condition}", [talent.company_id, *values]
    ):
        raise Refusal(not_found("人才", "talent"))
    if talent.state == TalentState.ERASED:
        raise Refusal(erased_already())
    return talent


def _merged(known: TalentFields, given: TalentFields | None) -> TalentFields:
    if given is None:
        return known
    return replace(
        given,
        name=given.name or known.name,
        phone=given.phone or known.phone,
        city_code=given.city_code or known.city_code,
        post=given.post or known.post,
    )


async def _insert(
    unit: Work,
    company_id: int,
    fields: TalentFields,
    source: TalentSource,
    person_id: int | None = None,
    entry_id: int | None = None,
) -> int:
    await fetch(f"SELECT id FROM company WHERE id = ?{locking(unit.connection)}", [company_id])
    await _known_city(fields.city_code)
    await _alone(unit, company_id, fields, person_id, entry_id)
    row_id = unit.new_id()
    await Talent.create(
        id=row_id,
        company_id=company_id,
        person_id=person_id,
        roster_entry_id=entry_id,
        source=source.value,
        state=TalentState.WAITING.value,
        created_at=unit.now,
        **_columns(unit, row_id, fields),
    )
    await _tag(unit, row_id, fields)
    await unit.audit("talent.add", "talent", row_id, company_id, 来源=source.value)
    return row_id


def _columns(unit: Work, row_id: int, fields: TalentFields) -> dict[str, Any]:
    return {
        "name": fields.name,
        "phone_sealed": unit.store.vault.seal_text(PHONE, row_id, fields.phone),
        "city_code": fields.city_code,
        "post": fields.post,
        "years": fields.years,
        "education": fields.education.value if fields.education else "",
        "available_from": fields.available_from.isoformat() if fields.available_from else None,
        "note": fields.note,
    }


async def _tag(unit: Work, talent_id: int, fields: TalentFields) -> None:
    await execute("DELETE FROM talent_tag WHERE talent_id = ?", [talent_id])
    tags = [(TagKind.TAG, t) for t in fields.tags] + [(TagKind.SKILL, t) for t in fields.skills]
    ids = unit.store.ids.block(len(tags)) if tags else []
    rows = [(i, talent_id, tag, kind.value) for i, (kind, tag) in zip(ids, tags, strict=True)]
    await insert_many("talent_tag", ["id", "talent_id", "tag", "kind"], rows)


async def _known_city(code: str | None) -> None:
    if code is not None and not await fetch("SELECT id FROM city WHERE code = ?", [code]):
        raise Refusal(invalid("city", "没有这个城市", "No such city").at(field="cityCode", value=code[:20]))


async def _alone(
    unit: Work, company_id: int, fields: TalentFields, person_id: int | None, entry_id: int | None
) -> None:
    """Refused (talent_duplicate): the same person or entry, or the same name and phone, in the same company's pool."""
    rows = await fetch(
        "SELECT id, person_id, roster_entry_id, phone_sealed FROM talent WHERE company_id = ? AND state <> ? "
        "AND (name = ? OR person_id = ? OR roster_entry_id = ?)",
        [company_id, TalentState.ERASED.value, fields.name, person_id or 0, entry_id or 0],
    )
    if any(_same(unit, r, fields, person_id, entry_id) for r in rows):
        raise Refusal(_duplicate())


def _same(unit: Work, r: dict[str, Any], fields: TalentFields, person_id: int | None, entry_id: int | None) -> bool:
    if (person_id and r["person_id"] == person_id) or (entry_id and r["roster_entry_id"] == entry_id):
        return True
    return bool(fields.phone) and unit.store.vault.open_text(PHONE, r["id"], r["phone_sealed"]) == fields.phone


async def tags_of(talent_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Kind and text of the tags by talent."""
    found: dict[int, list[tuple[str, str]]] = {}
    if talent_ids:
        sql = f"SELECT talent_id, kind, tag FROM talent_tag WHERE talent_id IN ({marks(talent_ids)}) ORDER BY id"
        for r in await fetch(sql, talent_ids):
            found.setdefault(r["talent_id"], []).append((r["kind"], r["tag"]))
    return found


def _duplicate() -> Problem:
    return Problem(
        "talent_duplicate",
        "此人已在本公司的人才库中",
        "This person is already in the company's pool",
        "请查找原记录并修改",
        "Look up the entry and edit it",
        field="name",
    )


def _still_open() -> Problem:
    return Problem(
        "enrollment_open",
        "该参保记录尚未停保，不是离职人员",
        "This enrolment has not stopped; the person is no leaver",
        "在册人员请从花名册邀请，或手工录入",
        "Invite people at work from a roster, or enter them by hand",
        field="enrollmentId",
    )
