"""Audit entries."""

from __future__ import annotations

from typing import ClassVar

import strawberry

from schema.ids import global_id
from schema.scalars import Instant
from services.audit import LABELS, AuditRow


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
