"""Exporting a city's policies and importing them again: nothing half done, no row ever altered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from db.models.audit import Audit
from db.models.policy import City, Policy
from db.transaction import Work, once, work
from domain.actor import Actor, not_found
from domain.area import area_of
from domain.errors import Problem, Refusal, has_errors
from domain.policy import Confidence, PolicyVersion, period_text, place_text
from domain.policy_change import Change, ChangeAct, Plan, plan
from domain.policy_table import Written, wrong_cell
from services import file
from services.policy.book import FACTS, current, in_force, version
from services.policy.document import PolicyFormat, read, written
from services.ports import Ports

_MIME = {PolicyFormat.CSV: file.CSV, PolicyFormat.YAML: "application/yaml"}
# A row that only ends earlier claims nothing new, so whoever confirmed it has confirmed it still.
_TRUST = ("confirmed_at", "confirmed_by_id", "confirmed_source")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do when it was a dry run."""

    added: int
    replaced: int
    problems: tuple[Problem, ...]
    changes: tuple[Change, ...]


async def export(ports: Ports, actor: Actor, city_code: str, form: PolicyFormat) -> int:
    """The rows of a city, past and future ones too, as a file; answers its id."""
    actor.require("policy.read")
    rows = await in_force(ports.store, city_code, None, None)
    if not rows:
        raise Refusal(not_found("城市的政策", "city with policies"))
    content = written(rows, form)
    async with work(ports.store, actor) as unit:
        stored = await file.keep(ports, unit, f"{rows[0].city}政策.{form}", _MIME[form], content, "policy.export")
        await unit.audit("policy.export", "stored_file", stored, 城市=rows[0].city, 行数=len(rows))
    return stored


async def read_file(ports: Ports, actor: Actor, file_id: int) -> tuple[list[Written], list[Problem]]:
    """The rows of an uploaded file and what is wrong with it; cities and first confidence are checked too."""
    actor.require("policy.write")
    row, content = await file.content(ports, actor, file_id)
    rows, problems = read(row.name, content)
    names = {c.code: c.name for c in await City.all()}
    for each in rows:
        code, city = each.version.city_code, each.version.city
        if code in names and names[code] != city:
            problems.append(wrong_cell(each.line, "city", city))
        elif code not in names and area_of(code) is None:
            problems.append(wrong_cell(each.line, "code", code))
    return rows, problems


async def planned(actor: Actor, rows: Sequence[Written], problems: Sequence[Problem]) -> Plan:
    """What the rows would change by the policies as they are now, with all that stands against it."""
    if has_errors(problems):
        return Plan((), tuple(problems))
    found = plan(await current({w.version.city_code for w in rows}), rows)
    # Who writes rows does not also vouch for them: certainty is given by whoever may confirm.
    sure = [
        _too_sure(c)
        for c in found.changes
        if c.after.confidence is Confidence.HIGH and not c.only_shortens and not actor.may("policy.confirm")
    ]
    return Plan(found.changes, (*problems, *found.problems, *sure))


async def import_file(ports: Ports, actor: Actor, file_id: int, dry_run: bool, key: str) -> Imported:
    """Takes over the rows of an uploaded file, all of them or none. A dry run only says what would happen.

    A known key and start becomes a new revision and the former row is retired; a row that begins while an older one
    runs ends that one. Bills keep the rows they were computed with.
    """
    rows, problems = await read_file(ports, actor, file_id)
    if dry_run:
        return _imported(await planned(actor, rows, problems))

    async def run(unit: Work) -> int:
        # Imports of the same city go one after the other; a city that is new meets the unique key.
        await City.filter(code__in={w.version.city_code for w in rows}).select_for_update().order_by("code")
        found = await planned(actor, rows, problems)
        if has_errors(found.problems):
            raise Refusal(*found.problems)
        await _apply(unit, found.changes)
        counts = _imported(found)
        await unit.audit("policy.import", "stored_file", file_id, 新增=counts.added, 替换=counts.replaced)
        return unit.now

    at = await once(ports.store, actor, "policy.import", key, {"file": file_id}, run)
    return await _done(file_id, at, {w.version.city_code for w in rows})


def _imported(found: Plan) -> Imported:
    added = sum(c.act is ChangeAct.ADDED for c in found.changes)
    return Imported(added, len(found.changes) - added, found.problems, found.changes)


async def _apply(unit: Work, changes: Sequence[Change]) -> None:
    known = set(await City.all().values_list("code", flat=True))
    for code, name in sorted({(c.after.city_code, c.after.city) for c in changes}):
        if code not in known:
            await City.create(id=unit.new_id(), code=code, name=name)
    replaced = Policy.filter(id__in=[c.before.id for c in changes if c.before])
    former = {p.id: p for p in await replaced.select_for_update()}
    await Policy.filter(id__in=list(former)).update(retired_at=unit.now)
    for change in changes:
        v = change.after
        values = {name: getattr(v, name) for name in FACTS}
        trust = {}
        if change.before is not None and change.only_shortens:
            trust = {name: getattr(former[change.before.id], name) for name in _TRUST}
        row = await Policy.create(
            id=unit.new_id(), created_at=unit.now, revision=await _last_revision(v) + 1, **values, **trust
        )
        told = "；".join(f"{d.fact} {d.before or '—'} → {d.after or '—'}" for d in change.differences)
        text = f"{place_text(v)} {period_text(v)}"
        await unit.audit("policy.import", "policy", row.id, 政策=text, 变化=told[:1000])


async def _last_revision(v: PolicyVersion) -> int:
    same = Policy.filter(
        city_code=v.city_code, category=v.category, kind=v.kind, tier=v.tier, effective_from=v.effective_from
    )
    revisions: list[Any] = await same.values_list("revision", flat=True)
    return max(revisions, default=0)


async def _done(file_id: int, at: int, city_codes: set[str]) -> Imported:
    """What the import of that instant did, read from what it wrote, so that a repetition answers the same."""
    entry = await Audit.filter(act="policy.import", subject_kind="stored_file", subject_id=file_id, at=at).first()
    detail = orjson.loads(entry.detail) if entry else {}
    names = {c.code: c.name for c in await City.filter(code__in=city_codes)}
    changes = []
    rows = await Policy.filter(created_at=at, city_code__in=city_codes).order_by("id").values()
    for row in rows:
        place = {n: row[n] for n in ("city_code", "category", "kind", "tier", "effective_from")}
        former = await Policy.filter(**place, revision=row["revision"] - 1).values()
        before = version(former[0], names[row["city_code"]]) if former else None
        change = Change(ChangeAct.REPLACED, 0, before, version(row, names[row["city_code"]]))
        act = ChangeAct.ADDED if before is None else ChangeAct.ENDED if change.only_shortens else change.act
        changes.append(replace(change, act=act))
    return Imported(detail.get("新增", 0), detail.get("替换", 0), (), tuple(changes))


def _too_sure(change: Change) -> Problem:
    text = f"{place_text(change.after)} {period_text(change.after)}"
    return Problem(
        "policy_too_sure",
        f"第 {change.line} 行 {text}：导入人不能把可信度定为“高”",
        f"Line {change.line}, {text}: whoever imports a row cannot call it certain",
        "请写“中”或“低”，导入后由复核人员核对并确认",
        "Write medium or low; a reviewer then checks and confirms it",
        row=change.line,
        column="confidence",
        value=change.after.confidence,
    )
