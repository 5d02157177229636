"""In-app notices to staff."""

from __future__ import annotations

from tortoise import fields

from db.models.row import Row


class Notice(Row):
    staff_id = fields.BigIntField()
    title = fields.CharField(max_length=200)
    body = fields.TextField()
    link = fields.CharField(max_length=200, null=True)
    created_at = fields.BigIntField()
    read_at = fields.BigIntField(default=0)

    class Meta:
        table = "notice"
        indexes = [("staff_id", "read_at")]
