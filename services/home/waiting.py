"""What waits for somebody, counted by the very lists that the links lead to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from db.clock import business_day
from db.scope import company_sql
from db.sql import fetch_value
from domain.actor import Actor
from domain.approval import ApprovalState, ApprovalView
from domain.batch import BatchState
from domain.blacklist import EntryState
from domain.feedback import FeedbackState
from domain.housing_account import AccountState
from domain.period import BillingMonth
from services import approval, batch, blacklist, feedback, housing_account, policy
from services.paging import Window
from services.ports import Ports

_ONE = Window(1)


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """Something to be done: so many, and the console page that lists exactly these."""

    key: str
    label: str
    label_en: str
    count: int
    link: str


@dataclass(frozen=True, slots=True)
class _Kind:
    """`needed` are the permissions without which it is nobody's business: to see the list, and to do something."""

    key: str
    label: str
    label_en: str
    needed: tuple[str, ...]
    link: str
    count: Callable[[Ports, Actor], Awaitable[int]]


def _batches(state: BatchState) -> Callable[[Ports, Actor], Awaitable[int]]:
    async def count(ports: Ports, actor: Actor) -> int:
        return (await batch.find(actor, batch.Filter(state=state), _ONE)).total

    return count


def _bills(state: str) -> Callable[[Ports, Actor], Awaitable[int]]:
    async def count(ports: Ports, actor: Actor) -> int:
        condition, values = company_sql(actor, "company_id")
        sql = f"SELECT COUNT(*) FROM bill WHERE {condition} AND state = ?"
        return int(await fetch_value(sql, [*values, state]))

    return count


async def _approvals(ports: Ports, actor: Actor) -> int:
    mine = ApprovalView.WAITING_FOR_ME
    return (await approval.find(actor, ApprovalState.PENDING, _ONE, view=mine, ports=ports)).total


async def _feedbacks(ports: Ports, actor: Actor) -> int:
    return (await feedback.find(ports, actor, feedback.Filter(FeedbackState.OPEN, mine=True), _ONE)).total


async def _overdue(ports: Ports, actor: Actor) -> int:
    return (await feedback.find(ports, actor, feedback.Filter(FeedbackState.OPEN, overdue=True), _ONE)).total


async def _policies(ports: Ports, actor: Actor) -> int:
    month = BillingMonth.from_date(business_day(ports.store.clock())).number
    codes = [c.code for c in await policy.cities()]
    return sum(await policy.unconfirmed_counts(ports.store, [(code, month) for code in codes]))


async def _releases(ports: Ports, actor: Actor) -> int:
    return (await blacklist.find(ports, actor, "", None, EntryState.RELEASING, _ONE)).total


async def _accounts(ports: Ports, actor: Actor) -> int:
    return (await housing_account.find(ports, actor, housing_account.Filter(state=AccountState.OPENING), _ONE)).total


_KINDS = (
    _Kind(
        *("approvals", "待我审核", "waiting for my decision"),
        ("approval.read",),
        "/approval?view=WAITING_FOR_ME",
        _approvals,
    ),
    _Kind(
        *("feedbacks", "待我处理的反馈", "feedback for me"),
        ("batch.read", "feedback.handle"),
        "/feedback?state=OPEN&mine=1",
        _feedbacks,
    ),
    _Kind(
        *("overdue", "逾期的反馈", "overdue feedback"),
        ("batch.read",),
        "/feedback?state=OPEN&overdue=1",
        _overdue,
    ),
    _Kind(
        *("batches_confirm", "待确认的批次", "batches to confirm"),
        ("batch.read", "batch.confirm"),
        "/batch?state=CHECKED",
        _batches(BatchState.CHECKED),
    ),
    _Kind(
        *("batches_submit", "待提交的批次", "batches to submit"),
        ("batch.read", "batch.submit"),
        "/batch?state=APPROVED",
        _batches(BatchState.APPROVED),
    ),
    _Kind(
        *("batches_record", "待登记结果的批次", "batches waiting for results"),
        ("batch.read", "batch.submit"),
        "/batch?state=SUBMITTED",
        _batches(BatchState.SUBMITTED),
    ),
    _Kind(
        *("bills_confirm", "待确认的账单", "bills to confirm"),
        ("bill.read", "bill.confirm"),
        "/bill?month=&state=DRAFT",
        _bills("draft"),
    ),
    _Kind(
        *("bills_close", "待关账的账单", "bills to close"),
        ("bill.read", "bill.close"),
        "/bill?month=&state=CONFIRMED",
        _bills("confirmed"),
    ),
    _Kind(
        *("policies", "待确认的政策", "policies to confirm"),
        ("policy.read", "policy.confirm"),
        "/policy",
        _policies,
    ),
    _Kind(
        *("blacklist", "待审核的黑名单解除", "releases from the blacklist to decide"),
        ("blacklist.read", "blacklist.approve"),
        "/blacklist?state=RELEASING",
        _releases,
    ),
    _Kind(
        *("housing_accounts", "待登记的公积金账号", "housing-fund numbers to enter"),
        ("housing_account.read", "housing_account.write"),
        "/housing_account?state=OPENING",
        _accounts,
    ),
)

LINKS: Mapping[str, str] = {kind.key: kind.link for kind in _KINDS}


async def waiting(ports: Ports, actor: Actor) -> tuple[WaitingRow, ...]:
    """Everything that the actor could do something about, with its count; nothing of what they may not see."""
    found = []
    for kind in _KINDS:
        if all(actor.may(permission) for permission in kind.needed):
            count = await kind.count(ports, actor)
            found.append(WaitingRow(kind.key, kind.label, kind.label_en, count, kind.link))
    return tuple(found)
