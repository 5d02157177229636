"""Questionnaires with a link for the person: onboarding and leaving, and their answers."""

from __future__ import annotations

from tortoise import fields

from db.models.row import Row


# A link for one person; only a digest of its token is stored. `prefill_sealed` is JSON.
class FormLink(Row):
    form = fields.CharField(max_length=16)
    company_id = fields.BigIntField(db_index=True)
    person_id = fields.BigIntField(null=True, db_index=True)
    batch_row_id = fields.BigIntField(null=True)
    name = fields.CharField(max_length=120)
    token_hash = fields.CharField(max_length=64, unique=True)
    prefill_sealed = fields.BinaryField(null=True)
    state = fields.CharField(max_length=12)
    expires_at = fields.BigIntField()
    opened_at = fields.BigIntField(default=0)
    answered_at = fields.BigIntField(default=0)
    created_by_id = fields.BigIntField()
    created_at = fields.BigIntField()

    class Meta:
        table = "form_link"
        indexes = [("company_id", "form", "state")]


# The answers as sealed JSON; what is charted (reason, type, month) stands beside it in the clear.
class FormAnswer(Row):
    link_id = fields.BigIntField(unique=True)
    form = fields.CharField(max_length=16)
    company_id = fields.BigIntField(db_index=True)
    answers_sealed = fields.BinaryField()
    reason = fields.CharField(max_length=40, default="")
    kind = fields.CharField(max_length=24, default="")
    month = fields.IntField()
    created_at = fields.BigIntField()

    class Meta:
        table = "form_answer"
        indexes = [("form", "month")]
