"""Batches of changes and their rows."""

from __future__ import annotations

from tortoise import fields

from db.models.company import Company
from db.models.row import Row


class Batch(Row):
    number = fields.CharField(max_length=40, unique=True)
    kind = fields.CharField(max_length=16)
    company: fields.ForeignKeyRelation[Company] = fields.ForeignKeyField(
        "shebao.Company", related_name=False, on_delete=fields.RESTRICT
    )
    city_code = fields.CharField(max_length=6, null=True)
    scheme_id = fields.BigIntField(null=True)
    month = fields.IntField()
    state = fields.CharField(max_length=16)
    creator_id = fields.BigIntField(db_index=True)
    file_id = fields.BigIntField()
    declaration_file_id = fields.BigIntField(null=True)
    columns = fields.TextField()
    total_rows = fields.IntField(default=0)
    checked_rows = fields.IntField(default=0)
    ok_rows = fields.IntField(default=0)
    failed_rows = fields.IntField(default=0)
    warning_rows = fields.IntField(default=0)
    accepted_rows = fields.IntField(default=0)
    rejected_rows = fields.IntField(default=0)
    problem_counts = fields.TextField()
    failure = fields.TextField(null=True)
    # The sheet and the meaning of its headers as a clerk chose them (JSON, header -> field); empty: guessed.
    sheet_name = fields.CharField(max_length=120, null=True)
    chosen_columns = fields.TextField(null=True)
    # The batch whose rejected rows this one declares again.
    origin_batch_id = fields.BigIntField(null=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "batch"
        indexes = [("company_id", "state")]


# `content_sealed` is the JSON of the row as it stood in the sheet, as it was read, and what is wrong with it.
class BatchRow(Row):
    batch: fields.ForeignKeyRelation[Batch] = fields.ForeignKeyField("shebao.Batch", related_name=False)
    row_no = fields.IntField()
    state = fields.CharField(max_length=16)
    person_name = fields.CharField(max_length=120)
    codes = fields.CharField(max_length=400)
    content_sealed = fields.BinaryField()
    identity_index = fields.CharField(max_length=32, db_index=True)
    person_id = fields.BigIntField(null=True)
    enrollment_id = fields.BigIntField(null=True)
    result_reason = fields.CharField(max_length=400, null=True)
    corrected_at = fields.BigIntField(db_default=0)

    class Meta:
        table = "batch_row"
        unique_together = [("batch_id", "row_no")]
        indexes = [("enrollment_id",)]


# What a clerk once said a header means in the sheets of this company; an empty field: "do not use this column".
class ColumnMemory(Row):
    company_id = fields.BigIntField()
    kind = fields.CharField(max_length=16)
    header = fields.CharField(max_length=120)
    field = fields.CharField(max_length=40, default="")
    created_at = fields.BigIntField()

    class Meta:
        table = "column_memory"
        unique_together = [("company_id", "kind", "header")]


# What a clerk once said a value means in a column of this company's sheets ("朝阳" in 参保城市: 110000).
class ValueMemory(Row):
    company_id = fields.BigIntField()
    field = fields.CharField(max_length=40)
    value = fields.CharField(max_length=120)
    meaning = fields.CharField(max_length=120)
    created_at = fields.BigIntField()

    class Meta:
        table = "value_memory"
        unique_together = [("company_id", "field", "value")]
