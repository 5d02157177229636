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
