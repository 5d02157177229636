"""Approvals: flows that say who decides, requests made by acts, the decisions, deputies and time limits."""

from __future__ import annotations

from services.approval.ask import ask, withdraw
from services.approval.configure import FlowRow, flows, retire_flow, save_flow, versions
from services.approval.decide import decide
from services.approval.delegate import DelegationRow, NewDelegation, delegate, delegations, end_delegation
from services.approval.detail import ApprovalDetail, BallotRow, StepState, StepView, details
from services.approval.dry_run import Asked, DryRun, DryStep, dry_run
from services.approval.overdue import remind
from services.approval.reads import ApprovalRow, by_ids, find, of_batches, of_subjects
from services.approval.steps import DECIDED, ApproverRow, Decided

__all__ = [
    "DECIDED",
    "ApprovalDetail",
    "ApprovalRow",
    "ApproverRow",
    "Asked",
    "BallotRow",
    "Decided",
    "DelegationRow",
    "DryRun",
    "DryStep",
    "FlowRow",
    "NewDelegation",
    "StepState",
    "StepView",
    "ask",
    "by_ids",
    "decide",
    "delegate",
    "delegations",
    "details",
    "dry_run",
    "end_delegation",
    "find",
    "flows",
    "of_batches",
    "of_subjects",
    "remind",
    "retire_flow",
    "save_flow",
    "versions",
    "withdraw",
]
