"""What is handed in at the four channels, what they answer by row, and who has to do something about it."""

from __future__ import annotations

from tortoise import fields

from db.models.row import Row


# The workbook of a batch for one channel in one city. `number` is the channel's receipt.
class Declaration(Row):
    batch_id = fields.BigIntField()
    company_id = fields.BigIntField(db_index=True)
    channel = fields.CharField(max_length=16)
    city_code = fields.CharField(max_length=6)
    round = fields.IntField(default=1)
    layout = fields.CharField(max_length=40)
    state = fields.CharField(max_length=16)
    file_id = fields.BigIntField(null=True)
    row_count = fields.IntField(default=0)
    number = fields.CharField(max_length=80, null=True)
    handed_at = fields.BigIntField(default=0)
    created_at = fields.BigIntField()

    class Meta:
        table = "declaration"
        unique_together = [("batch_id", "channel", "city_code", "round")]


# What one channel said about one row of a batch.
class ChannelResult(Row):
    batch_row_id = fields.BigIntField()
    batch_id = fields.BigIntField(db_index=True)
    channel = fields.CharField(max_length=16)
    state = fields.CharField(max_length=16)
    reason = fields.CharField(max_length=400, null=True)
    recorded_by_id = fields.BigIntField()
    created_at = fields.BigIntField()

    class Meta:
        table = "channel_result"
        unique_together = [("batch_row_id", "channel")]


# How a channel's result workbook is read: found once, by its headers, and used again.
class ResultLayout(Row):
    channel = fields.CharField(max_length=16)
    fingerprint = fields.CharField(max_length=64)
    headers = fields.TextField()
    columns = fields.TextField()
    words = fields.TextField()
    created_by_id = fields.BigIntField()
    created_at = fields.BigIntField()

    class Meta:
        table = "result_layout"
        unique_together = [("channel", "fingerprint")]


# A rejected row, or one to be corrected, on its way back to whoever owns it, with the business day it is due.
class Feedback(Row):
    batch_row_id = fields.BigIntField()
    batch_id = fields.BigIntField(db_index=True)
    company_id = fields.BigIntField()
    channel = fields.CharField(max_length=16, default="")
    state = fields.CharField(max_length=16)
    asked = fields.CharField(max_length=16)
    reason = fields.CharField(max_length=400)
    owner_id = fields.BigIntField(db_index=True)
    due_day = fields.CharField(max_length=10)
    retry_batch_id = fields.BigIntField(null=True)
    resolution = fields.CharField(max_length=400, null=True)
    resolved_by_id = fields.BigIntField(null=True)
    resolved_at = fields.BigIntField(default=0)
    created_at = fields.BigIntField()

    class Meta:
        table = "feedback"
        indexes = [("company_id", "state"), ("batch_row_id",)]
