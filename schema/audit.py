"""Audit entries."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import strawberry

from schema.ids import global_id, maybe_row_id
from schema.scalars import Instant
from services.audit import LABELS, AuditRow, Filter


@strawberry.input(description="操作日志的条件；公司含其下级")
class AuditFilter:
    actor: str = ""
    act: str = ""
    subject_kind: str = ""
    company_id: strawberry.ID | None = None
    from_day: date | None = None
    to_day: date | None = None

    def wanted(self) -> Filter:
        """What the service calls a filter."""
        company_id = maybe_row_id(self.company_id, "Company")
        return Filter(self.actor, self.act, self.subject_kind, company_id, self.from_day, self.to_day)


@strawberry.type(description="操作的代码与名称，供筛选")
class AuditAct:
    act: str
    label: str
    label_en: str


@strawberry.type(description="一条操作记录")
class AuditEntry:
    permission: ClassVar[str] = "audit.read"
    id: strawberry.ID
    at: Instant
    actor: str
    act: str
    label: str
    label_en: str
    subject: str
    detail: str

    @classmethod
    def from_row(cls, row: AuditRow) -> AuditEntry:
        label, label_en = LABELS.get(row.act, (row.act, row.act))
        return cls(
            id=global_id("AuditEntry", row.id),
            at=Instant(row.at),
            actor=row.actor,
            act=row.act,
            label=label,
            label_en=label_en,
            subject=row.subject,
            detail=row.detail,
        )
