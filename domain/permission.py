"""Every permission there is, and the roles a new installation begins with."""

from __future__ import annotations

from typing import Final

PERMISSIONS: Final[dict[str, tuple[str, str]]] = {
    "company.read": ("查看公司", "see companies"),
    "company.write": ("新建、修改公司及其合同", "add and change companies and their contracts"),
    "scheme.read": ("查看方案", "see schemes"),
    "scheme.write": ("新建方案", "add schemes"),
    "supplier.read": ("查看供应商", "see suppliers"),
    "supplier.write": ("维护供应商", "keep suppliers"),
    "policy.read": ("查看政策", "see policies"),
    "policy.write": ("导入政策与地方规则", "import policies and set local rules"),
    "policy.confirm": ("确认政策", "confirm policies"),
    "quote.read": ("社保测算", "compute quotes"),
    "person.read": ("查看参保人", "see people"),
    "person.reveal": ("查看证件号等明文", "reveal ID numbers, phones and cards"),
    "enrollment.read": ("查看在册", "see the register"),
    "batch.read": ("查看批次", "see batches"),
    "batch.create": ("导入增减员", "import changes"),
    "batch.confirm": ("确认批次", "confirm batches"),
    "batch.approve": ("审核批次", "approve batches"),
    "batch.submit": ("提交批次与登记结果", "submit batches and record results"),
    "feedback.handle": ("处理反馈", "handle feedback"),
    "housing_account.read": ("查看公积金账户", "see housing-fund accounts"),
    "housing_account.write": ("维护公积金账户", "keep housing-fund accounts"),
    "bill.read": ("查看账单", "see bills"),
    "bill.draft": ("运行月度计算", "run the month"),
    "bill.confirm": ("确认账单", "confirm bills"),
    "bill.close": ("关账", "close bills"),
    "approval.read": ("查看审核", "see approvals"),
    "approval.configure": ("审核配置", "configure approvals"),
    "audit.read": ("查看操作日志", "see the audit log"),
    "ledger.read": ("查看总账", "see the ledger"),
    "file.write": ("上传文件", "upload files"),
    "blacklist.read": ("查看黑名单及原因", "see the blacklist and its reasons"),
    "blacklist.write": ("添加、导入、延期和申请解除黑名单", "add, import and extend entries, ask for their release"),
    "blacklist.approve": ("审核黑名单解除", "approve releases from the blacklist"),
    "roster.read": ("查看花名册", "see rosters"),
    "roster.write": ("维护花名册、项目与材料", "keep rosters, projects and papers"),
    "talent.read": ("查看人才库", "see the talent pool"),
    "talent.write": ("维护人才库、登记同意与删除", "keep the talent pool, record consent, erase people"),
    "form.read": ("查看问卷与答案", "see questionnaires and answers"),
    "form.write": ("发送问卷", "send questionnaires"),
    "staff.manage": ("管理账号与角色", "manage accounts and roles"),
}

_GUARDED: Final = frozenset({"audit.read", "ledger.read", "blacklist.read"})
_READ: Final = frozenset(p for p in PERMISSIONS if p.endswith(".read")) - _GUARDED

ROLES: Final[dict[str, tuple[str, frozenset[str]]]] = {
    "admin": ("系统管理员", frozenset(PERMISSIONS)),
    "specialist": (
        "社保专员",
        _READ
        | {"batch.create", "batch.confirm", "batch.submit", "file.write", "bill.draft", "person.reveal"}
        | {"feedback.handle", "housing_account.write", "form.write"}
        | {"policy.write", "blacklist.read", "blacklist.write"}
        | {"roster.write", "talent.write"},
    ),
    "reviewer": (
        "审核主管",
        _READ
        | {"batch.approve", "bill.confirm", "policy.confirm", "audit.read", "person.reveal"}
        | {"blacklist.read", "blacklist.approve"},
    ),
    "finance": (
        "财务",
        frozenset({"company.read", "bill.read", "bill.close", "ledger.read", "person.read", "approval.read"}),
    ),
    "viewer": ("只读", _READ),
    "operations": (
        "运营经理",
        _READ | {"company.write", "scheme.write", "supplier.write", "file.write", "person.reveal"},
    ),
    # A client's own HR hands changes in and corrects them; what goes to a bureau, again too, is our specialists' act,
    # so that feedback is seen (batch.read) and not handled.
    "client_hr": (
        "客户 HR",
        frozenset({"company.read", "person.read", "enrollment.read", "scheme.read", "policy.read", "bill.read"})
        | {"batch.read", "batch.create", "batch.confirm", "file.write"},
    ),
}
"""Role code → Chinese name and permissions. Maker and checker are kept apart: no role but admin has both."""
