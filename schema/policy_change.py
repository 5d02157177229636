"""Differences between policy versions, imports of policies, and what an import would move."""

from __future__ import annotations

from typing import ClassVar

import strawberry

from domain import policy as rules
from domain import policy_change as changes
from domain.policy_change import FACT_LABELS, ChangeAct
from schema.policy_words import InsuranceKind, InsuredCategory
from schema.problems import Problem, problems_of
from schema.scalars import Month, Yuan
from services import policy
from services.policy import PolicyFormat

strawberry.enum(ChangeAct, name="PolicyChangeAct", description="新增、替换为新版本、截止")
strawberry.enum(PolicyFormat, name="PolicyFormat", description="导出格式")


@strawberry.type(description="一处不同；值为未加修饰的文本，未知为空")
class PolicyDifference:
    field: str
    label: str
    label_en: str
    before: str | None
    after: str | None

    @classmethod
    def from_row(cls, row: changes.Difference) -> PolicyDifference:
        label, label_en = FACT_LABELS[row.fact]
        first, *rest = row.fact.removesuffix("_fen").removesuffix("_ppm").split("_")
        name = first + "".join(word.title() for word in rest)
        return cls(field=name, label=label, label_en=label_en, before=row.before, after=row.after)


@strawberry.type(description="一个险种在两个月份的政策")
class PolicyComparison:
    permission: ClassVar[str] = "policy.read"
    category: InsuredCategory
    kind: InsuranceKind
    tier: str
    in_before: bool = strawberry.field(description="前一月份有政策")
    in_after: bool = strawberry.field(description="后一月份有政策")
    differences: list[PolicyDifference]

    @classmethod
    def from_row(cls, row: changes.Comparison) -> PolicyComparison:
        either = row.row
        return cls(
            category=either.category,
            kind=either.kind,
            tier=either.tier,
            in_before=row.before is not None,
            in_after=row.after is not None,
            differences=[PolicyDifference.from_row(d) for d in row.differences],
        )


@strawberry.type(description="一行政策的变化")
class PolicyChange:
    act: ChangeAct
    line: int = strawberry.field(description="文件中的行；结果中为 0")
    city_code: str
    category: InsuredCategory
    kind: InsuranceKind
    tier: str
    effective_from: Month
    effective_to: Month | None
    title: str
    differences: list[PolicyDifference]

    @classmethod
    def from_row(cls, row: changes.Change) -> PolicyChange:
        v = row.after
        return cls(
            act=row.act,
            line=row.line,
            city_code=v.city_code,
            category=v.category,
            kind=v.kind,
            tier=v.tier,
            effective_from=Month(v.effective_from),
            effective_to=v.effective_to,  # type: ignore[arg-type]
            title=f"{rules.place_text(v)} {rules.period_text(v)}",
            differences=[PolicyDifference.from_row(d) for d in row.differences],
        )


@strawberry.type
class ImportPoliciesPayload:
    added: int = 0
    replaced: int = 0
    changes: list[PolicyChange] = strawberry.field(default_factory=list)
    problems: list[Problem] = strawberry.field(default_factory=list)

    @classmethod
    def from_row(cls, row: policy.Imported) -> ImportPoliciesPayload:
        return cls(
            added=row.added,
            replaced=row.replaced,
            changes=[PolicyChange.from_row(c) for c in row.changes],
            problems=problems_of(row.problems),
        )


@strawberry.type(description="一个险种的影响：金额有变化的人数，变化前后的合计")
class PolicyKindImpact:
    city_code: str
    kind: InsuranceKind
    people: int
    employer_before: Yuan
    employer_after: Yuan
    employee_before: Yuan
    employee_after: Yuan


@strawberry.type(description="已关账月份将产生的补差；负数为应退")
class PolicyMonthImpact:
    month: Month
    people: int
    employer: Yuan
    employee: Yuan


@strawberry.type(description="导入前的影响预览")
class PolicyImpact:
    month: Month | None = strawberry.field(default=None, description="变化最早影响的月份（今月起）")
    people: int = 0
    kinds: list[PolicyKindImpact] = strawberry.field(default_factory=list)
    closed_months: list[PolicyMonthImpact] = strawberry.field(default_factory=list)
    changes: list[PolicyChange] = strawberry.field(default_factory=list)
    problems: list[Problem] = strawberry.field(default_factory=list)

    @classmethod
    def from_row(cls, row: policy.Impact) -> PolicyImpact:
        return cls(
            month=row.month,  # type: ignore[arg-type]
            people=row.people,
            kinds=[_kind(k) for k in row.kinds],
            closed_months=[
                PolicyMonthImpact(
                    month=Month(m.month),
                    people=m.people,
                    employer=Yuan(m.employer_fen),
                    employee=Yuan(m.employee_fen),
                )
                for m in row.closed_months
            ],
            changes=[PolicyChange.from_row(c) for c in row.changes],
            problems=problems_of(row.problems),
        )


def _kind(row: policy.KindImpact) -> PolicyKindImpact:
    return PolicyKindImpact(
        city_code=row.city_code,
        kind=row.kind,
        people=row.people,
        employer_before=Yuan(row.employer_before),
        employer_after=Yuan(row.employer_after),
        employee_before=Yuan(row.employee_before),
        employee_after=Yuan(row.employee_after),
    )
