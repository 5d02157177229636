"""Making schemes and their versions. A version is never edited: a correction is a new revision of the same month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson

from db.models.policy import Scheme, SchemeVersion
from db.scope import company
from db.sql import fetch, fetch_value, marks
from db.transaction import Work, once, work
from domain.actor import Actor, not_found
from domain.enrollment import EnrollmentState
from domain.errors import Problem, Refusal, has_errors, invalid
from domain.period import BillingMonth
from domain.policy import Category
from domain.reason import stated
from domain.scheme import ALWAYS, Place, Terms
from domain.scheme_check import check_terms
from services import supplier
from services.policy import book
from services.ports import Ports
from services.scheme.rows import SchemeRow, one, this_month


@dataclass(frozen=True, slots=True)
class NewScheme:
    """A scheme to be made; its terms hold from always."""

    name: str
    city_code: str
    category: Category
    terms: Terms = field(default_factory=lambda: Terms(()))
    company_id: int | None = None
    supplier_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What a scheme is to say from a month (yyyymm) on."""

    scheme_id: int
    effective_from: int
    terms: Terms


async def create(ports: Ports, actor: Actor, new: NewScheme) -> int:
    """Adds a scheme with its first version, after checking that the city offers what it names. Answers its id."""
    actor.require("scheme.write")
    policies = await book(ports.store)
    problems = []
    if not 2 <= len(new.name.strip()) <= 80:
        problems.append(invalid("name", "方案名称须为 2 至 80 个字", "The name needs 2 to 80 characters"))
    if new.city_code not in policies.cities():
        problems.append(invalid("cityCode", "没有该城市的政策", "There are no policies for this city"))
    else:
        place = Place(policies, new.city_code, new.category, this_month(ports))
        problems += check_terms(place, new.terms)
    if has_errors(problems):
        raise Refusal(*problems)
    async with work(ports.store, actor) as unit:
        if new.company_id is not None:
            await company(actor, new.company_id)
        elif actor.scope is not None:
            raise Refusal(invalid("companyId", "请选择公司", "Choose a company"))
        if new.supplier_id is not None:
            await supplier.usable(new.supplier_id)
        row_id = unit.new_id()
        await Scheme.create(
            id=row_id,
            name=new.name.strip(),
            company_id=new.company_id,
            city_code=new.city_code,
            category=new.category,
            kinds=",".join(new.terms.kinds),
            housing_rate_ppm=new.terms.housing_rate_ppm,
            service_fee_fen=new.terms.service_fee_fen,
            supplier_id=new.supplier_id,
            created_at=unit.now,
        )
        await _add(unit, NewVersion(row_id, ALWAYS, new.terms), revision=1)
        await unit.audit("scheme.create", "scheme", row_id, new.company_id, 名称=new.name.strip())
    return row_id


async def set_supplier(ports: Ports, actor: Actor, scheme_id: int, supplier_id: int | None) -> int:
    """Says which supplier carries the scheme out, or that we do (None). Answers the scheme's id."""
    actor.require("scheme.write")
    async with work(ports.store, actor) as unit:
        # The supplier's row is locked first, as its own acts do: it is not taken out of use meanwhile.
        name = "自办" if supplier_id is None else (await supplier.usable(supplier_id)).name
        await Scheme.filter(id=scheme_id).select_for_update().first()
        scheme = await one(actor, scheme_id)
        _own(actor, scheme)
        await Scheme.filter(id=scheme_id).update(supplier_id=supplier_id)
        await unit.audit("scheme.supplier", "scheme", scheme_id, scheme.company_id, 方案=scheme.name, 供应商=name)
    return scheme_id


async def save_version(ports: Ports, actor: Actor, new: NewVersion, key: str) -> int:
    """Adds a version; one of the same month becomes a newer revision and retires the former. Answers its id.

    Refused where a closed bill already charged people of the scheme for a month that the version would hold in.
    """
    actor.require("scheme.write")

    async def run(unit: Work) -> int:
        # The scheme's row is the lock: two versions of one month come one after the other.
        await Scheme.filter(id=new.scheme_id).select_for_update().first()
        scheme = await one(actor, new.scheme_id)
        _own(actor, scheme)
        place = Place(await book(ports.store), scheme.city_code, scheme.category, new.effective_from)
        problems = [*check_terms(place, new.terms), *await _closed(scheme, new.effective_from)]
        if has_errors(problems):
            raise Refusal(*problems)
        same = [v for v in scheme.versions if v.id is not None and v.effective_from == new.effective_from]
        await SchemeVersion.filter(scheme_id=scheme.id, effective_from=new.effective_from, retired_at=0).update(
            retired_at=unit.now
        )
        row_id = await _add(unit, new, 1 + max((v.revision for v in same), default=0))
        when = str(BillingMonth.of(new.effective_from))
        detail = {"方案": scheme.name, "起始月": when, "修订": 1 + max((v.revision for v in same), default=0)}
        await unit.audit("scheme.version", "scheme", scheme.id, scheme.company_id, **detail)
        return row_id

    given = {"scheme": new.scheme_id, "from": new.effective_from, "terms": new.terms.plain()}
    return await once(ports.store, actor, "scheme.version", key, given, run)


