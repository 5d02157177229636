"""Cities and their dated contribution policies, and the schemes built on them."""

from __future__ import annotations

from tortoise import fields

from db.models.company import Company
from db.models.row import Row


class City(Row):
    code = fields.CharField(max_length=6, unique=True)
    name = fields.CharField(max_length=40)

    class Meta:
        table = "city"


# One version of one kind's policy. Never changed after it was written: a correction is a new revision.
class Policy(Row):
    city_code = fields.CharField(max_length=6)
    category = fields.CharField(max_length=12)
    kind = fields.CharField(max_length=32)
    tier = fields.CharField(max_length=8, default="")
    effective_from = fields.IntField()
    effective_to = fields.IntField(null=True)
    base_min_fen = fields.BigIntField(null=True)
    base_max_fen = fields.BigIntField(null=True)
    employer_rate_min_ppm = fields.IntField(null=True)
    employer_rate_max_ppm = fields.IntField(null=True)
    employee_rate_min_ppm = fields.IntField(null=True)
    employee_rate_max_ppm = fields.IntField(null=True)
    employer_fixed_fen = fields.BigIntField(default=0)
    employee_fixed_fen = fields.BigIntField(default=0)
    employer_rounding = fields.CharField(max_length=24)
    employee_rounding = fields.CharField(max_length=24)
    confidence = fields.CharField(max_length=8)
    source = fields.TextField()
    note = fields.TextField()
    revision = fields.IntField(default=1)
    retired_at = fields.BigIntField(default=0)
    # A row below high confidence may draft a bill and close one only after staff confirmed it, naming their source.
    confirmed_at = fields.BigIntField(default=0)
    confirmed_by_id = fields.BigIntField(null=True)
    confirmed_source = fields.TextField(null=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "policy"
        unique_together = [("city_code", "category", "kind", "tier", "effective_from", "revision")]


# What a group of people is enrolled in: city, category, kinds, tiers, housing-fund rate and our fee.
class Scheme(Row):
    name = fields.CharField(max_length=80)
    company: fields.ForeignKeyNullableRelation[Company] = fields.ForeignKeyField(
        "shebao.Company", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    city_code = fields.CharField(max_length=6)
    category = fields.CharField(max_length=12)
    kinds = fields.CharField(max_length=255)
    tiers = fields.CharField(max_length=255, default="")
    housing_rate_ppm = fields.IntField(null=True)
    service_fee_fen = fields.BigIntField(default=0)
    supplier_id = fields.BigIntField(null=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "scheme"


# What a scheme says from a month on. `base_rules` and `tiers` are JSON by kind; people move to it by a batch.
class SchemeVersion(Row):
    scheme_id = fields.BigIntField()
    effective_from = fields.IntField()
    revision = fields.IntField(default=1)
    kinds = fields.CharField(max_length=255)
    tiers = fields.CharField(max_length=400, default="{}")
    base_rules = fields.CharField(max_length=800, default="{}")
    housing_rate_ppm = fields.IntField(null=True)
    service_fee_fen = fields.BigIntField(default=0)
    note = fields.CharField(max_length=400, default="")
    created_by_id = fields.BigIntField()
    created_at = fields.BigIntField()
    retired_at = fields.BigIntField(default=0)

    class Meta:
        table = "scheme_version"
        unique_together = [("scheme_id", "effective_from", "revision")]


# A local rule of a city in words (window, makeup, gap, hotline …) and, where staff have set one, as a number.
class CityRule(Row):
    city = fields.CharField(max_length=40)
    topic = fields.CharField(max_length=40)
    channel = fields.CharField(max_length=20, default="")
    text = fields.TextField()
    number = fields.IntField(null=True)
    effective_from = fields.CharField(max_length=10, default="")
    source = fields.TextField()
    confidence = fields.CharField(max_length=8)
    retired_at = fields.BigIntField(default=0)
    created_at = fields.BigIntField()

    class Meta:
        table = "city_rule"
        indexes = [("city", "topic")]
