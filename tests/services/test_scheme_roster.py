"""A4.2: a whole roster now and with a version: the arrays come to the sum of the scalar contributions."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from app.container import Container
from db.models.company import Company
from db.models.enrollment import Enrollment, EnrollmentBase, EnrollmentItem
from db.models.policy import Scheme
from db.sql import insert_many
from domain.base_history import BaseChange, BaseScope, effective
from domain.base_rule import BaseRule, declared_for
from domain.contribution import contribute
from domain.errors import Problem, Refusal
from domain.policy import Category, Kind
from domain.scheme import BaseTerm, Terms
from domain.selection import Choice, select
from services import scheme
from services.policy import book
from services.scheme import roster
from tests.factories import account, company_id

PEOPLE = 1200
MONTH = 202611
CITY = "110000"
KINDS = (Kind.PENSION, Kind.MEDICAL, Kind.UNEMPLOYMENT, Kind.WORK_INJURY, Kind.HOUSING_FUND)
RULES = ("declared", "floor", "cap", "fixed")
TERMS = Terms(
    kinds=KINDS,
    bases={
        Kind.PENSION: BaseTerm(BaseRule.FLOOR),
        Kind.MEDICAL: BaseTerm(BaseRule.CAP),
        Kind.UNEMPLOYMENT: BaseTerm(BaseRule.FIXED, 900_000),
    },
    housing_rate_ppm=70_000,
    service_fee_fen=4000,
)
OLD = Terms(())
"""What a scheme without versions, kinds and rate says: the city's kinds, the declared base, everybody's own rate."""
Sums = dict[Kind, list[int]]


async def _enrol(container: Container, owner: int, scheme_id: int) -> None:
    """People written straight into the register: rules, own fund bases and rates, later bases, other cities."""
    ids = container.ports.store.ids
    people, enrollments, items, bases = [], [], [], []
    for n in range(PEOPLE):
        person_id, enrollment_id = ids.block(2)
        base, city = 300_000 + n * 4_111, "310000" if n % 100 == 3 else CITY
        people.append((person_id, f"人{n}", "resident_id", b"-", f"{n:032d}", 0))
        start, last = (202612, None) if n % 40 == 1 else (202601, {0: 202610, 2: MONTH}.get(n % 20))
        of = scheme_id if n % 2 else None
        about = (
            enrollment_id,
            person_id,
            owner,
            city,
            "employee",
            of,
            "effective",
            base,
            start,
            last,
            n % 3 * 1000,
            1,
            0,
        )
        enrollments.append(about)
        for place, kind in enumerate(KINDS):
            fund = kind is Kind.HOUSING_FUND
            if fund and n % 7 == 0:
                continue
            rate = (50_000, 120_000, 130_000)[n % 3 if n % 50 in (2, 7) else n % 2] if fund else None
            own = base + (5_000 if fund else 0)
            rule = RULES[(n + place) % 4]
            item = (ids.one(), enrollment_id, person_id, owner, kind, "", "effective", own, rule, rate, start, last)
            items.append(item)
        if n % 5 == 0:
            changed = (ids.one(), enrollment_id, owner, "social", 202609, base * 2, None, 1, 0, 0)
            bases += [changed, (ids.one(), *changed[1:4], 202611, base * 3, *changed[6:])]
            bases.append((ids.one(), *changed[1:4], 202612, base * 9, *changed[6:]))
        if n % 9 == 0:
            bases.append((ids.one(), enrollment_id, owner, "fund", 202610, base + 70_000, 70_000, 1, 0, 0))
            bases.append((ids.one(), enrollment_id, owner, "fund", 202611, base + 90_000, 90_000, 1, 0, 99))
    columns = ("id", "name", "id_kind", "id_number_sealed", "id_number_index", "created_at")
    await insert_many("person", columns, people)
    await insert_many("enrollment", _ENROLLMENT, enrollments)
    await insert_many("enrollment_item", _ITEM, items)
    await insert_many("enrollment_base", _BASE, bases)


_ENROLLMENT = (
    "id person_id company_id city_code category scheme_id state declared_base_fen start_month last_month "
    "service_fee_fen batch_id created_at"
).split()
_ITEM = (
    "id enrollment_id person_id company_id kind tier state declared_base_fen base_rule housing_rate_ppm "
    "start_month last_month"
).split()
_BASE = "id enrollment_id company_id scope from_month base_fen housing_rate_ppm batch_id created_at voided_at".split()


class Scalar:
    """Everybody computed one by one."""

    def __init__(self, policies: object, owner: Company) -> None:
        self.policies, self.owner = policies, owner
        self.before: Sums = defaultdict(lambda: [0, 0, 0])
        self.after: Sums = defaultdict(lambda: [0, 0, 0])
        self.missing = {"before": Counter[str](), "after": Counter[str]()}
        self.people = self.fee = 0

    def add(self, side: str, kind: Kind, rule: BaseRule, base: int, rate: int | None) -> None:
        """One line of one person."""
        choice = Choice(housing_rate_ppm=rate, injury_class=self.owner.injury_class)
        found = select(self.policies, CITY, Category.EMPLOYEE, kind, MONTH, choice)  # type: ignore[arg-type]
        if isinstance(found, Problem):
            self.missing[side][found.code] += 1
            return
        line = contribute(found[0], declared_for(rule, base, found[0]), *found[1:])
        for place, amount in enumerate((1, line.employer_fen, line.employee_fen)):
            getattr(self, side)[kind][place] += amount


async def _expected(container: Container, owner: Company, terms: Terms, only: int | None) -> Scalar:
    found = Scalar(await book(container.ports.store), owner)
    changes: dict[int, list[BaseChange]] = defaultdict(list)
    for c in await EnrollmentBase.filter(voided_at=0):
        change = BaseChange(c.id, BaseScope(c.scope), c.from_month, c.base_fen, c.housing_rate_ppm)
        changes[c.enrollment_id].append(change)
    for e in await Enrollment.filter(company_id=owner.id, city_code=CITY, start_month__lte=MONTH):
        if (e.last_month is not None and e.last_month < MONTH) or (only is not None and e.scheme_id != only):
            continue
        found.people, found.fee = found.people + 1, found.fee + e.service_fee_fen
        fund: tuple[str, int, int | None] | None = None
        for i in await EnrollmentItem.filter(enrollment_id=e.id):
            kind, rule = Kind(i.kind), BaseRule(i.base_rule)
            base, rate = effective(changes[e.id], kind, rule, MONTH, i.declared_base_fen, i.housing_rate_ppm)
            found.add("before", kind, rule, base, rate)
            if kind is Kind.HOUSING_FUND:
                fund = (i.base_rule, base, rate)
        for kind in KINDS:
            term = terms.base(kind)
            base, rate = effective(changes[e.id], kind, BaseRule.DECLARED, MONTH, e.declared_base_fen, None)
            if kind is Kind.HOUSING_FUND and fund is not None:
                base = base if fund[0] == "fixed" else fund[1]
                rate = fund[2]
            rate = (terms.housing_rate_ppm or rate or owner.housing_rate_ppm) if kind is Kind.HOUSING_FUND else None
            found.add("after", kind, term.rule, base if term.fen is None else term.fen, rate)
    return found


def _sums(sides: dict[Kind, roster.Side]) -> dict[Kind, list[int]]:
    return {kind: [s.people, s.employer_fen, s.employee_fen] for kind, s in sides.items() if s.people}


async def _old_scheme(container: Container, owner: int) -> int:
    """A scheme from before there were versions."""
    row_id = container.ports.store.ids.one()
    about = {"name": "旧方案", "company_id": owner, "city_code": CITY, "category": "employee", "kinds": ""}
    await Scheme.create(id=row_id, created_at=0, service_fee_fen=4000, **about)
    return row_id


@pytest.mark.parametrize("terms", [TERMS, OLD], ids=["written", "old"])
@pytest.mark.parametrize("own", [False, True], ids=["everybody", "on the scheme"])
@pytest.mark.parametrize("chunk", [5000, 111])
async def test_a_roster_is_the_sum_of_its_scalar_lines(
    container: Container, monkeypatch: pytest.MonkeyPatch, terms: Terms, own: bool, chunk: int
) -> None:
    """A4.2: both sides by kind, fees, and who could not be computed; in whatever chunks people are read."""
    monkeypatch.setattr(roster, "PEOPLE", chunk)
    admin, owner = await account("admin"), await Company.get(id=await company_id())
    made = await _old_scheme(container, owner.id)
    await _enrol(container, owner.id, made)
    expected = await _expected(container, owner, terms, made if own else None)
    assert expected.people > 400
    assert expected.missing["before"]["housing_rate_out_of_range"] > 0
    wanted = scheme.Roster(made, MONTH, owner.id, terms=terms if terms.kinds else None, only_on_scheme=own)
    found = await scheme.simulate_roster(container.ports, admin, wanted)
    assert found.people == expected.people
    assert _sums({k.kind: k.before for k in found.kinds}) == dict(expected.before)
    assert _sums({k.kind: k.after for k in found.kinds}) == dict(expected.after)
    assert (found.fee_before_fen, found.fee_after_fen) == (expected.fee, 4000 * expected.people)
    assert _told(found.missing_before) == expected.missing["before"]
    after = _told(found.missing_after)
    elsewhere = after.pop("scheme_elsewhere")
    assert after == expected.missing["after"]
    assert bool(after) == (terms is OLD)
    assert 0 < elsewhere < PEOPLE // 50
    assert found.before.employer_fen == sum(v[1] for v in expected.before.values())
    delta = found.after - found.before
    assert delta.employee_fen == sum(v[2] for v in expected.after.values()) - sum(
        v[2] for v in expected.before.values()
    )


def _told(problems: tuple[Problem, ...]) -> Counter[str]:
    """How many people's kinds each reason keeps out."""
    found: Counter[str] = Counter()
    for p in problems:
        found[p.code] += int((p.value or "0").removesuffix(" 人"))
    return found


