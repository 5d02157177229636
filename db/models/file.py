"""Stored files: the content lies sealed in the file store, the row says what it is."""

from __future__ import annotations

from tortoise import fields

from db.models.row import Row


class StoredFile(Row):
    name = fields.CharField(max_length=200)
    mime = fields.CharField(max_length=120)
    size = fields.BigIntField()
    sha256 = fields.CharField(max_length=64)
    purpose = fields.CharField(max_length=40)
    owner_id = fields.BigIntField()
    company_id = fields.BigIntField(null=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "stored_file"
