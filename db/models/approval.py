"""Approvals and the rules that say who decides."""

from __future__ import annotations

from tortoise import fields

from db.models.row import Row


class ApprovalRule(Row):
    business = fields.CharField(max_length=40, unique=True)
    permission = fields.CharField(max_length=60)
    created_at = fields.BigIntField()

    class Meta:
        table = "approval_rule"


class Approval(Row):
    business = fields.CharField(max_length=40)
    subject_id = fields.BigIntField(db_index=True)
    company_id = fields.BigIntField(db_index=True)
    title = fields.CharField(max_length=200)
    permission = fields.CharField(max_length=60)
    requested_by_id = fields.BigIntField()
    requested_at = fields.BigIntField()
    state = fields.CharField(max_length=16)
    decided_by_id = fields.BigIntField(null=True)
    decided_at = fields.BigIntField(default=0)
    comment = fields.CharField(max_length=400, null=True)

    class Meta:
        table = "approval"
        indexes = [("state",)]
