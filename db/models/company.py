"""Client companies and their branches, as a tree."""

from __future__ import annotations

from tortoise import fields

from db.models.row import Row


# `path` is the ids from the root to this company ("/1/5/"), so that a branch and all below it is one prefix.
class Company(Row):
    name = fields.CharField(max_length=120, unique=True)
    credit_code = fields.CharField(max_length=18, null=True, unique=True)
    parent: fields.ForeignKeyNullableRelation[Company] = fields.ForeignKeyField(
        "shebao.Company", related_name="branches", null=True, on_delete=fields.RESTRICT
    )
    path = fields.CharField(max_length=400, db_index=True)
    city_code = fields.CharField(max_length=6, null=True)
    injury_class = fields.SmallIntField(null=True)
    housing_rate_ppm = fields.IntField(null=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "company"


# What a client agreed with us: from when to when, what a person costs a month, and the paper.
class CompanyContract(Row):
    company_id = fields.BigIntField(db_index=True)
    number = fields.CharField(max_length=60)
    from_day = fields.CharField(max_length=10)
    to_day = fields.CharField(max_length=10, null=True)
    fee_fen = fields.BigIntField(default=0)
    terms = fields.TextField()
    file_id = fields.BigIntField(null=True)
    renews_id = fields.BigIntField(null=True)
    ended_at = fields.BigIntField(default=0)
    created_at = fields.BigIntField()

    class Meta:
        table = "company_contract"


class CompanyContact(Row):
    company_id = fields.BigIntField(db_index=True)
    name = fields.CharField(max_length=60)
    duty = fields.CharField(max_length=60, default="")
    phone_sealed = fields.BinaryField(null=True)
    email = fields.CharField(max_length=120, default="")
    retired_at = fields.BigIntField(default=0)
    created_at = fields.BigIntField()

    class Meta:
        table = "company_contact"
