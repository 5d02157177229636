"""Approvals and the rules that say who decides."""

from __future__ import annotations

from tortoise import fields

from db.models.row import Row


class Approval(Row):
    business = fields.CharField(max_length=40)
    subject_id = fields.BigIntField(db_index=True)
    company_id = fields.BigIntField(db_index=True)
    title = fields.CharField(max_length=200)
    permission = fields.CharField(max_length=60)
    requested_by_id = fields.BigIntField()
    requested_at = fields.BigIntField()
    state = fields.CharField(max_length=16)
    decided_by_id = fields.BigIntField(null=True)
    decided_at = fields.BigIntField(default=0)
    comment = fields.CharField(max_length=400, null=True)
    amount_fen = fields.BigIntField(db_default=0)
    flow_id = fields.BigIntField(null=True)
    # The step that is being decided now, 1 first, and until when (0: no limit).
    step_no = fields.IntField(db_default=1)
    due_at = fields.BigIntField(db_default=0)

    class Meta:
        table = "approval"
        indexes = [("state",)]


# Who decides on a business, under which conditions, in which steps (JSON). A change is a new version; the versions
# of a flow share `line`.
class ApprovalFlow(Row):
    line = fields.BigIntField(db_index=True)
    version = fields.IntField(default=1)
    business = fields.CharField(max_length=40)
    name = fields.CharField(max_length=80)
    priority = fields.IntField(default=0)
    company_id = fields.BigIntField(null=True)
    city_code = fields.CharField(max_length=6, null=True)
    min_fen = fields.BigIntField(null=True)
    max_fen = fields.BigIntField(null=True)
    steps = fields.TextField()
    created_by_id = fields.BigIntField()
    created_at = fields.BigIntField()
    retired_at = fields.BigIntField(default=0)

    class Meta:
        table = "approval_flow"
        unique_together = [("line", "version")]
        indexes = [("business", "retired_at")]


# One person's word on one step; `on_behalf_of_id` is who they stood in for.
class ApprovalVote(Row):
    approval_id = fields.BigIntField()
    step_no = fields.IntField()
    staff_id = fields.BigIntField()
    on_behalf_of_id = fields.BigIntField(null=True)
    approve = fields.BooleanField()
    comment = fields.CharField(max_length=400, null=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "approval_vote"
        unique_together = [("approval_id", "step_no", "staff_id")]


# Somebody who decides in another's place between two days; an empty business means every one.
class ApprovalDelegate(Row):
    staff_id = fields.BigIntField(db_index=True)
    delegate_id = fields.BigIntField(db_index=True)
    business = fields.CharField(max_length=40, default="")
    from_day = fields.CharField(max_length=10)
    to_day = fields.CharField(max_length=10)
    created_by_id = fields.BigIntField()
    created_at = fields.BigIntField()
    ended_at = fields.BigIntField(default=0)

    class Meta:
        table = "approval_delegate"
