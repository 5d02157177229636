"""Persons and companies that are not to be dealt with, why and until when, and where they turned up."""

from __future__ import annotations

from tortoise import fields

from db.models.row import Row


# `company_id` is the client whose branch the entry concerns; none means everyone.
class BlacklistEntry(Row):
    subject = fields.CharField(max_length=8)
    name = fields.CharField(max_length=120)
    number_sealed = fields.BinaryField(null=True)
    number_index = fields.CharField(max_length=32, null=True, db_index=True)
    company_id = fields.BigIntField(null=True)
    effect = fields.CharField(max_length=8)
    reason = fields.CharField(max_length=400)
    from_day = fields.CharField(max_length=10)
    to_day = fields.CharField(max_length=10, null=True)
    evidence_file_id = fields.BigIntField(null=True)
    state = fields.CharField(max_length=12)
    created_by_id = fields.BigIntField()
    created_at = fields.BigIntField()
    released_by_id = fields.BigIntField(null=True)
    released_at = fields.BigIntField(default=0)
    release_reason = fields.CharField(max_length=400, null=True)

    class Meta:
        table = "blacklist_entry"


class BlacklistHit(Row):
    entry_id = fields.BigIntField(db_index=True)
    place = fields.CharField(max_length=24)
    subject_id = fields.BigIntField()
    company_id = fields.BigIntField()
    created_at = fields.BigIntField()

    class Meta:
        table = "blacklist_hit"
        unique_together = [("entry_id", "place", "subject_id")]
