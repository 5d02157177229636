"""People's housing-fund accounts by city, and what happened to them."""

from __future__ import annotations

from tortoise import fields

from db.models.row import Row


class HousingAccount(Row):
    person_id = fields.BigIntField()
    city_code = fields.CharField(max_length=6)
    company_id = fields.BigIntField(db_index=True)
    number_sealed = fields.BinaryField(null=True)
    number_index = fields.CharField(max_length=32, null=True, db_index=True)
    state = fields.CharField(max_length=16)
    since_month = fields.IntField()
    created_at = fields.BigIntField()

    class Meta:
        table = "housing_account"
        unique_together = [("person_id", "city_code")]


# Opened, sealed, unsealed, moved from or to another unit or city, closed.
class HousingEvent(Row):
    account_id = fields.BigIntField(db_index=True)
    act = fields.CharField(max_length=16)
    month = fields.IntField()
    company_id = fields.BigIntField()
    batch_row_id = fields.BigIntField(null=True)
    detail = fields.CharField(max_length=200, default="")
    recorded_by_id = fields.BigIntField()
    created_at = fields.BigIntField()

    class Meta:
        table = "housing_event"
