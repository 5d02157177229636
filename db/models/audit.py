"""Who did what to which record, when, and what changed. Never holds a plain ID number, phone or card."""

from __future__ import annotations

from tortoise import fields

from db.models.row import Row


class Audit(Row):
    at = fields.BigIntField()
    actor_id = fields.BigIntField()
    actor_name = fields.CharField(max_length=60)
    act = fields.CharField(max_length=60)
    subject_kind = fields.CharField(max_length=24)
    subject_id = fields.BigIntField()
    company_id = fields.BigIntField(null=True, db_index=True)
    detail = fields.TextField()

    class Meta:
        table = "audit"
        indexes = [("subject_kind", "subject_id")]
