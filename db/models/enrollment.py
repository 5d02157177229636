"""Enrolments of a person with a company, and their state by kind."""

from __future__ import annotations

from tortoise import fields

from db.models.company import Company
from db.models.person import Person
from db.models.row import Row


class Enrollment(Row):
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "shebao.Person", related_name=False, on_delete=fields.RESTRICT
    )
    company: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField(
        "shebao.Company", related_name=False, on_delete=fields.RESTRICT
    )
    city_code = fields.CharField(max_length=6)
    category = fields.CharField(max_length=12)
    scheme_id = fields.BigIntField(null=True)
    state = fields.CharField(max_length=16)
    declared_base_fen = fields.BigIntField()
    start_month = fields.IntField()
    last_month = fields.IntField(null=True)
    stop_reason = fields.CharField(max_length=60, null=True)
    service_fee_fen = fields.BigIntField(default=0)
    batch_id = fields.BigIntField(db_index=True)
    # The enrolment that this one goes on from: a change of scheme, or a transfer between companies.
    continues_id = fields.BigIntField(null=True)
    scheme_version_id = fields.BigIntField(null=True)
    legal_basis = fields.CharField(max_length=16, db_default="")
    contract_start = fields.CharField(max_length=10, null=True)
    contract_end = fields.CharField(max_length=10, null=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "enrollment"
        indexes = [("company_id", "state", "start_month")]


class EnrollmentItem(Row):
    enrollment: fields.ForeignKeyRelation[Enrollment] = fields.ForeignKeyField("shebao.Enrollment", related_name=False)
    person_id = fields.BigIntField()
    company_id = fields.BigIntField()
    kind = fields.CharField(max_length=32)
    tier = fields.CharField(max_length=8, default="")
    state = fields.CharField(max_length=16)
    declared_base_fen = fields.BigIntField()
    # Which base the item is computed from: the declared one, the month's floor or cap, or a fixed amount.
    base_rule = fields.CharField(max_length=8, db_default="declared")
    housing_rate_ppm = fields.IntField(null=True)
    start_month = fields.IntField()
    last_month = fields.IntField(null=True)

    class Meta:
        table = "enrollment_item"
        unique_together = [("enrollment_id", "kind")]
        indexes = [("person_id", "kind"), ("company_id", "state")]


# A base declared for the months from `from_month` on, until the next one: the items keep the base they began with.
# `scope` is social (every social-insurance kind) or fund (the housing funds, which also have their rate).
class EnrollmentBase(Row):
    enrollment_id = fields.BigIntField(db_index=True)
    company_id = fields.BigIntField(db_index=True)
    scope = fields.CharField(max_length=8)
    from_month = fields.IntField()
    base_fen = fields.BigIntField()
    housing_rate_ppm = fields.IntField(null=True)
    batch_id = fields.BigIntField()
    created_at = fields.BigIntField()
    voided_at = fields.BigIntField(default=0)

    class Meta:
        table = "enrollment_base"
