"""Rosters of dispatched, outsourced and subcontracted people, what happened to them, and subcontracted projects."""

from __future__ import annotations

from tortoise import fields

from db.models.row import Row


# One person in one roster. `company_id` is the client whose branch it belongs to (the host company of a dispatch).
# `detail` is JSON: the columns that only this kind of roster has.
class RosterEntry(Row):
    kind = fields.CharField(max_length=16)
    company_id = fields.BigIntField()
    person_id = fields.BigIntField(null=True, db_index=True)
    name = fields.CharField(max_length=120)
    number_sealed = fields.BinaryField(null=True)
    number_index = fields.CharField(max_length=32, null=True, db_index=True)
    phone_sealed = fields.BinaryField(null=True)
    post = fields.CharField(max_length=80, default="")
    post_kind = fields.CharField(max_length=16, default="")
    city_code = fields.CharField(max_length=6, null=True)
    from_day = fields.CharField(max_length=10)
    contract_start = fields.CharField(max_length=10, null=True)
    contract_end = fields.CharField(max_length=10, null=True, db_index=True)
    contract_file_id = fields.BigIntField(null=True)
    project_id = fields.BigIntField(null=True)
    detail = fields.TextField()
    state = fields.CharField(max_length=12)
    left_day = fields.CharField(max_length=10, null=True)
    left_reason = fields.CharField(max_length=60, null=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "roster_entry"
        indexes = [("company_id", "kind", "state")]


# Added, renewed, moved to another kind, left; `detail` is JSON with before and after, without personal numbers.
class RosterEvent(Row):
    entry_id = fields.BigIntField(db_index=True)
    act = fields.CharField(max_length=16)
    detail = fields.TextField()
    by_id = fields.BigIntField()
    created_at = fields.BigIntField()

    class Meta:
        table = "roster_event"


class RosterProject(Row):
    company_id = fields.BigIntField(db_index=True)
    name = fields.CharField(max_length=120)
    contract_number = fields.CharField(max_length=60, default="")
    contractor = fields.CharField(max_length=120, default="")
    from_day = fields.CharField(max_length=10)
    to_day = fields.CharField(max_length=10, null=True)
    detail = fields.TextField()
    ended_at = fields.BigIntField(default=0)
    created_at = fields.BigIntField()

    class Meta:
        table = "roster_project"


class RosterDocument(Row):
    entry_id = fields.BigIntField(null=True, db_index=True)
    project_id = fields.BigIntField(null=True, db_index=True)
    file_id = fields.BigIntField()
    kind = fields.CharField(max_length=40)
    expires_day = fields.CharField(max_length=10, null=True)
    retired_at = fields.BigIntField(default=0)
    created_at = fields.BigIntField()

    class Meta:
        table = "roster_document"


# How many people a host company employs altogether in a month, for the ten-percent rule (劳务派遣暂行规定 §4).
class RosterHeadcount(Row):
    company_id = fields.BigIntField()
    month = fields.IntField()
    employees = fields.IntField()
    by_id = fields.BigIntField()
    created_at = fields.BigIntField()

    class Meta:
        table = "roster_headcount"
        unique_together = [("company_id", "month")]