async def test_a_roster_by_a_saved_version(container: Container) -> None:
    """A4.2: without written terms the version of the month, or the one asked for; written ones are checked."""
    admin, owner = await account("admin"), await company_id()
    new = scheme.NewScheme("定额", CITY, Category.EMPLOYEE, Terms((Kind.PENSION,)), owner)
    made = await scheme.create(container.ports, admin, new)
    await _enrol(container, owner, made)
    wanted = scheme.Roster(made, MONTH, owner)
    found = await scheme.simulate_roster(container.ports, admin, wanted)
    assert [k.kind for k in found.kinds if k.after.people] == [Kind.PENSION]
    version = await scheme.save_version(
        container.ports, admin, scheme.NewVersion(made, 202701, Terms((Kind.MEDICAL,))), "roster-key-1"
    )
    found = await scheme.simulate_roster(
        container.ports, admin, scheme.Roster(made, MONTH, owner, version_id=version, only_on_scheme=True)
    )
    assert [k.kind for k in found.kinds if k.after.people] == [Kind.MEDICAL]
    with pytest.raises(Refusal, match="kind_not_offered"):
        wrong = scheme.Roster(made, MONTH, owner, terms=Terms((Kind.LARGE_MEDICAL,)))
        await scheme.simulate_roster(container.ports, admin, wrong)
    assert await Enrollment.filter(scheme_version_id__not_isnull=True).count() == 0
