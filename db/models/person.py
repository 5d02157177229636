"""Insured people. ID number, phone and bank card are sealed; exact search goes through a keyed digest."""

from __future__ import annotations

from tortoise import fields

from db.models.row import Row


class Person(Row):
    name = fields.CharField(max_length=120, db_index=True)
    id_kind = fields.CharField(max_length=32)
    id_number_sealed = fields.BinaryField()
    id_number_index = fields.CharField(max_length=32, unique=True)
    birth = fields.CharField(max_length=10, null=True)
    sex = fields.CharField(max_length=8, null=True)
    phone_sealed = fields.BinaryField(null=True)
    phone_index = fields.CharField(max_length=32, null=True, db_index=True)
    bank_card_sealed = fields.BinaryField(null=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "person"


# What of a person's particulars was changed, by which batch; both values sealed.
class PersonChange(Row):
    person_id = fields.BigIntField(db_index=True)
    field = fields.CharField(max_length=24)
    old_sealed = fields.BinaryField(null=True)
    new_sealed = fields.BinaryField(null=True)
    batch_id = fields.BigIntField(null=True)
    changed_by_id = fields.BigIntField()
    created_at = fields.BigIntField()
    voided_at = fields.BigIntField(default=0)

    class Meta:
        table = "person_change"
