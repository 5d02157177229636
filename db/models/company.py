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
