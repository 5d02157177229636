"""Monthly bills by company, and their lines."""

from __future__ import annotations

from tortoise import fields

from db.models.company import Company
from db.models.row import Row


class Bill(Row):
    company: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField(
        "shebao.Company", related_name=False, on_delete=fields.RESTRICT
    )
    month = fields.IntField()
    state = fields.CharField(max_length=16)
    people = fields.IntField(default=0)
    line_count = fields.IntField(default=0)
    employer_fen = fields.BigIntField(default=0)
    employee_fen = fields.BigIntField(default=0)
    fee_fen = fields.BigIntField(default=0)
    problems = fields.TextField()
    # Which computation the lines belong to, and how many of its parts are still being computed.
    generation = fields.IntField(db_default=0)
    parts_left = fields.IntField(db_default=0)
    created_at = fields.BigIntField()
    drafted_at = fields.BigIntField()
    confirmed_at = fields.BigIntField(default=0)
    confirmed_by_id = fields.BigIntField(null=True)
    closed_at = fields.BigIntField(default=0)
    closed_by_id = fields.BigIntField(null=True)

    class Meta:
        table = "bill"
        unique_together = [("company_id", "month")]


# One amount. Rates and base are kept beside the policy's id, so a line explains itself for ever.
# `person_id` and `enrollment_id` carry no foreign key: a month of 100,000 people writes 600,000 of these rows.
class BillLine(Row):
    bill: fields.ForeignKeyRelation[Bill] = fields.ForeignKeyField("shebao.Bill", related_name=False)
    person_id = fields.BigIntField(db_index=True)
    enrollment_id = fields.BigIntField()
    city_code = fields.CharField(max_length=6)
    kind = fields.CharField(max_length=32)
    line_type = fields.CharField(max_length=16)
    belongs_month = fields.IntField()
    declared_base_fen = fields.BigIntField()
    base_fen = fields.BigIntField()
    employer_rate_ppm = fields.IntField()
    employee_rate_ppm = fields.IntField()
    employer_fen = fields.BigIntField()
    employee_fen = fields.BigIntField()
    policy_id = fields.BigIntField(null=True)
    # Why a makeup or difference line is there, and from what to what, as JSON.
    reason = fields.TextField(null=True)

    class Meta:
        table = "bill_line"
        unique_together = [("bill_id", "enrollment_id", "kind", "line_type", "belongs_month")]


# The part of a bill that one job computes: the people of one city.
class BillPart(Row):
    bill_id = fields.BigIntField()
    generation = fields.IntField()
    city_code = fields.CharField(max_length=6)
    state = fields.CharField(max_length=8)
    people = fields.IntField(default=0)
    line_count = fields.IntField(default=0)
    employer_fen = fields.BigIntField(default=0)
    employee_fen = fields.BigIntField(default=0)
    fee_fen = fields.BigIntField(default=0)
    problems = fields.TextField()
    created_at = fields.BigIntField()
    done_at = fields.BigIntField(default=0)

    class Meta:
        table = "bill_part"
        unique_together = [("bill_id", "generation", "city_code")]
