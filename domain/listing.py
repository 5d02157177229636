"""The lists of the console: what they are called and who may see them. A new list is one more entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.errors import Problem, Refusal


@dataclass(frozen=True, slots=True)
class Listing:
    """A list with its name in both languages and the permission that shows it."""

    label: str
    label_en: str
    permission: str


LISTINGS: Final[dict[str, Listing]] = {
    "enrollments": Listing("在册", "register", "enrollment.read"),
    "people": Listing("参保人", "people", "person.read"),
    "batches": Listing("批次", "batches", "batch.read"),
    "batchRows": Listing("批次明细", "rows of a batch", "batch.read"),
    "bills": Listing("账单", "bills", "bill.read"),
    "billLines": Listing("账单明细", "bill lines", "bill.read"),
    "feedbacks": Listing("经办反馈", "feedback", "batch.read"),
    "housingAccounts": Listing("公积金账户", "housing-fund accounts", "housing_account.read"),
    "audit": Listing("操作日志", "audit log", "audit.read"),
    "approvals": Listing("审核", "approvals", "approval.read"),
    "companies": Listing("公司", "companies", "company.read"),
    "schemes": Listing("方案", "schemes", "scheme.read"),
    "policies": Listing("城市政策", "city policies", "policy.read"),
    "blacklist": Listing("黑名单", "blacklist", "blacklist.read"),
    "ledger": Listing("总账", "ledger", "ledger.read"),
    "suppliers": Listing("供应商", "suppliers", "supplier.read"),
    "rosterEntries": Listing("花名册", "rosters", "roster.read"),
    "talents": Listing("人才库", "talent pool", "talent.read"),
    "forms": Listing("问卷", "questionnaires", "form.read"),
    "stops": Listing("减员分析", "analysis of terminations", "enrollment.read"),
    "contributions": Listing("缴费统计", "statistics of contributions", "bill.read"),
}


def listing(name: str) -> Listing:
    """The list of that name; refused (`list_unknown`) when there is none."""
    found = LISTINGS.get(name)
    if found is None:
        raise Refusal(
            Problem(
                "list_unknown",
                "没有这个列表",
                "There is no such list",
                f"可用的列表：{'、'.join(LISTINGS)}",
                f"The lists are {', '.join(LISTINGS)}",
                field="list",
                value=name[:60],
            )
        )
    return found
