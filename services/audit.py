"""The audit log: reading it by subject or as a whole."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from db.models.audit import Audit
from db.scope import company_sql
from db.sql import fetch
from domain.actor import Actor
from services.paging import Page, Window, page_of

LABELS: dict[str, tuple[str, str]] = {
    "company.create": ("新建公司", "company added"),
    "scheme.create": ("新建方案", "scheme added"),
    "batch.create": ("上传文件", "file uploaded"),
    "batch.checked": ("检查完成", "checked"),
    "batch.failed": ("导入失败", "import failed"),
    "batch.confirm": ("确认，提交审核", "confirmed, sent for approval"),
    "batch.withdraw": ("撤回", "withdrawn"),
    "batch.approve": ("审核通过", "approved"),
    "batch.reject": ("驳回", "rejected"),
    "batch.submit": ("提交经办机构", "submitted to the bureau"),
    "batch.declared": ("生成申报表", "declaration workbook made"),
    "batch.result": ("登记办理结果", "result recorded"),
    "batch.undo": ("撤销批次", "batch undone"),
    "batch.error_workbook": ("下载错误表", "error workbook downloaded"),
    "bill.draft": ("计算账单", "bill computed"),
    "bill.confirm": ("确认账单", "bill confirmed"),
    "bill.close": ("关账", "bill closed"),
    "bill.workbook": ("下载账单", "bill downloaded"),
    "file.download": ("下载文件", "file downloaded"),
    "person.reveal": ("查看明文", "value revealed"),
    "staff.sign_in": ("登录", "signed in"),
    "staff.sign_in_failed": ("登录失败", "sign-in failed"),
    "staff.sign_out": ("退出", "signed out"),
    "staff.revoke_session": ("注销会话", "session revoked"),
    "staff.change_password": ("修改密码", "password changed"),
    "staff.locked": ("账号锁定", "account locked"),
    "staff.second_factor_begun": ("开始设置两步验证", "second factor begun"),
    "staff.second_factor_on": ("开启两步验证", "second factor on"),
    "staff.second_factor_off": ("停用两步验证", "second factor off"),
    "staff.recovery_used": ("使用恢复码", "recovery code used"),
    "policy.load": ("载入政策", "policies loaded"),
    "policy.confirm": ("确认政策", "policy confirmed"),
    "policy.export": ("导出政策", "policies exported"),
    "policy.import": ("导入政策", "policies imported"),
    "policy.rule": ("设置地方规则", "local rule set"),
    "ledger.reverse": ("冲销", "reversed"),
}


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One entry. `detail` is a short text made of the recorded values."""

    id: int
    at: int
    actor: str
    act: str
    subject: str
    detail: str


async def of_subject(kind: str, subject_id: int, limit: int = 100) -> list[AuditRow]:
    """What happened to one record, oldest first. The caller has already checked that the record may be seen."""
    rows = await Audit.filter(subject_kind=kind, subject_id=subject_id).order_by("id").limit(limit).values()
    return [_row(r) for r in rows]


async def log(actor: Actor, window: Window) -> Page[AuditRow]:
    """The whole log, newest first. Entries that belong to no company are shown to unrestricted staff only."""
    condition, values = company_sql(actor, "company_id")
    if window.before_id:
        condition, values = f"({condition}) AND id < ?", [*values, window.before_id]
    rows = await fetch(f"SELECT * FROM audit WHERE {condition} ORDER BY id DESC LIMIT ?", [*values, window.first + 1])
    return page_of([_row(r) for r in rows], window)


def _row(r: dict) -> AuditRow:
    detail = orjson.loads(r["detail"])
    text = "，".join(f"{k}：{v}" for k, v in detail.items())
    return AuditRow(r["id"], r["at"], r["actor_name"], r["act"], f"{r['subject_kind']} {r['subject_id']}", text)
