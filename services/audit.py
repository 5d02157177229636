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
    "scheme.version": ("保存方案版本", "scheme version saved"),
    "scheme.version_retire": ("停用方案版本", "scheme version retired"),
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
    "batch.remap": ("重新指定列", "columns chosen again"),
    "batch.correct_row": ("更正一行", "row corrected"),
    "batch.fix_rows": ("批量更正", "rows repaired"),
    "batch.map_values": ("指定取值含义", "values given a meaning"),
    "batch.join": ("并入错误表", "error workbook joined"),
    "batch.forget_columns": ("忘记列的对应", "columns forgotten"),
    "declaration.made": ("生成渠道申报表", "channel workbook made"),
    "declaration.handed_in": ("登记申报回执", "receipt recorded"),
    "feedback.correct": ("更正后重新申报", "corrected and declared again"),
    "feedback.again": ("重新申报", "declared again"),
    "feedback.close": ("关闭反馈", "feedback closed"),
    "feedback.assign": ("转交反馈", "feedback given to another"),
    "feedback.overdue": ("反馈逾期提醒", "feedback overdue"),
    "housing_account.number": ("登记公积金账号", "housing-fund number entered"),
    "housing_account.change": ("公积金封存或启封", "housing-fund account sealed or unsealed"),
    "batch.error_workbook": ("下载错误表", "error workbook downloaded"),
    "batch.annual_base_template": ("生成年度调基表", "yearly base sheet made"),
    "approval.vote": ("审核一步", "one step decided"),
    "approval.flow": ("保存审核流程", "approval flow saved"),
    "approval.flow_retired": ("停用审核流程", "approval flow retired"),
    "approval.delegate": ("委托审核", "approvals delegated"),
    "approval.delegate_ended": ("结束委托", "delegation ended"),
    "approval.overdue": ("审核超时提醒", "approval overdue"),
    "blacklist.add": ("加入黑名单", "added to the blacklist"),
    "blacklist.import": ("导入黑名单", "blacklist imported"),
    "blacklist.extend": ("延长黑名单期限", "blacklist entry extended"),
    "blacklist.release_asked": ("申请解除黑名单", "release asked for"),
    "blacklist.released": ("解除黑名单", "released from the blacklist"),
    "blacklist.release_rejected": ("解除申请被驳回", "release rejected"),
    "key.reseal": ("重新加密", "sealed anew"),
    "bill.draft": ("计算账单", "bill computed"),
    "bill.confirm": ("确认账单", "bill confirmed"),
    "bill.close": ("关账", "bill closed"),
    "bill.workbook": ("下载账单", "bill downloaded"),
    "bill.payroll": ("下载个人代扣表", "payroll deductions downloaded"),
    "bill.detail": ("下载缴费明细告知表", "personal details downloaded"),
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
    "staff.sms_code": ("发送短信验证码", "code sent by text message"),
    "staff.phone_on": ("绑定手机", "phone confirmed"),
    "staff.phone_off": ("解绑手机", "phone removed"),
    "staff.second_factor_reset": ("重置两步验证", "second factor reset"),
    "staff.unlocked": ("解锁账号", "account unlocked"),
    "outbox.given_up": ("后台任务放弃", "background task given up"),
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
