"""Suppliers who carry out registrations for us: contracts, cities with prices, contacts, evaluation, documents."""

from __future__ import annotations

from tortoise import fields

from db.models.row import Row


class Supplier(Row):
    name = fields.CharField(max_length=120, unique=True)
    credit_code = fields.CharField(max_length=18, null=True)
    state = fields.CharField(max_length=12)
    note = fields.CharField(max_length=400, default="")
    created_at = fields.BigIntField()

    class Meta:
        table = "supplier"


class SupplierContract(Row):
    supplier_id = fields.BigIntField(db_index=True)
    number = fields.CharField(max_length=60)
    from_day = fields.CharField(max_length=10)
    to_day = fields.CharField(max_length=10, null=True)
    note = fields.CharField(max_length=400, default="")
    file_id = fields.BigIntField(null=True)
    # The contract that this one renews, and when it was ended early.
    renews_id = fields.BigIntField(null=True)
    ended_at = fields.BigIntField(default=0)
    created_at = fields.BigIntField()

    class Meta:
        table = "supplier_contract"


# What the supplier asks per person and month in a city, from a month on.
class SupplierPrice(Row):
    supplier_id = fields.BigIntField()
    city_code = fields.CharField(max_length=6)
    service = fields.CharField(max_length=16)
    from_month = fields.IntField()
    fen = fields.BigIntField()
    retired_at = fields.BigIntField(default=0)
    created_at = fields.BigIntField()

    class Meta:
        table = "supplier_price"
        indexes = [("supplier_id", "city_code")]


class SupplierContact(Row):
    supplier_id = fields.BigIntField(db_index=True)
    name = fields.CharField(max_length=60)
    duty = fields.CharField(max_length=60, default="")
    phone_sealed = fields.BinaryField(null=True)
    email = fields.CharField(max_length=120, default="")
    retired_at = fields.BigIntField(default=0)
    created_at = fields.BigIntField()

    class Meta:
        table = "supplier_contact"


# The scores of one period by criterion (JSON, criterion -> points), and their weighted sum in hundredths.
class SupplierScore(Row):
    supplier_id = fields.BigIntField()
    period = fields.CharField(max_length=10)
    scores = fields.TextField()
    total = fields.IntField()
    comment = fields.CharField(max_length=400, default="")
    created_by_id = fields.BigIntField()
    created_at = fields.BigIntField()

    class Meta:
        table = "supplier_score"
        unique_together = [("supplier_id", "period")]


class SupplierDocument(Row):
    supplier_id = fields.BigIntField(db_index=True)
    file_id = fields.BigIntField()
    kind = fields.CharField(max_length=40)
    expires_day = fields.CharField(max_length=10, null=True)
    retired_at = fields.BigIntField(default=0)
    created_at = fields.BigIntField()

    class Meta:
        table = "supplier_document"
