"""The talent pool: people from rosters and leavers who agreed to be kept in it."""

from __future__ import annotations

from tortoise import fields

from db.models.row import Row


class Talent(Row):
    company_id = fields.BigIntField(db_index=True)
    person_id = fields.BigIntField(null=True, db_index=True)
    roster_entry_id = fields.BigIntField(null=True)
    name = fields.CharField(max_length=120)
    phone_sealed = fields.BinaryField(null=True)
    city_code = fields.CharField(max_length=6, null=True)
    source = fields.CharField(max_length=16)
    post = fields.CharField(max_length=80, default="")
    years = fields.IntField(default=0)
    education = fields.CharField(max_length=16, default="")
    available_from = fields.CharField(max_length=10, null=True)
    state = fields.CharField(max_length=12)
    # When and how the person agreed to be kept; without it nobody is shown.
    consent_day = fields.CharField(max_length=10, null=True)
    consent_file_id = fields.BigIntField(null=True)
    note = fields.CharField(max_length=400, default="")
    created_at = fields.BigIntField()
    erased_at = fields.BigIntField(default=0)

    class Meta:
        table = "talent"


class TalentTag(Row):
    talent_id = fields.BigIntField()
    tag = fields.CharField(max_length=40, db_index=True)
    kind = fields.CharField(max_length=8)

    class Meta:
        table = "talent_tag"
        unique_together = [("talent_id", "kind", "tag")]
