"""What staff keep of their work: filters with a name, their own or shared, and lists being exported."""

from __future__ import annotations

from tortoise import fields

from db.models.row import Row


class SavedFilter(Row):
    staff_id = fields.BigIntField(db_index=True)
    list_name = fields.CharField(max_length=40)
    name = fields.CharField(max_length=60)
    query = fields.TextField()
    shared = fields.BooleanField(default=False)
    created_at = fields.BigIntField()

    class Meta:
        table = "saved_filter"
        unique_together = [("staff_id", "list_name", "name")]


# A list on its way into a workbook, made by the worker with the rights of whoever asked for it.
class ExportJob(Row):
    staff_id = fields.BigIntField(db_index=True)
    list_name = fields.CharField(max_length=40)
    query = fields.TextField()
    columns = fields.TextField()
    state = fields.CharField(max_length=12)
    total = fields.IntField(default=0)
    done_rows = fields.IntField(default=0)
    file_id = fields.BigIntField(null=True)
    failure = fields.TextField(null=True)
    created_at = fields.BigIntField()
    ended_at = fields.BigIntField(default=0)

    class Meta:
        table = "export_job"
