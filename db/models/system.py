"""Tables of the machine room: outbox, idempotency keys, id nodes and counters."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from db.models.row import Row


# An effect that must leave the database; written in the same commit as its cause.
class Outbox(Row):
    topic = fields.CharField(max_length=60)
    payload = fields.TextField()
    created_at = fields.BigIntField()
    due_at = fields.BigIntField()
    lease_owner = fields.CharField(max_length=32, default="")
    lease_until = fields.BigIntField(default=0)
    attempts = fields.IntField(default=0)
    done_at = fields.BigIntField(default=0)
    failed_at = fields.BigIntField(default=0)
    last_error = fields.TextField(null=True)

    class Meta:
        table = "outbox"
        indexes = [("done_at", "failed_at", "due_at")]


# The first answer to a keyed act, so that a repetition gets the same one.
class Idempotency(Row):
    actor_id = fields.BigIntField()
    act = fields.CharField(max_length=60)
    key = fields.CharField(max_length=80)
    input_hash = fields.CharField(max_length=64)
    subject_id = fields.BigIntField(default=0)
    created_at = fields.BigIntField()

    class Meta:
        table = "idempotency"
        unique_together = [("actor_id", "act", "key")]


# Which process makes ids under which node, and until when.
class NodeLease(Model):
    node = fields.IntField(primary_key=True, generated=False)
    owner = fields.CharField(max_length=32)
    expires_at = fields.BigIntField()
    last_ms = fields.BigIntField()

    class Meta:
        table = "node_lease"


# Gapless numbers for people (batch numbers); the row is locked while it counts.
class Counter(Model):
    name = fields.CharField(max_length=60, primary_key=True, generated=False)
    value = fields.BigIntField()

    class Meta:
        table = "counter"