async def retire_version(ports: Ports, actor: Actor, version_id: int, reason: str) -> int:
    """Takes back a version that nobody was enrolled by: the version before it holds on. Answers the scheme's id."""
    actor.require("scheme.write")
    why = stated(reason, "停用原因", "why it is retired", "例如：录入有误", "For example: entered by mistake")
    async with work(ports.store, actor) as unit:
        row = await SchemeVersion.filter(id=version_id).select_for_update().first()
        if row is None:
            raise Refusal(not_found("方案版本", "version of a scheme"))
        scheme = await one(actor, row.scheme_id)
        _own(actor, scheme)
        if row.retired_at:
            raise Refusal(_already_retired())
        if row.effective_from == ALWAYS:
            raise Refusal(_first_version())
        used = await enrolled_by(version_id)
        if used:
            raise Refusal(_in_use(used))
        row.retired_at = unit.now
        await row.save(update_fields=["retired_at"])
        when = str(BillingMonth.of(row.effective_from))
        detail = {"方案": scheme.name, "起始月": when, "修订": row.revision, "原因": why}
        await unit.audit("scheme.version_retire", "scheme", scheme.id, scheme.company_id, **detail)
    return scheme.id


async def enrolled_by(version_id: int) -> int:
    """How many enrolments were ever made by the version, without those that came to nothing."""
    nothing = [EnrollmentState.REJECTED, EnrollmentState.VOIDED]
    sql = f"SELECT COUNT(*) FROM enrollment WHERE scheme_version_id = ? AND state NOT IN ({marks(nothing)})"
    return int(await fetch_value(sql, [version_id, *nothing]))


async def _add(unit: Work, new: NewVersion, revision: int) -> int:
    plain, row_id = new.terms.plain(), unit.new_id()
    await SchemeVersion.create(
        id=row_id,
        scheme_id=new.scheme_id,
        effective_from=new.effective_from,
        revision=revision,
        kinds=",".join(plain["kinds"]),
        tiers=orjson.dumps(plain["tiers"]).decode(),
        base_rules=orjson.dumps(plain["bases"]).decode(),
        housing_rate_ppm=new.terms.housing_rate_ppm,
        service_fee_fen=new.terms.service_fee_fen,
        note=new.terms.note,
        created_by_id=unit.actor.staff_id,
        created_at=unit.now,
    )
    return row_id


def _own(actor: Actor, scheme: SchemeRow) -> None:
    """A common scheme concerns every client, so only somebody who sees them all may change it."""
    if scheme.company_id is None and actor.scope is not None:
        raise Refusal(
            Problem(
                "scheme_common",
                "通用方案由不限数据范围的管理员维护",
                "A common scheme is kept by staff who see every company",
                "请为本公司新建专属方案，或联系管理员",
                "Make a scheme of the company's own, or ask an administrator",
                field="schemeId",
            )
        )


async def _closed(scheme: SchemeRow, effective_from: int) -> list[Problem]:
    """What is closed of the months that a version from this month on would hold in."""
    later = [v.effective_from for v in scheme.versions if not v.retired_at and v.effective_from > effective_from]
    # From the people on the scheme to their lines: the other way round every line of every client would be read.
    rows = await fetch(
        "SELECT b.month, COUNT(DISTINCT e.person_id) AS people FROM enrollment e JOIN bill b "
        "ON b.company_id = e.company_id AND b.state = 'closed' AND b.month >= ? AND b.month < ? "
        "WHERE e.scheme_id = ? AND EXISTS (SELECT 1 FROM bill_line l WHERE l.bill_id = b.id "
        "AND l.enrollment_id = e.id) GROUP BY b.month ORDER BY b.month",
        [effective_from, min(later, default=999_999), scheme.id],
    )
    return [_closed_problem(rows)] if rows else []


def _closed_problem(rows: Sequence[dict]) -> Problem:
    told = "、".join(f"{BillingMonth.of(r['month'])}（{r['people']} 人）" for r in rows)
    told_en = ", ".join(f"{BillingMonth.of(r['month'])} ({r['people']} people)" for r in rows)
    first = BillingMonth.of(rows[-1]["month"]).shift(1)
    return Problem(
        "scheme_month_closed",
        f"这些月份已关账，本方案有人在内：{told}",
        f"These months are closed with people on this scheme: {told_en}",
        f"请把起始月改为 {first} 或以后；已关账月份的差额走异动",
        f"Let it begin in {first} or later; differences of closed months go through a change of enrolment",
        field="effectiveFrom",
        value=str(BillingMonth.of(rows[0]["month"])),
    )


def _already_retired() -> Problem:
    return Problem(
        "scheme_version_retired", "该版本已停用", "This version is retired already", "请刷新页面", "Reload the page"
    )


def _first_version() -> Problem:
    return Problem(
        "scheme_version_first",
        "方案的第一个版本不能停用，否则更早的月份没有依据",
        "A scheme's first version cannot be retired: earlier months would have nothing to go by",
        "请从某个月起保存新版本",
        "Save a new version from a month on",
    )


def _in_use(people: int) -> Problem:
    return Problem(
        "scheme_version_in_use",
        f"已有 {people} 条参保按此版本办理，不能停用",
        f"{people} enrolments were made by this version; it cannot be retired",
        "请保存新版本，再用异动批次把人员转过去",
        "Save a new version and move the people to it by a batch of changes",
        value=str(people),
    )
